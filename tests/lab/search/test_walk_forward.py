"""Windows of a walk-forward, the heat map, the best of many, and drift."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.domain.market import Side
from engine.domain.orders import ExitReason
from engine.lab.drift import LiveTrade, differences
from engine.lab.lab_trade import LabTrade
from engine.lab.memory.seals import sealed_from
from engine.lab.memory.trial import DailyMatrix
from engine.lab.search.best_of import best_of
from engine.lab.search.heat_map import heat_map, worst_neighbour
from engine.lab.search.walk_forward import has_headline, stitched, windows_of
from tests.examples import examples

# -- windows ------------------------------------------------------------------------------------------------------


def days(count: int) -> list[date]:
    return [date(2026, 1, 5) + timedelta(days=each + each // 5 * 2) for each in range(count)]


def test_that_settings_are_judged_on_ten_days_that_come_a_day_after_those_they_were_chosen_on() -> None:
    market = days(71)
    first, second, third = windows_of(market)
    assert (first.train, first.test) == (tuple(market[:40]), tuple(market[41:51]))
    assert (second.train, third.test) == (tuple(market[10:50]), tuple(market[61:71]))
    assert windows_of(market[:70]) == (first, second)
    assert windows_of(market[:50]) == ()


def test_that_five_windows_make_a_headline() -> None:
    assert [has_headline(windows_of(days(count))) for count in (90, 91)] == [False, True]


def test_that_sealed_days_stay_out() -> None:
    market = days(130)
    boundary = sealed_from(market)
    assert boundary == market[104]
    found = windows_of(market, boundary)
    assert stitched(found) == tuple(market[41:101])
    assert max(day for window in found for day in (*window.train, *window.test)) < boundary


@examples(30)
@given(st.integers(0, 300))
def test_that_test_days_follow_each_other_and_no_window_knows_its_test_days(count: int) -> None:
    market = days(count)
    found = windows_of(market)
    assert len(found) == max(0, (count - 41) // 10)
    assert list(stitched(found)) == market[41 : 41 + 10 * len(found)]
    assert all(market.index(each.test[0]) - market.index(each.train[-1]) == 2 for each in found)
    assert {len(each.train) for each in found} <= {40}


# -- heat map -----------------------------------------------------------------------------------------------------


def test_that_a_good_cell_among_bad_ones_is_as_bad_as_the_worst() -> None:
    scores = np.full((5, 5), 0.2)
    scores[2, 2], scores[0, 0] = 0.9, -0.5
    found = worst_neighbour(scores)
    assert (found[2, 2], found[1, 1], found[0, 1], found[4, 4]) == (0.2, -0.5, -0.5, 0.2)


def test_that_a_cell_without_a_score_has_none_and_says_nothing_of_others() -> None:
    scores = np.array([[0.1, np.nan, 0.3]])
    found = worst_neighbour(scores)
    assert found[0, 0] == 0.1
    assert np.isnan(found[0, 1])


@examples(30)
@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 99))
def test_that_the_worst_neighbour_is_that_of_a_plain_search(rows: int, columns: int, seed: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(rows, columns))
    found = worst_neighbour(scores)
    for row in range(rows):
        for column in range(columns):
            around = scores[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2]
            assert found[row, column] == around.min()


def test_that_a_cell_has_the_mean_of_its_trials() -> None:
    found = heat_map([(0, 0, 1.0), (0, 0, 0.5), (1, 1, -1.0)], (2, 2))
    assert (found[0, 0], found[1, 1]) == (0.75, -1.0)
    assert np.isnan(found[0, 1])


# -- drift --------------------------------------------------------------------------------------------------------

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def live(minute: int, r: float, side: Side = Side.BUY) -> LiveTrade:
    return LiveTrade(AT.date(), AT + timedelta(minutes=minute, seconds=7), side, r)


def of_lab(minute: int, r: float, side: Side = Side.BUY) -> LabTrade:
    return LabTrade(
        day=AT.date(), entered_at=AT + timedelta(minutes=minute), side=side, r=r, cost_r=None, exit=ExitReason.STOP_LOSS
    )


def test_that_trades_of_one_minute_and_side_are_compared_and_others_count_against_nothing() -> None:
    found = differences(
        [live(0, 1.0), live(3, -1.0), live(9, 0.5)], [of_lab(0, 1.25), of_lab(3, 0.75, Side.SELL), of_lab(5, -0.5)]
    )
    assert [each.r for each in found] == pytest.approx([-0.25, -0.75, -1.0, 0.5, 0.5])
    assert differences([], []) == ()


def test_that_equal_trades_do_not_drift() -> None:
    minutes = [0, 4, 4, 8]
    found = differences([live(each, 0.3) for each in minutes], [of_lab(each, 0.3) for each in minutes])
    assert [each.r for each in found] == [0.0] * 4


# -- the best of many ---------------------------------------------------------------------------------------------


def matrix(r: NDArray[np.float64]) -> DailyMatrix:
    return DailyMatrix(
        tuple(days(len(r))), tuple(f"{number:016x}" for number in range(r.shape[1])), r, np.ones(r.shape)
    )


def test_that_skill_passes_all_tests_of_the_best_and_luck_none() -> None:
    daily = np.random.default_rng(8).normal(0.0, 1.0, (200, 40))
    by_luck = best_of(matrix(daily))
    daily[:, 11] += 0.5
    by_skill = best_of(matrix(daily))
    assert by_luck is not None
    assert by_skill is not None
    assert by_skill.settings_hash == f"{11:016x}"
    assert by_skill.deflated_sharpe is not None
    assert by_luck.deflated_sharpe is not None
    assert by_skill.deflated_sharpe > 0.99 > 0.9 > by_luck.deflated_sharpe
    assert by_skill.spa_p is not None
    assert by_luck.spa_p is not None
    assert by_skill.spa_p < 0.01 < 0.1 < by_luck.spa_p
    assert by_skill.overfitting is not None
    assert by_skill.overfitting.pbo < 0.05


def test_that_more_trials_than_are_known_by_day_count_against_the_best() -> None:
    daily = matrix(np.random.default_rng(9).normal(0.1, 1.0, (200, 10)))
    few, many = best_of(daily, 10), best_of(daily, 10_000)
    assert few is not None
    assert many is not None
    assert few == best_of(daily)
    assert (many.deflated_sharpe or 0.0) < (few.deflated_sharpe or 0.0)
    assert best_of(matrix(np.zeros((0, 0)))) is None


def test_that_the_best_of_trials_that_all_lose_proves_nothing() -> None:
    found = best_of(matrix(np.random.default_rng(8).normal(-1.0, 1.0, (200, 10))))
    assert found is not None
    assert found.spa_p == 1.0


def test_that_trials_chosen_by_earlier_results_count_only_against_not_trading() -> None:
    daily = np.random.default_rng(8).normal(0.0, 1.0, (200, 40))
    lucky = np.concatenate([daily, daily[:, :1] + 0.5], axis=1)
    alone, both = best_of(matrix(daily), 41), best_of(matrix(lucky), 41, sobol=40)
    assert alone is not None
    assert both is not None
    assert (both.settings_hash, both.deflated_sharpe) == (alone.settings_hash, alone.deflated_sharpe)
    assert both.overfitting == alone.overfitting
    assert (both.spa_p or 0.0) < 0.01 < (alone.spa_p or 0.0)
