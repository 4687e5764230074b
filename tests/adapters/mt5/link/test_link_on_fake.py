"""The link to the strict terminal, judged by what the broker's side of it has seen."""

from __future__ import annotations

from enum import IntEnum

import pytest

import tests.fake_metatrader5 as module
from engine.adapters.mt5 import codes
from engine.adapters.mt5.calls import Answered, Failed, Lost, NotSent, Priority, TerminalCall
from engine.adapters.mt5.conditions import LinkState, Switch
from engine.adapters.mt5.trade.treatments import RetCode
from engine.adapters.mt5.worker.results import RESULT_FIELDS
from tests.adapters.mt5.linked import SERVER_AHEAD, linked, swift_settings
from tests.fake_metatrader5.simulator import (
    Account,
    Clock,
    SimulatorClient,
    World,
    exness_gold,
    hang,
    ipc_failure,
    lost_answer,
)

WORLD = World(
    symbols=(exness_gold(name="XAUUSD", ticks_per_s=300.0),),
    accounts=(Account(), Account(login=2002, kind=2)),
    clock=Clock(rule="new york+7"),
)
BUY = {
    "action": 1, "symbol": "XAUUSD", "volume": 0.01, "type": 0, "price": 0.0, "sl": 0.0, "tp": 0.0, "deviation": 20,
    "magic": 772601, "comment": "ms0123456789abcd", "type_time": 0, "type_filling": 1,
}  # fmt: skip
ORDER = TerminalCall(function="order_send", arguments=(BUY,), priority=Priority.OPEN)
ON_FAKE = swift_settings(module="tests.fake_metatrader5")


@pytest.fixture
def simulator(running_simulator: SimulatorClient, monkeypatch: pytest.MonkeyPatch) -> SimulatorClient:
    running_simulator.reset(WORLD)
    monkeypatch.setenv(*running_simulator.variable)
    return running_simulator


async def test_that_the_link_is_ready_with_the_terminals_own_facts(simulator: SimulatorClient) -> None:
    async with linked(ON_FAKE) as desk:
        report = await desk.reach(LinkState.READY)
        sent = await desk.link.call(ORDER)
    assert report.account is not None
    assert (report.account.login, report.account.kind, report.account.is_hedging) == (1001, "demo", True)
    assert report.clock is not None
    assert report.clock.offset == SERVER_AHEAD
    assert report.module_version == module.__version__
    assert isinstance(sent, Answered)
    assert sent.value["retcode"] == RetCode.DONE
    assert sent.value["request"] == BUY | dict.fromkeys(("order", "position", "position_by", "expiration"), 0) | {
        "stoplimit": 0.0
    }
    assert [position["magic"] for position in simulator.positions()] == [772601]


async def test_that_the_module_refuses_a_wrong_form_in_its_own_words(simulator: SimulatorClient) -> None:  # noqa: ARG001
    async with linked(ON_FAKE) as desk:
        await desk.reach(LinkState.READY)
        volume, positional, count, nothing = [
            await desk.link.call(TerminalCall(function=function, arguments=arguments))
            for function, arguments in (
                ("order_send", (BUY | {"volume": 1},)),
                ("positions_get", ("XAUUSD",)),
                ("copy_rates_from_pos", ("XAUUSD", 1, 0, 5.0)),
                ("positions_get", ()),
            )
        ]
    assert volume == Failed(code=-2, text='Invalid "volume" argument')
    assert isinstance(positional, Failed)
    assert positional.code == -2
    assert isinstance(count, Failed)
    assert "SystemError" in count.text
    assert isinstance(nothing, Answered)
    assert nothing.value == []


async def test_that_an_order_whose_call_hangs_is_lost_and_executed_once(simulator: SimulatorClient) -> None:
    async with linked(swift_settings(module="tests.fake_metatrader5", order_limit_s=0.5)) as desk:
        await desk.reach(LinkState.READY)
        simulator.inject(hang("after"))
        assert isinstance(await desk.link.call(ORDER), Lost)
        await desk.reach(LinkState.WORKER_LATE)
        assert (await desk.reach(LinkState.READY)).restarts == 1
    assert len(simulator.positions()) == 1
    assert len(simulator.log(function="order_send")) == 1


async def test_that_an_order_whose_answer_breaks_off_is_lost_and_executed_once(simulator: SimulatorClient) -> None:
    async with linked(ON_FAKE) as desk:
        await desk.reach(LinkState.READY)
        simulator.inject(lost_answer())
        lost = await desk.link.call(ORDER)
        assert isinstance(lost, Lost)
        assert lost.code == -10002
    assert len(simulator.positions()) == 1


async def test_that_a_connection_which_fails_for_ever_is_opened_again(simulator: SimulatorClient) -> None:
    async with linked(ON_FAKE) as desk:
        await desk.reach(LinkState.READY)
        simulator.inject(ipc_failure(-10001, is_sticky=True, functions=("symbol_info_tick",)))
        await desk.link.call(TerminalCall(function="symbol_info_tick", arguments=("XAUUSD",)))
        await desk.reach(LinkState.TERMINAL_SILENT)
        assert (await desk.reach(LinkState.READY)).restarts == 0


async def test_that_a_terminal_closed_by_the_user_is_not_opened_again(simulator: SimulatorClient) -> None:
    probe = SimulatorClient(simulator.address)  # the link asks from a thread of its own
    async with linked(ON_FAKE, is_terminal_running=lambda _: bool(probe.terminal()["is_running"])) as desk:
        await desk.reach(LinkState.READY)
        simulator.crash_terminal()
        await desk.reach(LinkState.TERMINAL_CLOSED)
        assert simulator.terminal()["starts"] == 0
        simulator.start_terminal()
        await desk.reach(LinkState.READY)
    probe.stop()


async def test_that_a_real_account_put_under_the_desk_meets_no_order(simulator: SimulatorClient) -> None:
    async with linked(ON_FAKE.model_copy(update={"check_interval_s": 30.0})) as desk:
        await desk.reach(LinkState.READY)
        simulator.switch_account(2002)
        answer = await desk.link.call(ORDER)
        assert isinstance(answer, NotSent)
        assert "2002" in answer.reason
        desk.link.retry()
        await desk.reach(LinkState.ACCOUNT_SWITCHED)
    assert simulator.log(function="order_send") == []


async def test_that_broker_and_switches_are_reported_and_come_back(simulator: SimulatorClient) -> None:
    async with linked(ON_FAKE) as desk:
        await desk.reach(LinkState.READY)
        simulator.change_terminal(connected=False)
        await desk.reach(LinkState.BROKER_DISCONNECTED)
        simulator.change_terminal(connected=True, trade_allowed=False)
        off = await desk.reach(LinkState.ALGO_TRADING_OFF)
        assert off.condition.way_out == f"{Switch.TERMINAL_BUTTON.way_out}."
        simulator.change_terminal(trade_allowed=True)
        await desk.reach(LinkState.READY)


async def test_that_an_updated_terminal_is_waited_for_until_it_fits_the_package(simulator: SimulatorClient) -> None:
    async with linked(ON_FAKE) as desk:
        before = await desk.reach(LinkState.READY)
        simulator.update_terminal(6300)
        await desk.reach(LinkState.INCOMPATIBLE)
        simulator.change_terminal(fits_package=True)
        await desk.reach(LinkState.BUILD_CHANGED)
        assert (await desk.reach(LinkState.READY)).worker_pid != before.worker_pid


# -- numbers and names ------------------------------------------------------------------------------------------------

PREFIXES: dict[type[IntEnum], str] = {
    codes.Timeframe: "TIMEFRAME", codes.TradeAction: "TRADE_ACTION",
    codes.OrderType: "ORDER_TYPE", codes.OrderTime: "ORDER_TIME", codes.OrderFilling: "ORDER_FILLING",
    codes.TradeExecution: "SYMBOL_TRADE_EXECUTION", codes.SymbolTradeMode: "SYMBOL_TRADE_MODE",
    codes.AccountKind: "ACCOUNT_TRADE_MODE", codes.MarginMode: "ACCOUNT_MARGIN_MODE",
    codes.OrderState: "ORDER_STATE", codes.PositionType: "POSITION_TYPE", codes.DealType: "DEAL_TYPE",
    codes.DealEntry: "DEAL_ENTRY", codes.DealReasonCode: "DEAL_REASON", RetCode: "TRADE_RETCODE",
}  # fmt: skip
NOT_EXPORTED = {RetCode.HEDGE_PROHIBITED}


@pytest.mark.parametrize("kind", PREFIXES, ids=lambda kind: kind.__name__)
def test_that_our_numbers_are_the_packages(kind: type[IntEnum]) -> None:
    for each in set(kind) - NOT_EXPORTED:
        names = {f"{PREFIXES[kind]}_{name}" for name in (each.name, each.name.replace("_ONLY", "ONLY"))}
        assert [getattr(module, name) for name in names if hasattr(module, name)] == [each], names


def test_that_our_names_of_fields_are_the_packages() -> None:
    assert {name: getattr(module, name).__match_args__ for name in RESULT_FIELDS} == RESULT_FIELDS
