"""Pictures of answers, as values: what is drawn, not how."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
MAX_POINTS = 2_000
"""Of a line: more than a screen has columns."""
MAX_BINS = 60


class Ink(Enum):
    """What a line or bar stands for; the view has a colour for each."""

    MAIN = auto()
    OTHER = auto()
    GAIN = auto()
    LOSS = auto()
    MUTED = auto()
    LIMIT = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """`low` and `high` are an interval around it, if it has one."""

    name: str
    y: Array
    ink: Ink = Ink.MAIN
    low: Array | None = None
    high: Array | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across at one value, with its name."""

    at: float
    name: str = ""
    ink: Ink = Ink.MUTED


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines above common places; `x_words` are those of the places where they are not numbers."""

    title: str
    caption: str
    x: Array
    lines: tuple[Line, ...]
    unit: str = "R"
    x_name: str = ""
    x_words: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Histogram:
    """`edges` has one more than `counts`; the rules stand upright."""

    title: str
    caption: str
    edges: Array
    counts: Array
    unit: str = "R"
    of: str = "trades"
    rules: tuple[Rule, ...] = ()
    is_signed: bool = True
    """Whether what lies below zero is a loss."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: a value with its interval, None where there is none; `words` stand at its right."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    words: str = ""
    tip: str = ""
    is_clear: bool = False
    """Whether it differs from nothing, all rows considered."""


@dataclass(frozen=True, slots=True)
class Bars:
    """Rows below one another on one scale, which begins at zero; rules stand upright."""

    title: str
    caption: str
    bars: tuple[Bar, ...]
    unit: str = "R"
    rules: tuple[Rule, ...] = ()
    is_signed: bool = True
    """Whether what lies below zero is a loss."""


@dataclass(frozen=True, slots=True)
class Heat:
    """A value for each pair of settings, NaN where none was tried; `judged` is each by its worst neighbour.

    `keys` has the row of the answer's table that belongs to a cell, by row and column of the cell.
    """

    title: str
    caption: str
    x_name: str
    y_name: str
    x_words: tuple[str, ...]
    y_words: tuple[str, ...]
    values: NDArray[Any]
    judged: NDArray[Any] | None = None
    unit: str = "R"
    keys: Mapping[tuple[int, int], Hashable] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Span:
    """From one day to another, both included, as ordinals."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Window:
    """One step of a walk: chosen on `train`, tested on `test`."""

    train: Span
    test: Span
    result: float | None
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Strip:
    """Windows one below the other on the calendar, and the days that stay sealed."""

    title: str
    caption: str
    windows: tuple[Window, ...]
    sealed: Span | None = None


Picture = Lines | Histogram | Bars | Heat | Strip


def histogram_of(values: Sequence[float], weights: Sequence[float] | None = None) -> tuple[Array, Array]:
    """Edges and counts, or sums of weights; outliers are collected in the outermost bins, so that the middle stays
    readable."""
    found = np.asarray(values, float)
    if not len(found):
        return np.array([0.0, 1.0]), np.array([0.0])
    low, high = np.quantile(found, (0.005, 0.995))
    reach = max(float(high - low), 1e-6)
    step = _nice(reach / min(MAX_BINS, max(8, round(2.0 * np.sqrt(len(found))))))
    first, last = np.floor(low / step), np.ceil(high / step)
    edges = np.arange(first, max(last, first + 1) + 1) * step
    counts, _ = np.histogram(np.clip(found, edges[0], edges[-1]), edges, weights=weights)
    return edges, counts.astype(float)


def thinned(count: int) -> slice:
    """Which of so many points are drawn."""
    return slice(None, None, max(1, -(-count // MAX_POINTS)))


def _nice(step: float) -> float:
    size = 10.0 ** np.floor(np.log10(step))
    return float(next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= step * 0.999))
