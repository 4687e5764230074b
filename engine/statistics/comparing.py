"""Differences between two sets of results, resampled by trading day: both see the same drawn days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from engine.statistics.bootstrap import MIN_DAYS, Blocks, resampled, summed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Difference(NamedTuple):
    """A difference with its 95 % interval, and the two-sided p value of no difference."""

    value: float
    low: float
    high: float
    p: float


def difference_of_means(first: Blocks, second: Blocks) -> Difference | None:
    """Mean of `first` minus mean of `second`, both summed by day.

    None where one of them has values on fewer than `MIN_DAYS` days. A draw in which one of them has none counts for
    neither side.
    """
    if min(len(first.labels), len(second.labels)) < MIN_DAYS:
        return None
    days = sorted({*first.labels.tolist(), *second.labels.tolist()})
    groups = [_on_days(first, days), _on_days(second, days)]
    means = [group.mean for group in groups]
    return _difference(means[0] - means[1], _drawn_differences(*groups))


def change_per_day(
    before: Sequence[float],
    before_days: Sequence[int],
    after: Sequence[float],
    after_days: Sequence[int],
    market_days: Sequence[int],
) -> Difference | None:
    """Mean over all market days of what `after` brought that day minus what `before` brought, in the values' unit.

    A day on which both are without values has a change of zero. None with fewer than `MIN_DAYS` market days; raises
    ValueError for a value of a day that is none of them.
    """
    import numpy as np

    days = sorted(set(market_days))
    if len(days) < MIN_DAYS:
        return None
    change = _on_days(summed(after, after_days), days).sums - _on_days(summed(before, before_days), days).sums
    drawn = np.concatenate([change[places].mean(axis=1) for places in resampled(len(days))])
    return _difference(float(change.mean()), drawn)


def _on_days(by_day: Blocks, days: Sequence[int]) -> Blocks:
    """The same sums on every one of `days`, zero where there were none."""
    import numpy as np

    labels = np.asarray(days, dtype=np.int64)
    if unknown := set(by_day.labels.tolist()) - set(days):
        raise ValueError(f"values of {len(unknown)} days that are no market days: each value needs a market day")
    places = np.searchsorted(labels, by_day.labels)
    sums, weights = np.zeros(len(days)), np.zeros(len(days))
    sums[places], weights[places] = by_day.sums, by_day.weights
    return Blocks(labels, sums, weights)


def _drawn_differences(first: Blocks, second: Blocks) -> NDArray[np.float64]:
    import numpy as np

    found = []
    for drawn in resampled(len(first.labels)):
        counts = [group.weights[drawn].sum(axis=1) for group in (first, second)]
        has_both = (counts[0] > 0.0) & (counts[1] > 0.0)
        sums = [group.sums[drawn].sum(axis=1) for group in (first, second)]
        found.append(sums[0][has_both] / counts[0][has_both] - sums[1][has_both] / counts[1][has_both])
    return np.concatenate(found)


def _difference(value: float, drawn: NDArray[np.float64]) -> Difference:
    import numpy as np

    value = float(value)
    low, high = np.quantile(drawn, (0.025, 0.975))
    beyond = min(np.count_nonzero(drawn <= 0.0), np.count_nonzero(drawn >= 0.0))
    p = min(1.0, 2.0 * (1 + beyond) / (1 + len(drawn)))
    return Difference(value, min(value, float(low)), max(value, float(high)), float(p))
