"""Facts about orders on their way into the market."""

from __future__ import annotations

import pytest

from engine.domain.messages.broker import (
    OrderRefused,
    OrderUncertain,
    QueryState,
    SubmitOrder,
)
from engine.domain.messages.execution import (
    OrderFailed,
    OrderSent,
    OrderUnknown,
    TradeOpened,
)
from engine.errors import EntryBlocked, InvalidOrder
from engine.trading.broker import ANSWER_WITHIN
from tests.broker_values import NO_MONEY, account, broker_state, position
from tests.builders import at, order, permit
from tests.execution.desks import ScriptedDesk


def test_that_an_order_leaves_by_its_permit(desk: ScriptedDesk) -> None:
    desk.orders.submit(order(), permit(order()))
    assert desk.broker.asked(SubmitOrder)[0].order == order()


def test_that_an_order_never_leaves_by_the_permit_of_another(desk: ScriptedDesk) -> None:
    with pytest.raises(EntryBlocked, match="no durable intent"):
        desk.orders.submit(order(), permit(order("plan-2")))
    assert desk.broker.asked(SubmitOrder) == []
    assert desk.orders.in_flight() == 0


def test_that_one_plan_never_becomes_two_orders(desk: ScriptedDesk) -> None:
    desk.submit(order())
    with pytest.raises(EntryBlocked, match="never sent twice"):
        desk.submit(order())
    desk.broker.publish(OrderRefused(token=order().token, refusal=NO_MONEY, at=at(1)))
    with pytest.raises(EntryBlocked, match="never sent twice"):
        desk.submit(order())
    assert len(desk.broker.asked(SubmitOrder)) == 1


def test_that_nothing_is_entered_before_the_first_comparison_with_the_broker() -> None:
    desk = ScriptedDesk()
    desk.execution.start()
    assert "not connected" in (desk.orders.entry_block("XAUUSD") or "")
    desk.link(is_connected=True)
    assert "not yet reconciled" in (desk.orders.entry_block("XAUUSD") or "")
    with pytest.raises(EntryBlocked):
        desk.submit(order())
    desk.show(broker_state())
    assert desk.orders.entry_block("XAUUSD") is None


def test_that_nothing_is_entered_while_the_broker_may_not_trade(desk: ScriptedDesk) -> None:
    desk.link(is_connected=True, may_trade=False, reason="the Algo Trading button is off")
    assert desk.orders.entry_block("XAUUSD") == "the broker cannot trade: the Algo Trading button is off"


def test_that_a_volume_off_the_brokers_grid_is_refused_before_it_is_sent(desk: ScriptedDesk) -> None:
    with pytest.raises(InvalidOrder, match=r"0\.015 lots"):
        desk.submit(order(volume_lots=0.015))
    assert desk.broker.asked(SubmitOrder) == []


def test_that_a_netting_account_takes_one_position_per_symbol() -> None:
    desk = ScriptedDesk()
    desk.start(state=broker_state(account=account(is_hedging=False)))
    desk.open_trade()
    assert "nets" in (desk.orders.entry_block("XAUUSD") or "")
    assert desk.orders.entry_block("BTCUSD") is None


def test_that_a_fill_becomes_a_trade_with_its_slippage(desk: ScriptedDesk) -> None:
    trade = desk.open_trade()
    assert trade.initial_stop == 1999.5
    opened = desk.of(TradeOpened)[0]
    assert opened.slippage == pytest.approx(0.2)
    assert not opened.is_partial
    assert not opened.is_resumed
    assert len(desk.of(OrderSent)) == 1


def test_that_a_partial_fill_is_kept_as_it_is(desk: ScriptedDesk) -> None:
    desk.submit(order(volume_lots=0.05))
    desk.fill(position(volume_lots=0.02))
    assert desk.of(TradeOpened)[0].is_partial
    assert desk.portfolio.open_trades[0].position.volume_lots == 0.02
    assert len(desk.broker.asked(SubmitOrder)) == 1


def test_that_a_fill_reported_twice_is_one_trade(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.fill(position())
    assert len(desk.portfolio.open_trades) == 1
    assert len(desk.of(TradeOpened)) == 1


def test_that_a_refused_order_fails_with_the_brokers_reason(desk: ScriptedDesk) -> None:
    desk.submit(order())
    desk.broker.publish(OrderRefused(token=order().token, refusal=NO_MONEY, at=at(1)))
    assert desk.of(OrderFailed)[0].refusal == NO_MONEY
    assert desk.orders.in_flight() == 0


def test_that_an_unclear_answer_blocks_its_symbol_and_asks_the_broker(desk: ScriptedDesk) -> None:
    desk.submit(order())
    desk.broker.publish(OrderUncertain(token=order().token, reason="timeout", at=at(1)))
    assert desk.of(OrderUnknown)[0].reason == "timeout"
    assert "is unknown" in (desk.orders.entry_block("XAUUSD") or "")
    assert desk.orders.entry_block("BTCUSD") is None
    assert len(desk.broker.asked(QueryState)) == 2
    assert len(desk.broker.asked(SubmitOrder)) == 1


def test_that_an_order_without_any_answer_becomes_unknown(desk: ScriptedDesk) -> None:
    desk.submit(order())
    desk.clock.set(at(0) + ANSWER_WITHIN)
    desk.execution.on_time()
    assert desk.of(OrderUnknown)[0].reason == "no answer came"
