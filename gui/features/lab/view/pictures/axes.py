"""Scales of pictures: where values stand, and which of them are written."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil, floor, isfinite, log10
from typing import NamedTuple

from gui.features.trading.model.words import MINUS

MARGIN = 0.06
"""Of the range, kept free at both ends."""


class Axis(NamedTuple):
    """Values from `low` to `high` between two pixels; a scale that goes up has the larger pixel first."""

    low: float
    high: float
    first: float
    last: float

    def at(self, value: float) -> float:
        """The pixel of a value."""
        return self.first + (value - self.low) / (self.high - self.low) * (self.last - self.first)

    def value(self, pixel: float) -> float:
        """The value at a pixel."""
        return self.low + (pixel - self.first) / (self.last - self.first) * (self.high - self.low)

    @property
    def length(self) -> float:
        return abs(self.last - self.first)

    def ticks(self, apart: float) -> list[float]:
        """Round values, at least so many pixels from each other."""
        step = self.step(apart)
        first, last = ceil(self.low / step - 1e-9), floor(self.high / step + 1e-9)
        return [place * step for place in range(first, last + 1)]

    def step(self, apart: float) -> float:
        """Between two ticks: 1, 2 or 5 times a power of ten."""
        least = (self.high - self.low) * apart / max(self.length, 1.0)
        size = 10.0 ** floor(log10(least))
        return next(size * factor for factor in (1.0, 2.0, 5.0, 10.0) if size * factor >= least)


def tick_text(value: float, step: float) -> str:
    """A round value with as many digits as its step has."""
    digits = max(0, -floor(log10(step) + 1e-9))
    return f"{value:z,.{digits}f}".replace("-", MINUS)


def spanned(values: Iterable[float], *, with_zero: bool = False) -> tuple[float, float]:
    """The range of all finite values and a margin; never empty."""
    found = [value for value in values if isfinite(value)]
    if with_zero or not found:
        found.append(0.0)
    low, high = min(found), max(found)
    if high - low < 1e-9:
        low, high = low - 0.5, high + 0.5
    room = (high - low) * MARGIN
    return low - room, high + room
