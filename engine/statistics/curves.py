"""The equity curve, and the distribution of results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import accumulate
from math import floor
from typing import NamedTuple

from engine.domain.trade_facts import TradeFacts

BIN_R = 0.5
MAX_R = 5.0
"""Results beyond this many R fall into the outermost bins."""


class Point(NamedTuple):
    """The sum of all results up to the trade that ended at `at`."""

    at: datetime
    value: float


class Bin(NamedTuple):
    """How many trades brought `low` or more and less than `high`, in R."""

    low: float
    high: float
    trades: int


def money_curve(facts: Sequence[TradeFacts]) -> tuple[Point, ...]:
    """Net money summed up in the order of the trades' ends."""
    return _curve((each.trade.exited_at, each.trade.net_profit) for each in facts)


def r_curve(facts: Sequence[TradeFacts]) -> tuple[Point, ...]:
    """R summed up in the order of the trades' ends; trades without R are left out."""
    return _curve((each.trade.exited_at, each.trade.r) for each in facts if each.trade.r is not None)


def deepest_fall(curve: Sequence[Point]) -> float:
    """The largest fall from the highest value so far, the beginning at zero included; never negative."""
    peaks = accumulate((point.value for point in curve), max, initial=0.0)
    next(peaks)
    return max((peak - point.value for peak, point in zip(peaks, curve, strict=True)), default=0.0)


def spread_of_r(facts: Iterable[TradeFacts]) -> tuple[Bin, ...]:
    """Results in bins of half an R, from the lowest that occurs to the highest; empty without results."""
    last = round(MAX_R / BIN_R)
    places = [min(max(floor(each.trade.r / BIN_R), -last), last - 1) for each in facts if each.trade.r is not None]
    if not places:
        return ()
    steps = range(min(places), max(places) + 1)
    return tuple(Bin(step * BIN_R, (step + 1) * BIN_R, places.count(step)) for step in steps)


def _curve(results: Iterable[tuple[datetime, float]]) -> tuple[Point, ...]:
    ordered = sorted(results)
    sums = accumulate(amount for _, amount in ordered)
    return tuple(Point(at, total) for (at, _), total in zip(ordered, sums, strict=True))
