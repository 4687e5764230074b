"""Walk-forward: settings chosen on some days are judged by the days that follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.lab.evidence import MeanResult
from engine.lab.search.space import Point
from engine.lab.search.walk_forward import Window, has_headline
from engine.lab.studies.results import Daily, Tried, result_of

OBJECTIVE: Final = "mean R of the training days"
MIN_TRADES: Final = 30
"""In training; a configuration with fewer is not chosen."""


class Walked(msgspec.Struct, frozen=True, kw_only=True):
    """One window: what was chosen in training, and what came of it. Nothing is chosen where too little was traded."""

    train_from: date
    train_to: date
    test_from: date
    test_to: date
    chosen: Mapping[str, Any] | None
    train_mean_r: float | None
    test_trades: int
    test_mean_r: float | None


class Walk(msgspec.Struct, frozen=True, kw_only=True):
    """Every window; the result of all test days only where there are enough windows."""

    windows: tuple[Walked, ...]
    stitched: MeanResult | None
    objective: str = OBJECTIVE


def walked(tried: Sequence[Tried], days: Sequence[date], windows: Sequence[Window]) -> Walk:
    """Chooses in each window among the configurations tried, each simulated on all market `days`."""
    place = {day: number for number, day in enumerate(days)}
    points = [each.point for each in tried]
    r, trades = (np.array([getattr(each.daily, name) for each in tried]) for name in Daily._fields)
    found, tested_r, tested_trades = [], [np.empty(0)], [np.empty(0)]
    for window in windows:
        train, test = ([place[day] for day in each] for each in window)
        best = _best(r[:, train].sum(axis=1), trades[:, train].sum(axis=1))
        found.append(_walked(points, window, best, r, trades, train, test))
        tested_r.append(np.zeros(len(test)) if best is None else r[best, test])
        tested_trades.append(np.zeros(len(test)) if best is None else trades[best, test])
    headline = None
    if has_headline(windows):
        headline = result_of(np.concatenate(tested_r), np.concatenate(tested_trades))
    return Walk(windows=tuple(found), stitched=headline)


def _best(r: NDArray[np.float64], trades: NDArray[np.float64]) -> int | None:
    means = np.where(trades >= MIN_TRADES, r / np.maximum(trades, 1.0), -np.inf)
    place = int(means.argmax())
    return None if np.isneginf(means[place]) else place


def _walked(
    points: Sequence[Point],
    window: Window,
    best: int | None,
    r: NDArray[np.float64],
    trades: NDArray[np.float64],
    train: Sequence[int],
    test: Sequence[int],
) -> Walked:
    tested = MeanResult(trades=0, days=len(test)) if best is None else result_of(r[best, test], trades[best, test])
    return Walked(
        train_from=window.train[0],
        train_to=window.train[-1],
        test_from=window.test[0],
        test_to=window.test[-1],
        chosen=None if best is None else points[best].values,
        train_mean_r=None if best is None else result_of(r[best, train], trades[best, train]).mean_r,
        test_trades=tested.trades,
        test_mean_r=tested.mean_r,
    )
