"""Whether fills on drawn paths agree with fills on the quotes themselves: the measurement and its verdict."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from statistics import fmean
from typing import Final

import msgspec

from engine.lab.pairing import Pairs
from engine.statistics.bootstrap import MIN_DAYS, mean_by_block

MAX_R: Final = 0.05
MIN_TRADES: Final = 6000
SHARE: Final = 0.90


class Verdict(StrEnum):
    """What a measured difference says of a fill model."""

    CALIBRATED = "calibrated"
    """The interval lies within 0.05 R about zero, on 6,000 trades or more."""
    UNDECIDED = "undecided"
    """Too few trades or days, or too wide an interval."""
    REFUTED = "refuted"
    """The interval lies beyond 0.05 R."""


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """R on paths minus R on quotes of the same trades, and the 90 % interval of its mean by day."""

    trades: int
    days: int
    quotes_r: float
    paths_r: float
    difference_r: float
    low: float
    high: float
    unmatched_quotes: int
    """Trades on quotes that no path has, and on average the other way round."""
    unmatched_paths: float

    @property
    def verdict(self) -> Verdict:
        if self.days < MIN_DAYS:
            return Verdict.UNDECIDED
        if self.low > MAX_R or self.high < -MAX_R:
            return Verdict.REFUTED
        is_within = self.low >= -MAX_R and self.high <= MAX_R
        return Verdict.CALIBRATED if is_within and self.trades >= MIN_TRADES else Verdict.UNDECIDED


def calibration_of(days: Iterable[Pairs]) -> Calibration | None:
    """What the pairs of some days say together, whatever their order; None without a pair."""
    known = sorted(day for day in days if day.quotes)
    quotes = [r for day in known for r in day.quotes]
    differences = [path - quote for day in known for quote, path in zip(day.quotes, day.paths, strict=True)]
    found = mean_by_block(differences, [place for place, day in enumerate(known) for _ in day.quotes], SHARE)
    if found is None:
        return None
    return Calibration(
        trades=len(quotes),
        days=len(known),
        quotes_r=fmean(quotes),
        paths_r=fmean(r for day in known for r in day.paths),
        difference_r=fmean(differences),
        low=found.low,
        high=found.high,
        unmatched_quotes=sum(day.unmatched_quotes for day in known),
        unmatched_paths=sum(day.unmatched_paths for day in known),
    )
