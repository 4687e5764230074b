"""Figures of trades, against plain computations."""

from __future__ import annotations

import statistics
from datetime import timedelta
from itertools import pairwise
from math import inf, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.fills import FillModel
from engine.domain.orders import ExitReason
from engine.domain.trade_facts import TradeFacts
from engine.statistics.bootstrap import MIN_DAYS
from engine.statistics.curves import deepest_fall, money_curve, r_curve, spread_of_r
from engine.statistics.figures import MIN_TRADES, by_fill_model, counted, figures_of
from engine.statistics.intervals import of_share
from tests.approximate import close_to
from tests.statistics.trades import facts

RESULTS = st.lists(st.integers(-300, 300).map(lambda cents: cents / 100), max_size=60)


def trades(results: list[float]) -> list[TradeFacts]:
    return [facts(result, minute=minute) for minute, result in enumerate(results)]


@given(RESULTS)
def test_that_figures_are_what_a_plain_count_gives(results: list[float]) -> None:
    found = figures_of(trades(results))
    won, lost = [one for one in results if one > 0], [one for one in results if one < 0]
    assert (found.trades, found.wins, found.losses) == (len(results), len(won), len(lost))
    assert found.net_profit == pytest.approx(sum(results))
    assert found.sum_r == pytest.approx(sum(results) / 0.5)
    if results:
        assert found.expectancy == pytest.approx(statistics.mean(results))
        assert found.mean_r == pytest.approx(statistics.mean(results) / 0.5)
        assert found.win_rate == len(won) / len(results)
    if lost:
        assert found.profit_factor == pytest.approx(sum(won) / -sum(lost))
    assert found.is_too_few == (len(results) < MIN_TRADES)


@given(RESULTS)
def test_that_curves_end_at_the_sum_and_fall_no_deeper_than_any_pair_of_points(results: list[float]) -> None:
    curve = money_curve(trades(results))
    sums = [0.0, *(sum(results[: end + 1]) for end in range(len(results)))]
    assert [point.value for point in curve] == pytest.approx(sums[1:])
    falls = [high - low for place, high in enumerate(sums) for low in sums[place:]]
    assert deepest_fall(curve) == pytest.approx(max(falls))


@given(RESULTS)
def test_that_every_result_falls_into_one_bin(results: list[float]) -> None:
    bins = spread_of_r(trades(results))
    assert sum(each.trades for each in bins) == len(results)
    assert all(one.high == two.low for one, two in pairwise(bins))


@given(st.integers(1, 400).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_that_the_bounds_of_a_share_are_where_it_would_be_just_plausible(counts: tuple[int, int]) -> None:
    count, total = counts
    interval = of_share(count, total)
    assert interval is not None
    assert 0.0 <= interval.low <= count / total <= interval.high <= 1.0
    for bound in interval:
        if 0.0 < bound < 1.0:  # Wilson's bounds solve |share - bound| = z * its standard error
            assert abs(count / total - bound) == pytest.approx(1.959964 * sqrt(bound * (1 - bound) / total), rel=1e-4)


def test_that_no_share_has_an_interval_without_trades() -> None:
    assert of_share(0, 0) is None


def test_that_nothing_is_known_of_no_trades_and_nothing_lost_is_an_infinite_factor() -> None:
    none = figures_of([])
    assert (none.win_rate, none.mean_r, none.profit_factor, none.mean_held) == (None, None, None, None)
    assert figures_of([facts(1.0)]).profit_factor == inf
    assert figures_of([facts(0.0)]).profit_factor is None


def test_that_trades_without_a_stop_count_in_money_only() -> None:
    found = figures_of([facts(1.0), facts(2.0, minute=1, r=None, stop_loss=None)])
    assert (found.trades, found.r_trades, found.sum_r, found.net_profit) == (2, 1, 2.0, 3.0)
    assert len(r_curve([facts(1.0), facts(2.0, r=None)])) == 1


def test_that_costs_and_time_are_reported() -> None:
    found = figures_of([facts(1.0, commission=-0.1, swap=-0.05), facts(-1.0, minute=9)])
    assert (found.costs, found.net_profit) == (close_to(-0.15), close_to(-0.15))
    assert found.mean_held == timedelta(minutes=5)


def test_that_how_far_price_went_is_the_mean_of_the_trades_that_know_it() -> None:
    found = figures_of([facts(1.0, best_price=2001.0, worst_price=1999.75), facts(1.0, minute=1)])
    assert (found.mean_favourable_r, found.mean_adverse_r) == (2.0, 0.5)


def on_days(days: int) -> list[TradeFacts]:
    """Two trades on each day, one of them lost."""
    return [facts(profit, minute=1440 * day + place) for day in range(days) for place, profit in ((0, -0.5), (1, 1.0))]


def test_that_a_mean_has_an_interval_only_where_there_are_enough_days() -> None:
    few, enough = figures_of(on_days(MIN_DAYS - 1)), figures_of(on_days(MIN_DAYS))
    assert (few.days, few.mean_r, few.mean_r_interval, few.has_too_few_days) == (MIN_DAYS - 1, 0.5, None, True)
    assert enough.mean_r_interval is not None
    assert (enough.mean_r_interval.low, enough.has_too_few_days) == (close_to(0.5), False)
    assert not figures_of([]).has_too_few_days


def test_that_what_a_trade_cost_is_the_mean_of_the_trades_that_know_it() -> None:
    found = figures_of([facts(cost_r=0.25), facts(minute=1, cost_r=0.75), facts(minute=2)])
    assert (found.mean_cost_r, figures_of([facts()]).mean_cost_r) == (0.5, None)


def test_that_trades_of_different_fills_are_kept_apart_with_those_of_the_broker_first() -> None:
    models = (FillModel.FOUR_CORNER, None, FillModel.PATHS, None)
    trades = [facts(minute=minute, fill_model=model) for minute, model in enumerate(models)]
    found = by_fill_model(trades)
    assert list(found) == [None, FillModel.PATHS, FillModel.FOUR_CORNER]
    assert found[None] == (trades[1], trades[3])


def test_that_trades_which_ended_with_their_paper_account_have_no_result() -> None:
    ended, sound = facts(0.0, reason=ExitReason.PAPER_ENDED), facts(1.0)
    assert counted([ended, sound]) == (sound,)
