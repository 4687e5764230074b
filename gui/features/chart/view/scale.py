"""Converts candles and prices to pixels and back."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

ROUNDING = 1e-6
"""Pixels by which a coordinate that ought to be whole may miss it: one candle must not be torn from its neighbours."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The view as it is painted: pixels from the top left corner of the plot; row i has its centre at index i.

    `ratio` is device pixels per pixel; the snapped coordinates lie on device pixels, which keeps edges sharp.
    """

    first: float
    last: float
    low: float
    high: float
    width: int
    height: int
    ratio: float = 1.0

    @property
    def step(self) -> float:
        """Pixels per candle, the same for all views of candles as wide, so that each shows the same marks."""
        return round(self.width / (self.last - self.first), 9)

    @property
    def wick(self) -> float:
        """Pixels of a wick: a whole number of device pixels."""
        return max(1, round(self.ratio)) / self.ratio

    @property
    def body(self) -> float:
        """Pixels of a candle's body: whole device pixels, as many left of the wick as right of it."""
        wick, step = max(1, round(self.ratio)), self.step * self.ratio
        if step < 2.5 * wick:
            return wick / self.ratio
        wanted = max(3.0 * wick, 0.8 * step)
        return (wick + 2 * int((wanted - wick) / 2.0)) / self.ratio

    @property
    def stride(self) -> int:
        """Candles that share one column of pixels; 1 as long as each has its own."""
        return max(1, math.ceil(1.0 / (self.step * self.ratio) - ROUNDING))

    def x(self, index: Any) -> Any:
        return (index - self.first) * (self.width / (self.last - self.first))

    def y(self, price: Any) -> Any:
        return (self.high - price) * (self.height / (self.high - self.low))

    def snapped_x(self, index: Any) -> Any:
        if isinstance(index, int):  # a tick has few numbers, for which numpy would take most of its time
            return math.floor(self.x(index) * self.ratio + ROUNDING) / self.ratio
        return np.floor(self.x(index) * self.ratio + ROUNDING) / self.ratio

    def whole_x(self, index: Any) -> Any:
        """Left of a pixel, not of a device pixel only."""
        return np.floor(self.x(index) + ROUNDING)

    def snapped_y(self, price: Any) -> Any:
        if isinstance(price, float):
            return round(self.y(price) * self.ratio) / self.ratio
        return np.round(self.y(price) * self.ratio) / self.ratio

    def index_at(self, x: Any) -> Any:
        return self.first + x * (self.last - self.first) / self.width

    def price_at(self, y: float) -> float:
        return self.high - y * (self.high - self.low) / self.height

    def widened(self, pixels: int) -> Scale:
        """The same with so many pixels more on either side."""
        candles = pixels / self.step
        return replace(self, first=self.first - candles, last=self.last + candles, width=self.width + 2 * pixels)

    def pixels_from(self, other: Scale) -> int:
        """How far right of another scale's left edge this one's is, if candles are as wide."""
        return round((self.first - other.first) * self.step)

    def rows(self, count: int) -> tuple[int, int]:
        """First and last row in view of `count`; the first is past the last where none is."""
        return max(0, int(np.floor(self.first + 0.5))), min(count - 1, int(np.ceil(self.last - 0.5)))
