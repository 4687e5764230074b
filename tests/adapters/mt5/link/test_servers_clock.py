"""Nothing is traded while the server's clock is uncertain."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from engine.adapters.mt5.calls import NotSent, Priority, TerminalCall
from engine.adapters.mt5.clock.memory import ClockMemory
from engine.adapters.mt5.clock.monitor import ClockMonitor
from engine.adapters.mt5.clock.rules import NEW_YORK_CLOSE, UTC_ALL_YEAR, ServerRule, new_york_rule
from engine.adapters.mt5.conditions import LinkState
from engine.adapters.mt5.link.gateway import Gateway, gateway_changed
from engine.clock import SteadyClock
from engine.domain.facts import ClockConfirmed
from engine.domain.market import DayRoll
from engine.domain.messages.engine import ConfirmClock, Event
from engine.market.hours import open_since
from tests.adapters.mt5.linked import (
    SERVER_AHEAD,
    SERVER_AHEAD_S,
    SWIFT,
    SetTime,
    StandIn,
    linked,
)

ORDER = TerminalCall(function="order_send", arguments=({"symbol": "XAUUSD"},), priority=Priority.CLOSE)


async def test_that_nothing_is_traded_before_a_tick_has_confirmed_the_clock(terminal: StandIn) -> None:
    terminal.set(is_market_still=True)
    async with linked() as desk:
        report = await desk.reach(LinkState.CLOCK_UNSURE)
        assert report.clock is None
        assert report.may_read
        terminal.set(is_market_still=False)
        await desk.reach(LinkState.READY)


async def test_that_nothing_enters_in_the_hour_that_the_server_shows_twice(terminal: StandIn) -> None:
    machine = SetTime(datetime(2026, 11, 1, 6, 59, tzinfo=UTC))
    ahead = machine.set_by + NEW_YORK_CLOSE.offset_at(machine.wall())
    terminal.set(server_ahead_s=ahead / timedelta(seconds=1))
    async with linked(clock=SteadyClock(machine)) as desk:
        report = await desk.hear(lambda report: report.clock is not None)
        assert report.state is LinkState.CLOCK_UNSURE
        assert "second time" in report.condition.sentence
        assert report.may_read
        machine.slept_s = 60.0
        await desk.reach(LinkState.READY)


async def test_that_a_wrong_clock_of_this_machine_is_reported(terminal: StandIn) -> None:
    terminal.set(server_ahead_s=SERVER_AHEAD_S - 95)
    async with linked() as desk:
        report = await desk.hear(lambda report: "computer's clock" in report.condition.sentence)
        assert report.state is LinkState.CLOCK_UNSURE
        assert "95 s" in report.condition.sentence
        terminal.set(server_ahead_s=SERVER_AHEAD_S)
        await desk.reach(LinkState.READY)


@pytest.mark.parametrize(
    ("set_by", "words"), [(timedelta(hours=-1), "back by 1 h"), (timedelta(seconds=750), "ahead by 12 min 30 s")]
)
async def test_that_a_clock_that_is_set_while_the_desk_runs_keeps_it_from_entering_until_the_servers_is_measured_again(
    terminal: StandIn, set_by: timedelta, words: str
) -> None:
    machine = SetTime()
    clock = SteadyClock(machine)
    async with linked(clock=clock) as desk:
        before = (await desk.reach(LinkState.READY)).clock
        monitor = ClockMonitor(clock, desk.link)
        terminal.set(is_market_still=True)
        machine.set_by += set_by
        monitor.look()
        report = await desk.reach(LinkState.CLOCK_UNSURE)
        assert words in report.condition.sentence
        assert report.may_read
        assert isinstance(await desk.link.call(msgspec.structs.replace(ORDER, priority=Priority.OPEN)), NotSent)
        terminal.set(is_market_still=False)
        after = (await desk.reach(LinkState.READY)).clock
        assert before is not None
        assert after is not None
        assert after.offset == before.offset
        assert abs(after.residual) < timedelta(seconds=1)


async def test_that_a_clock_that_is_corrected_by_less_than_two_seconds_keeps_nobody_from_trading(
    terminal: StandIn,  # noqa: ARG001
) -> None:
    machine = SetTime()
    clock = SteadyClock(machine)
    async with linked(clock=clock) as desk:
        await desk.reach(LinkState.READY)
        machine.set_by += timedelta(seconds=1.9)
        ClockMonitor(clock, desk.link).look()
        assert desk.link.report.may_trade


async def test_that_a_clock_that_was_wrong_from_the_start_keeps_the_desk_from_entering_until_it_is_set_right(
    terminal: StandIn,  # noqa: ARG001
) -> None:
    clocks = ClockMemory()
    clocks.remember("Broker-Demo", [NEW_YORK_CLOSE])
    machine = SetTime(datetime.now(UTC) + timedelta(hours=1))
    clock = SteadyClock(machine)
    async with linked(clock=clock, clocks=clocks) as desk:
        monitor = ClockMonitor(clock, desk.link)
        report = await desk.hear(lambda report: report.asked_offset is not None)
        assert report.state is LinkState.CLOCK_UNSURE
        assert "1 h ahead of the server's" in report.condition.sentence
        assert report.may_read
        machine.set_by = timedelta(0)
        monitor.look()
        report = await desk.reach(LinkState.READY)
        assert report.clock is not None
        assert abs(report.clock.correction + timedelta(hours=1)) < timedelta(seconds=1)
        assert report.asked_offset is None


async def test_that_the_user_is_asked_about_an_unusual_time_of_the_server(terminal: StandIn) -> None:
    terminal.set(server_ahead_s=5.5 * 3600)
    async with linked() as desk:
        report = await desk.hear(lambda report: report.asked_offset is not None)
        assert report.state is LinkState.CLOCK_UNSURE
        assert "UTC+5:30" in report.condition.sentence
        assert gateway_changed(report).unconfirmed_clock == 330
        reports: list[Event] = []
        gateway = Gateway(desk.link, reports.append)
        gateway.handle(ConfirmClock(300))  # what was asked is another question
        await asyncio.sleep(0.1)
        assert desk.link.report.state is LinkState.CLOCK_UNSURE
        assert ClockConfirmed(300) not in reports
        gateway.handle(ConfirmClock(330))
        report = await desk.reach(LinkState.READY)
        assert gateway_changed(report).unconfirmed_clock is None
        assert [event for event in reports if isinstance(event, ClockConfirmed)] == [ClockConfirmed(330)]


def hours_of_gold(rule: ServerRule) -> list[int]:
    """Openings of gold's candles of an hour until now, as the server's clock shows them."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    hours = [now - timedelta(hours=hour) for hour in range(168, 0, -1)]
    shown = [at + rule.offset_at(at) for at in hours if open_since(DayRoll.NEW_YORK_17, at) is not None]
    return [int(at.timestamp()) for at in shown][-120:]


async def test_that_the_hour_in_which_gold_rests_spares_the_user_the_question(terminal: StandIn) -> None:
    rule = new_york_rule(10)
    ahead = rule.offset_at(datetime.now(UTC))
    terminal.set(server_ahead_s=ahead / timedelta(seconds=1), hours=hours_of_gold(rule))
    async with linked() as desk:
        report = await desk.reach(LinkState.READY)
        assert report.clock is not None
        assert report.clock.rule == "New York + 10 h"


async def test_that_a_broker_that_changed_its_servers_clock_is_believed_where_gold_rests_accordingly(
    terminal: StandIn,
) -> None:
    clocks = ClockMemory()
    clocks.remember("Broker-Demo", [UTC_ALL_YEAR])
    terminal.set(hours=hours_of_gold(NEW_YORK_CLOSE))
    async with linked(clocks=clocks) as desk:
        report = await desk.reach(LinkState.READY)
        assert report.clock is not None
        assert report.clock.rule == NEW_YORK_CLOSE.words


async def test_that_summer_time_is_followed_without_an_interruption(terminal: StandIn) -> None:
    async with linked(pace=replace(SWIFT, clock_lasts_s=0.01)) as desk:
        await desk.reach(LinkState.READY)
        terminal.set(server_ahead_s=SERVER_AHEAD_S + 3600)
        report = await desk.hear(lambda report: report.clock is not None and report.clock.offset > SERVER_AHEAD)
        assert report.state is LinkState.READY


async def test_that_ticks_of_other_symbols_show_the_servers_time(terminal: StandIn) -> None:
    async with linked() as desk:
        desk.link.watch_clock(["BTCUSDm"])
        await desk.reach(LinkState.READY)
    assert ["BTCUSDm", True] in terminal.calls("symbol_select")
    assert {symbol for (symbol,) in terminal.calls("symbol_info_tick")} == {"BTCUSDm"}
