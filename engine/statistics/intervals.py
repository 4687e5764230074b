"""Intervals that hold the true value in 95 of 100 samples: deterministic, without a library."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist, fmean, stdev
from typing import NamedTuple

_Z = NormalDist().inv_cdf(0.975)

# Student's t at 0.975 for 1 to 30 degrees of freedom; above that the expansion below is good to three decimals.
_T = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)


class Interval(NamedTuple):
    """From the lower to the upper bound."""

    low: float
    high: float


def of_share(count: int, total: int) -> Interval | None:
    """Wilson's interval of the share `count / total` (E. B. Wilson, 1927); None without a total."""
    if not total:
        return None
    share, square = count / total, _Z * _Z
    middle = (share + square / (2.0 * total)) / (1.0 + square / total)
    half = _Z / (1.0 + square / total) * sqrt(share * (1.0 - share) / total + square / (4.0 * total * total))
    return Interval(max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half)))


def of_mean(values: Sequence[float]) -> Interval | None:
    """Student's interval of the mean, in the unit of `values`; None for fewer than two."""
    if len(values) < 2:
        return None
    mean, half = fmean(values), t_quantile(len(values) - 1) * stdev(values) / sqrt(len(values))
    return Interval(mean - half, mean + half)


def t_quantile(degrees: int) -> float:
    """The 0.975 quantile of Student's t (above 30 degrees: Abramowitz and Stegun, 26.7.5)."""
    if degrees <= len(_T):
        return _T[degrees - 1]
    first = (_Z**3 + _Z) / 4.0
    second = (5.0 * _Z**5 + 16.0 * _Z**3 + 3.0 * _Z) / 96.0
    return _Z + first / degrees + second / degrees**2
