"""Values that hold for many candles, stored as runs: one entry per change."""

from __future__ import annotations

import numpy as np

from gui.features.chart.model.candle_columns import Column, Floats, Integers


class Runs:
    """A number per candle, stored where it changes; NaN where there is none."""

    def __init__(self) -> None:
        self._starts = Column(np.int64)
        self._values = Column()

    @property
    def starts(self) -> Integers:
        """First candle of each run."""
        return self._starts.values

    @property
    def values(self) -> Floats:
        return self._values.values

    def extend(self, first: int, values: Floats) -> None:
        """Adds the numbers of the candles from index `first` on."""
        before = np.append(self.values[-1:], values[:-1]) if self._values.count else np.append(np.nan, values[:-1])
        is_new = ~((values == before) | (np.isnan(values) & np.isnan(before)))
        is_new[0] |= self._values.count == 0
        at = np.flatnonzero(is_new)
        self._starts.extend(at + first)
        self._values.extend(values[at])

    def at(self, index: int) -> float:
        """The number of one candle; NaN before the first run."""
        run = int(np.searchsorted(self.starts, index, "right")) - 1
        return float(self.values[run]) if run >= 0 else float("nan")

    def of(self, rows: Integers) -> Floats:
        """The numbers of candles; NaN before the first run."""
        runs = np.searchsorted(self.starts, rows, "right") - 1
        values = np.append(self.values, np.nan)
        return values[runs]

    def between(self, first: int, last: int, count: int) -> tuple[Integers, Integers, Floats]:
        """Starts, ends (exclusive) and values of the runs that touch candles `first`..`last` of `count`."""
        a = max(0, int(np.searchsorted(self.starts, first, "right")) - 1)
        b = int(np.searchsorted(self.starts, last, "right"))
        starts = self.starts[a : b + 1]
        ends = starts[1:] if len(starts) > b - a else np.append(starts[1:], count)
        return starts[: b - a], ends[: b - a], self.values[a:b]

    def clear(self) -> None:
        self._starts.clear()
        self._values.clear()
