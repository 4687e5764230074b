"""Probability of backtest overfitting, by combinatorially symmetric cross-validation.

D. H. Bailey, J. M. Borwein, M. López de Prado and Q. J. Zhu, The Probability of Backtest Overfitting (2017).
"""

from __future__ import annotations

from itertools import combinations
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

BLOCKS: Final = 10
"""Spans of days, of which each half is once the one that trials are chosen on."""


class Overfitting(NamedTuple):
    """How the trial that was best on one half of the days did on the other half, over all `splits` into halves."""

    pbo: float
    """Share of splits after which it was not better than the median of all trials."""
    loss: float
    """Share of splits after which it lost."""
    splits: int


def probability_of_overfitting(daily: NDArray[np.float64], blocks: int = BLOCKS) -> Overfitting | None:
    """Results of all trials on the same days, in order; shape (days, trials). Trials are ranked by Sharpe ratio.

    None with fewer than two trials, or with fewer than two days a block. `blocks` is an even number.
    """
    days, trials = daily.shape
    if trials < 2 or days < 2 * blocks:
        return None
    spans = np.array_split(daily, blocks)
    sums = np.array([span.sum(axis=0) for span in spans])
    squares = np.array([(span**2).sum(axis=0) for span in spans])
    counts = np.array([float(len(span)) for span in spans])
    is_chosen_on = _halves(blocks)
    inside = _sharpe(is_chosen_on @ sums, is_chosen_on @ squares, is_chosen_on @ counts)
    left = 1.0 - is_chosen_on
    outside = _sharpe(left @ sums, left @ squares, left @ counts)
    splits = np.arange(len(is_chosen_on))
    best = inside.argmax(axis=1)
    chosen = outside[splits, best]
    rank = (outside < chosen[:, None]).sum(axis=1) + ((outside == chosen[:, None]).sum(axis=1) + 1) / 2.0
    return Overfitting(
        pbo=float((rank / (trials + 1) <= 0.5).mean()),
        loss=float(((left @ sums)[splits, best] < 0.0).mean()),
        splits=len(splits),
    )


def _halves(blocks: int) -> NDArray[np.float64]:
    """One row for each way to choose half of the blocks, 1 where a block is chosen."""
    chosen = list(combinations(range(blocks), blocks // 2))
    rows = np.zeros((len(chosen), blocks))
    rows[np.arange(len(chosen))[:, None], chosen] = 1.0
    return rows


def _sharpe(
    sums: NDArray[np.float64], squares: NDArray[np.float64], counts: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Mean over standard deviation of each split and trial, 0 where nothing ever differs."""
    means = sums / counts[:, None]
    variances = squares / counts[:, None] - means**2
    differs = variances > 1e-12 * np.maximum(1.0, means**2)
    return np.divide(means, np.sqrt(np.maximum(variances, 0.0)), out=np.zeros_like(means), where=differs)
