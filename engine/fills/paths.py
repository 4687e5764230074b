"""A recorded candle as a path: plausible quotes of its minute, one a second, exact at its four prices."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import timedelta
from hashlib import blake2b
from typing import Final

import numpy as np

from engine.domain.market import Candle, Instrument, Quote
from engine.fills.minutes import SECONDS, ask_of
from engine.fills.walks import Walk, walk_library

_AFTER: Final = tuple(timedelta(seconds=second) for second in range(SECONDS))


class CandlePaths:
    """Draws paths for the candles of one instrument.

    A path opens, closes and touches high and low exactly, never leaves them, and is otherwise on the tick grid. It
    depends on the seed, the symbol, the minute, the four prices and the usual range before it, on nothing else: not on
    where playing began, at what speed, beside which other symbols or on which machine.
    """

    def __init__(self, instrument: Instrument, seed: int) -> None:
        self._ticks_per_unit = ticks_per_unit(instrument.tick_size)
        self._draws = CandleDraws(instrument, seed)

    def quotes(self, candle: Candle, usual_range: float | None) -> list[Quote]:
        """60 quotes, one at each whole second of the minute. `usual_range` is that of the candles before it, in price
        units; None where too few are known."""
        symbol, opened_at, spread, volume = (
            candle.symbol,
            candle.opened_at,
            candle.spread or 0.0,
            (candle.volume or 0.0) / SECONDS,
        )
        return [
            Quote(symbol=symbol, at=opened_at + after, bid=bid, ask=ask_of(bid, spread), volume=volume)
            for after, bid in zip(_AFTER, self.bids(candle, usual_range), strict=True)
        ]

    def bids(self, candle: Candle, usual_range: float | None) -> Sequence[float]:
        """The bids of those quotes."""
        height = candle.high - candle.low
        if height <= 0.0:
            return [candle.close] * SECONDS
        opens, closes = (candle.open - candle.low) / height, (candle.close - candle.low) / height
        size = height / usual_range if usual_range else None
        minute = int(candle.opened_at.timestamp()) // 60
        draw = self._draws.number(minute, candle.open, candle.high, candle.low, candle.close)
        walk = walk_library().find(opens, closes, size, draw)
        bids = self._priced(_bent(walk, opens, closes), candle)
        bids[walk <= 0.0], bids[walk >= 1.0] = candle.low, candle.high
        bids[0], bids[-1] = candle.open, candle.close
        listed: list[float] = bids.tolist()
        return listed

    def _priced(self, walk: Walk, candle: Candle) -> Walk:
        """The prices of the tick grid next to those of the walk, within the candle."""
        low, high, per_unit = candle.low, candle.high, self._ticks_per_unit
        lowest, highest = np.ceil(low * per_unit - OFF_GRID), np.floor(high * per_unit + OFF_GRID)
        if lowest > highest:  # no price of the grid lies within
            return np.where(walk < 0.5, low, high)
        ticks = np.rint((low + walk * (high - low)) * per_unit)
        priced: Walk = np.clip(np.clip(ticks, lowest, highest) / per_unit, low, high)
        return priced


class CandleDraws:
    """A random number below 2**64 for each candle of one instrument, that it alone has."""

    def __init__(self, instrument: Instrument, seed: int) -> None:
        self._ticks_per_unit = ticks_per_unit(instrument.tick_size)
        self._key = blake2b(f"{seed}|{instrument.stands_for or instrument.symbol}".encode(), digest_size=16).digest()

    def number(self, minute: int, opens: float, high: float, low: float, closes: float) -> int:
        """The number of the candle that opened `minute` minutes after 1970."""
        per_unit = self._ticks_per_unit
        content = struct.pack(
            "<5Q",
            minute & _WORD,
            round(opens * per_unit) & _WORD,
            round(high * per_unit) & _WORD,
            round(low * per_unit) & _WORD,
            round(closes * per_unit) & _WORD,
        )
        return int.from_bytes(blake2b(content, key=self._key, digest_size=8).digest(), "little")


_WORD: Final = 2**64 - 1
"""Whole numbers are identified by their last 64 bits: eight decimals of a very large price need more."""
OFF_GRID: Final = 1e-6
"""Share of a tick by which a price may miss the grid and still count as on it."""


def _bent(walk: Walk, opens: float, closes: float) -> Walk:
    """The walk with its ends where the candle has them, stretched evenly between its extremes and its ends."""
    (low, low_to), (high, high_to) = sorted(((float(walk[0]), opens), (float(walk[-1]), closes)))
    low_to, high_to = min(low_to, high_to), max(low_to, high_to)
    below = walk * (low_to / low) if low > 0.0 else walk
    above = high_to + (walk - high) * ((1.0 - high_to) / (1.0 - high)) if high < 1.0 else walk
    between = low_to + (walk - low) * ((high_to - low_to) / (high - low)) if high > low else low_to
    bent: Walk = np.where(walk <= low, below, np.where(walk >= high, above, between))
    return bent


def ticks_per_unit(tick_size: float) -> float:
    """How many ticks a price unit has; a whole number for ticks below one, without the noise of the fraction."""
    return float(round(1.0 / tick_size)) if tick_size < 1.0 else 1.0 / tick_size
