"""Findings in price as sorted columns, so that a chart looks only at those in view."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from engine.domain.market import Side
from engine.domain.snapshot import MarketSnapshot
from engine.domain.structure import BreakKind, Direction, OrderBlock, StructureBreak, Sweep, SweptSide, Swing
from gui.features.chart.model.candle_columns import CandleColumns, Column, Floats, Integers

STILL_VALID = -1
"""In place of an index: has not happened yet."""


class Marks:
    """Points in price, one candle each, oldest first. `is_high` says the side of the candle they belong to."""

    def __init__(self) -> None:
        self.index = Column(np.int64)
        self.price = Column()
        self.is_high = Column(np.bool_)
        self.strength = Column()

    def add(self, index: int, price: float, is_high: bool, strength: float = 1.0) -> None:
        self.index.append(index)
        self.price.append(price)
        self.is_high.append(is_high)
        self.strength.append(strength)

    def extend(self, index: Integers, price: Floats, is_high: NDArray[np.bool_]) -> None:
        """Adds points of full strength in order of their candles."""
        for column, values in zip((self.index, self.price, self.is_high), (index, price, is_high), strict=True):
            column.extend(values)
        self.strength.extend(np.ones(len(index)))

    def between(self, first: int, last: int) -> slice:
        """The rows of candles `first`..`last`."""
        at = np.searchsorted(self.index.values, (first, last + 1))
        return slice(int(at[0]), int(at[1]))

    def clear(self) -> None:
        for column in (self.index, self.price, self.is_high, self.strength):
            column.clear()


class Breaks:
    """Breaks of structure: from the candle of the swing to the candle that closed beyond it, sorted by the latter."""

    def __init__(self) -> None:
        self.start = Column(np.int64)
        self.end = Column(np.int64)
        self.price = Column()
        self.is_up = Column(np.bool_)
        self.is_choch = Column(np.bool_)
        self._longest = 0

    def add(self, start: int, end: int, found: StructureBreak) -> None:
        self.start.append(start)
        self.end.append(end)
        self.price.append(found.level)
        self.is_up.append(found.direction is Direction.UP)
        self.is_choch.append(found.event is BreakKind.CHOCH)
        self._longest = max(self._longest, end - start)

    def between(self, first: int, last: int) -> slice:
        """Rows that may touch candles `first`..`last`."""
        at = np.searchsorted(self.end.values, (first, last + self._longest + 1))
        return slice(int(at[0]), int(at[1]))

    def clear(self) -> None:
        for column in (self.start, self.end, self.price, self.is_up, self.is_choch):
            column.clear()
        self._longest = 0


class Zones:
    """Stretches of price from the candle that made them known to the one that ended them, sorted by the former.

    `end` is `STILL_VALID` while they stand, `touched` while they are fresh.
    """

    def __init__(self) -> None:
        self.start = Column(np.int64)
        self.end = Column(np.int64)
        self.touched = Column(np.int64)
        self.low = Column()
        self.high = Column()
        self.is_bullish = Column(np.bool_)
        self._columns = (self.start, self.end, self.touched, self.low, self.high, self.is_bullish)
        self._standing: dict[object, int] = {}
        self._longest = 0

    def add(self, key: object, start: int, low: float, high: float, is_bullish: bool) -> None:
        self._standing[key] = self.start.count
        self.start.append(start)
        self.end.append(STILL_VALID)
        self.touched.append(STILL_VALID)
        self.low.append(low)
        self.high.append(high)
        self.is_bullish.append(is_bullish)

    def touch(self, key: object, index: int) -> None:
        """The zone is fresh no more since candle `index`; later touches change nothing."""
        row = self._standing[key]
        if self.touched.values[row] == STILL_VALID:
            self.touched.values[row] = index

    def end_all_but(self, keys: AbstractSet[object], index: int) -> None:
        """Ends at candle `index` every open zone that is not named."""
        for key in [key for key in self._standing if key not in keys]:
            row = self._standing.pop(key)
            self.end.values[row] = index
            self._longest = max(self._longest, index - int(self.start.values[row]))

    def is_standing(self, key: object) -> bool:
        return key in self._standing

    def replace_since(
        self,
        since: int,
        *,
        start: Integers,
        end: Integers,
        touched: Integers,
        low: Floats,
        high: Floats,
        is_bullish: NDArray[np.bool_],
    ) -> None:
        """Zones that were found all at once, in place of those that became known at candle `since` or later.

        Zones are either added one by one or replaced, not both.
        """
        kept = int(np.searchsorted(self.start.values, since))
        news = (start, end, touched, low, high, is_bullish)
        for column, values in zip(self._columns, news, strict=True):
            column.truncate(kept)
            column.extend(values)
        ends, starts = self.end.values, self.start.values
        is_over = ends != STILL_VALID
        self._longest = int((ends - starts)[is_over].max(initial=0))
        self._standing = {row: row for row in np.flatnonzero(~is_over).tolist()}

    def between(self, first: int, last: int) -> slice:
        """Rows that may touch candles `first`..`last`."""
        starts = self.start.values
        a, b = np.searchsorted(starts, (first - self._longest, last + 1))
        return slice(min([int(a), *self._standing.values()]), int(b))

    def clear(self) -> None:
        for column in self._columns:
            column.clear()
        self._standing.clear()
        self._longest = 0


class Findings:
    """All findings of one symbol; reads each snapshot once, in order of time."""

    def __init__(self, columns: CandleColumns) -> None:
        self._columns = columns
        self.order_blocks = Zones()
        self.equal_levels = Zones()
        self.swings = Marks()
        self.sweeps = Marks()
        self.breaks = Breaks()
        self._blocks: tuple[OrderBlock, ...] = ()
        self._equal: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())

    def add(self, index: int, snapshot: MarketSnapshot) -> None:
        """Adds what was found at the candle of row `index`."""
        for swing in snapshot.swings:
            self._add_swing(swing)
        if snapshot.sweep is not None:
            self._add_sweep(index, snapshot.sweep)
        if snapshot.structure is not None:
            self.breaks.add(self._row(snapshot.structure.swing_time, index), index, snapshot.structure)
        if snapshot.order_blocks != self._blocks:
            self._add_blocks(index, snapshot.order_blocks)
        if (snapshot.equal_highs, snapshot.equal_lows) != self._equal:
            self._add_equal_levels(index, snapshot.equal_highs, snapshot.equal_lows)

    def _row(self, instant: datetime, latest: int) -> int:
        return min(latest, self._columns.index_of(instant))

    def _add_swing(self, swing: Swing) -> None:
        row = self._columns.index_of(swing.candle_time)
        if self._columns.opened_at(row) == swing.candle_time:
            self.swings.add(row, swing.price, swing.is_high)

    def _add_sweep(self, index: int, sweep: Sweep) -> None:
        self.sweeps.add(index, sweep.level, sweep.side is SweptSide.BUY_SIDE, sweep.confidence)

    def _add_blocks(self, index: int, blocks: tuple[OrderBlock, ...]) -> None:
        zones, keys = self.order_blocks, set()
        for block in blocks:
            key = (block.direction, block.candle_time)
            keys.add(key)
            if not zones.is_standing(key):
                zones.add(key, self._row(block.known_at, index), block.low, block.high, block.direction is Side.BUY)
            if not block.is_fresh:
                zones.touch(key, index)
        zones.end_all_but(keys, index)
        self._blocks = blocks

    def _add_equal_levels(self, index: int, highs: tuple[float, ...], lows: tuple[float, ...]) -> None:
        zones = self.equal_levels
        levels = {(True, price) for price in highs} | {(False, price) for price in lows}
        for key in levels:
            if not zones.is_standing(key):
                zones.add(key, index, key[1], key[1], not key[0])
        zones.end_all_but(levels, index)
        self._equal = (highs, lows)

    def clear(self) -> None:
        for group in (self.order_blocks, self.equal_levels, self.swings, self.sweeps, self.breaks):
            group.clear()
        self._blocks = ()
        self._equal = ((), ())
