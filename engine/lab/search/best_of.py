"""What the best of many configurations is worth, given how many were tried: shown wherever a best one is."""

from __future__ import annotations

import msgspec

from engine.lab.memory.trial import DailyMatrix
from engine.statistics.overfitting import Overfitting, probability_of_overfitting
from engine.statistics.sharpe import deflated_sharpe, sharpe
from engine.statistics.spa import superior_predictive_ability


class BestOf(msgspec.Struct, frozen=True, kw_only=True):
    """The configuration with the highest Sharpe ratio by day; None where days or configurations are too few."""

    settings_hash: str
    sharpe_day: float
    deflated_sharpe: float | None
    """Probability that its true ratio is above zero."""
    overfitting: Overfitting | None
    spa_p: float | None
    """How likely so good a best one is if none is better than not trading."""


def best_of(daily: DailyMatrix, trials: int | None = None) -> BestOf | None:
    """The best of these configurations; None where there is none.

    `trials` is how many were ever tried for the symbol, which may be more than these; None where that is unknown.
    """
    if len(daily.days) < 2:
        return None
    ratios = sharpe(daily.r)
    place = int(ratios.argmax())
    return BestOf(
        settings_hash=daily.settings_hashes[place],
        sharpe_day=float(ratios[place]),
        deflated_sharpe=deflated_sharpe(daily.r, trials=trials),
        overfitting=probability_of_overfitting(daily.r),
        spa_p=superior_predictive_ability(daily.r),
    )
