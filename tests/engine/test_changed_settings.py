"""Other settings in a running engine: from the next candle on, never half of them, and loosened limits later."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from config.changes import Change, with_values
from config.settings import Settings
from engine.bus import Bus
from engine.clock import MarketClock
from engine.domain.market import Candle, DayRoll, Instrument, Quote, Source
from engine.domain.messages import (
    CandleClosed,
    CandleRecalled,
    ChangeSettings,
    Event,
    HistoryRead,
    QuoteReceived,
    RecallCandle,
    Seek,
    SettingsChanged,
)
from engine.domain.trading_messages import TradingEvent
from engine.engine import TradingEngine
from engine.practice import Archive, PracticeTrading
from engine.settings_store import SettingsStore
from engine.watch import Watch
from tests.builders import MONDAY, candle, quote
from tests.fakes import ScriptedPlayer, Witness, source

SPREAD = "xauusd_rules.pre_trade_filters.spread.max_spread"
LOOKBACK = "xauusd_rules.analysis.sweep_lookback"
CALM = {
    "xauusd_rules.pre_trade_filters.volatility.atr1_min": 0.0,
    "xauusd_rules.pre_trade_filters.volatility.m1_range_avg_min": 0.0,
    "xauusd_rules.pre_trade_filters.spread.max_ratio": 100.0,
}
"""Lets a market of single quotes pass every filter but the one that is looked at."""


class Remembering(ScriptedPlayer):
    """A player whose past goes on with what was played."""

    def __init__(self, past: list[Candle], beside: tuple[Source, ...]) -> None:
        super().__init__((past, ()), (past, ()), source=source(), beside=beside)
        self.played: list[Candle] = []

    def past(self, symbol: str, since: datetime | None) -> Iterator[Candle]:
        yield from super().past(symbol, since)
        yield from (
            each for each in self.played if each.symbol == symbol and (since is None or each.opened_at >= since)
        )


class Desk:
    """An engine whose market a test tells, quote by quote, after its history."""

    def __init__(self, history: int = 30, *, settings: Settings | None = None, beside: tuple[Source, ...] = ()) -> None:
        self.past = [market_candle(minute) for minute in range(history)]
        self.player = Remembering(self.past, beside)
        self.bus, self.clock, self.witness = Bus(), MarketClock(MONDAY + timedelta(minutes=history)), Witness()
        self.bus.subscribe(self.witness)
        self.bus.subscribe(self._remember, CandleClosed)
        self.settings = settings or with_values(Settings(), CALM)
        self.archive = Archive.open(None, self.settings, self.clock)
        practice = PracticeTrading(self.player.sources, self.settings, self.clock, self.archive)
        store = SettingsStore(self.settings, self.archive, self.clock.now(), may_resume=False)
        self.engine = TradingEngine(self.player, self.bus, self.clock, Watch, practice.open, store)

    async def open(self) -> Desk:
        await self.engine.play()
        return self

    def _remember(self, event: Event) -> None:
        assert isinstance(event, CandleClosed)
        self.player.played.append(event.snapshot.candle)

    def quote(self, seconds: float, **values: Any) -> None:
        """A quote so many seconds after the history's end."""
        new = quote(60 * len(self.past) + seconds, **values)
        self.clock.set(new.at)
        self.engine.process(new)

    def play(self, minutes: int, *, since: int = 0) -> None:
        """Four quotes for each of so many minutes."""
        for minute in range(since, since + minutes):
            for each in quotes_of(market_candle(len(self.past) + minute)):
                self.clock.set(each.at)
                self.engine.process(each)

    def ask(self, values: Mapping[str, Any], by: str = "window") -> None:
        self.engine.handle(ChangeSettings(with_values(self.settings, values), by))

    @property
    def told(self) -> list[SettingsChanged]:
        return self.witness.of(SettingsChanged)

    def verdicts(self) -> list[tuple[datetime, str | None]]:
        """The live candles, and why layer 1 let none of them be traded."""
        closed = self.witness.of(CandleClosed)
        return [(each.snapshot.candle.opened_at, each.judgement and each.judgement.buy.pre_trade) for each in closed]


def market_candle(minute: int) -> Candle:
    """A lively market without an end: every candle has quotes enough to be made of four."""
    close = 2000.0 + (minute * 7) % 13 - (minute * 5) % 7
    opening = 2000.0 + ((minute - 1) * 7) % 13 - ((minute - 1) * 5) % 7
    high, low = max(opening, close) + minute % 3, min(opening, close) - minute % 4
    return candle(minute, open=opening, high=high, low=low, close=close, volume=4.0)


def quotes_of(made: Candle) -> list[Quote]:
    seconds = (made.opened_at - MONDAY).total_seconds()
    prices = (made.open, made.high, made.low, made.close)
    return [quote(seconds + 15 * place, bid=price) for place, price in enumerate(prices)]


def minute(number: int) -> datetime:
    return MONDAY + timedelta(minutes=number)


# -- the next candle ----------------------------------------------------------------------------------------------


async def test_that_a_change_counts_for_the_candle_after_the_one_that_forms() -> None:
    desk = await Desk().open()
    desk.quote(0)
    desk.quote(20)
    desk.ask({SPREAD: 0.1})
    desk.quote(40)
    desk.quote(60)
    desk.quote(120)
    assert desk.verdicts() == [(minute(30), None), (minute(31), "spread_max")]


async def test_that_what_was_asked_for_is_told_at_once_and_what_counts_when_it_counts() -> None:
    desk = await Desk().open()
    desk.quote(0)
    desk.ask({SPREAD: 0.1})
    change = Change(SPREAD, 0.25, 0.1)
    (asked,) = desk.told
    assert (asked.settings, asked.changes, asked.by) == (desk.settings, (), "window")
    assert [(each.change, each.due_at) for each in asked.waiting] == [(change, None)]
    desk.quote(60)
    _, told = desk.told
    assert (told.settings, told.changes, told.waiting) == (asked.wanted, (change,), ())


async def test_that_the_candle_that_forms_is_told_before_the_change() -> None:
    desk = await Desk().open()
    desk.quote(0)
    desk.ask({SPREAD: 0.1})
    desk.quote(60)
    order = [type(event) for event in desk.witness.events if isinstance(event, CandleClosed | SettingsChanged)]
    assert order == [SettingsChanged, CandleClosed, SettingsChanged]
    assert isinstance(desk.witness.events[-1], QuoteReceived)


async def test_that_what_only_the_window_obeys_counts_at_once() -> None:
    desk = await Desk().open()
    desk.ask({"interface.theme": "light", SPREAD: 0.1})
    (told,) = desk.told
    assert told.settings.interface.theme == "light"
    assert [change.key for change in told.changes] == ["interface.theme"]
    assert [each.change.key for each in told.waiting] == [SPREAD]


async def test_that_a_feed_of_closed_candles_changes_between_two_of_them() -> None:
    desk = await Desk().open()
    for number in (30, 31, 32):
        made = market_candle(number)
        desk.clock.set(made.closed_at)
        desk.engine.process(made)
        if number == 30:
            desk.ask({SPREAD: 0.1})
    assert [reason for _, reason in desk.verdicts()] == [None, "spread_max", "spread_max"]


async def test_that_rules_for_a_further_symbol_let_it_be_judged() -> None:
    silver = Instrument(symbol="XAGUSD", digits=2, tick_size=0.01, day_roll=DayRoll.NEW_YORK_17)
    desk = await Desk(beside=(source(instrument=silver),)).open()
    desk.quote(0, symbol="XAGUSD")
    desk.ask({"xagusd_rules.reward_ratio": 3.0})
    desk.quote(60, symbol="XAGUSD")
    desk.quote(120, symbol="XAGUSD")
    first, second = desk.witness.of(CandleClosed)
    assert first.judgement is None
    assert second.judgement is not None


async def test_that_a_symbol_whose_rules_are_gone_is_watched_only() -> None:
    silver = Instrument(symbol="XAGUSD", digits=2, tick_size=0.01, day_roll=DayRoll.NEW_YORK_17)
    with_silver = with_values(Settings(), {"xagusd_rules.reward_ratio": 3.0})
    desk = await Desk(settings=with_silver, beside=(source(instrument=silver),)).open()
    desk.quote(0, symbol="XAGUSD")
    desk.engine.handle(ChangeSettings(Settings()))
    desk.quote(60, symbol="XAGUSD")
    desk.quote(120, symbol="XAGUSD")
    first, second = desk.witness.of(CandleClosed)
    assert first.judgement is not None
    assert second.judgement is None


async def test_that_a_market_wound_back_begins_with_what_was_asked_for() -> None:
    desk = await Desk().open()
    desk.quote(0)
    desk.ask({SPREAD: 0.1})
    desk.engine.handle(Seek(MONDAY))
    await desk.open()
    assert desk.told[-1].settings.xauusd_rules.pre_trade_filters.spread.max_spread == 0.1
    judged = [each for event in desk.witness.of(HistoryRead)[1:] for each in event.candles]
    assert {each.judgement.buy.pre_trade for each in judged if each.judgement} >= {"spread_max"}


# -- readings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {LOOKBACK: 4, "xauusd_rules.analysis.atr_length": 5},
        {"xauusd_rules.vwap.tolerance": 0.002, "xauusd_rules.micro_ob_lookback": 8},
        {"sessions.london.opens": "09:00", "xauusd_rules.analysis.spread_window": 20},
    ],
)
async def test_that_readings_by_other_windows_are_those_of_a_desk_that_always_had_them(values: dict[str, Any]) -> None:
    changed = await Desk(90).open()
    changed.play(5)
    changed.ask(values)
    changed.play(20, since=5)
    always = await Desk(90, settings=with_values(changed.settings, values)).open()
    always.play(25)
    expected = [each.snapshot for each in always.witness.of(CandleClosed)]
    found = [each.snapshot for each in changed.witness.of(CandleClosed)]
    assert found[5:] == expected[5:]
    assert found[:4] != expected[:4]


async def test_that_a_long_past_is_read_again_without_holding_up_the_market() -> None:
    desk = await Desk(1200).open()
    desk.quote(0)
    desk.ask({LOOKBACK: 4})
    desk.quote(60)  # the loop has had no turn yet
    assert desk.told[-1].changes == ()
    for _ in range(5):
        await asyncio.sleep(0)
    desk.quote(120)
    assert [change.key for change in desk.told[-1].changes] == [LOOKBACK]


async def test_that_past_candles_are_told_as_they_were_judged() -> None:
    desk = await Desk(60).open()
    desk.play(3)
    desk.ask({SPREAD: 0.1, LOOKBACK: 4})
    desk.play(3, since=3)
    for each in desk.witness.of(CandleClosed):
        desk.engine.handle(RecallCandle("XAUUSD", each.snapshot.candle.opened_at))
        assert desk.witness.of(CandleRecalled)[-1].candle == each


async def test_that_asking_for_what_is_in_force_changes_nothing() -> None:
    plain, asked = await Desk(60).open(), await Desk(60).open()
    plain.play(30)
    for number in range(30):
        asked.play(1, since=number)
        asked.ask({})
    kept = [event for event in asked.witness.events if not isinstance(event, SettingsChanged)]
    assert [event for event in kept if not isinstance(event, TradingEvent)] == [
        event for event in plain.witness.events if not isinstance(event, TradingEvent)
    ]
    assert kept == plain.witness.events


# -- loosened limits ----------------------------------------------------------------------------------------------


async def test_that_a_loosened_limit_waits_ten_minutes_and_a_tightened_one_does_not() -> None:
    desk = await Desk().open()
    desk.quote(0)
    desk.ask({SPREAD: 0.5, "risk_mitigation.max_positions_per_symbol": 1})
    (waiting,) = [each for each in desk.told[-1].waiting if each.due_at is not None]
    assert (waiting.change, waiting.due_at) == (Change(SPREAD, 0.25, 0.5), minute(40))
    desk.quote(60)
    assert [change.key for change in desk.told[-1].changes] == ["risk_mitigation.max_positions_per_symbol"]
    for number in range(2, 10):
        desk.quote(60 * number, spread=0.3)
    desk.quote(600, spread=0.3)
    assert (desk.told[-1].by, desk.told[-1].changes) == ("desk", (Change(SPREAD, 0.25, 0.5),))
    desk.quote(660, spread=0.3)
    assert desk.verdicts()[-2:] == [(minute(39), "spread_max"), (minute(40), None)]


async def test_that_what_waits_is_taken_back_by_asking_for_what_is_in_force() -> None:
    desk = await Desk().open()
    desk.quote(0)
    desk.ask({SPREAD: 0.5})
    desk.ask({})
    assert desk.told[-1].waiting == ()
    desk.quote(600)
    desk.quote(660)
    assert len(desk.told) == 2


async def test_that_asking_again_for_more_waits_again_and_for_less_does_not() -> None:
    desk = await Desk().open()
    desk.quote(0)
    desk.ask({SPREAD: 0.5})
    desk.quote(120)
    desk.ask({SPREAD: 0.4})
    assert desk.told[-1].waiting[0].due_at == minute(40)
    desk.ask({SPREAD: 0.6})
    assert desk.told[-1].waiting[0].due_at == minute(42)


async def test_that_a_shorter_delay_waits_for_the_longer_one() -> None:
    desk = await Desk().open()
    desk.quote(0)
    desk.ask({"risk_mitigation.loosen_delay_minutes": 0})
    desk.quote(60)
    desk.ask({"risk_mitigation.loosen_delay_minutes": 0, SPREAD: 0.5})
    due = {each.change.key: each.due_at for each in desk.told[-1].waiting}
    assert due == {"risk_mitigation.loosen_delay_minutes": minute(40), SPREAD: minute(41)}


async def test_that_winding_a_market_on_does_not_shorten_the_wait() -> None:
    desk = await Desk().open()
    desk.quote(0)
    desk.ask({SPREAD: 0.5})
    desk.quote(240)
    desk.clock.set(minute(300))
    desk.engine.handle(Seek(minute(300)))
    await desk.open()
    assert desk.told[-1].waiting[0].due_at == minute(40)
    desk.clock.set(minute(300))


# -- the journal --------------------------------------------------------------------------------------------------


async def test_that_every_changed_key_is_in_the_journal_with_both_values() -> None:
    desk = await Desk().open()
    desk.quote(0)
    desk.ask({SPREAD: 0.1, LOOKBACK: 12}, by="file")
    desk.quote(60)
    entry = list(desk.archive.journal.read(kind="settings_changed"))[-1]
    assert entry.payload["by"] == "file"
    assert entry.payload["changes"] == [
        {"key": SPREAD, "old": 0.25, "new": 0.1},
        {"key": LOOKBACK, "old": 10, "new": 12},
    ]
    assert desk.archive.journal.settings == entry.payload["now"]


async def test_that_a_loosened_limit_is_in_the_journal_when_it_is_asked_for() -> None:
    desk = await Desk().open()
    desk.quote(0)
    desk.ask({SPREAD: 0.5})
    entry = list(desk.archive.journal.read(kind="limits_noted"))[-1]
    assert entry.payload["waiting"] == [
        {"key": SPREAD, "old": 0.25, "new": 0.5, "due_at": f"{minute(40).isoformat().replace('+00:00', 'Z')}"}
    ]
