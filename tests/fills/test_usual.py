"""Facts about how large minutes have been recently."""

from __future__ import annotations

import pytest

from engine.domain.market import Candle
from engine.fills.usual import UsualRange
from tests.builders import candle

LATER = 3 * 1440


def sized(minute: int, height: float) -> Candle:
    return candle(minute, open=100.0, high=100.0 + height, low=100.0, close=100.0)


def test_that_equal_ranges_are_the_usual_one() -> None:
    usual = UsualRange(sized(minute, 2.0) for minute in range(30))
    assert usual.before(sized(30, 9.0)) == pytest.approx(2.0)


def test_that_a_range_counts_half_as_much_five_candles_later() -> None:
    for age, weight in ((0, 1.0), (5, 0.5), (10, 0.25)):
        usual = UsualRange(sized(minute, 4.0 if minute == 19 - age else 1.0) for minute in range(20))
        weights = sum(0.5 ** (candle / 5.0) for candle in range(20))
        assert usual.before(sized(20, 1.0)) == pytest.approx(4.0 ** (weight / weights))


def test_that_only_the_last_twenty_candles_count() -> None:
    usual = UsualRange(sized(minute, 100.0 if minute < 10 else 1.0) for minute in range(30))
    assert usual.before(sized(30, 1.0)) == pytest.approx(1.0)


def test_that_history_and_candles_taken_one_by_one_are_the_same() -> None:
    sizes = [1.0 + minute % 7 for minute in range(40)]
    known, taken = UsualRange(sized(at, size) for at, size in enumerate(sizes)), UsualRange([])
    for at, size in enumerate(sizes):
        taken.add(sized(at, size))
    assert known.before(sized(40, 1.0)) == taken.before(sized(40, 1.0))


def test_that_what_is_older_than_three_days_and_what_stood_still_says_nothing() -> None:
    usual = UsualRange(sized(minute, 2.0) for minute in range(10))
    assert usual.before(sized(LATER, 1.0)) == pytest.approx(2.0)
    assert usual.before(sized(LATER + 5, 1.0)) == pytest.approx(2.0)
    assert usual.before(sized(LATER + 6, 1.0)) is None
    for minute in range(10, 40):
        usual.add(sized(minute, 0.0))
    assert usual.before(sized(40, 1.0)) == pytest.approx(2.0)
