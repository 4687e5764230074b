"""A desk whose settings change while a test plays its market."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from config.changes import with_values
from config.settings import Settings
from engine.domain.market import Candle, Quote, Source
from engine.domain.messages.engine import (
    CandleClosed,
    ChangeSettings,
    Event,
    SettingsChanged,
)
from tests.builders import MONDAY, candle, quote
from tests.engine.desks import EngineDesk
from tests.fakes import ScriptedPlayer, source

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


class Desk(EngineDesk):
    """An engine whose market a test plays, quote by quote, after its history."""

    def __init__(self, history: int = 30, *, settings: Settings | None = None, beside: tuple[Source, ...] = ()) -> None:
        self.past = [market_candle(minute) for minute in range(history)]
        self.player = Remembering(self.past, beside)
        super().__init__(self.player, settings or with_values(Settings(), CALM), at=minute(history))
        self.bus.subscribe(self._remember, CandleClosed)

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
        self.engine.pipeline.process(new)

    def play(self, minutes: int, *, since: int = 0) -> None:
        """Four quotes for each of so many minutes."""
        for minute in range(since, since + minutes):
            for each in quotes_of(market_candle(len(self.past) + minute)):
                self.clock.set(each.at)
                self.engine.pipeline.process(each)

    def ask(self, values: Mapping[str, Any], by: str = "window") -> None:
        self.engine.handle(ChangeSettings(with_values(self.settings, values), by))

    @property
    def events(self) -> list[SettingsChanged]:
        return self.witness.of(SettingsChanged)

    def verdicts(self) -> list[tuple[datetime, str | None]]:
        """The live candles, and why layer 1 let none of them be traded."""
        closed = self.witness.of(CandleClosed)
        return [
            (each.snapshot.candle.opened_at, None if each.judgement is None else each.judgement.buy.pre_trade)
            for each in closed
        ]


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
