"""Measurements of a running engine: ages in the market's time, lateness and memory in the machine's."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from config.health import HealthSettings
from config.settings import Settings
from config.trading import RiskMitigation
from engine.adapters.machine import Machine
from engine.adapters.mt5.conditions import Condition, LinkState
from engine.adapters.mt5.link.gateway import link_signs
from engine.adapters.mt5.port import LinkReport, RoundTrips, ServerClock, TerminalIdentity
from engine.clock import MarketClock
from engine.domain.calendar import Calendar
from engine.domain.health import Health, LinkSigns, Vital, VitalName, VitalState
from engine.domain.market import Candle, DayRoll, Quote
from engine.domain.messages.commands import SetAuthority
from engine.domain.messages.engine import HealthReported, HistoryCompleted
from engine.domain.messages.trading import ModesChanged
from engine.domain.risk import Authority
from engine.market.hours import open_since
from engine.market.state import MarketState
from engine.pulse import Pulse
from engine.symbol_state import SymbolState
from tests.builders import BITCOIN, MONDAY, candle, news, quote
from tests.engine.desks import ScriptedDesk
from tests.fakes import ScriptedPlayer, source

FRIDAY_CLOSE = datetime(2026, 3, 6, 22, 0, tzinfo=UTC)
SUNDAY_OPEN = datetime(2026, 3, 8, 22, 0, tzinfo=UTC)
"""17:00 and 18:00 in New York, where summer time began in between."""


class StillMachine:
    """A machine whose state a test sets."""

    def __init__(self, loop_lag_ms: float = 1.0, memory_mb: float = 200.0) -> None:
        self.lag_ms, self.mb = loop_lag_ms, memory_mb

    async def watch(self) -> None:
        await asyncio.Event().wait()

    def pop_loop_lag_ms(self) -> float:
        return self.lag_ms

    def memory_mb(self) -> float:
        return self.mb


class Market:
    """A market of gold and bitcoin in which a test says what comes."""

    def __init__(self) -> None:
        self.clock = MarketClock(MONDAY)
        sources = (source(), source(instrument=BITCOIN))
        self.states = {each.symbol: SymbolState(each, Settings()) for each in sources}
        self.player = ScriptedPlayer(((), ()), source=sources[0])
        self.pulse = Pulse(StillMachine(), self.clock, HealthSettings)
        self.market = MarketState()
        self._now_s = 0.0

    def tick(self, at: datetime, symbol: str = "XAUUSD") -> None:
        self.clock.set(at)
        self.market.on_quote(Quote(symbol=symbol, at=at, bid=2000.0, ask=2000.2))

    def close(self, closed: Candle) -> None:
        self.clock.set(max(self.clock.now(), closed.closed_at))
        self.states[closed.symbol].update(closed)

    def health(self, seconds: float = 1.0) -> Health:
        self._now_s += seconds
        return self.pulse.measure(self.states, self.market, self.player, self._now_s)

    def vital(self, name: VitalName, symbol: str = "XAUUSD") -> Vital:
        return next(vital for vital in self.health().vitals if (vital.name, vital.symbol) == (name, symbol))


def test_that_the_age_of_prices_counts_in_the_time_of_the_market() -> None:
    market = Market()
    market.tick(MONDAY)
    market.tick(MONDAY + timedelta(seconds=90), "BTCUSD")
    assert market.vital(VitalName.DATA_AGE).value == 90.0
    assert market.vital(VitalName.DATA_AGE).state is VitalState.BAD
    assert market.vital(VitalName.DATA_AGE, "BTCUSD").value == 0.0


def test_that_a_symbol_without_quotes_while_others_go_on_lowers_authority_to_close_only() -> None:
    market = Market()
    market.tick(MONDAY)
    for second in range(60, 80):
        market.tick(MONDAY + timedelta(seconds=second), "BTCUSD")
        health = market.health()
    assert health.allowed is Authority.EXITS_ONLY


def test_that_a_holiday_of_gold_gives_bitcoin_back_after_half_an_hour() -> None:
    """Holidays are not announced: gold's silence is doubtful for as long as it lasts, and holds nothing down."""
    market = Market()
    market.tick(MONDAY)
    lowest = []
    for minute in range(1, 40):
        market.tick(MONDAY + timedelta(minutes=minute), "BTCUSD")
        market.close(candle(minute - 1, symbol="BTCUSD"))
        lowest.append(market.health(60.0).allowed)
    assert lowest[10] is Authority.EXITS_ONLY
    assert lowest[-1] is Authority.AUTO
    vital = market.vital(VitalName.DATA_AGE)
    assert vital.state is VitalState.WARN
    assert "others come, so its market counts as closed" in vital.sentence
    assert "holiday" in vital.way_back


def test_that_a_feed_that_is_lost_for_hours_lowers_authority_to_close_only() -> None:
    market = Market()
    for symbol in ("XAUUSD", "BTCUSD"):
        market.tick(MONDAY, symbol)
    market.clock.set(MONDAY + timedelta(hours=3))
    market.health()
    assert market.health(10.0).allowed is Authority.EXITS_ONLY


def test_that_a_pause_is_not_bad() -> None:
    market = Market()
    market.tick(MONDAY)
    market.tick(MONDAY + timedelta(seconds=90), "BTCUSD")
    market.player.pause()
    assert market.vital(VitalName.DATA_AGE).state is VitalState.NOT_NEEDED


def test_that_closed_gold_is_not_stale_while_bitcoin_trades_on() -> None:
    market = Market()
    market.tick(FRIDAY_CLOSE - timedelta(seconds=1))
    market.tick(FRIDAY_CLOSE + timedelta(hours=20), "BTCUSD")
    assert market.vital(VitalName.DATA_AGE).sentence == "XAUUSD: the market is closed at this hour."


def test_that_the_age_of_prices_begins_with_the_market() -> None:
    market = Market()
    market.tick(FRIDAY_CLOSE - timedelta(seconds=1))
    market.tick(SUNDAY_OPEN + timedelta(seconds=20), "BTCUSD")
    assert market.vital(VitalName.DATA_AGE).value == 20.0


def test_that_a_decision_is_not_due_before_a_candle_could_close_after_a_silence() -> None:
    market = Market()
    market.close(candle(0))
    market.tick(MONDAY + timedelta(seconds=61))
    assert market.vital(VitalName.DECISION_AGE).value == 0.0
    market.tick(MONDAY + timedelta(hours=5))
    assert market.vital(VitalName.DECISION_AGE).value == 0.0


def test_that_prices_without_a_decision_lower_authority() -> None:
    market = Market()
    market.close(candle(0))
    for second in range(60, 300, 10):
        market.tick(MONDAY + timedelta(seconds=second))
        health = market.health()
    assert health.allowed is Authority.MANUAL
    assert "the last decision was 230 s ago" in health.cause


def test_that_a_symbol_without_rules_holds_nothing_back() -> None:
    market = Market()
    other = source(instrument=msgspec.structs.replace(BITCOIN, symbol="EURUSD"))
    market.states = {"EURUSD": SymbolState(other, Settings())}
    market.tick(MONDAY, "EURUSD")
    market.clock.set(MONDAY + timedelta(hours=1))
    assert market.vital(VitalName.DATA_AGE, "EURUSD").sentence == "EURUSD: it has no rules and is not traded."


@pytest.mark.parametrize(
    ("instant", "since"),
    [
        (datetime(2026, 3, 6, 21, 59, tzinfo=UTC), datetime(2026, 3, 5, 23, 0, tzinfo=UTC)),
        (FRIDAY_CLOSE, None),
        (datetime(2026, 3, 7, 12, 0, tzinfo=UTC), None),
        (SUNDAY_OPEN - timedelta(minutes=1), None),
        (SUNDAY_OPEN, SUNDAY_OPEN),
        (datetime(2026, 3, 9, 21, 30, tzinfo=UTC), None),
        (datetime(2026, 3, 9, 22, 30, tzinfo=UTC), datetime(2026, 3, 9, 22, 0, tzinfo=UTC)),
    ],
)
def test_that_gold_rests_each_evening_and_over_the_weekend(instant: datetime, since: datetime | None) -> None:
    assert open_since(DayRoll.NEW_YORK_17, instant) == since
    assert open_since(DayRoll.UTC_MIDNIGHT, instant) is not None


# -- a running engine -------------------------------------------------------------------------------------------------


async def run_until(desk: ScriptedDesk, is_enough: Callable[[], bool]) -> None:
    running = asyncio.create_task(desk.engine.run())
    async with asyncio.timeout(5):
        while not is_enough():
            await asyncio.sleep(0.001)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_that_a_running_engine_reports_its_health_and_lowers_its_authority_when_the_machine_falls_behind() -> (
    None
):
    machine = StillMachine(loop_lag_ms=900.0)
    limits = HealthSettings(patience_seconds=0)
    desk = ScriptedDesk(
        ((), (quote(0), quote(30))), pulse=lambda clock: Pulse(machine, clock, lambda: limits, look_s=0.001)
    )
    desk.bus.subscribe(lambda _: desk.engine.handle(SetAuthority(Authority.AUTO)), HistoryCompleted)
    await run_until(desk, lambda: any(modes.cause for modes in desk.witness.of(ModesChanged)))
    assert desk.witness.of(ModesChanged)[-1].authority is Authority.MANUAL
    assert desk.witness.of(HealthReported)[-1].health.allowed is Authority.MANUAL


async def test_that_work_that_holds_the_loop_is_measured_as_lateness() -> None:
    machine = Machine(settle_s=0.0)
    watching = asyncio.create_task(machine.watch())
    async with asyncio.timeout(5):
        while machine.pop_loop_lag_ms() is None or machine.memory_mb() is None:
            await asyncio.sleep(0.01)
    time.sleep(0.12)  # the fault
    await asyncio.sleep(0.06)
    lag_ms, memory_mb = machine.pop_loop_lag_ms(), machine.memory_mb()
    watching.cancel()
    assert lag_ms is not None
    assert lag_ms > 60.0
    assert memory_mb is not None
    assert 10.0 < memory_mb < 100_000.0


# -- the way to a broker ----------------------------------------------------------------------------------------------


def report(state: LinkState, **more: Any) -> LinkReport:
    return LinkReport(condition=Condition(state=state, sentence="Connected.", way_out="Do it."), **more)


def test_that_a_link_reports_worker_clock_and_round_trip() -> None:
    terminal = TerminalIdentity(
        name="t", company="c", build=1, path="p", max_candles=1, ping=timedelta(milliseconds=30)
    )
    clock = ServerClock(offset=timedelta(hours=2), residual=timedelta(seconds=3), measured_at=MONDAY)
    trips = RoundTrips(median_ms=2.5, p95_ms=4.0, count=9)
    signs = link_signs(report(LinkState.READY, terminal=terminal, clock=clock, round_trips=trips))
    assert signs == LinkSigns(
        is_working=True, sentence="Connected.", way_out="Do it.", clock_offset_ms=3_000.0, round_trip_ms=32.5
    )


def test_that_a_dead_worker_and_a_closed_terminal_do_not_work_and_forbidden_trading_is_no_illness() -> None:
    assert not link_signs(report(LinkState.WORKER_DIED)).is_working
    assert not link_signs(report(LinkState.TERMINAL_CLOSED)).is_working
    assert link_signs(report(LinkState.ALGO_TRADING_OFF)).is_working


def test_that_missing_news_are_a_warning_while_they_should_block_entries() -> None:
    market, limits = Market(), RiskMitigation.model_validate({"news_blackout_minutes": {"high_before": 15}})
    assert VitalName.CALENDAR not in {vital.name for vital in market.health().vitals}
    market.pulse = Pulse(StillMachine(), market.clock, HealthSettings, risk=lambda: limits)
    vital = market.vital(VitalName.CALENDAR, "")
    assert vital.state is VitalState.WARN
    assert vital.sentence == "No economic calendar is loaded: no news is known; entries are blocked."
    market.market.calendar = Calendar.of([news()])
    vital = market.vital(VitalName.CALENDAR, "")
    assert (vital.state, vital.sentence) == (VitalState.GOOD, "News is known until 3 Mar 2026, 00:00 UTC.")
    market.clock.set(MONDAY + timedelta(days=2))
    limits = limits.model_copy(update={"news_needs_calendar": False})
    vital = market.vital(VitalName.CALENDAR, "")
    assert vital.sentence == "The calendar ends on 2 Mar 2026: no news is known after it; no entry is blocked by news."
    assert market.health(60.0).allowed is Authority.AUTO
