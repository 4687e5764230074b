"""A terminal without its broker, switched off, on another account, updated, crashed: each answers in its own way."""

from __future__ import annotations

from typing import Literal

import pytest

import tests.fake_metatrader5 as mt5
from tests.adapters.mt5.strict_fake.trading import GOLD, begin, market, opened, send
from tests.fake_metatrader5.simulator import (
    Account,
    SimulatorClient,
    account_switch,
    crash,
    exness_gold,
    terminal_change,
)

STILL_GOLD = exness_gold(seed=None, history_minutes=2)


def test_that_there_is_no_connection_before_initialize_and_after_shutdown(simulator: SimulatorClient) -> None:
    assert mt5.shutdown() is True
    assert mt5.positions_get() is None
    assert mt5.last_error() == (-10004, "No IPC connection")
    assert mt5.initialize(simulator.address)
    assert mt5.positions_get() == ()


def test_that_no_terminal_is_found_where_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FAKE_METATRADER5", raising=False)
    assert mt5.initialize() is False
    assert mt5.last_error() == (-10003, "IPC initialize failed, MetaTrader 5 x64 not found")


def test_that_without_its_broker_a_terminal_goes_on_showing_what_it_had(simulator: SimulatorClient) -> None:
    position = opened(sl=3995.0)
    simulator.change_terminal(connected=False)
    before = mt5.symbol_info_tick(GOLD)
    simulator.push(GOLD, 3990.0, 3990.2)
    refused = send(market())
    assert (refused.retcode, refused.request_id) == (mt5.TRADE_RETCODE_CONNECTION, 0)
    assert mt5.terminal_info().connected is False
    assert mt5.symbol_info_tick(GOLD) == before
    assert [each.ticket for each in mt5.positions_get()] == [position]
    assert simulator.positions() == []
    assert mt5.initialize(timeout=1) is False
    assert mt5.last_error() == (-10005, "IPC timeout")
    simulator.change_terminal(connected=True)
    assert mt5.initialize()
    assert (mt5.positions_total(), mt5.symbol_info_tick(GOLD).bid) == (0, 3990.0)


def test_that_each_switch_has_its_own_answer(simulator: SimulatorClient) -> None:
    simulator.change_terminal(trade_allowed=False)
    assert send(market()).retcode == mt5.TRADE_RETCODE_CLIENT_DISABLES_AT
    simulator.change_terminal(trade_allowed=True, tradeapi_disabled=True)
    assert mt5.order_send(market()) is None
    assert mt5.last_error() == (-8, "Auto-Trading using Python API disabled in Terminal")
    simulator.change_terminal(answers_api_disabled="retcode")
    assert send(market()).retcode == mt5.TRADE_RETCODE_CLIENT_DISABLES_AT
    simulator.change_terminal(tradeapi_disabled=False)
    simulator.change_account(trade_expert=False)
    assert send(market()).retcode == mt5.TRADE_RETCODE_SERVER_DISABLES_AT
    simulator.change_account(trade_expert=True, trade_allowed=False)
    assert send(market()).retcode == mt5.TRADE_RETCODE_TRADE_DISABLED


def test_that_the_account_can_be_switched_under_the_desk(simulator: SimulatorClient) -> None:
    begin(simulator, STILL_GOLD, accounts=(Account(), Account(login=2002, kind=2)))
    opened()
    simulator.switch_account(2002)
    assert (mt5.account_info().login, mt5.account_info().trade_mode, mt5.positions_get()) == (2002, 2, ())
    simulator.switch_account(1001)
    simulator.inject(account_switch(2002))
    send(market(volume=0.3))
    assert [position["volume"] for position in simulator.positions(2002)] == [0.3]
    assert len(simulator.positions(1001)) == 1


def test_that_a_login_switches_the_terminal_and_perhaps_the_trading_off(simulator: SimulatorClient) -> None:
    begin(simulator, STILL_GOLD, accounts=(Account(), Account(login=2002, password="other")))
    simulator.change_terminal(algo_off_on_switch=True)
    assert mt5.login(2002, password="wrong") is False
    assert mt5.initialize(login=2002, password="other", server="Fake-Demo")
    assert (mt5.account_info().login, mt5.terminal_info().trade_allowed) == (2002, False)
    assert mt5.login(1001)
    assert mt5.login(2002, password="investor")
    assert mt5.account_info().trade_allowed is False


def test_that_a_terminal_of_another_build_is_refused(simulator: SimulatorClient) -> None:
    simulator.update_terminal(7000)
    assert mt5.account_info() is None
    assert mt5.last_error()[0] in (-10001, -10002)
    assert mt5.initialize() is False
    assert mt5.last_error()[0] == -5
    simulator.change_terminal(fits_package=True)
    assert mt5.initialize()
    assert mt5.version()[1] == 7000


@pytest.mark.parametrize(("moment", "positions"), [("before", 0), ("after", 1)])
def test_that_a_terminal_can_crash_in_the_middle_of_an_order(
    simulator: SimulatorClient, moment: Literal["before", "after"], positions: int
) -> None:
    simulator.inject(crash(moment))
    assert mt5.order_send(market()) is None
    assert mt5.last_error() == (-10002, "IPC recv failed")
    assert mt5.account_info() is None
    assert mt5.last_error() == (-10004, "No IPC connection")
    assert len(simulator.positions()) == positions
    simulator.change_terminal(may_be_started=False)
    assert mt5.initialize() is False
    assert mt5.last_error()[0] == -10003
    simulator.change_terminal(may_be_started=True)
    assert mt5.initialize()
    assert simulator.terminal()["starts"] == 1


def test_that_the_terminal_can_change_in_the_middle_of_an_order(simulator: SimulatorClient) -> None:
    simulator.inject(terminal_change(connected=False))
    assert send(market()).retcode == mt5.TRADE_RETCODE_CONNECTION
