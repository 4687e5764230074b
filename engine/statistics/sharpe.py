"""Sharpe ratios of daily results, and what is left of the best of many: the deflated Sharpe ratio.

D. H. Bailey and M. López de Prado, The Deflated Sharpe Ratio (2014). No ratio here is annualised.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import e, sqrt
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

_EULER_MASCHERONI: Final = 0.5772156649015329
_NORMAL: Final = NormalDist()
MIN_LENGTH: Final = 3
"""Days below which no ratio says anything."""


def sharpe(daily: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean over standard deviation of each column, by day; 0 where nothing ever differs. Shape (days, trials)."""
    deviations = daily.std(axis=0, ddof=1)
    ratios: NDArray[np.float64] = np.zeros_like(deviations)
    np.divide(daily.mean(axis=0), deviations, out=ratios, where=deviations > 0.0)
    return ratios


def probabilistic_sharpe(ratio: float, benchmark: float, length: int, skewness: float, kurtosis: float) -> float:
    """Probability that the true ratio exceeds `benchmark`, given `ratio` on `length` results; kurtosis 3 is normal."""
    variance = 1.0 - skewness * ratio + (kurtosis - 1.0) / 4.0 * ratio * ratio
    if variance <= 0.0 or length < 2:
        return 0.0
    return _NORMAL.cdf((ratio - benchmark) * sqrt(length - 1) / sqrt(variance))


def expected_maximum(variance: float, trials: int) -> float:
    """The ratio that the best of so many trials without any skill is expected to have; their ratios have `variance`."""
    if trials < 2:
        return 0.0
    first, second = _NORMAL.inv_cdf(1.0 - 1.0 / trials), _NORMAL.inv_cdf(1.0 - 1.0 / (trials * e))
    return sqrt(variance) * ((1.0 - _EULER_MASCHERONI) * first + _EULER_MASCHERONI * second)


def deflated_sharpe(daily: NDArray[np.float64], chosen: int | None = None, trials: int | None = None) -> float | None:
    """Probability that the chosen trial has a true Sharpe ratio above zero, given that it was chosen among all.

    `daily` has the shape (days, trials): results of all trials on the same days. Chosen is the best where no column is
    named; `trials` is larger than the number of columns where more were tried than are known by day. None on fewer than
    `MIN_LENGTH` days, or where the chosen one never differs.
    """
    if len(daily) < MIN_LENGTH or not daily.shape[1]:
        return None
    ratios = sharpe(daily)
    place = int(np.argmax(ratios)) if chosen is None else chosen
    shape = shape_of(daily[:, place].tolist())
    if shape is None:
        return None
    variance = float(ratios.var(ddof=1)) if len(ratios) > 1 else 0.0
    benchmark = expected_maximum(variance, max(len(ratios), trials or 0))
    return probabilistic_sharpe(float(ratios[place]), benchmark, len(daily), *shape)


def shape_of(values: Sequence[float]) -> tuple[float, float] | None:
    """Skewness and kurtosis (3 for a normal distribution), by central moments; None where values never differ."""
    centred = np.asarray(values, dtype=np.float64)
    centred = centred - centred.mean()
    variance = float((centred**2).mean())
    if variance <= 0.0:
        return None
    return float((centred**3).mean()) / variance**1.5, float((centred**4).mean()) / variance**2
