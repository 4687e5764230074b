"""Where instants are on the time axis of a chart, which has no gaps; before and beyond its candles too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CandleAxis:
    """The openings of closed candles in seconds since 1970 UTC, that of the forming one, and their length in seconds.

    Row i is the candle of `times[i]`; rows beyond either end are as many candles away as fit in between.
    """

    times: Integers
    forming_s: int | None
    candle_s: int

    def rows(self, seconds: Any) -> Integers:
        """The rows of the candles in which instants lie; in a gap, of the next candle. Row 0 on an empty chart."""
        wanted = np.asarray(seconds, np.int64)
        times, count = self.times, len(self.times)
        if not self._count:
            return np.zeros_like(wanted)
        first = int(times[0]) if count else int(self.forming_s or 0)
        rows = times.searchsorted(wanted, "right") - 1
        opened = times[np.clip(rows, 0, max(0, count - 1))] if count else np.full_like(wanted, first)
        beyond = (wanted - opened) // self.candle_s
        is_last = rows == count - 1
        rows = np.where(is_last, rows + (np.minimum(beyond, 1) if self.forming_s is not None else beyond), rows)
        rows = np.where(~is_last & (beyond > 0), rows + 1, rows)
        if self.forming_s is not None:
            rows = np.where(wanted >= self.forming_s, count + (wanted - self.forming_s) // self.candle_s, rows)
        return np.where(wanted < first, (wanted - first) // self.candle_s, rows)

    def position(self, seconds: int) -> float:
        """The row of one instant."""
        return float(self.rows(seconds))

    def seconds(self, row: int) -> int:
        """When the candle of a row opens, opened or would have."""
        count, last = len(self.times), self._count - 1
        if last < 0:
            return 0
        if row < 0:
            return self.seconds(0) + row * self.candle_s
        if row > last:
            return self.seconds(last) + (row - last) * self.candle_s
        return int(self.times[row]) if row < count else int(self.forming_s or 0)

    @property
    def _count(self) -> int:
        return len(self.times) + (self.forming_s is not None)
