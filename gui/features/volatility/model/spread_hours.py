"""The usual spread at each hour of the day, from the candles seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HOURS = 24
MAX_KEPT = 1_800
"""Candles of one hour that are remembered: its last thirty days."""
MIN_QUOTES = 20
"""Candles of an hour below which nothing is said of it."""
_WIDE = 90.0
_SECONDS_AN_HOUR = 3600


@dataclass(frozen=True, slots=True)
class HourSpread:
    """The middle spread of an hour, and the one that nine of ten candles stay below, in price units."""

    median: float
    wide: float


class SpreadHours:
    """Hours of UTC; the newest candles of each are kept, in 170 KB for a symbol however long it runs."""

    def __init__(self) -> None:
        self._kept: NDArray[np.float32] = np.empty((HOURS, MAX_KEPT), np.float32)
        self._counts = [0] * HOURS
        self._known: dict[int, HourSpread | None] = {}

    def add(self, at_s: int, spread: float) -> None:
        """A candle that opened `at_s` seconds after 1970 UTC closed with this spread."""
        hour = at_s // _SECONDS_AN_HOUR % HOURS
        self._kept[hour, self._counts[hour] % MAX_KEPT] = spread
        self._counts[hour] += 1
        self._known.pop(hour, None)

    def count(self, hour: int) -> int:
        """How many candles of the hour are kept."""
        return min(self._counts[hour], MAX_KEPT)

    def narrower_share(self, hour: int, spread: float) -> float | None:
        """The share of the hour's candles whose spread was narrower, 0..1, equals counted half; None for too few."""
        if self.count(hour) < MIN_QUOTES:
            return None
        kept, spread = self._of(hour), float(np.float32(spread))
        return float((kept < spread).mean() + 0.5 * (kept == spread).mean())

    def of_hour(self, hour: int) -> HourSpread | None:
        """None where too few candles of the hour were seen."""
        if hour not in self._known:
            self._known[hour] = self._measured(hour)
        return self._known[hour]

    def _measured(self, hour: int) -> HourSpread | None:
        if self.count(hour) < MIN_QUOTES:
            return None
        median, wide = np.percentile(self._of(hour), (50.0, _WIDE))
        return HourSpread(float(median), float(wide))

    def _of(self, hour: int) -> NDArray[np.float32]:
        return self._kept[hour, : self.count(hour)]
