"""CUSUM, ruin, chance and Sobol points, against known values and brute force."""

from __future__ import annotations

from itertools import accumulate, product
from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.statistics.chance import break_even_multiple, chance_of
from engine.statistics.cusum import Cusum, fitted_cusum
from engine.statistics.ruin import ruin_of
from engine.statistics.sobol import MAX_DIMENSIONS, sobol
from tests.examples import examples

# -- CUSUM --------------------------------------------------------------------------------------------------------


def run_length(threshold: float) -> float:
    """Of normal results, by D. Siegmund, Sequential Analysis (1985)."""
    return (exp(0.5 * (threshold + 1.166)) - 0.5 * (threshold + 1.166) - 1.0) / 0.125


def test_that_results_without_a_change_alarm_after_a_thousand_trades_on_average() -> None:
    values = np.random.default_rng(1).normal(0.1, 1.3, 3000).tolist()
    found = fitted_cusum(values, list(range(3000)))
    assert found is not None
    assert 900.0 < run_length(found.threshold) < 1350.0
    assert found.mean == pytest.approx(0.1, abs=0.05)


def test_that_days_whose_trades_fall_together_need_a_higher_threshold() -> None:
    random = np.random.default_rng(2)
    values = (np.repeat(random.standard_normal(80), 10) + random.standard_normal(800)).tolist()
    by_day, by_trade = (fitted_cusum(values, [place // size for place in range(800)]) for size in (10, 1))
    assert by_day is not None
    assert by_trade is not None
    assert by_day.threshold > 1.3 * by_trade.threshold


def test_that_a_fall_of_a_third_of_a_deviation_is_noticed_within_two_hundred_trades() -> None:
    random = np.random.default_rng(3)
    cusum = fitted_cusum(random.normal(0.2, 1.0, 500).tolist(), list(range(500)))
    assert cusum is not None
    noticed = 0
    for _ in range(20):
        path = cusum.path(random.normal(-0.3, 1.0, 200).tolist())
        noticed += any(map(cusum.is_alarm, path))
    assert noticed >= 19


def test_that_s_grows_with_losses_alone_and_never_falls_below_zero() -> None:
    cusum = Cusum(mean=0.5, deviation=2.0, threshold=4.0)
    assert cusum.path([0.5, -3.5, 10.0, -1.5]) == pytest.approx([0.0, 1.75, 0.0, 0.75])
    assert not cusum.is_alarm(4.0)
    assert cusum.is_alarm(4.01)


def test_that_too_little_gives_no_threshold() -> None:
    assert fitted_cusum([0.1, -0.1] * 2, [1, 2, 3, 4]) is None
    assert fitted_cusum([0.5] * 50, list(range(50))) is None


# -- ruin ---------------------------------------------------------------------------------------------------------

DAYS = [[1.0, -0.5], [-1.0, -1.0, 2.0], [-0.25], [0.5, -2.0], [0.0, -1.0, 0.0]]


def test_that_drawdowns_and_streaks_are_those_of_every_sequence_of_three_days() -> None:
    rs, blocks = [r for day in DAYS for r in day], [place for place, day in enumerate(DAYS) for _ in day]
    found = ruin_of(rs, blocks, risk_pct=10.0, days=3)
    assert found is not None
    sequences = [[r for day in drawn for r in DAYS[day]] for drawn in product(range(5), repeat=3)]
    drawdowns, streaks, ruined = zip(*map(outcome, sequences), strict=True)
    assert set(found.losing_streaks) == set(streaks)
    assert {round(each, 9) for each in found.drawdowns_r} == {round(each, 9) for each in drawdowns}
    assert np.mean(found.drawdowns_r) == pytest.approx(np.mean(drawdowns), rel=0.03)
    assert found.probability_of_losing_a_third == pytest.approx(np.mean(ruined), abs=0.03)
    assert found.drawdown_r(0.5) == pytest.approx(np.quantile(drawdowns, 0.5, method="inverted_cdf"))
    assert found.losing_streak(1.0) == max(streaks)


def outcome(rs: list[float]) -> tuple[float, int, bool]:
    """Largest drawdown, longest losing streak, and whether a third was lost at ten percent a trade."""
    sums = [0.0, *accumulate(rs)]
    streak = longest = 0
    for r in rs:
        streak = 0 if r > 0.0 else streak + (r < 0.0)
        longest = max(longest, streak)
    equity = accumulate(rs, lambda money, r: money * (1.0 + 0.1 * r), initial=1.0)
    return max(np.maximum.accumulate(sums) - sums), longest, min(equity) <= 2.0 / 3.0


def test_that_a_trade_that_loses_the_whole_account_ruins_it() -> None:
    found = ruin_of([-12.0, 1.0, 1.0, 1.0, 1.0], [0, 1, 2, 3, 4], risk_pct=10.0, days=60)
    assert found is not None
    assert found.probability_of_losing_a_third > 0.99
    assert ruin_of([1.0], [1], risk_pct=1.0) is None


# -- chance and costs ---------------------------------------------------------------------------------------------


def test_that_a_result_better_than_all_random_ones_is_still_one_of_the_draws() -> None:
    assert chance_of(1.0, [0.0] * 999) == (0.001, 100.0)
    assert chance_of(0.0, [0.0, 0.0, 1.0, -1.0]) == (0.8, 50.0)
    assert chance_of(0.0, []) is None


@pytest.mark.parametrize(
    ("means", "multiple"),
    [([0.3, 0.1, -0.1, -0.3], 1.5), ([-0.1, -0.2, -0.3, -0.4], 0.0), ([0.4, 0.3, 0.2, 0.1], None), ([], None)],
)
def test_that_break_even_lies_where_the_line_between_two_means_crosses_zero(
    means: list[float], multiple: float | None
) -> None:
    assert break_even_multiple([0.0, 1.0, 2.0, 3.0][: len(means)], means) == multiple


@given(st.floats(0.01, 2.0), st.floats(0.01, 1.0))
def test_that_costs_in_proportion_break_even_at_gross_over_cost(gross: float, cost: float) -> None:
    multiples = [0.0, 1.0, 2.0, 500.0]
    found = break_even_multiple(multiples, [gross - cost * multiple for multiple in multiples])
    assert found == pytest.approx(gross / cost)


# -- Sobol --------------------------------------------------------------------------------------------------------


def test_that_the_points_are_those_of_scipy() -> None:
    from scipy.stats import qmc

    expected = qmc.Sobol(MAX_DIMENSIONS, scramble=False).random_base2(9)
    assert np.array_equal(sobol(512, MAX_DIMENSIONS), expected)


@examples(20)
@given(st.integers(0, 8), st.integers(1, MAX_DIMENSIONS))
def test_that_a_power_of_two_of_points_fills_every_interval_once(power: int, dimensions: int) -> None:
    points = sobol(2**power, dimensions)
    assert np.array_equal(np.sort((points * 2**power).astype(int), axis=0)[:, 0], np.arange(2**power))
    for column in points.T:
        assert np.array_equal(np.sort((column * 2**power).astype(int)), np.arange(2**power))


@pytest.mark.parametrize("dimensions", [0, MAX_DIMENSIONS + 1])
def test_that_there_are_no_points_of_other_dimensions(dimensions: int) -> None:
    with pytest.raises(ValueError, match="allowed are 1 to 21"):
        sobol(4, dimensions)
