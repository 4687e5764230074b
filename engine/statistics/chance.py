"""A result among those of random entries, and the costs at which nothing is left of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from engine.statistics.bootstrap import DRAWS, SEED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Chance(NamedTuple):
    """How often random entries did as well."""

    p: float
    """One-sided p value, never 0: the result itself counts as one of the draws."""
    percentile: float
    """Share of random results below it, 0 to 100; equal ones count half."""


def chance_of(mean: float, random_means: Sequence[float]) -> Chance | None:
    """Where `mean` stands among the means of random entries; None without these."""
    if not random_means:
        return None
    as_good, equal = sum(each >= mean for each in random_means), sum(each == mean for each in random_means)
    below = len(random_means) - as_good + equal / 2.0
    return Chance((1 + as_good) / (1 + len(random_means)), 100.0 * below / len(random_means))


def break_even_multiple(multiples: Sequence[float], means: Sequence[float]) -> float | None:
    """The multiple of costs at which the mean result falls to zero, in a straight line between measured ones.

    `multiples` rise. Where the first mean is not positive it is the first multiple; None where all means are positive.
    """
    points = list(zip(multiples, means, strict=True))
    if not points:
        return None
    if points[0][1] <= 0.0:
        return points[0][0]
    for (low, above), (high, below) in pairwise(points):
        if below <= 0.0:
            return low + (high - low) * above / (above - below)
    return None


def chance_band(daily: Sequence[float]) -> tuple[list[float], list[float]]:
    """Between which sums up to each day 95 % of the equity curves run that have these results by chance alone.

    Each of `DRAWS` curves has the results of all days in a drawn order, each with a drawn sign.
    """
    import numpy as np

    if not len(daily):
        return [], []
    results = np.asarray(daily, dtype=np.float64)
    bits = np.random.Philox(key=SEED).random_raw(DRAWS * len(results)).reshape(DRAWS, len(results))
    signs: NDArray[np.float64] = np.where(bits & 1, 1.0, -1.0)
    curves = (signs * results[bits.argsort(axis=1)]).cumsum(axis=1)
    low, high = np.quantile(curves, (0.025, 0.975), axis=0)
    return low.tolist(), high.tolist()
