"""Facts about the paper broker on recorded candles, whose order of high and low is a guess."""

from __future__ import annotations

import pytest

from engine.adapters.paper.minutes import announced
from engine.adapters.recorded.recording import played
from engine.domain.broker_messages import OrderFilled, PositionClosed
from engine.domain.market import Candle
from engine.domain.orders import DealReason
from tests.adapters.paper_market import Market, sell
from tests.builders import candle, quote
from tests.execution.desks import at

# -- recorded candles -------------------------------------------------------------------------------------------------


def test_that_an_order_sent_at_a_candles_close_is_filled_at_the_next_open() -> None:
    market = Market(latency_ms=500)
    market.play(candle(0, close=2000.0))
    market.clock.set(at(60))
    market.submit()
    market.play(candle(1, open=2000.1, low=1999.9, high=2000.6, close=2000.4))
    assert market.the(OrderFilled).price == pytest.approx(2000.3)
    assert market.the(OrderFilled).at == at(60)


def in_recorded_market(**terms: object) -> Market:
    """A position entered at the open of the first candle, at a spread of 0.2."""
    market = Market(latency_ms=0)
    market.submit(**terms)
    market.play(candle(0, close=2000.0))
    return market


def test_that_a_candle_holding_stop_and_target_counts_the_stop_first() -> None:
    rising = candle(1, open=2000.0, low=1999.0, high=2002.0, close=2001.0)
    falling = candle(1, open=2000.0, low=1999.0, high=2002.0, close=1999.8)
    for closed in (rising, falling):
        market = in_recorded_market()
        market.play(closed)
        exit = market.the(PositionClosed)
        assert exit.reason is DealReason.STOP_LOSS
        assert exit.price == 1999.5
        assert exit.profit == pytest.approx(-0.7)
        assert exit.profit_if_target_first == pytest.approx(1.3)


def test_that_a_short_in_a_candle_holding_both_leaves_by_its_stop_as_well() -> None:
    market = in_recorded_market(**sell())
    market.play(candle(1, open=2000.0, low=1997.0, high=2001.0, close=1997.5))
    exit = market.the(PositionClosed)
    assert exit.price == 2000.9
    assert exit.profit_if_target_first == pytest.approx(2.0)


def test_that_a_candle_holding_only_the_target_pays_the_target() -> None:
    market = in_recorded_market()
    market.play(candle(1, open=2000.0, low=1999.6, high=2002.0, close=1999.8))
    exit = market.the(PositionClosed)
    assert exit.reason is DealReason.TAKE_PROFIT
    assert exit.price == 2001.5
    assert exit.profit_if_target_first is None


def test_that_a_candle_opening_beyond_the_stop_is_a_gap_and_no_guess() -> None:
    market = in_recorded_market()
    market.play(candle(1, open=1999.0, low=1998.0, high=2002.0, close=2001.0))
    exit = market.the(PositionClosed)
    assert exit.price == 1999.0
    assert exit.profit_if_target_first is None


def test_that_a_candle_opening_beyond_the_target_pays_the_gap() -> None:
    market = in_recorded_market()
    market.play(candle(1, open=2003.0, low=2002.0, high=2004.0, close=2002.5))
    assert market.the(PositionClosed).price == 2003.0


def test_that_a_position_may_end_in_the_candle_it_was_entered_in() -> None:
    market = Market(latency_ms=0)
    market.submit()
    market.play(candle(0, open=2000.0, low=1999.0, high=2002.0, close=2001.0))
    assert market.the(PositionClosed).price == 1999.5
    assert market.the(PositionClosed).profit_if_target_first is not None


def test_that_the_broker_hears_of_a_candle_before_its_quotes_and_nothing_is_changed() -> None:
    closed = [candle(minute, open=2000.0, close=2000.5) for minute in range(3)]
    items = [item for one in closed for item in played(one)]
    heard: list[Candle] = []
    taken = 0
    for taken, item in enumerate(announced(items, heard.append), start=1):
        assert item == items[taken - 1]
        assert heard == closed[: (taken - 1) // 5 + 1]
    assert taken == len(items)


def test_that_quotes_without_candles_pass_through() -> None:
    quotes = [quote(second) for second in range(0, 200, 7)]
    assert list(announced(quotes, lambda _: None)) == quotes
