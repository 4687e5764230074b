"""Trades of several seeds: each counts once, with the mean of its results."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.market import Side
from engine.domain.trades import ClosedTrade
from engine.statistics.seeds import matched, net_result
from tests.approximate import close_to
from tests.builders import MONDAY, closed_trade


def trade(minute: int, r: float | None, *, second: float = 1.0, side: Side = Side.BUY, **changes: Any) -> ClosedTrade:
    at = MONDAY + timedelta(minutes=minute, seconds=second)
    return closed_trade(
        f"plan-{minute}",
        entered_at=at,
        exited_at=at + timedelta(minutes=3),
        r=r,
        side=side,
        **({"cost_r": 0.1} | changes),
    )


def test_that_the_result_of_a_trade_is_averaged_before_trades_are_counted() -> None:
    found = net_result([[trade(1, 1.0), trade(5, -1.0)], [trade(1, 0.0, second=9.0), trade(5, -1.0)]])
    assert (found.trades, found.mean_r) == (2, -0.25)
    assert found.seed_means == (0.0, -0.5)
    assert found.depends_on_path == 0.5


def test_that_a_trade_weighs_as_much_as_the_share_of_seeds_that_have_it() -> None:
    found = net_result([[trade(1, 1.0)], [trade(1, 1.0), trade(5, 0.4)], []])
    assert (found.trades, found.mean_r) == (2, close_to(0.8))
    assert found.seed_means == (1.0, 0.7, None)


def test_that_what_one_seed_alone_has_says_nothing_about_the_path() -> None:
    assert net_result([[trade(1, 1.0)], [trade(1, 1.0), trade(5, 0.5)]]).depends_on_path == 0.0
    assert net_result([[trade(1, 1.0)], [trade(5, 0.5)]]).depends_on_path is None


def test_that_the_other_side_and_the_other_symbol_of_a_minute_are_other_trades() -> None:
    others = [trade(1, 1.0, side=Side.SELL), trade(1, 1.0, symbol="BTCUSD")]
    assert net_result([[trade(1, 1.0)], others]).trades == 3


def test_that_two_entries_in_one_minute_are_matched_in_their_order() -> None:
    twice = [trade(1, 1.0), trade(1, -1.0, second=40.0)]
    assert [one.rs for one in matched([twice, twice])] == [(1.0, 1.0), (-1.0, -1.0)]


def test_that_a_difference_of_a_tenth_is_none_yet() -> None:
    assert net_result([[trade(1, 0.5)], [trade(1, 0.6)]]).depends_on_path == 0.0
    assert net_result([[trade(1, 0.5)], [trade(1, 0.61)]]).depends_on_path == 1.0


def test_that_one_seed_does_not_show_what_depends_on_the_path() -> None:
    assert net_result([[trade(1, 0.5)]]).depends_on_path is None


def test_that_nothing_is_known_without_trades_that_have_a_stop() -> None:
    found = net_result([[trade(1, None)]])
    assert (found.trades, found.days, found.mean_r, found.interval, found.gross_r) == (0, 0, None, None, None)
    assert found.seed_means == (None,)


def test_that_costs_are_not_known_where_one_trade_does_not_know_them() -> None:
    found = net_result([[trade(1, 0.5), trade(5, 0.5, cost_r=None)]])
    assert (found.mean_r, found.cost_r, found.gross_r) == (0.5, None, None)


RUNS = st.lists(st.dictionaries(st.integers(0, 2_000), st.floats(-2.0, 3.0), max_size=8), min_size=1, max_size=4)


@given(RUNS)
def test_that_every_trade_counts_once_and_gross_is_net_and_cost(runs: list[dict[int, float]]) -> None:
    found = net_result([[trade(minute, r) for minute, r in sorted(run.items())] for run in runs])
    minutes = {minute for run in runs for minute in run}
    assert found.trades == len(minutes)
    if minutes:
        assert found.mean_r is not None
        assert found.cost_r == pytest.approx(0.1)
        assert found.gross_r == found.mean_r + (found.cost_r or 0.0)
        everything = [r for run in runs for r in run.values()]
        assert found.mean_r == pytest.approx(sum(everything) / len(everything))
