"""Facts about the paper broker where only open and close of a recorded candle are played, and the stop comes first."""

from __future__ import annotations

import pytest

from engine.domain.messages.broker import OrderFilled, PositionClosed
from engine.domain.orders import DealReason
from tests.adapters.paper_market import Market, sell
from tests.builders import at, candle

# -- recorded candles -------------------------------------------------------------------------------------------------


def test_that_an_order_sent_at_a_candles_close_is_filled_at_the_next_open() -> None:
    market = Market(latency_ms=500, is_worst=True)
    market.play(candle(0, close=2000.0))
    market.clock.set(at(60))
    market.submit()
    market.play(candle(1, open=2000.1, low=1999.9, high=2000.6, close=2000.4))
    assert market.the(OrderFilled).price == pytest.approx(2000.3)
    assert market.the(OrderFilled).at == at(60)


def in_recorded_market(**terms: object) -> Market:
    """A position entered at the open of the first candle, at a spread of 0.2."""
    market = Market(is_worst=True)
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


def test_that_a_short_in_a_candle_holding_both_leaves_by_its_stop_as_well() -> None:
    market = in_recorded_market(**sell())
    market.play(candle(1, open=2000.0, low=1997.0, high=2001.0, close=1997.5))
    exit = market.the(PositionClosed)
    assert exit.price == 2000.9


def test_that_a_candle_holding_only_the_target_pays_the_target() -> None:
    market = in_recorded_market()
    market.play(candle(1, open=2000.0, low=1999.6, high=2002.0, close=1999.8))
    exit = market.the(PositionClosed)
    assert exit.reason is DealReason.TAKE_PROFIT
    assert exit.price == 2001.5


def test_that_a_candle_opening_beyond_the_stop_is_a_gap_and_no_guess() -> None:
    market = in_recorded_market()
    market.play(candle(1, open=1999.0, low=1998.0, high=2002.0, close=2001.0))
    exit = market.the(PositionClosed)
    assert exit.price == 1999.0


def test_that_a_candle_opening_beyond_the_target_pays_the_gap() -> None:
    market = in_recorded_market()
    market.play(candle(1, open=2003.0, low=2002.0, high=2004.0, close=2002.5))
    assert market.the(PositionClosed).price == 2003.0


def test_that_a_position_may_end_in_the_candle_it_was_entered_in() -> None:
    market = Market(is_worst=True)
    market.submit()
    market.play(candle(0, open=2000.0, low=1999.0, high=2002.0, close=2001.0))
    assert market.the(PositionClosed).price == 1999.5
