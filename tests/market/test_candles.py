from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.market import Candle, Quote
from engine.errors import InvalidMarketData
from engine.market.candles import CandleBuilder
from tests.builders import MONDAY, quote
from tests.examples import examples


def built_from(*quotes: Quote) -> tuple[list[Candle], CandleBuilder]:
    builder = CandleBuilder("XAUUSD")
    closed = [candle for quote in quotes if (candle := builder.update(quote)) is not None]
    return closed, builder


def test_that_a_candle_closes_with_the_first_quote_of_a_later_minute() -> None:
    closed, builder = built_from(quote(0), quote(59.999), quote(60))
    assert [candle.opened_at for candle in closed] == [MONDAY]
    assert builder.forming is not None
    assert builder.forming.opened_at == MONDAY + timedelta(minutes=1)


def test_that_a_candle_holds_the_bid_prices_of_its_minute() -> None:
    closed, _ = built_from(quote(1, bid=10), quote(2, bid=12), quote(3, bid=9), quote(4, bid=11), quote(61, bid=50))
    (candle,) = closed
    assert (candle.open, candle.high, candle.low, candle.close) == (10, 12, 9, 11)


def test_that_the_spread_of_a_candle_is_that_of_its_last_quote() -> None:
    closed, _ = built_from(quote(1, bid=10, spread=3), quote(50, bid=10, spread=0.5), quote(61, spread=9))
    assert closed[0].spread == 0.5


def test_that_volume_is_the_sum_over_the_quotes_of_the_minute() -> None:
    ticks = [Quote(symbol="XAUUSD", at=MONDAY, bid=1, ask=2, volume=volume) for volume in (2.0, 0.5, 1.0)]
    closed, builder = built_from(*ticks, quote(60))
    assert closed[0].volume == 3.5
    assert builder.forming is not None
    assert builder.forming.volume == 1.0


def test_that_a_source_without_volume_builds_candles_without_volume() -> None:
    builder = CandleBuilder("XAUUSD", has_volume=False)
    builder.update(quote(0))
    closed = builder.update(quote(60))
    assert closed is not None
    assert closed.volume is None


def test_that_a_minute_without_a_quote_has_no_candle() -> None:
    closed, _ = built_from(quote(0), quote(600), quote(660))
    assert [candle.opened_at for candle in closed] == [MONDAY, MONDAY + timedelta(minutes=10)]


def test_that_a_quote_going_back_in_time_is_refused_and_changes_nothing() -> None:
    _, builder = built_from(quote(10, bid=10))
    with pytest.raises(InvalidMarketData, match="back in time"):
        builder.update(quote(9, bid=99))
    assert builder.forming is not None
    assert builder.forming.high == 10


def test_that_quotes_of_the_same_instant_are_all_taken() -> None:
    _, builder = built_from(quote(10, bid=10), quote(10, bid=12))
    assert builder.forming is not None
    assert builder.forming.close == 12


def test_that_a_candle_closes_by_the_clock_once_its_minute_has_passed() -> None:
    _, builder = built_from(quote(10))
    assert builder.close_by(MONDAY + timedelta(seconds=59)) is None
    closed = builder.close_by(MONDAY + timedelta(seconds=60))
    assert closed is not None
    assert closed.opened_at == MONDAY
    assert builder.forming is None
    assert builder.close_by(MONDAY + timedelta(seconds=120)) is None


def test_that_a_candle_closed_by_the_clock_is_final() -> None:
    _, builder = built_from(quote(10))
    builder.close_by(MONDAY + timedelta(seconds=60))
    with pytest.raises(InvalidMarketData):
        builder.update(quote(59))
    assert builder.update(quote(61)) is None
    assert builder.forming is not None


def test_that_nothing_forms_before_the_first_quote() -> None:
    assert CandleBuilder("XAUUSD").forming is None


@examples(60)
@given(
    st.lists(
        st.tuples(
            st.floats(0, 200, allow_nan=False), st.floats(1, 1e6, allow_nan=False), st.floats(0, 10, allow_nan=False)
        ),
        min_size=1,
        max_size=60,
    )
)
def test_that_candles_equal_a_plain_grouping_of_quotes_by_minute(steps: list[tuple[float, float, float]]) -> None:
    quotes, seconds = [], 0.0
    for wait, bid, spread in steps:
        seconds += wait
        quotes.append(quote(seconds, bid=bid, spread=spread))
    closed, builder = built_from(*quotes)
    assert builder.forming is not None
    for candle in [*closed, builder.forming]:
        of_minute = [q for q in quotes if candle.opened_at <= q.at < candle.closed_at]
        bids = [q.bid for q in of_minute]
        assert (candle.open, candle.high, candle.low, candle.close) == (bids[0], max(bids), min(bids), bids[-1])
        assert candle.volume == len(of_minute)
        assert candle.spread == of_minute[-1].spread
