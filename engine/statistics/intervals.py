"""95 % confidence intervals: deterministic, without a library."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

_Z = NormalDist().inv_cdf(0.975)


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
