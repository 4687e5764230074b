"""Which settings do best, and whether the best of so many is more than luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.lab.memory.trial import DailyMatrix
from engine.lab.search.best_of import BestOf, best_of
from engine.lab.search.heat_map import heat_map, worst_neighbour
from engine.lab.search.space import Parameter, Point, Space
from engine.lab.studies.results import Daily, result_of

MIN_TRADES: Final = 30
"""A configuration with fewer is never the best."""
_CELLS: Final = 8
"""Cells of the heat map along a setting with more values than that."""


class SweepTrial(msgspec.Struct, frozen=True, kw_only=True):
    """One configuration: mean R with its 95 % interval; None without trades."""

    number: int
    values: Mapping[str, Any]
    settings_hash: str
    trades: int
    mean_r: float | None
    low: float | None
    high: float | None


class HeatMap(msgspec.Struct, frozen=True, kw_only=True):
    """The mean lower bound over two settings; rows are those of y. None where no trial fell into a cell.

    A cell of many values is named by the lowest of them.
    """

    x: str
    y: str
    x_values: tuple[Any, ...]
    y_values: tuple[Any, ...]
    low: tuple[tuple[float | None, ...], ...]
    worst_neighbour: tuple[tuple[float | None, ...], ...]


class Sweep(msgspec.Struct, frozen=True, kw_only=True):
    """All trials; the one with the highest lower bound, and what the best of so many is worth."""

    trials: tuple[SweepTrial, ...]
    best: SweepTrial | None
    best_of: BestOf | None
    heat: HeatMap | None


def swept(
    space: Space,
    points: Sequence[Point],
    found: Mapping[str, Daily],
    hashes: Sequence[str],
    days: Sequence[date],
    tried: int | None,
    axes: tuple[str, str] | None,
) -> Sweep:
    """Ranks the points by what they brought on `days`, which begin with the recording's first.

    `found` has the results by settings hash, `hashes` that of each point; `tried` is how many configurations were ever
    tried for the symbol, None where that is not known.
    """
    trials = tuple(
        _trial(number, point, settings_hash, found[settings_hash], len(days))
        for number, (point, settings_hash) in enumerate(zip(points, hashes, strict=True))
    )
    ranked = [trial for trial in trials if trial.low is not None and trial.trades >= MIN_TRADES]
    return Sweep(
        trials=trials,
        best=max(ranked, key=lambda trial: trial.low or 0.0, default=None),
        best_of=best_of(_matrix(ranked, found, days), tried) if ranked else None,
        heat=None if axes is None else _heat_map(space, points, trials, axes),
    )


def _trial(number: int, point: Point, settings_hash: str, daily: Daily, days: int) -> SweepTrial:
    result = result_of(np.array(daily.r[:days]), np.array(daily.trades[:days]))
    return SweepTrial(
        number=number,
        values=point.values,
        settings_hash=settings_hash,
        trades=result.trades,
        mean_r=result.mean_r,
        low=result.low,
        high=result.high,
    )


def _matrix(trials: Sequence[SweepTrial], found: Mapping[str, Daily], days: Sequence[date]) -> DailyMatrix:
    """The results of different configurations, each once."""
    hashes = tuple(dict.fromkeys(trial.settings_hash for trial in trials))
    r, trades = (np.array([getattr(found[each], name)[: len(days)] for each in hashes]).T for name in Daily._fields)
    return DailyMatrix(tuple(days), hashes, r, trades)


def _heat_map(space: Space, points: Sequence[Point], trials: Sequence[SweepTrial], axes: tuple[str, str]) -> HeatMap:
    keys = [parameter.key for parameter in space.parameters]
    (x, x_cells), (y, y_cells) = ((keys.index(axis), _cells(space.parameters[keys.index(axis)])) for axis in axes)
    scored = (
        (y_cells[point.places[y]], x_cells[point.places[x]], trial.low)
        for point, trial in zip(points, trials, strict=True)
        if trial.low is not None
    )
    low = heat_map(scored, (max(y_cells) + 1, max(x_cells) + 1))
    return HeatMap(
        x=axes[0],
        y=axes[1],
        x_values=_names(space.parameters[x], x_cells),
        y_values=_names(space.parameters[y], y_cells),
        low=_rows(low),
        worst_neighbour=_rows(worst_neighbour(low)),
    )


def _cells(parameter: Parameter) -> list[int]:
    """The cell of each value along an axis."""
    count = len(parameter.values)
    return [place * min(count, _CELLS) // count for place in range(count)]


def _names(parameter: Parameter, cells: Sequence[int]) -> tuple[Any, ...]:
    return tuple(parameter.values[cells.index(cell)] for cell in range(max(cells) + 1))


def _rows(matrix: NDArray[np.float64]) -> tuple[tuple[float | None, ...], ...]:
    return tuple(tuple(None if value != value else value for value in row) for row in matrix.tolist())
