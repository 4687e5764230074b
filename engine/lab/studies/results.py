"""Results of configurations by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from engine.lab.lab_trade import LabTrade


def within(trades: Sequence[Sequence[LabTrade]], days: Sequence[date]) -> list[list[LabTrade]]:
    """The trades of each configuration on these days."""
    allowed = frozenset(days)
    return [[trade for trade in each if trade.day in allowed] for each in trades]


def daily_results(trades: Sequence[Sequence[LabTrade]], days: Sequence[date]) -> NDArray[np.float64]:
    """The R of each day and configuration, shape (days, configurations); 0.0 where nothing was traded."""
    place = {day: number for number, day in enumerate(days)}
    daily = np.zeros((len(days), len(trades)))
    for column, each in enumerate(trades):
        for trade in each:
            daily[place[trade.day], column] += trade.r * trade.weight
    return daily
