"""Bootstrap intervals of a mean: resampled by trading day, since trades of a day are not independent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from statistics import fmean
from typing import TYPE_CHECKING, Final

from engine.statistics.intervals import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DRAWS: Final = 4_000
SEED: Final = 1
MIN_DAYS: Final = 5
"""Trading days below which an interval says too little to be shown."""
_NUMBERS_AT_ONCE: Final = 1 << 17
"""Random numbers of one step: a few megabytes, and the rest of the program waits a millisecond at most."""


def mean_by_day(values: Sequence[float], days: Sequence[date]) -> Interval | None:
    """The 95 % interval of the mean of `values`, of which each belongs to the day at its place; None without values."""
    return mean_by_block(values, [day.toordinal() for day in days])


def mean_by_block(values: Sequence[float], blocks: Sequence[int], share: float = 0.95) -> Interval | None:
    """The interval of the mean of `values` that holds that share of the draws; None without values.

    Each value belongs to the block, such as a day or an hour, that is named at its place. Whole blocks are drawn with
    replacement, as many as there are, and their values pooled: the percentile interval of the block bootstrap (B. Efron
    and R. Tibshirani, An Introduction to the Bootstrap, 1993). The same values give the same interval on every machine.
    A single block gives an interval without width.
    """
    import numpy as np

    if len(values) != len(blocks):
        raise ValueError(f"{len(values)} values of {len(blocks)} blocks: each value needs its block, such as its day")
    if not len(values):
        return None
    _, place = np.unique(blocks, return_inverse=True)
    counts = np.bincount(place).astype(np.float64)
    sums = np.bincount(place, weights=np.asarray(values, dtype=float))
    mean, levels = fmean(values), ((1.0 - share) / 2.0, (1.0 + share) / 2.0)
    low, high = np.quantile(_means(sums.astype(np.float64), counts), levels)
    return Interval(min(mean, float(low)), max(mean, float(high)))  # rounding leaves no mean outside


def _means(sums: NDArray[np.float64], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """One mean for each draw of as many days as there are."""
    import numpy as np

    bits, days = np.random.Philox(key=SEED), len(sums)
    at_once = max(1, _NUMBERS_AT_ONCE // days)
    means = []
    for begun in range(0, DRAWS, at_once):
        draws = min(at_once, DRAWS - begun)
        drawn = (bits.random_raw(draws * days) % days).astype(np.intp).reshape(draws, days)
        means.append(sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1))
    return np.concatenate(means)
