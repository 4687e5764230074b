"""Running statistics of a symbol's spread."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from math import sqrt

RATIO_READY_AFTER = 10
"""Samples from which the ratio of a spread to the mean can be trusted."""


SCALE = 1 << 60
"""Spreads are summed as whole numbers of this part of a price unit: sums of floats would keep the rounding of every
spike that has left the window, and miss a ratio that is met exactly."""


class SpreadTracker:
    """Mean, median and population standard deviation of the last `window` spreads, in price units.

    All three are there from the first sample on and None before it. `ratio` is the newest spread over the mean that
    includes it: None before ten samples, after a candle without a spread, and where the mean is zero.
    """

    __slots__ = ("_ranked", "_samples", "_squares", "_sum", "mean", "median", "ratio", "stdev")

    def __init__(self, window: int) -> None:
        self._samples: deque[float] = deque(maxlen=window)
        self._ranked: list[float] = []
        self._sum = self._squares = 0
        self.mean: float | None = None
        self.median: float | None = None
        self.stdev: float | None = None
        self.ratio: float | None = None

    def update(self, spread: float | None) -> None:
        """Take one sample; None is no sample and leaves the window as it is."""
        if spread is None:
            self.ratio = None
            return
        samples = self._samples
        oldest = samples[0] if len(samples) == samples.maxlen else None
        samples.append(spread)
        if oldest != spread:
            self._measure(spread, oldest)
        self.ratio = spread / self.mean if self.mean and len(samples) >= RATIO_READY_AFTER else None

    def _measure(self, spread: float, oldest: float | None) -> None:
        ranked, scaled = self._ranked, int(spread * SCALE)
        total, squares = self._sum + scaled, self._squares + scaled * scaled
        if oldest is not None:
            scaled = int(oldest * SCALE)
            total, squares = total - scaled, squares - scaled * scaled
            del ranked[bisect_left(ranked, oldest)]
        insort(ranked, spread)
        self._sum, self._squares = total, squares
        count = len(ranked)
        middle, size = count // 2, count * SCALE
        self.mean = total / size
        self.median = ranked[middle] if count % 2 else (ranked[middle - 1] + ranked[middle]) / 2
        self.stdev = sqrt(count * squares - total * total) / size
