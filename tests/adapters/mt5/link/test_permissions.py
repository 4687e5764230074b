"""Conditions that keep an attached terminal from trading: switches, account, broker, build."""

from __future__ import annotations

import pytest

from engine.adapters.mt5.calls import NotSent, Priority, TerminalCall
from engine.adapters.mt5.conditions import LinkState, Switch
from tests.adapters.mt5.linked import (
    ACCOUNT,
    TERMINAL,
    StandIn,
    linked,
)

FORBIDDEN = [
    ("terminal", {"trade_allowed": False}, Switch.TERMINAL_BUTTON),
    ("terminal", {"tradeapi_disabled": True}, Switch.PYTHON_API),
    ("account", {"trade_allowed": False}, Switch.INVESTOR_PASSWORD),
    ("account", {"trade_expert": False}, Switch.BROKER_EXPERTS),
]


async def test_that_each_switch_that_forbids_trading_is_named(terminal: StandIn) -> None:
    opening = TerminalCall(function="order_send", arguments=({},), priority=Priority.OPEN)
    async with linked() as desk:
        await desk.reach(LinkState.READY)
        for part, change, switch in FORBIDDEN:
            terminal.set(**{part: {"terminal": TERMINAL, "account": ACCOUNT}[part] | change})
            report = await desk.reach(LinkState.ALGO_TRADING_OFF)
            assert report.condition.way_out == f"{switch.way_out}."
            assert report.may_read
            assert not report.may_trade
            assert isinstance(await desk.link.call(opening), NotSent)
            terminal.set(terminal=TERMINAL, account=ACCOUNT)
            await desk.reach(LinkState.READY)
    assert terminal.calls("order_send") == []


async def test_that_all_switches_are_named_at_once(terminal: StandIn) -> None:
    terminal.set(terminal=TERMINAL | {"trade_allowed": False, "tradeapi_disabled": True})
    async with linked() as desk:
        condition = (await desk.reach(LinkState.ALGO_TRADING_OFF)).condition
    assert "Algo Trading button and the terminal's option" in condition.sentence
    assert condition.way_out.count(".") == 2


@pytest.mark.parametrize(("change", "words"), [({"margin_mode": 0}, "nets positions"), ({"fifo_close": True}, "FIFO")])
async def test_that_an_account_on_which_no_exit_is_sure_takes_no_entries(
    terminal: StandIn, change: dict[str, object], words: str
) -> None:
    terminal.set(account=ACCOUNT | change)
    opening = TerminalCall(function="order_send", arguments=({},), priority=Priority.OPEN)
    async with linked() as desk:
        report = await desk.reach(LinkState.ACCOUNT_UNSUITED)
        assert words in report.condition.sentence
        assert report.condition.way_out
        assert isinstance(await desk.link.call(opening), NotSent)
        assert terminal.calls("order_send") == []
        assert report.may_read  # a position that stands there may still be led out


async def test_that_a_lost_broker_is_waited_for_without_touching_the_terminal(terminal: StandIn) -> None:
    async with linked() as desk:
        await desk.reach(LinkState.READY)
        terminal.set(terminal=TERMINAL | {"connected": False})
        assert (await desk.reach(LinkState.BROKER_DISCONNECTED)).may_read
        terminal.set(terminal=TERMINAL)
        await desk.reach(LinkState.READY)
    assert len(terminal.calls("initialize")) == 1


async def test_that_an_updated_terminal_is_met_by_a_new_worker(terminal: StandIn) -> None:
    async with linked() as desk:
        before = await desk.reach(LinkState.READY)
        terminal.set(terminal=TERMINAL | {"build": 5200})
        changed = await desk.reach(LinkState.BUILD_CHANGED)
        assert "from build 5100 to 5200" in changed.condition.sentence
        after = await desk.reach(LinkState.READY)
    assert after.worker_pid != before.worker_pid
    assert after.restarts == 0
