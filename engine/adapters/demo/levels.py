"""Daily levels of a demo market: where the price opens and closes, and how volatile the day is."""

from __future__ import annotations

import math
from typing import NamedTuple

from numpy.random import PCG64, Generator

from engine.adapters.demo import calendar
from engine.adapters.demo.calibration import LEVEL_MEMORY, REVERSION, Calibration
from engine.domain.market import DayRoll

_CHUNK = 256
_GAP_TAIL = 0.6
"""Log deviation of the size of gaps; with the change of volatility it makes one gap in ten four times the median."""
_MEDIAN_OF_NORMAL = 0.6745
_SQUARE_DEVIATION = math.sqrt(2.0)
"""Of a squared standard normal: volatility rises in shocks and calms down by and by."""


class DayLevels(NamedTuple):
    """What is settled about a day before its minutes are: distances of log price from the calibration's, in 1e-4."""

    first: float
    last: float
    level: float
    """Log volatility at the opening, about its mean."""
    slow: float
    """Where volatility's swing over hours stands at the opening, in standard deviations."""
    mood: float
    """What this week's weekend adds to log volatility."""


class LevelChain:
    """The days in order: each opens where the one before closed, give or take a gap, and drifts back towards home.

    A day costs a few microseconds, so that any day is reached without playing the ones before.
    """

    def __init__(self, calibration: Calibration, roll: DayRoll, entropy: tuple[int, ...]) -> None:
        self._calibration = calibration
        self._roll = roll
        self._entropy = entropy
        self._liveliness = self._mood = 0.0
        self._days: list[DayLevels] = []

    def day(self, number: int) -> DayLevels:
        while len(self._days) <= number:
            self._extend()
        return self._days[number]

    def _extend(self) -> None:
        """Draws are fixed by chunk, so that a day is the same however far a desk has played."""
        stream = Generator(PCG64([*self._entropy, len(self._days) // _CHUNK]))
        for draws in stream.standard_normal((_CHUNK, 6)).tolist():
            self._days.append(self._next(*draws))

    def _next(self, gap: float, tail: float, move: float, level: float, slow: float, mood: float) -> DayLevels:
        own, number = self._calibration, len(self._days)
        shock = (level * level - 1.0) / _SQUARE_DEVIATION
        self._liveliness = LEVEL_MEMORY * self._liveliness + math.sqrt(1.0 - LEVEL_MEMORY**2) * own.level_noise * shock
        is_weekend = calendar.is_weekend(number, self._roll)
        if not is_weekend:
            self._mood = own.weekend_noise * mood - own.weekend_calm
        liveliness = self._liveliness + (self._mood if is_weekend else 0.0)
        first = self._days[-1].last + self._gap(number, gap, tail) if number else 0.0
        return DayLevels(
            first=first,
            last=(1.0 - REVERSION) * first + move * own.daily_move * math.exp(liveliness),
            level=self._liveliness,
            slow=slow,
            mood=self._mood,
        )

    def _gap(self, number: int, gap: float, tail: float) -> float:
        own = self._calibration
        median = own.weekend_gap if calendar.is_after_weekend(number, self._roll) else own.daily_gap
        return gap * median / _MEDIAN_OF_NORMAL * math.exp(_GAP_TAIL * tail + self._liveliness)
