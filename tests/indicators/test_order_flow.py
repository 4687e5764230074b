"""Facts about who the aggressors were."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.domain.market import Candle, Side
from tests.builders import MONDAY, candle
from tests.indicators.analyzed import BITCOIN_SOURCE, GOLD_SOURCE, read

MIRROR = 4000.0
Row = tuple[float, float]
"""Low of a candle, and its taker buys less taker sells."""

LOWER_LOW: tuple[Row, ...] = ((2000, 0), (2000, 0), (1990, -30), (2000, 0), (2000, 50), (2000, 0), (1985, -10))
QUIET: Row = (2000, 0)


def market(*rows: Row, start: datetime = MONDAY, is_mirrored: bool = False) -> list[Candle]:
    candles = []
    for minute, (low, delta) in enumerate(rows):
        bought = 50.0 + (-delta if is_mirrored else delta) / 2
        high = MIRROR - low if is_mirrored else None
        lowest = None if is_mirrored else low
        candles.append(candle(minute, close=2000.0, high=high, low=lowest, volume=100.0, taker_buy=bought, start=start))
    return candles


def sides(*candles: Candle) -> list[Side | None]:
    return [snapshot.cvd_divergence for snapshot in read(candles, BITCOIN_SOURCE)]


def test_that_cvd_sums_taker_buys_less_taker_sells() -> None:
    snapshots = read(market((2000, 20), (2000, -50), (2000, 0)), BITCOIN_SOURCE)
    assert [snapshot.cvd for snapshot in snapshots] == [20.0, -30.0, -30.0]


def test_that_cvd_restarts_with_the_trading_day() -> None:
    midnight = market((2000, 20), (2000, 30), start=datetime(2026, 3, 3, 23, 59, tzinfo=UTC))
    assert [snapshot.cvd for snapshot in read(midnight, BITCOIN_SOURCE)] == [20.0, 30.0]


def test_that_a_candle_whose_aggressors_are_unknown_leaves_cvd_as_it_was() -> None:
    snapshots = read([*market((2000, 20)), candle(1, taker_buy=None)], BITCOIN_SOURCE)
    assert snapshots[-1].cvd == 20.0


def test_that_a_source_without_aggressors_has_neither_cvd_nor_divergence() -> None:
    for snapshot in read(market(*LOWER_LOW, QUIET, QUIET), GOLD_SOURCE):
        assert (snapshot.cvd, snapshot.cvd_divergence, snapshot.cvd_divergences) == (None, None, ())


def test_that_a_lower_low_with_a_higher_cvd_is_bullish_from_when_it_is_known_and_for_five_candles() -> None:
    assert sides(*market(*LOWER_LOW, *[QUIET] * 8)) == [None] * 8 + [Side.BUY] * 5 + [None] * 2


def test_that_a_higher_high_with_a_lower_cvd_is_bearish() -> None:
    assert sides(*market(*LOWER_LOW, QUIET, QUIET, is_mirrored=True))[-1] is Side.SELL


@pytest.mark.parametrize("second", [(1985, -90), (1990, -10), (1995, -10)])
def test_that_a_lower_cvd_or_a_low_that_is_not_lower_is_no_divergence(second: Row) -> None:
    assert sides(*market(*LOWER_LOW[:-1], second, QUIET, QUIET))[-1] is None


def test_that_cvd_is_that_of_the_swings_candle_not_of_the_candle_that_made_it_known() -> None:
    falling_after = market(*LOWER_LOW, (2000, -90), (2000, -90))
    assert sides(*falling_after)[-1] is Side.BUY


def test_that_swings_of_two_trading_days_are_not_compared() -> None:
    start = datetime(2026, 3, 3, 23, 55, tzinfo=UTC)
    assert sides(*market(*LOWER_LOW, QUIET, QUIET, start=start))[-1] is None


def test_that_both_sides_may_count_at_once() -> None:
    candles = market(*LOWER_LOW, *[QUIET] * 2)
    highs = {3: 2010.0, 7: 2015.0}
    both = [
        candle(at, close=2000.0, low=one.low, high=highs.get(at, 2000.0), volume=100.0, taker_buy=one.taker_buy)
        for at, one in enumerate(candles)
    ]
    sold = candle(7, close=2000.0, high=2015.0, volume=100.0, taker_buy=5.0)
    last = read([*both[:7], sold, both[8], candle(9, taker_buy=50.0)], BITCOIN_SOURCE)[-1]
    assert last.cvd_divergence is Side.SELL
    assert last.cvd_divergences == (Side.SELL, Side.BUY)


def test_that_two_divergences_of_one_candle_count_equally_long() -> None:
    deltas = (0, 0, -30, 0, 0, 0, 80, 0, 0, 0, -40, *[0] * 8)
    lows, highs = {2: 1990.0, 10: 1985.0}, {6: 2010.0, 10: 2015.0}
    candles = [
        candle(
            at,
            close=2000.0,
            low=lows.get(at, 2000.0),
            high=highs.get(at, 2000.0),
            volume=100.0,
            taker_buy=50.0 + delta / 2,
        )
        for at, delta in enumerate(deltas)
    ]
    present = [snapshot.cvd_divergences for snapshot in read(candles, BITCOIN_SOURCE)]
    assert present == [()] * 12 + [(Side.BUY, Side.SELL)] * 5 + [()] * 2
