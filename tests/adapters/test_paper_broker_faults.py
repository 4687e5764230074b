"""Facts about what goes wrong at the paper broker on demand, and about what it shows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.adapters.paper.faults import REQUOTE, Fault
from engine.domain.market import Side
from engine.domain.messages.broker import (
    BrokerState,
    ChangeUncertain,
    ConnectionChanged,
    OrderRefused,
    OrderUncertain,
    QueryState,
)
from engine.domain.orders import DealReason
from tests.adapters.paper_market import Market, state_of
from tests.builders import MONDAY, at, order

# -- faults and the state ---------------------------------------------------------------------------------------------


def test_that_it_says_at_once_that_it_is_connected_and_how_slow_it_is() -> None:
    link = Market(latency_ms=80).the(ConnectionChanged)
    assert link.is_connected
    assert link.round_trip == timedelta(milliseconds=80)


def test_that_an_answer_can_be_lost_with_and_without_a_fill() -> None:
    for is_executed in (True, False):
        market = Market(Fault(is_answer_lost=True, is_executed=is_executed))
        market.submit()
        market.quote(1)
        assert market.the(OrderUncertain).token == order().token
        assert len(state_of(market).positions) == is_executed


def test_that_a_new_position_can_take_its_time_to_show() -> None:
    market = Market(Fault(is_answer_lost=True, visible_after=timedelta(seconds=2)))
    market.submit()
    market.quote(1)
    assert state_of(market, 2).positions == ()
    assert state_of(market, 2).deals == ()
    assert len(state_of(market, 3).positions) == 1


def test_that_a_part_of_an_order_can_be_filled() -> None:
    market = Market(Fault(filled_fraction=0.5))
    assert market.enter(volume_lots=0.05).volume_lots == 0.02


def test_that_a_position_can_lack_its_stops_and_its_name() -> None:
    position = Market(Fault(is_stripped=True, is_token_lost=True)).enter().position
    assert (position.stop_loss, position.take_profit, position.token) == (None, None, "")


def test_that_refusals_come_on_demand() -> None:
    market = Market(Fault(refusal=REQUOTE))
    market.submit()
    market.quote(1)
    assert market.the(OrderRefused).refusal == REQUOTE


def test_that_a_change_whose_answer_is_lost_may_still_be_made() -> None:
    market = Market(Fault(), Fault(is_answer_lost=True))
    filled = market.enter()
    market.move(filled, 1999.6)
    market.quote(2)
    assert market.the(ChangeUncertain).ticket == filled.position.ticket
    assert state_of(market).positions[0].stop_loss == 1999.6


def test_that_the_state_shows_orders_that_wait_for_a_quote() -> None:
    market = Market()
    market.submit()
    state = state_of(market, 1, symbol="BTCUSD", bid=70_000.0)
    assert state.working[0].token == order().token


def test_that_a_question_needs_no_quote() -> None:
    market = Market()
    market.broker.send(QueryState(number=1, since=MONDAY))
    market.clock.set(at(1))
    market.broker.on_time()
    assert market.the(BrokerState).number == 1


def test_that_deals_describe_a_whole_trade() -> None:
    market = Market(commission_per_lot=5.0)
    market.enter()
    market.quote(2, bid=1999.0)
    entry, exit = state_of(market).deals
    assert (entry.is_entry, entry.side, entry.token) == (True, Side.BUY, order().token)
    assert (exit.is_entry, exit.side, exit.reason) == (False, Side.SELL, DealReason.STOP_LOSS)
    assert exit.profit == pytest.approx(-1.2)
    assert entry.commission == exit.commission == -0.05
