"""Bootstrap intervals of a mean: resampled by trading day, since trades of a day are not independent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from statistics import NormalDist, fmean
from typing import TYPE_CHECKING, Final, NamedTuple

from engine.statistics.intervals import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DRAWS: Final = 4_000
SEED: Final = 1
MIN_DAYS: Final = 5
"""Trading days below which an interval says too little to be shown."""
_MIN_BEYOND: Final = 25
"""Draws beyond a bound that make it one of the draws themselves."""
_NUMBERS_AT_ONCE: Final = 1 << 17
"""Random numbers of one step: a few megabytes, and the rest of the program waits a millisecond at most."""


class Blocks(NamedTuple):
    """Values summed up by block, such as a trading day. Shape of each: (blocks,)."""

    labels: NDArray[np.int64]
    """Which block, in ascending order."""
    sums: NDArray[np.float64]
    """Sum of weight times value."""
    weights: NDArray[np.float64]
    """Sum of weights."""

    @property
    def mean(self) -> float:
        """Mean of all values."""
        return float(self.sums.sum() / self.weights.sum())


def mean_by_day(
    values: Sequence[float], days: Sequence[date], weights: Sequence[float] | None = None
) -> Interval | None:
    """The 95 % interval of the mean of `values`, of which each belongs to the day at its place; None without values."""
    return mean_by_block(values, ordinals(days), weights=weights)


def mean_by_block(
    values: Sequence[float], blocks: Sequence[int], share: float = 0.95, weights: Sequence[float] | None = None
) -> Interval | None:
    """The interval of the mean of `values` that holds that share of the draws; None without values.

    Each value belongs to the block, such as a day or an hour, that is named at its place. Whole blocks are drawn with
    replacement, as many as there are, and their values pooled: the percentile interval of the block bootstrap (B. Efron
    and R. Tibshirani, An Introduction to the Bootstrap, 1993). The same values give the same interval on every machine.
    A single block gives an interval without width.
    """
    if not len(values):
        return None
    found, mean = interval_of(summed(values, blocks, weights), share), fmean(values, weights)
    return Interval(min(mean, found.low), max(mean, found.high))  # rounding leaves no mean outside


def interval_of(by_block: Blocks, share: float = 0.95) -> Interval:
    """The interval of the mean of what was summed up by block: see `mean_by_block`."""
    import numpy as np

    low, high = np.quantile(resampled_means(by_block), ((1.0 - share) / 2.0, (1.0 + share) / 2.0))
    return Interval(min(by_block.mean, float(low)), max(by_block.mean, float(high)))


def one_sided_bounds(by_block: Blocks, level: float) -> Interval:
    """Lower and upper bound of the mean, each of which the mean lies beyond with a probability of `level`, below 0.5.

    Where fewer than 25 draws lie beyond a bound, its distance from the mean is that of the 25th draw, extended as the
    tail of a normal distribution goes on.
    """
    import numpy as np

    if not 0.0 < level < 0.5:
        raise ValueError(f"a bound at the level {level}: allowed is more than 0 and less than 0.5")
    resolved = max(level, _MIN_BEYOND / DRAWS)
    extended = NormalDist().inv_cdf(level) / NormalDist().inv_cdf(resolved)
    low, high = np.quantile(resampled_means(by_block), (resolved, 1.0 - resolved))
    mean = by_block.mean
    return Interval(mean - extended * max(0.0, mean - float(low)), mean + extended * max(0.0, float(high) - mean))


def ordinals(days: Sequence[date]) -> list[int]:
    """Days as numbers of blocks."""
    return [day.toordinal() for day in days]


def summed(values: Sequence[float], blocks: Sequence[int], weights: Sequence[float] | None = None) -> Blocks:
    """The values by block; each weighs 1 where no weights are given."""
    import numpy as np

    if len(values) != len(blocks):
        raise ValueError(f"{len(values)} values of {len(blocks)} blocks: each value needs its block, such as its day")
    labels, place = np.unique(np.asarray(blocks, dtype=np.int64), return_inverse=True)
    weight = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=np.float64)
    value = np.asarray(values, dtype=np.float64)
    sums, weights_of_blocks = (np.bincount(place, each, len(labels)) for each in (weight * value, weight))
    return Blocks(labels, sums.astype(np.float64), weights_of_blocks.astype(np.float64))


def resampled_means(by_block: Blocks) -> NDArray[np.float64]:
    """One mean for each draw of as many blocks as there are. Shape (DRAWS,)."""
    import numpy as np

    return np.concatenate([
        by_block.sums[drawn].sum(axis=1) / by_block.weights[drawn].sum(axis=1)
        for drawn in resampled(len(by_block.labels))
    ])  # fmt: skip


def resampled(blocks: int) -> Iterator[NDArray[np.intp]]:
    """Places of drawn blocks, draw by draw; all arrays together have the shape (DRAWS, blocks)."""
    import numpy as np

    bits = np.random.Philox(key=SEED)
    at_once = max(1, _NUMBERS_AT_ONCE // blocks)
    for begun in range(0, DRAWS, at_once):
        draws = min(at_once, DRAWS - begun)
        yield (bits.random_raw(draws * blocks) % blocks).astype(np.intp).reshape(draws, blocks)
