"""Candles of a chart as growable columns of numbers, instead of the snapshots themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.domain.snapshot import MarketSnapshot

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
INITIAL_CAPACITY = 1024


def seconds_of(instant: datetime) -> int:
    """Whole seconds since 1970 UTC of an aware instant."""
    return (instant - EPOCH) // SECOND


class Column:
    """An array that grows by doubling; `values` is a view of the filled part and goes stale when more is added."""

    __slots__ = ("_cells", "count")

    def __init__(self, dtype: type[np.generic] = np.float64) -> None:
        self._cells: NDArray[Any] = np.empty(INITIAL_CAPACITY, dtype)
        self.count = 0

    @property
    def values(self) -> NDArray[Any]:
        return self._cells[: self.count]

    @property
    def capacity(self) -> int:
        """Cells that are allocated, filled or not."""
        return len(self._cells)

    def extend(self, values: Sequence[Any] | NDArray[Any]) -> None:
        """Adds cells at the end; None becomes NaN."""
        end = self.count + len(values)
        if end > self.capacity:
            self._grow(end)
        self._cells[self.count : end] = np.asarray(values, self._cells.dtype)
        self.count = end

    def append(self, value: float) -> None:
        if self.count == self.capacity:
            self._grow(self.count + 1)
        self._cells[self.count] = value
        self.count += 1

    def truncate(self, count: int) -> None:
        """Keeps the first `count` cells; all where there are no more."""
        self.count = min(self.count, count)

    def clear(self) -> None:
        """Forgets the values and gives their memory back."""
        self._cells = np.empty(INITIAL_CAPACITY, self._cells.dtype)
        self.count = 0

    def _grow(self, needed: int) -> None:
        cells = np.empty(max(needed, 2 * self.capacity), self._cells.dtype)
        cells[: self.count] = self.values
        self._cells = cells


class CandleColumns:
    """One row per closed candle: prices, and the indicators that change with each candle (NaN until warmed up).

    Prices are float64; distances that are only shown rounded (`atr1`, `atr14`, `range_avg`) are float32.
    `band_half` is the distance from VWAP to either edge of the micro band. `time` is in seconds since 1970 UTC.
    """

    def __init__(self, candle_s: int = 60) -> None:
        """Candles of that many seconds."""
        self._candle_s = candle_s
        self.time = Column(np.int64)
        self.open, self.high, self.low, self.close = Column(), Column(), Column(), Column()
        self.volume, self.spread = Column(), Column()
        self.vwap, self.vwap_sigma, self.band_half = Column(), Column(), Column()
        self.atr1, self.atr14, self.range_avg = Column(np.float32), Column(np.float32), Column(np.float32)
        self._in_order = (
            *(self.open, self.high, self.low, self.close, self.volume, self.spread),
            *(self.vwap, self.vwap_sigma, self.band_half),
            *(self.atr1, self.atr14, self.range_avg),
        )

    def __len__(self) -> int:
        return self.time.count

    def extend(self, snapshots: Iterable[MarketSnapshot]) -> None:
        """Adds one row per snapshot."""
        rows = [_row(snapshot) for snapshot in snapshots]
        if not rows:
            return
        self.extend_rows([row[0] for row in rows], np.array([row[1] for row in rows], np.float64).T)

    def extend_rows(self, time: Sequence[int] | Integers, numbers: Sequence[Floats] | Floats) -> None:
        """Adds rows by their times and, in the order of the columns, their numbers."""
        self.time.extend(time)
        for column, values in zip(self._in_order, numbers, strict=True):
            column.extend(values)

    def clear(self) -> None:
        self.time.clear()
        for column in self._in_order:
            column.clear()

    def index_of(self, instant: datetime) -> int:
        """The row of the candle that opened at `instant`, or of the first one after it."""
        return int(self.time.values.searchsorted(seconds_of(instant)))

    def rows_of(self, seconds: Integers) -> Integers:
        """The rows of the candles in which instants lie, or of the first ones after them.

        An instant whose candle has not closed yet is at the row after them.
        """
        times = self.time.values
        rows = times.searchsorted(seconds, "right")
        if not len(times):
            return rows
        is_inside = (rows > 0) & (seconds < times[rows - 1] + self._candle_s)
        return np.where(is_inside, rows - 1, rows)

    def has_reached(self, seconds: Integers) -> NDArray[np.bool_]:
        """Whether minutes lie within these candles or in the one after the newest of them."""
        times = self.time.values
        if not len(times):
            return np.zeros(len(seconds), np.bool_)
        is_reached: NDArray[np.bool_] = (seconds >= times[0]) & (seconds < times[-1] + 2 * self._candle_s)
        return is_reached

    def row_of(self, seconds: int) -> int:
        """The same for one instant."""
        return int(self.rows_of(np.array([seconds]))[0])

    def opened_at(self, index: int) -> datetime:
        """The opening instant of the candle in a row, aware UTC."""
        return EPOCH + int(self.time.values[index]) * SECOND


def _row(snapshot: MarketSnapshot) -> tuple[int, tuple[float | None, ...]]:
    candle, vwap, high = snapshot.candle, snapshot.vwap, snapshot.band_high
    return seconds_of(candle.opened_at), (
        *(candle.open, candle.high, candle.low, candle.close, candle.volume, candle.spread),
        *(vwap, snapshot.vwap_sigma, None if high is None or vwap is None else high - vwap),
        *(snapshot.atr1, snapshot.atr14, snapshot.range_avg),
    )
