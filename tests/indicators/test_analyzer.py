"""Facts about the readings as a whole."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine.domain.market import Candle, Session
from engine.domain.snapshot import MarketSnapshot
from engine.errors import InvalidMarketData
from tests.builders import candle
from tests.indicators.analyzed import analyzer, read, rules_with

ASIAN_MORNING = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
LONDON_MORNING = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
NEW_YORK_EVENING = datetime(2026, 3, 3, 22, 30, tzinfo=UTC)


def test_that_nothing_is_reported_of_a_first_candle_but_what_it_is() -> None:
    first = candle(spread=None)
    (snapshot,) = read([first])
    absent = {name for name in snapshot.__struct_fields__ if getattr(snapshot, name) is None}
    assert (snapshot.candle, snapshot.session, snapshot.trading_day) == (first, Session.LONDON, date(2026, 3, 2))
    assert not snapshot.is_ready
    present = {
        *("candle", "session", "trading_day", "is_ready", "vwap_anchored_at", "band_persistence_s"),
        *("is_asian_expansion", "swings", "order_blocks", "retests", "equal_highs", "equal_lows", "cvd_divergences"),
    }
    assert absent == set(snapshot.__struct_fields__) - present


def test_that_the_indicators_are_ready_with_the_last_of_the_four() -> None:
    candles = [candle(minute, high=2001.0) for minute in range(20)]
    assert [snapshot.is_ready for snapshot in read(candles)] == [False] * 14 + [True] * 6
    late_vwap = rules_with(vwap={"ready_after_candles": 18})
    assert [snapshot.is_ready for snapshot in read(candles, rules=late_vwap)] == [False] * 17 + [True] * 3


@pytest.mark.parametrize("second", [0, -1])
def test_that_a_repeated_or_earlier_candle_is_refused_and_changes_nothing(second: int) -> None:
    reader, untouched = analyzer(), analyzer()
    for one in (reader, untouched):
        one.update(candle(0))
    with pytest.raises(InvalidMarketData, match=r"XAUUSD: the candle of .* does not come after that of .*"):
        reader.update(candle(second, close=9000.0))
    assert reader.update(candle(1)) == untouched.update(candle(1))


def test_that_windows_count_candles_not_minutes() -> None:
    every_minute = read([candle(minute, close=2000.0 + minute) for minute in range(20)])[-1]
    with_gaps = read([candle(3 * minute, close=2000.0 + minute) for minute in range(20)])[-1]
    assert (every_minute.atr14, every_minute.momentum_15) == (with_gaps.atr14, with_gaps.momentum_15)


def expansion(start: datetime, newest: float | None) -> MarketSnapshot:
    candles: list[Candle] = [candle(minute, spread=0.2, start=start) for minute in range(20)]
    return read([*candles, candle(20, spread=newest, start=start)])[-1]


@pytest.mark.parametrize(
    ("start", "newest", "is_expansion"),
    [
        (ASIAN_MORNING, 0.9, True),
        (NEW_YORK_EVENING, 0.9, True),
        (LONDON_MORNING, 0.9, False),
        (ASIAN_MORNING, 0.3, False),
        (ASIAN_MORNING, None, False),
    ],
)
def test_that_a_spread_of_twice_its_mean_is_an_asian_expansion_at_night(
    start: datetime, newest: float | None, is_expansion: bool
) -> None:
    assert expansion(start, newest).is_asian_expansion is is_expansion


def test_that_a_ratio_of_exactly_two_is_an_asian_expansion() -> None:
    spreads = [0.1] * 8 + [0.3] * 6 + [0.4]
    candles = [candle(minute, spread=spread, start=ASIAN_MORNING) for minute, spread in enumerate(spreads)]
    assert [snapshot.is_asian_expansion for snapshot in read(candles)][-1]


def test_that_the_newest_spread_counts_in_its_statistics() -> None:
    last = expansion(LONDON_MORNING, 0.41)
    assert last.spread_mean == pytest.approx(0.21)
    assert last.spread_median == pytest.approx(0.2)
    assert last.spread_ratio == pytest.approx(0.41 / 0.21)
    assert last.spread_stdev == pytest.approx((20 * 0.01**2 + 0.2**2) ** 0.5 / 21**0.5)
