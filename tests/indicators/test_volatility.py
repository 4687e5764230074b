"""Facts about ranges and what is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from engine.domain.market import Candle
from tests.builders import candle
from tests.indicators.analyzed import read, rules_with


def candles_of_ranges(ranges: Sequence[float], volume: float = 100.0) -> list[Candle]:
    """Each closes where it opened, at its low: its range is its true range."""
    return [candle(minute, close=2000.0, high=2000.0 + height, volume=volume) for minute, height in enumerate(ranges)]


def first_with(name: str, count: int = 60, **analysis: Any) -> int:
    """The number of the candle, counted from one, at which a reading is there for the first time."""
    snapshots = read(candles_of_ranges([1.0] * count), rules=rules_with(**analysis))
    return next(number for number, snapshot in enumerate(snapshots, 1) if getattr(snapshot, name) is not None)


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("range_avg", 10),
        ("atr1", 4),
        ("atr14", 15),
        ("is_expanding", 11),
        ("true_range_mean_30", 31),
        ("momentum_15", 16),
        ("volume_mean_20", 21),
        ("vwap", 15),
    ],
)
def test_that_an_indicator_is_absent_until_its_window_is_full(name: str, number: int) -> None:
    assert first_with(name) == number


def test_that_the_raw_atr1_waits_only_for_a_previous_close() -> None:
    assert first_with("atr1", atr1_smoothing=1) == 2


def test_that_the_true_range_reaches_back_to_the_previous_close() -> None:
    candles = [candle(0, close=2000.0), candle(1, close=2010.0, low=2009.0), candle(2, close=1990.0, high=1991.0)]
    raw = [snapshot.atr1 for snapshot in read(candles, rules=rules_with(atr1_smoothing=1))]
    assert raw == [None, 10.0, 20.0]


def test_that_atr1_is_the_mean_true_range_of_the_last_three_candles() -> None:
    assert read(candles_of_ranges([9.0, 9.0, 1.0, 2.0, 6.0]))[-1].atr1 == pytest.approx(3.0)


def test_that_atr14_starts_as_a_mean_and_goes_on_as_wilder_smooths() -> None:
    snapshots = read(candles_of_ranges([50.0] + [1.0] * 7 + [3.0] * 7 + [16.0]))
    assert snapshots[14].atr14 == pytest.approx(2.0)
    assert snapshots[15].atr14 == pytest.approx((13 * 2.0 + 16.0) / 14)


def test_that_the_average_range_is_that_of_the_last_ten_candles() -> None:
    assert read(candles_of_ranges([90.0] + [1.0] * 9 + [11.0]))[-1].range_avg == pytest.approx(2.0)


@pytest.mark.parametrize(("later", "is_expanding"), [(1.2, True), (1.05, False), (0.5, False)])
def test_that_volatility_expands_when_five_candles_outrange_the_five_before(later: float, is_expanding: bool) -> None:
    assert read(candles_of_ranges([1.0] * 6 + [later] * 5))[-1].is_expanding is is_expanding


def test_that_exactly_the_factor_is_expanding() -> None:
    snapshots = read(candles_of_ranges([1.0] * 6 + [1.25] * 5), rules=rules_with(expansion_factor=1.25))
    assert snapshots[-1].is_expanding is True


def test_that_momentum_is_the_way_from_the_close_fifteen_candles_before() -> None:
    candles = [candle(minute, close=2000.0 + minute) for minute in range(20)]
    assert read(candles)[-1].momentum_15 == pytest.approx(15.0)


def test_that_a_candle_does_not_count_in_the_mean_volume_it_is_compared_with() -> None:
    candles = [candle(minute, volume=10.0) for minute in range(20)] + [candle(20, volume=1000.0)]
    assert read(candles)[-1].volume_mean_20 == pytest.approx(10.0)
