"""Facts about the paper broker: which quote fills an order, and at which price."""

from __future__ import annotations

import pytest

from engine.adapters.paper.faults import INVALID_STOPS, MARKET_CLOSED, NO_MONEY, POSITION_CLOSED, REQUOTE
from engine.domain.messages.broker import (
    CloseRefused,
    OrderFilled,
    OrderRefused,
    PositionClosed,
    StopsChanged,
    StopsRefused,
)
from engine.domain.orders import DealReason, RefusalPolicy
from tests.adapters.paper_market import Market, sell
from tests.builders import at, order

# -- entries ----------------------------------------------------------------------------------------------------------


def test_that_a_buy_pays_the_ask_and_a_sell_is_paid_the_bid() -> None:
    bought, sold = Market(), Market()
    assert bought.enter().price == pytest.approx(2000.2)
    assert sold.enter(**sell()).price == 2000.0


def test_that_an_order_waits_for_the_first_quote_after_the_latency() -> None:
    market = Market(latency_ms=100)
    market.quote(0)
    market.submit()
    market.quote(0.05, bid=2000.1)
    assert market.all(OrderFilled) == []
    market.quote(0.1, bid=2000.3)
    filled = market.the(OrderFilled)
    assert filled.price == pytest.approx(2000.5)
    assert filled.at == at(0.1)


def test_that_without_latency_the_next_quote_fills_and_never_the_one_seen() -> None:
    market = Market(latency_ms=0)
    market.quote(0, bid=2000.4)
    market.submit()
    assert market.all(OrderFilled) == []
    market.quote(0, bid=2000.0)
    assert market.the(OrderFilled).price == pytest.approx(2000.2)


def test_that_quotes_of_other_symbols_fill_nothing() -> None:
    market = Market()
    market.submit()
    market.quote(1, bid=70_000.0, symbol="BTCUSD")
    assert market.all(OrderFilled) == []


def test_that_the_stop_and_target_travel_inside_the_entry() -> None:
    opened = Market().enter().position
    assert (opened.stop_loss, opened.take_profit) == (1999.5, 2001.5)
    assert opened.token == order().token


def test_that_a_fill_worse_than_allowed_is_requoted_and_a_better_one_is_not() -> None:
    worse, better = Market(), Market()
    worse.submit(max_deviation=0.1)
    worse.quote(1, bid=1999.95)
    assert worse.the(OrderRefused).refusal == REQUOTE
    better.submit(max_deviation=0.1)
    better.quote(1, bid=1999.6)
    assert better.the(OrderFilled).price == pytest.approx(1999.8)


def test_that_an_order_whose_stop_the_market_has_passed_is_refused() -> None:
    market = Market()
    market.submit()
    market.quote(1, bid=1999.4)
    assert market.the(OrderRefused).refusal == INVALID_STOPS


def test_that_a_stop_nearer_than_the_brokers_distance_is_refused() -> None:
    market = Market(stops_level_points=60)
    market.submit()
    market.quote(1, bid=2000.0)
    assert market.the(OrderRefused).refusal.policy is RefusalPolicy.STOPS_TOO_CLOSE


def test_that_an_account_without_margin_opens_nothing() -> None:
    market = Market(starting_balance=10.0, leverage=100.0)
    market.submit()
    market.quote(1)
    assert market.the(OrderRefused).refusal == NO_MONEY


def test_that_an_order_which_finds_no_quote_is_reported_that_the_market_is_closed() -> None:
    market = Market()
    market.submit()
    market.clock.set(at(121))
    market.broker.on_time()
    assert market.the(OrderRefused).refusal == MARKET_CLOSED


def test_that_slippage_is_against_us_and_repeats_itself_for_the_same_seed() -> None:
    fills = [Market(slippage_spreads=1.0, seed=seed).enter(volume_lots=0.01).price for seed in (1, 1, 2, 3, 4)]
    assert fills[0] == fills[1]
    assert all(price >= 2000.2 - 1e-9 for price in fills)
    assert len(set(fills)) > 1


# -- exits ------------------------------------------------------------------------------------------------------------


def test_that_a_long_leaves_by_the_bid_and_a_short_by_the_ask() -> None:
    long, short = Market(), Market()
    long.close(long.enter())
    long.quote(2, bid=2000.7)
    assert long.the(PositionClosed).price == 2000.7
    short.close(short.enter(**sell()))
    short.quote(2, bid=1999.0)
    assert short.the(PositionClosed).price == pytest.approx(1999.2)


def test_that_the_stop_of_a_long_counts_on_the_bid() -> None:
    market = Market()
    market.enter()
    market.quote(2, bid=1999.51)
    assert market.all(PositionClosed) == []
    market.quote(3, bid=1999.5)
    assert market.the(PositionClosed).reason is DealReason.STOP_LOSS


def test_that_the_stop_of_a_short_counts_on_the_ask() -> None:
    market = Market()
    market.enter(**sell())
    market.quote(2, bid=2000.69)
    assert market.all(PositionClosed) == []
    market.quote(3, bid=2000.71)
    assert market.the(PositionClosed).reason is DealReason.STOP_LOSS


def test_that_the_target_of_a_short_counts_on_the_ask() -> None:
    market = Market()
    market.enter(**sell())
    market.quote(2, bid=1997.9)
    assert market.all(PositionClosed) == []
    market.quote(3, bid=1997.8)
    assert market.the(PositionClosed).reason is DealReason.TAKE_PROFIT


def test_that_gaps_are_filled_at_the_gap_for_better_and_for_worse() -> None:
    down, up = Market(), Market()
    down.enter()
    down.quote(2, bid=1990.0)
    assert down.the(PositionClosed).price == 1990.0
    up.enter()
    up.quote(2, bid=2005.0)
    assert up.the(PositionClosed).price == 2005.0


def test_that_closing_a_position_that_is_gone_is_reported() -> None:
    market = Market()
    filled = market.enter()
    market.quote(2, bid=1999.0)
    market.close(filled)
    market.quote(3, bid=1999.0)
    assert market.the(CloseRefused).refusal == POSITION_CLOSED


def test_that_a_position_can_be_closed_in_parts() -> None:
    market = Market()
    filled = market.enter(volume_lots=0.03)
    market.close(filled, 0.01)
    market.quote(2, bid=2000.7)
    assert market.the(PositionClosed).remaining_lots == 0.02
    market.close(filled, 0.02)
    market.quote(3, bid=2000.7)
    assert market.all(PositionClosed)[1].remaining_lots == 0.0
    assert market.broker.account.balance == pytest.approx(10_001.5)


# -- stops ------------------------------------------------------------------------------------------------------------


def test_that_a_changed_stop_is_in_force_before_the_next_quote() -> None:
    market = Market()
    filled = market.enter()
    market.quote(2, bid=2000.8)
    market.move(filled, 2000.5)
    market.quote(3, bid=2000.4)
    assert market.the(StopsChanged).stop_loss == 2000.5
    assert market.the(PositionClosed).price == 2000.4


def test_that_a_stop_on_the_wrong_side_of_the_market_is_refused() -> None:
    market = Market()
    filled = market.enter()
    market.move(filled, 2000.0)
    market.quote(2)
    assert market.the(StopsRefused).refusal == INVALID_STOPS


def test_that_levels_which_stand_already_are_no_change() -> None:
    market = Market()
    filled = market.enter()
    market.move(filled, 1999.5)
    market.quote(2)
    assert market.the(StopsRefused).refusal.policy is RefusalPolicy.NO_CHANGE
