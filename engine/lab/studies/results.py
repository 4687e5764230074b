"""Results of configurations by market day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.lab.evidence import MeanResult
from engine.lab.lab_trade import LabTrade
from engine.lab.memory.trial import TrialOrigin
from engine.lab.search.space import Point
from engine.statistics.bootstrap import MIN_DAYS, Blocks, interval_of


class Daily(NamedTuple):
    """What one configuration brought on each market day: the sum of R, and the number of trades."""

    r: tuple[float, ...]
    trades: tuple[float, ...]


class Tried(NamedTuple):
    """A configuration of a search and its daily results."""

    point: Point
    settings_hash: str
    daily: Daily
    origin: TrialOrigin


def daily_of(trades: Sequence[LabTrade], days: Sequence[date]) -> Daily:
    """Trades by market day; one that not all seeds have counts as the share of those that have it."""
    place = {day: number for number, day in enumerate(days)}
    r, counts = np.zeros(len(days)), np.zeros(len(days))
    for trade in trades:
        r[place[trade.day]] += trade.r * trade.weight
        counts[place[trade.day]] += trade.weight
    return Daily(tuple(r.tolist()), tuple(counts.tolist()))


def result_of(r: NDArray[np.float64], trades: NDArray[np.float64]) -> MeanResult:
    """Mean R with its 95 % interval of some market days; each has its sum of R and its number of trades.

    There is no interval where trades are from fewer than `MIN_DAYS` days.
    """
    count = float(trades.sum())
    if not count:
        return MeanResult(trades=0, days=len(r))
    traded, mean_r = np.flatnonzero(trades), float(r.sum() / count)
    if len(traded) < MIN_DAYS:
        return MeanResult(trades=round(count), days=len(r), mean_r=mean_r)
    interval = interval_of(Blocks(traded, r[traded], trades[traded]))
    return MeanResult(trades=round(count), days=len(r), mean_r=mean_r, low=interval.low, high=interval.high)
