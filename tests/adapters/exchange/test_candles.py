"""Candles of an exchange: its own first, else made of trades that are all known; nothing is made up."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest

from engine.adapters.exchange.candles import CandleDesk
from engine.adapters.exchange.messages import Kline, Trade
from engine.adapters.exchange.minutes import TradedMinutes
from engine.domain.market import Candle
from engine.errors import InvalidMarketData
from tests.builders import MONDAY, candle

MINUTE = timedelta(minutes=1)
AFTER = MONDAY + MINUTE + timedelta(seconds=2)
"""When the exchange's own candle of the first minute has been waited for."""


def trade(number: int, second: float, price: float = 100.0, amount: float = 1.0, *, is_buyer: bool = True) -> Trade:
    return Trade(number, MONDAY + timedelta(seconds=second), price, amount, is_buyer)


LATER = trade(4, 60.5, 101.0)
"""Of the next minute: what came before it is all there."""


def desk(*trades: Trade, marks_closed: bool = True) -> CandleDesk:
    """Connected since before the minute."""
    made = CandleDesk("BTCUSDT", marks_closed=marks_closed)
    made.begin(None, MONDAY)
    made.connect(MONDAY - MINUTE)
    for each in trades:
        made.on_trade(each)
    return made


def own(close: float = 100.5, minute: int = 0) -> Candle:
    return candle(minute, open=100.0, high=101.0, low=99.0, close=close, symbol="BTCUSDT", volume=7.0)


TRADES = (trade(1, 1, 100.0, 2.0), trade(2, 20, 103.0, 1.0, is_buyer=False), trade(3, 59, 101.0, 0.5))


def test_that_trades_make_the_candle_once_the_exchanges_own_was_waited_for() -> None:
    made = desk(*TRADES, LATER)
    assert not made.is_settled(MONDAY, AFTER - timedelta(seconds=0.1))
    assert made.is_settled(MONDAY, AFTER)
    found = made.settle(MONDAY).candle
    assert found is not None
    assert (found.open, found.high, found.low, found.close) == (100.0, 103.0, 100.0, 101.0)
    assert (found.volume, found.taker_buy) == (3.5, 2.5)


def test_that_order_and_repetition_of_trades_do_not_matter() -> None:
    one, other = desk(*TRADES, LATER), desk(LATER, *reversed(TRADES), *TRADES)
    assert one.settle(MONDAY) == other.settle(MONDAY)


def test_that_the_exchanges_own_closed_candle_counts_at_once_and_over_the_trades() -> None:
    made = desk(*TRADES)
    made.on_kline(Kline(own(), is_closed=True))
    assert made.is_settled(MONDAY, MONDAY + MINUTE)
    found = made.settle(MONDAY).candle
    assert found is not None
    assert found.close == 100.5


def test_that_a_candle_that_still_forms_does_not_count() -> None:
    made = desk(*TRADES)
    made.on_kline(Kline(own(), is_closed=False))
    assert not made.is_settled(MONDAY, MONDAY + MINUTE)


def test_that_a_missing_number_makes_the_minute_one_to_ask_for() -> None:
    made = desk(TRADES[0], TRADES[2], LATER)
    assert not made.is_settled(MONDAY, AFTER)
    assert made.wanted(AFTER) == (MONDAY, MONDAY + MINUTE)
    made.refill([own()], MONDAY + MINUTE)
    assert made.is_settled(MONDAY, AFTER)


def test_that_a_minute_with_a_lost_connection_is_asked_for() -> None:
    made = desk(*TRADES)
    made.lose(MONDAY + timedelta(seconds=30))
    made.connect(MONDAY + timedelta(seconds=40))
    made.on_trade(LATER)
    assert made.wanted(AFTER) == (MONDAY, MONDAY + MINUTE)
    made.refill([own()], MONDAY + MINUTE)
    assert made.settle(MONDAY).was_missed


def test_that_nothing_counts_before_something_later_shows_that_no_trade_is_still_on_its_way() -> None:
    made = desk(*TRADES)
    assert not made.is_settled(MONDAY, AFTER)
    assert made.wanted(AFTER) == (MONDAY, MONDAY + MINUTE)


def test_that_a_candle_without_which_prices_went_on_is_asked_for_until_it_is_there() -> None:
    made = desk(TRADES[0], TRADES[2], LATER)
    late = MONDAY + MINUTE + timedelta(seconds=8)
    assert made.settle(MONDAY).candle is None
    assert made.hole is not None
    assert not made.can_mend
    assert made.wanted(late) == (MONDAY, MONDAY + MINUTE)
    assert made.hole.words == "candles are missing from 08:00 to 08:01 UTC"
    made.refill([], MONDAY)
    assert not made.can_mend, "the exchange did not list it yet"
    made.refill([own()], MONDAY + MINUTE)
    assert made.can_mend


def test_that_a_minute_whose_quotes_were_skipped_counts_as_missed() -> None:
    made = desk(*TRADES, LATER)
    made.skip_quotes(MONDAY + timedelta(seconds=50), MONDAY + timedelta(seconds=70))
    settled = made.settle(MONDAY)
    assert settled.candle is not None
    assert settled.was_missed
    assert made.settle(MONDAY + MINUTE).was_missed
    assert not made.settle(MONDAY + 2 * MINUTE).was_missed


def test_that_a_hole_grows_with_each_minute_that_is_not_known_and_ends_with_all_of_them() -> None:
    made = desk(TRADES[0])
    made.lose(MONDAY)
    for minute in range(3):
        made.settle(MONDAY + minute * MINUTE)
    assert made.hole == (MONDAY, MONDAY + 3 * MINUTE)
    assert made.wanted(MONDAY + 3 * MINUTE) == made.hole
    made.refill([own()], MONDAY + MINUTE)
    assert not made.can_mend
    made.refill([own(minute=minute) for minute in range(3)], MONDAY + 3 * MINUTE)
    assert made.can_mend
    made.begin(own(minute=2), MONDAY + 3 * MINUTE)
    assert made.hole is None


def test_that_a_minute_without_trades_is_flat_as_exchanges_write_it() -> None:
    made = desk(*TRADES)
    made.on_kline(Kline(own(minute=2), is_closed=False))
    made.settle(MONDAY)
    found = made.settle(MONDAY + MINUTE).candle
    assert found is not None
    assert (found.open, found.close, found.volume) == (101.0, 101.0, 0.0)


def test_that_the_next_candle_closes_the_one_before_where_the_exchange_never_says_so() -> None:
    made = desk(*TRADES, marks_closed=False)
    made.on_kline(Kline(own(), is_closed=False))
    made.on_kline(Kline(own(minute=1), is_closed=False))
    assert made.is_settled(MONDAY, MONDAY + MINUTE)
    found = made.settle(MONDAY).candle
    assert found is not None
    assert found.close == 100.5
    assert found.taker_buy == 2.5, "the trades say who bought"


def test_that_the_spread_of_a_candle_is_that_of_its_last_quote() -> None:
    made = desk(*TRADES, LATER)
    for second, spread in ((1, 0.5), (59, 0.25), (61, 4.0)):
        made.on_quote(MONDAY + timedelta(seconds=second), spread)
    found = made.settle(MONDAY).candle
    assert found is not None
    assert found.spread == 0.25


@pytest.mark.parametrize(
    "wrong",
    [
        candle(open=100.0, high=9999.0, low=99.0, close=100.0, symbol="BTCUSDT"),
        candle(open=100.0, high=101.0, low=1.0, close=100.0, symbol="BTCUSDT"),
        candle(open=100.0, high=101.0, low=99.0, close=100.0, symbol="BTCUSDT", volume=math.inf),
        candle(open=100.0, high=101.0, low=99.0, close=100.0, symbol="BTCUSDT", volume=-1.0),
        candle(start=MONDAY + timedelta(seconds=30), open=100.0, high=101.0, low=99.0, close=100.0, symbol="BTCUSDT"),
    ],
)
def test_that_a_candle_of_the_stream_that_cannot_be_true_is_refused_and_the_trades_make_it(wrong: Candle) -> None:
    made = desk(*TRADES, LATER)
    with pytest.raises(InvalidMarketData):
        made.on_kline(Kline(wrong, is_closed=True))
    found = made.settle(MONDAY).candle
    assert found is not None
    assert (found.high, found.low, found.volume) == (103.0, 100.0, 3.5)


@pytest.mark.parametrize("amount", [math.inf, math.nan, -1.0])
def test_that_a_trade_of_no_amount_is_refused(amount: float) -> None:
    made = desk(*TRADES)
    with pytest.raises(InvalidMarketData, match="is not valid"):
        made.on_trade(trade(4, 59.5, amount=amount))


def test_that_trades_fill_no_memory_while_history_cannot_be_read() -> None:
    made = TradedMinutes("BTCUSDT")
    for minute in range(1_000):
        made.add(trade(minute, 60.0 * minute))
    assert len(made.candles()) == 180


def test_that_a_trade_far_from_the_one_before_is_refused() -> None:
    made = desk(*TRADES)
    with pytest.raises(InvalidMarketData, match=r"a trade at 200\.0, far from the one before at 101\.0"):
        made.on_trade(trade(4, 59.5, 200.0))
    with pytest.raises(InvalidMarketData):
        made.on_trade(trade(5, 59.5, -1.0))


def test_that_a_trade_of_a_closed_minute_changes_nothing() -> None:
    made = desk(*TRADES)
    made.settle(MONDAY)
    assert not made.on_trade(trade(4, 59.9))
