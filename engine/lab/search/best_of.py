"""What the best of many configurations is worth, given how many were tried: shown wherever a best one is."""

from __future__ import annotations

import msgspec

from engine.lab.memory.trial import DailyMatrix
from engine.statistics.overfitting import Overfitting, probability_of_overfitting
from engine.statistics.sharpe import deflated_sharpe, sharpe
from engine.statistics.spa import superior_predictive_ability


class BestOf(msgspec.Struct, frozen=True, kw_only=True):
    """The configuration with the highest Sharpe ratio by day among those that a Sobol sequence chose.

    None where days or configurations are too few.
    """

    settings_hash: str
    sharpe_day: float
    deflated_sharpe: float | None
    """Probability that its true ratio is above zero."""
    overfitting: Overfitting | None
    spa_p: float | None
    """How likely a best result this good, among all configurations, is if none is better than not trading."""


def best_of(daily: DailyMatrix, trials: int | None = None, sobol: int | None = None) -> BestOf | None:
    """The best of the first `sobol` of these configurations (default: all); None if there is none.

    The others were chosen based on earlier results: the best among them owes more to luck than the deflated Sharpe
    ratio and the probability of overfitting assume. `trials` is how many were ever tried for the
    symbol, which may be more than these; None where that is unknown.
    """
    even = daily.r[:, :sobol]
    if len(daily.days) < 2 or not even.shape[1]:
        return None
    ratios = sharpe(even)
    place = int(ratios.argmax())
    return BestOf(
        settings_hash=daily.settings_hashes[place],
        sharpe_day=float(ratios[place]),
        deflated_sharpe=deflated_sharpe(even, trials=trials),
        overfitting=probability_of_overfitting(even),
        spa_p=superior_predictive_ability(daily.r),
    )
