"""Facts about the rules by which others fill orders within a candle, each on a hand-made candle."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.lie_table import (
    Minutes,
    Trades,
    average_ranges,
    by_colour,
    favourable_first,
    high_first,
    low_first,
    nearer_extreme_first,
    results,
    ten_second_bars,
)


def minute(open_: float, first: float, second: float, close: float) -> np.ndarray:
    """A minute that goes straight from price to price."""
    return np.concatenate([
        np.linspace(open_, first, 20, endpoint=False),
        np.linspace(first, second, 20, endpoint=False),
        np.linspace(second, close, 20),
    ])[None, :]  # fmt: skip


RISING = minute(10.0, 9.0, 12.0, 11.0)
FALLING = minute(11.0, 12.0, 9.0, 10.0)


def trade(side: float = 1.0, risk: float = 1.0, average: float = 1.0) -> Trades:
    return Trades(np.array([0]), np.array([side]), np.array([risk]), np.array([average]))


def test_that_the_nearer_extreme_comes_first() -> None:
    assert nearer_extreme_first(RISING).tolist() == [[10.0, 9.0, 12.0, 11.0]]
    assert nearer_extreme_first(minute(11.5, 9.0, 12.0, 10.0)).tolist() == [[11.5, 12.0, 9.0, 10.0]]


def test_that_by_colour_a_rising_candle_falls_first_and_a_falling_one_rises_first() -> None:
    assert by_colour(RISING).tolist() == [[10.0, 9.0, 12.0, 11.0]]
    assert by_colour(FALLING).tolist() == [[11.0, 12.0, 9.0, 10.0]]


def test_that_open_high_low_close_knows_one_order() -> None:
    for one in (RISING, FALLING):
        assert high_first(one)[0, 1:3].tolist() == [12.0, 9.0]
        assert low_first(one)[0, 1:3].tolist() == [9.0, 12.0]


def test_that_what_suits_the_trade_comes_first() -> None:
    sides = np.array([1.0, -1.0])
    minutes = np.concatenate([RISING, RISING])
    assert favourable_first(minutes, sides)[:, 1].tolist() == [12.0, 9.0]


def test_that_a_magnified_minute_is_six_bars_of_ten_seconds() -> None:
    found = ten_second_bars(RISING)
    assert found.shape == (1, 24)
    assert (found[0, 0], found[0, -1], found.min(), found.max()) == (10.0, 11.0, 9.0, 12.0)


def test_that_between_the_corners_a_stop_is_filled_at_its_own_price() -> None:
    corners = Minutes(np.array([[10.0, 8.0, 12.0, 11.0]]), is_continuous=True)
    assert results(corners, trade()).tolist() == [-1.0]
    assert results(corners, trade(side=-1.0)).tolist() == [2.0]


def test_that_at_quotes_a_stop_is_filled_at_the_quote() -> None:
    quotes = Minutes(np.array([[10.0, 9.5, 8.75, 12.0]]), is_continuous=False)
    assert results(quotes, trade()).tolist() == [-1.25]


def test_that_a_gap_between_minutes_is_filled_where_the_next_one_opens() -> None:
    corners = Minutes(np.array([[10.0, 10.2, 9.9, 10.0], [8.0, 8.5, 7.5, 8.0]]), is_continuous=True)
    assert results(corners, trade()).tolist() == [-2.0]


def test_that_a_stop_trails_the_best_price_once_half_the_risk_is_gained() -> None:
    corners = Minutes(np.array([[10.0, 9.6, 11.0, 9.0]]), is_continuous=True)
    assert results(corners, trade()).tolist() == pytest.approx([0.7])
    assert results(corners, trade(risk=4.0)).tolist() == [-0.25]


def test_that_the_stop_comes_first_and_trails_closes_alone() -> None:
    both = Minutes(np.array([[10.0, 8.0, 13.0, 11.0]]), is_continuous=True, is_stop_first=True)
    assert results(both, trade()).tolist() == [-1.0]
    trailed = np.array([[10.0, 9.5, 11.9, 11.0], [11.0, 10.0, 11.2, 11.0]])
    assert results(Minutes(trailed, True, True), trade()).tolist() == pytest.approx([0.7])


def test_that_a_trade_that_nothing_ends_is_left_at_the_last_price() -> None:
    corners = Minutes(np.array([[10.0, 9.75, 10.5, 10.25]]), is_continuous=True)
    assert results(corners, trade(risk=2.0)).tolist() == [0.125]


def test_that_the_average_range_is_that_of_fourteen_candles() -> None:
    minutes = np.repeat(RISING, 22, axis=0)
    minutes[20] = 10.0 + 4.0 * (RISING[0] - 10.0)
    assert average_ranges(minutes)[19:21].tolist() == pytest.approx([3.0, (13 * 3.0 + 12.0) / 14.0])
