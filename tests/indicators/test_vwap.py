"""Facts about VWAP, its deviation and its micro band."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from engine.domain.market import Candle
from tests.approximate import close_to
from tests.builders import MONDAY, candle
from tests.indicators.analyzed import GOLD_SOURCE, read, rules_with, source_of

READY_AT_ONCE = rules_with(vwap={"ready_after_candles": 1})
ROLL = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)


def closes(*prices: float, start: datetime = MONDAY, volume: float | None = 100.0) -> list[Candle]:
    return [candle(minute, close=price, start=start, volume=volume) for minute, price in enumerate(prices)]


def test_that_vwap_weighs_typical_prices_by_volume() -> None:
    candles = [
        candle(0, close=2000.0, high=2003.0, low=2000.0, volume=300.0),
        candle(1, close=2005.0, volume=100.0),
    ]
    last = read(candles, rules=READY_AT_ONCE)[-1]
    assert last.vwap == pytest.approx((2001.0 * 3 + 2005.0) / 4)
    assert last.vwap_sigma == pytest.approx((0.75 * 1.0 + 0.25 * 9.0) ** 0.5)


def test_that_a_source_without_volume_weighs_candles_equally() -> None:
    candles = closes(2000.0, 2004.0, volume=None)
    assert read(candles, source_of(has_volume=False), READY_AT_ONCE)[-1].vwap == pytest.approx(2002.0)


def test_that_a_day_of_which_no_volume_has_come_yet_has_no_vwap() -> None:
    candles = [*closes(2000.0, 2001.0, volume=0.0), candle(2, close=2005.0, volume=1.0)]
    assert [snapshot.vwap for snapshot in read(candles, rules=READY_AT_ONCE)] == [None, None, 2005.0]


def test_that_vwap_restarts_with_the_trading_day() -> None:
    yesterday = [candle(minute, close=2000.0, start=ROLL) for minute in range(-20, 0)]
    today = [candle(minute, close=2100.0, start=ROLL) for minute in range(15)]
    snapshots = read(yesterday + today)
    assert snapshots[19].vwap == pytest.approx(2000.0)
    assert [snapshot.vwap for snapshot in snapshots[20:]] == [None] * 14 + [2100.0]
    assert snapshots[19].vwap_anchored_at == yesterday[0].opened_at
    assert {snapshot.vwap_anchored_at for snapshot in snapshots[20:]} == {ROLL}


def test_that_small_deviations_from_a_high_price_are_not_lost() -> None:
    prices = [77_000.0 + 0.01 * (minute % 2) for minute in range(1440)]
    last = read(closes(*prices, volume=1e6), rules=READY_AT_ONCE)[-1]
    assert last.vwap_sigma == pytest.approx(0.005, rel=1e-6)


def test_that_a_far_first_price_does_not_spoil_the_deviation_of_the_rest() -> None:
    far, *rest = closes(1e9, *[1.0 + 0.5 * (minute % 2) for minute in range(400)])
    snapshots = read([replace(far, volume=1e-22), *rest], rules=READY_AT_ONCE)
    assert snapshots[-1].vwap_sigma == pytest.approx(0.25, rel=1e-2)


def test_that_the_fixed_micro_band_is_a_share_of_vwap() -> None:
    last = read(closes(2000.0), rules=READY_AT_ONCE)[-1]
    assert (last.band_low, last.band_high) == (close_to(1999.0), close_to(2001.0))


def test_that_the_atr_adjusted_micro_band_waits_for_atr14() -> None:
    candles = [candle(minute, close=2000.0, high=2001.0, low=1999.0) for minute in range(15)]
    snapshots = read(candles, rules=rules_with(vwap={"tolerance_type": "atr_adjusted", "ready_after_candles": 1}))
    assert snapshots[13].band_low is None
    assert snapshots[14].band_low == pytest.approx(2000.0 - 0.15 * 2.0)
    assert snapshots[14].band_high == pytest.approx(2000.0 + 0.15 * 2.0)


def test_that_persistence_counts_the_minutes_between_closes_inside_the_band() -> None:
    snapshots = read(closes(2000.0, 2000.0, 2000.5, 2009.0, 2000.0, 2000.0), rules=READY_AT_ONCE)
    assert [snapshot.band_persistence_s for snapshot in snapshots] == [0.0, 60.0, 120.0, 0.0, 0.0, 0.0]


def test_that_persistence_ends_with_the_day_that_drew_the_band() -> None:
    before = [candle(minute, close=2000.0, start=ROLL) for minute in range(-20, 0)]
    snapshots = read([*before, candle(0, close=2000.0, start=ROLL)], GOLD_SOURCE)
    assert snapshots[-2].band_persistence_s == 60.0 * 5
    assert snapshots[-1].band_persistence_s == 0.0
