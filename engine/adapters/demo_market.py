"""The demo market: seeded, endless, offline prices of gold and bitcoin, at any instant without playing up to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING

from engine.adapters.demo import calendar
from engine.adapters.demo.calibration import CALIBRATIONS
from engine.domain.market import CANDLE_LENGTH, Candle, Instrument, Minute, Source
from engine.errors import DeskError
from engine.market.instruments import instrument_for

if TYPE_CHECKING:
    from engine.adapters.demo.days import DemoDays


def demo_markets(seed: int) -> tuple[DemoMarket, ...]:
    """Gold and bitcoin. The same seed gives the same candles forever."""
    return tuple(DemoMarket(instrument_for(symbol), seed) for symbol in CALIBRATIONS)


class DemoMarket:
    """One instrument's demo prices: candles, which are played as those of any recording.

    Raises `DeskError` for a symbol nothing is calibrated for, or a seed below zero.
    """

    def __init__(self, instrument: Instrument, seed: int) -> None:
        if instrument.symbol not in CALIBRATIONS:
            known = ", ".join(CALIBRATIONS)
            raise DeskError(f"the demo market has no {instrument.symbol}: allowed are {known}")
        if seed < 0:
            raise DeskError(f"the demo market's seed is {seed}: allowed are 0 and more")
        self._instrument = instrument
        self._seed = seed
        self._roll = instrument.day_roll
        self._ticks_per_unit = round(1.0 / instrument.tick_size)
        self._days = _open_days(instrument, seed)

    @property
    def source(self) -> Source:
        return Source(
            instrument=self._instrument,
            format="demo market",
            clock="UTC",
            name=f"seed {self._seed}",
            has_volume=True,
            has_spread=True,
            has_aggressor_volume=False,
        )

    @property
    def first_at(self) -> datetime:
        return calendar.opening(0, self._roll)

    @property
    def last_at(self) -> None:
        """The demo market never ends."""
        return None

    @property
    def opens_at(self) -> datetime:
        return calendar.OPENS_AT

    def candles_before(self, instant: datetime, since: datetime | None = None) -> Iterator[Candle]:
        first_day = 0 if since is None else max(calendar.day_at(since, self._roll), 0)
        for number in range(first_day, calendar.day_at(instant, self._roll) + 1):
            for candle in self._candles(number, since):
                if candle.opened_at >= instant:
                    return
                yield candle

    def items_from(self, instant: datetime) -> Iterator[Minute]:
        for number in count(max(calendar.day_at(instant, self._roll), 0)):
            for candle in self._candles(number, instant):
                yield Minute(candle)

    def _candles(self, number: int, since: datetime | None) -> Iterator[Candle]:
        """The candles of a day that open at `since` or later."""
        day, per_unit, symbol = self._days.day(number), self._ticks_per_unit, self._instrument.symbol
        opens, closes = day.nodes[:, 0] / per_unit, day.nodes[:, -1] / per_unit
        spreads = (day.nodes[:, -1] + day.spreads) / per_unit - closes
        columns = opens, day.highs / per_unit, day.lows / per_unit, closes, day.volumes.astype(float), spreads
        first = 0 if since is None else max(0, -((day.opened_at - since) // CANDLE_LENGTH))
        rows = zip(*(column[first:].tolist() for column in columns), strict=True)
        for minute, (open_, high, low, close, volume, spread) in enumerate(rows, first):
            yield Candle(
                symbol=symbol,
                opened_at=day.opened_at + minute * CANDLE_LENGTH,
                open=open_,
                high=high,
                low=low,
                close=close,
                volume=volume,
                spread=spread,
            )


def _open_days(instrument: Instrument, seed: int) -> DemoDays:
    """Imports the random generator too, so that the event loop need not wait for it: markets are made off the loop."""
    from engine.adapters.demo.days import DemoDays  # numpy stays off the way to the first window

    return DemoDays(instrument, CALIBRATIONS[instrument.symbol], seed)
