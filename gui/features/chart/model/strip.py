"""How far every closed candle came through the four layers: one byte per candle and side, and the setups."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from engine.domain.judgement import Judgement, Layer, Setup, SideJudgement
from engine.domain.market import Side
from gui.features.chart.model.candle_columns import Column

Codes = NDArray[np.uint8]

LAYER_COUNT = len(Layer)
SIDES = tuple(Side)
SHORT_LAYER_TITLES = ("Filters", "Location", "Signals", "Score")
NOT_JUDGED = 0


class Cell(IntEnum):
    """What one layer did to one candle."""

    NOT_JUDGED = 0
    PASSED = 1
    THROUGH = 2
    """Passed, as did all layers of this side."""
    DECIDED = 3
    """The first layer that failed: it blocked the side."""
    BEHIND = 4
    """Failed behind the layer that decided."""


def _code(passed: int) -> int:
    """The byte for a set of passed layers, bit 0 being the first one. More passed layers give a higher byte."""
    depth = next((layer for layer in range(LAYER_COUNT) if not passed >> layer & 1), LAYER_COUNT)
    return (depth + 1) << LAYER_COUNT | passed


def _cells(code: int) -> list[Cell]:
    depth, passed = (code >> LAYER_COUNT) - 1, code & (1 << LAYER_COUNT) - 1
    if depth < 0:
        return [Cell.NOT_JUDGED] * LAYER_COUNT
    if depth >= LAYER_COUNT:
        return [Cell.THROUGH] * LAYER_COUNT
    layers = range(LAYER_COUNT)
    return [Cell.PASSED if passed >> at & 1 else Cell.DECIDED if at == depth else Cell.BEHIND for at in layers]


_CODES = tuple(_code(passed) for passed in range(1 << LAYER_COUNT))

CELLS: NDArray[np.uint8] = np.array([_cells(code) for code in range(256)], np.uint8)
"""Shape (256, 4): the state of each layer by byte."""


class SetupMarks:
    """The candles with a setup, oldest first."""

    def __init__(self) -> None:
        self.index = Column(np.int64)
        self.is_buy = Column(np.bool_)
        self.score = Column(np.float32)
        self.is_a_plus = Column(np.bool_)

    def add(self, index: int, setup: Setup) -> None:
        self.index.append(index)
        self.is_buy.append(setup.side is Side.BUY)
        self.score.append(setup.score)
        self.is_a_plus.append(setup.is_a_plus)

    def between(self, first: int, last: int) -> slice:
        """The marks on candles `first`..`last`."""
        at = np.searchsorted(self.index.values, (first, last + 1))
        return slice(int(at[0]), int(at[1]))

    def clear(self) -> None:
        for column in (self.index, self.is_buy, self.score, self.is_a_plus):
            column.clear()


class Verdicts:
    """One row per closed candle, as in the chart's columns. `living` is the setup of the newest candle, if it has one.

    Of several candles that share a place on the screen the highest byte is the one that came furthest.
    """

    def __init__(self) -> None:
        self.buy, self.sell = Column(np.uint8), Column(np.uint8)
        self.setups = SetupMarks()
        self.living: Setup | None = None

    def __len__(self) -> int:
        return self.buy.count

    def of(self, side: Side) -> Codes:
        return self.buy.values if side is Side.BUY else self.sell.values

    def extend(self, judgements: Sequence[Judgement | None]) -> None:
        """Adds candles in order of time; None where nothing was judged."""
        first = len(self)
        self.buy.extend([NOT_JUDGED if each is None else _byte(each.buy) for each in judgements])
        self.sell.extend([NOT_JUDGED if each is None else _byte(each.sell) for each in judgements])
        for index, judgement in enumerate(judgements, first):
            self.living = None if judgement is None else judgement.setup
            if self.living is not None:
                self.setups.add(index, self.living)

    def cell(self, index: int, side: Side, layer: int) -> Cell:
        """What the layer of that place, counted from 0, did to the candle of a row."""
        return Cell(int(CELLS[self.of(side)[index], layer]))

    def clear(self) -> None:
        self.buy.clear()
        self.sell.clear()
        self.setups.clear()
        self.living = None


def _byte(side: SideJudgement) -> int:
    reasons = (side.pre_trade, side.location, side.signals, side.confluence)
    return _CODES[sum((reason is None) << at for at, reason in enumerate(reasons))]
