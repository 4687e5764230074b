"""Superior predictive ability: whether the best of many trials is better than not trading at all.

P. R. Hansen, A Test for Superior Predictive Ability (2005), with the stationary bootstrap of D. N. Politis and
J. P. Romano (1994).
"""

from __future__ import annotations

from math import log, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.statistics.bootstrap import DRAWS, SEED

MIN_DAYS: Final = 20
"""Days below which the test says nothing."""
MEAN_BLOCK: Final = 2.0
"""Days of a resampled block, on average. Results of one day say next to nothing about the next day's, and longer blocks
make the variances of trials so uncertain that the best of many looks better than it is."""
_UNIT: Final = 1 << 32


def superior_predictive_ability(daily: NDArray[np.float64], mean_block: float = MEAN_BLOCK) -> float | None:
    """Consistent p value of "no trial is better than not trading"; the smaller, the less it is chance.

    `daily` are results of all trials on the same days, in order; shape (days, trials). Resampled blocks are
    `mean_block` days long on average. None without trials that ever differ, or on fewer than `MIN_DAYS` days.
    """
    days = len(daily)
    if days < MIN_DAYS:
        return None
    restarts = 1.0 / max(1.0, mean_block)
    daily = daily[:, daily.std(axis=0) > 0.0]
    if not daily.shape[1]:
        return None
    means = daily.mean(axis=0)
    deviations = np.sqrt(_long_run_variance(daily - means, restarts))
    # A trial far below zero cannot be the best one: its mean stays where it is and takes part no more.
    is_near = means >= -deviations * sqrt(2.0 * log(log(days)) / days)
    centre = np.where(is_near, means, 0.0)
    scale = sqrt(days) / deviations
    statistic = max(0.0, float((scale * means).max()))
    resampled = _resampled_means(daily, restarts)
    maxima = np.maximum(0.0, (scale * (resampled - centre)).max(axis=1))
    return float((maxima >= statistic).mean())  # 1 where no trial has a mean above zero


def _long_run_variance(centred: NDArray[np.float64], restarts: float) -> NDArray[np.float64]:
    """Variance of the root of days times the mean, as the stationary bootstrap has it; of each trial."""
    days = len(centred)
    variance: NDArray[np.float64] = (centred**2).mean(axis=0)
    for lag in range(1, days):
        weight = (1.0 - lag / days) * (1.0 - restarts) ** lag + lag / days * (1.0 - restarts) ** (days - lag)
        variance += 2.0 * weight * (centred[lag:] * centred[:-lag]).sum(axis=0) / days
    return variance.clip(min=1e-12)


def _resampled_means(daily: NDArray[np.float64], restarts: float) -> NDArray[np.float64]:
    """Means of all trials, draw by draw; shape (DRAWS, trials)."""
    days = len(daily)
    counts = np.zeros((DRAWS, days))
    bits = np.random.Philox(key=SEED)
    draws = np.arange(DRAWS)
    place = (bits.random_raw(DRAWS) % days).astype(np.intp)
    for day in range(days):
        if day:
            begins = bits.random_raw(DRAWS) % _UNIT < restarts * _UNIT
            fresh = (bits.random_raw(DRAWS) % days).astype(np.intp)
            place = np.where(begins, fresh, (place + 1) % days)
        counts[draws, place] += 1.0
    return counts @ daily / days
