"""One-sided bounds and differences, against every draw there is and against known distributions."""

from __future__ import annotations

from itertools import product
from statistics import NormalDist, fmean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.statistics.bootstrap import mean_by_block, one_sided_bounds, summed
from engine.statistics.comparing import change_per_day, difference_of_means
from tests.examples import examples


def normal(seed: int, count: int, mean: float = 0.0) -> list[float]:
    values: list[float] = np.random.default_rng(seed).normal(mean, 1.0, count).tolist()
    return values


def test_that_a_one_sided_bound_is_one_end_of_the_interval_that_leaves_twice_as_much_out() -> None:
    values, days = normal(1, 300, 0.2), [place // 5 for place in range(300)]
    assert one_sided_bounds(summed(values, days), 0.05) == pytest.approx(mean_by_block(values, days, 0.90))


@pytest.mark.parametrize("level", [0.0125, 0.001, 0.0001, 1e-6])
def test_that_at_any_level_the_bounds_of_many_days_are_those_of_the_normal_distribution(level: float) -> None:
    values = normal(2, 500)
    found = one_sided_bounds(summed(values, range(500)), level)
    half = -NormalDist().inv_cdf(level) * np.std(values) / np.sqrt(500)
    assert found == pytest.approx((fmean(values) - half, fmean(values) + half), abs=0.012)


@pytest.mark.parametrize("level", [0.0, 0.5, -0.1, 1.0])
def test_that_no_bound_has_an_impossible_level(level: float) -> None:
    with pytest.raises(ValueError, match=r"more than 0 and less than 0\.5"):
        one_sided_bounds(summed([1.0, 2.0], [1, 2]), level)


def test_that_a_value_of_half_the_weight_counts_half() -> None:
    weighed = mean_by_block([1.0, -1.0, 0.5], [1, 2, 3], weights=[1.0, 0.5, 1.0])
    doubled = mean_by_block([1.0, 1.0, -1.0, 0.5, 0.5], [1, 1, 2, 3, 3])
    assert weighed == pytest.approx(doubled)


def test_that_the_interval_of_a_difference_is_that_of_all_draws_of_five_days() -> None:
    taken = {0: [1.0, 0.5], 1: [-1.0], 2: [2.0], 3: [0.0, 0.25], 4: [-0.5]}
    blocked = {0: [0.0], 1: [-1.0, -1.0], 2: [0.5], 3: [-0.75], 4: [0.25]}
    found = difference_of_means(summed(*flat(taken)), summed(*flat(blocked)))
    assert found is not None
    drawn = [pooled(taken, draw) - pooled(blocked, draw) for draw in product(range(5), repeat=5)]
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(drawn, (0.025, 0.975))), abs=0.06)
    assert found.value == pytest.approx(pooled(taken, range(5)) - pooled(blocked, range(5)))


def flat(by_day: dict[int, list[float]]) -> tuple[list[float], list[int]]:
    """Values, and the day of each."""
    return [r for rs in by_day.values() for r in rs], [day for day, rs in by_day.items() for _ in rs]


def pooled(by_day: dict[int, list[float]], days: object) -> float:
    return fmean(r for day in days for r in by_day[day])  # type: ignore[attr-defined]


def test_that_what_a_day_does_to_both_groups_is_no_difference_between_them() -> None:
    day_effects = np.repeat(normal(3, 60), 4)
    days = np.repeat(np.arange(60), 4).tolist()
    first, second = day_effects + 0.1 * np.array(normal(4, 240)), day_effects + 0.1 * np.array(normal(5, 240)) - 0.05
    found = difference_of_means(summed(first.tolist(), days), summed(second.tolist(), days))
    assert found is not None
    assert 0.0 < found.low < 0.05 < found.high < 0.1
    assert found.p < 0.01


def test_that_a_group_on_too_few_days_has_no_difference() -> None:
    on_four_days = summed([0.0] * 9, [1, 2, 3, 4, 1, 2, 3, 4, 1])
    assert difference_of_means(summed([1.0] * 9, list(range(9))), on_four_days) is None


def test_that_equal_results_changed_nothing() -> None:
    values, days = normal(6, 40), [place // 2 for place in range(40)]
    assert change_per_day(values, days, values, days, range(30)) == (0.0, 0.0, 0.0, 1.0)


@examples(30)
@given(st.lists(st.tuples(st.integers(0, 9), st.floats(-3.0, 3.0), st.floats(-3.0, 3.0)), min_size=1, max_size=30))
def test_that_the_change_per_day_is_the_sum_of_all_changes_over_all_market_days(
    rows: list[tuple[int, float, float]],
) -> None:
    days = [day for day, _, _ in rows]
    found = change_per_day([r for _, r, _ in rows], days, [r for _, _, r in rows], days, range(12))
    assert found is not None
    assert found.value == pytest.approx(sum(after - before for _, before, after in rows) / 12.0, abs=1e-9)
    assert found.low <= found.value <= found.high


def test_that_a_result_of_no_market_day_is_refused() -> None:
    with pytest.raises(ValueError, match="values of 1 days that are no market days"):
        change_per_day([1.0], [99], [], [], range(10))


def test_that_p_values_of_no_difference_are_spread_evenly() -> None:
    found = []
    for seed in range(60):
        values = normal(100 + seed, 80)
        first, second = (summed(half, list(range(40))) for half in (values[:40], values[40:]))
        difference = difference_of_means(first, second)
        assert difference is not None
        found.append(difference.p)
    assert 0.35 < fmean(found) < 0.65
    assert sum(p < 0.1 for p in found) <= 13
