"""What a symbol usually costs to trade: running statistics of its spread."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from math import dist, sqrt

RATIO_READY_AFTER = 10
"""Samples from which the ratio of a spread to the mean can be trusted."""


class SpreadTracker:
    """Mean, median and population standard deviation of the last `window` spreads, in price units.

    All three are there from the first sample on and None before it. `ratio` is the newest spread over the mean that
    includes it: None before ten samples, after a candle without a spread, and where the mean is zero.
    """

    __slots__ = ("_ranked", "_samples", "mean", "median", "ratio", "stdev")

    def __init__(self, window: int) -> None:
        self._samples: deque[float] = deque(maxlen=window)
        self._ranked: list[float] = []
        self.mean: float | None = None
        self.median: float | None = None
        self.stdev: float | None = None
        self.ratio: float | None = None

    def update(self, spread: float | None) -> None:
        """Take one sample; None is no sample and leaves the window as it is."""
        if spread is None:
            self.ratio = None
            return
        samples, ranked = self._samples, self._ranked
        oldest = samples[0] if len(samples) == samples.maxlen else None
        samples.append(spread)
        if oldest != spread:
            if oldest is not None:
                del ranked[bisect_left(ranked, oldest)]
            insort(ranked, spread)
            self._measure()
        self.ratio = spread / self.mean if self.mean and len(ranked) >= RATIO_READY_AFTER else None

    def _measure(self) -> None:
        ranked = self._ranked
        count = len(ranked)
        middle = count // 2
        self.mean = mean = sum(ranked) / count
        self.median = ranked[middle] if count % 2 else (ranked[middle - 1] + ranked[middle]) / 2
        # Fresh sums each time: running ones keep the rounding of every spike that has left the window.
        self.stdev = dist(ranked, (mean,) * count) / sqrt(count)
