"""Which settings do best, and whether the best of so many is more than luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.lab.evidence import MeanResult
from engine.lab.memory.trial import DailyMatrix, TrialOrigin
from engine.lab.search.best_of import BestOf, best_of
from engine.lab.search.heat_map import heat_map, worst_neighbour
from engine.lab.search.space import Parameter, Space
from engine.lab.studies.results import Daily, Tried, result_of

MIN_TRADES: Final = 30
"""A configuration with fewer is never the best."""
_CELLS: Final = 8
"""Cells of the heat map along a setting with more values than that."""


class SweepTrial(msgspec.Struct, frozen=True, kw_only=True):
    """One configuration: mean R with its 95 % interval; None without trades."""

    number: int
    origin: TrialOrigin
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
    space: Space, tried: Sequence[Tried], days: Sequence[date], known: int | None, axes: tuple[str, str] | None
) -> Sweep:
    """Ranks configurations by their results on `days`, which begin with the recording's first.

    `known` is how many configurations were ever tried for the symbol, None if that is not known.
    """
    trials = tuple(_trial(number, each, len(days)) for number, each in enumerate(tried))
    ranked = [trial for trial in trials if _is_ranked(trial)]
    return Sweep(
        trials=trials,
        best=max(ranked, key=lambda trial: trial.low or 0.0, default=None),
        best_of=_best_of(ranked, tried, days, known),
        heat=None if axes is None else _heat_map(space, tried, trials, axes),
    )


def score_of(daily: Daily, days: int) -> float | None:
    """The score for the ranking: the lower bound of mean R on the first `days`; None if there are too few trades."""
    result = result_of(np.array(daily.r[:days]), np.array(daily.trades[:days]))
    return result.low if _is_ranked(result) else None


def _is_ranked(found: SweepTrial | MeanResult) -> bool:
    return found.low is not None and found.trades >= MIN_TRADES


def _trial(number: int, tried: Tried, days: int) -> SweepTrial:
    result = result_of(np.array(tried.daily.r[:days]), np.array(tried.daily.trades[:days]))
    return SweepTrial(
        number=number,
        origin=tried.origin,
        values=tried.point.values,
        settings_hash=tried.settings_hash,
        trades=result.trades,
        mean_r=result.mean_r,
        low=result.low,
        high=result.high,
    )


def _best_of(
    ranked: Sequence[SweepTrial], tried: Sequence[Tried], days: Sequence[date], known: int | None
) -> BestOf | None:
    """The best of the ranked configurations, each counted once, Sobol trials first."""
    if not ranked:
        return None
    ordered = sorted(ranked, key=lambda trial: trial.origin is not TrialOrigin.SOBOL)
    daily = {trial.settings_hash: tried[trial.number].daily for trial in ordered}
    sobol = {trial.settings_hash for trial in ordered if trial.origin is TrialOrigin.SOBOL}
    r, trades = (np.array([getattr(each, name)[: len(days)] for each in daily.values()]).T for name in Daily._fields)
    return best_of(DailyMatrix(tuple(days), tuple(daily), r, trades), known, len(sobol))


def _heat_map(space: Space, tried: Sequence[Tried], trials: Sequence[SweepTrial], axes: tuple[str, str]) -> HeatMap:
    keys = [parameter.key for parameter in space.parameters]
    (x, x_cells), (y, y_cells) = ((keys.index(axis), _cells(space.parameters[keys.index(axis)])) for axis in axes)
    scored = (
        (y_cells[each.point.places[y]], x_cells[each.point.places[x]], trial.low)
        for each, trial in zip(tried, trials, strict=True)
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
