"""The interval of a mean by trading days, against every draw there is."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from random import Random
from statistics import fmean

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.statistics.bootstrap import mean_by_block, mean_by_day
from tests.approximate import close_to
from tests.examples import examples

FIRST = date(2026, 3, 2)

BY_DAY = st.lists(st.lists(st.floats(-3.0, 5.0), min_size=1, max_size=4), min_size=1, max_size=8)


def flat(by_day: list[list[float]]) -> tuple[list[float], list[date]]:
    """Values, and the day of each."""
    values = [value for values in by_day for value in values]
    return values, [FIRST + timedelta(days=day) for day, values in enumerate(by_day) for _ in values]


def test_that_the_interval_is_that_of_all_draws_of_five_days() -> None:
    by_day = [[1.0, -0.5], [-1.0], [2.0, 0.5, 0.0], [-1.0, -1.0], [0.75]]
    means = [fmean(value for day in draw for value in by_day[day]) for draw in product(range(5), repeat=5)]
    found = mean_by_day(*flat(by_day))
    assert found is not None
    low, high = np.quantile(means, (0.025, 0.975))
    assert (found.low, found.high) == (close_to(low, abs=0.05), close_to(high, abs=0.05))


def test_that_many_days_give_the_interval_of_the_normal_distribution() -> None:
    of_days = np.random.default_rng(7).normal(0.1, 1.0, 400)
    found = mean_by_day(*flat([[float(value)] for value in of_days]))
    half = 1.96 * of_days.std() / np.sqrt(400)
    assert found == pytest.approx((of_days.mean() - half, of_days.mean() + half), abs=0.01)


def test_that_trades_of_one_day_do_not_count_as_evidence_of_their_own() -> None:
    apart = mean_by_day(*flat([[value] for value in (1.0, 1.0, -1.0, -1.0) * 5]))
    together = mean_by_day(*flat([[1.0] * 5, [-1.0] * 5, [1.0] * 5, [-1.0] * 5]))
    assert apart is not None
    assert together is not None
    assert together.high - together.low > 1.5 * (apart.high - apart.low)


@examples(40)
@example([[1.0, 1.1372304030060099, 6.647360668692409e-88]], Random(1))
@given(BY_DAY, st.randoms(use_true_random=False))
def test_that_the_mean_lies_within_and_the_order_of_trades_does_not_matter(
    by_day: list[list[float]], random: Random
) -> None:
    values, days = flat(by_day)
    found = mean_by_day(values, days)
    assert found is not None
    assert found.low <= fmean(values) <= found.high
    places = list(range(len(values)))
    random.shuffle(places)
    again = mean_by_day([values[place] for place in places], [days[place] for place in places])
    assert again == pytest.approx(found, abs=1e-9)


def test_that_one_day_gives_no_width_and_no_trade_no_interval() -> None:
    assert mean_by_day([1.0, 0.5], [FIRST, FIRST]) == (0.75, 0.75)
    assert mean_by_day([], []) is None
    with pytest.raises(ValueError, match="2 values of 1 blocks"):
        mean_by_day([1.0, 2.0], [FIRST])


def test_that_an_interval_holds_the_mean_as_often_as_it_says() -> None:
    random, hits = np.random.default_rng(1), 0
    for _ in range(100):
        values = np.repeat(random.standard_normal(40), 5) + random.standard_normal(200)
        found = mean_by_block(values.tolist(), [place // 5 for place in range(200)], 0.90)
        assert found is not None
        hits += found.low <= 0.0 <= found.high
    assert 80 <= hits <= 97


def test_that_values_of_one_block_are_no_evidence_of_their_own() -> None:
    values = [1.0] * 100 + [-1.0] * 100 + [0.5] * 100 + [-0.5] * 100
    by_block = mean_by_block(values, [place // 100 for place in range(400)], 0.90)
    one_by_one = mean_by_block(values, list(range(400)), 0.90)
    assert by_block is not None
    assert one_by_one is not None
    assert by_block.high - by_block.low > 5.0 * (one_by_one.high - one_by_one.low)
