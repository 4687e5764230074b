"""Orders whose answer was lost: the broker's state shows the outcome, and absence proves nothing."""

from __future__ import annotations

from typing import Any

import pytest

from engine.domain.market import Side
from engine.domain.messages.broker import ClosePosition, OrderUncertain, PositionsChanged, SubmitOrder
from engine.domain.messages.execution import (
    OrderFailed,
    OrderUnknown,
    PositionAdopted,
    TradeClosed,
    TradeOpened,
)
from engine.domain.orders import ExitReason, Order, WorkingOrder
from engine.trading.reconciliation.ledger import KnownOrder
from tests.broker_values import broker_state, deals_of, position
from tests.builders import at, order
from tests.execution.desks import ScriptedDesk


def doubtful(desk: ScriptedDesk, *orders: Order) -> None:
    """Sends the orders, and loses the answers."""
    for one in orders:
        desk.submit(one)
    for one in orders:
        desk.broker.publish(OrderUncertain(token=one.token, reason="timeout", at=at(1)))


def test_that_a_doubtful_order_whose_token_is_open_was_filled(desk: ScriptedDesk) -> None:
    doubtful(desk, order())
    desk.show(broker_state(positions=(position(),)))
    assert desk.of(TradeOpened)[0].trade.ticket == 1
    assert desk.orders.entry_block("XAUUSD") is None
    assert len(desk.broker.asked(SubmitOrder)) == 1


def test_that_a_doubtful_order_may_have_been_filled_and_closed_meanwhile(desk: ScriptedDesk) -> None:
    doubtful(desk, order())
    desk.show(broker_state(deals=deals_of(1)))
    assert desk.of(TradeOpened)
    closed = desk.of(TradeClosed)[0].trade
    assert closed.reason is ExitReason.STOP_LOSS
    assert closed.commission == pytest.approx(-0.1)
    assert closed.net_profit == pytest.approx(-0.8)
    assert desk.portfolio.is_flat
    assert desk.broker.asked(ClosePosition) == []


@pytest.mark.parametrize("seconds", [4.9, 10, 90, 7200])
def test_that_absence_proves_nothing_however_long_it_lasts(desk: ScriptedDesk, seconds: float) -> None:
    doubtful(desk, order())
    desk.quote(seconds)
    desk.show(broker_state())
    assert desk.of(OrderFailed) == []
    assert desk.orders.entry_block("XAUUSD") is not None
    desk.quote(seconds + 1)
    desk.show(broker_state(positions=(position(opened_at=at(1)),)))
    assert desk.of(TradeOpened)[0].trade.order == order()
    assert desk.orders.entry_block("XAUUSD") is None


def test_that_an_order_still_working_at_the_broker_stays_unknown(desk: ScriptedDesk) -> None:
    doubtful(desk, order())
    desk.clock.set(at(60))
    working = WorkingOrder(symbol="XAUUSD", side=Side.BUY, volume_lots=0.01, at=at(1), token=order().token)
    desk.show(broker_state(working=(working,)))
    assert desk.of(OrderFailed) == []
    assert desk.orders.entry_block("XAUUSD") is not None


def test_that_a_lost_comment_is_made_up_for_by_side_volume_and_time(desk: ScriptedDesk) -> None:
    doubtful(desk, order())
    desk.show(broker_state(positions=(position(token=""),)))
    assert desk.of(TradeOpened)[0].trade.order == order()


@pytest.mark.parametrize(
    "changes",
    [
        {"is_ours": False},
        {"side": Side.SELL, "stop_loss": 2001.5, "take_profit": 1999.5},
        {"symbol": "BTCUSD"},
        {"volume_lots": 0.02},
        {"opened_at": at(-31)},
    ],
    ids=["others", "side", "symbol", "volume", "time"],
)
def test_that_a_position_that_differs_is_not_taken_for_the_orders(desk: ScriptedDesk, changes: dict[str, Any]) -> None:
    doubtful(desk, order())
    desk.clock.set(at(10))
    desk.show(broker_state(positions=(position(token="", **changes),)))
    assert desk.of(TradeOpened) == []


def test_that_two_positions_that_fit_leave_the_outcome_unknown_but_protected(desk: ScriptedDesk) -> None:
    doubtful(desk, order())
    desk.clock.set(at(10))
    desk.show(broker_state(positions=(position(1, token=""), position(2, token=""))))
    assert desk.of(TradeOpened) == []
    assert desk.of(OrderFailed) == []
    assert len(desk.of(PositionAdopted)) == 2
    assert "is unknown" in (desk.orders.entry_block("XAUUSD") or "")


def test_that_two_orders_that_one_position_fits_leave_both_unknown(desk: ScriptedDesk) -> None:
    doubtful(desk, order(), order("plan-2"))
    desk.clock.set(at(10))
    desk.show(broker_state(positions=(position(token=""),)))
    assert desk.of(TradeOpened) == []
    assert desk.of(OrderFailed) == []


def test_that_a_named_fill_settles_its_own_order_first_and_then_the_other(desk: ScriptedDesk) -> None:
    doubtful(desk, order(), order("plan-2"))
    shown = (position(1, token=""), position(2, token=order("plan-2").token))
    desk.show(broker_state(positions=shown))
    opened = {event.trade.ticket: event.trade.plan_id for event in desk.of(TradeOpened)}
    assert opened == {1: "plan-1", 2: "plan-2"}


def test_that_a_position_adopted_in_doubt_gets_its_order_when_only_one_fits(desk: ScriptedDesk) -> None:
    doubtful(desk, order())
    two = (position(1, token=""), position(2, token="", opened_at=at(2)))
    desk.show(broker_state(positions=two))
    desk.execution.reconcile("asked by the user")
    named = (position(1, token=""), position(2))
    desk.show(broker_state(positions=named))
    assert [event.trade.ticket for event in desk.of(TradeOpened)] == [2]
    assert desk.portfolio.open_trades[1].order == order()


def test_that_an_intent_of_which_the_broker_shows_nothing_stays_unknown_after_a_restart() -> None:
    desk = ScriptedDesk()
    desk.start(KnownOrder(order=order(), sent_at=at(-1)))
    assert not desk.execution.reconciler.is_reconciled
    desk.quote(5)
    desk.show(broker_state())
    assert desk.of(OrderFailed) == []
    assert desk.of(OrderUnknown)[0].order == order()
    assert desk.execution.reconciler.is_reconciled
    assert desk.orders.entry_block("XAUUSD") is not None


def test_that_fills_have_time_to_show_after_the_answer_was_lost_however_late_that_was(desk: ScriptedDesk) -> None:
    desk.submit(order())
    desk.clock.set(at(20))  # the terminal hung all the while
    desk.broker.publish(OrderUncertain(token=order().token, reason="hangs", at=at(20)))
    desk.show(broker_state())
    assert desk.of(OrderFailed) == []
    desk.quote(22)
    desk.show(broker_state(positions=(position(opened_at=at(19)),)))
    assert desk.of(TradeOpened)


def test_that_an_order_last_seen_at_work_has_time_to_show_as_a_position(desk: ScriptedDesk) -> None:
    doubtful(desk, order())
    desk.quote(8)
    working = WorkingOrder(symbol="XAUUSD", side=Side.BUY, volume_lots=0.01, at=at(1), token=order().token)
    desk.show(broker_state(working=(working,)))
    desk.quote(10)
    desk.show(broker_state())  # filled, and the position does not show yet
    assert desk.of(OrderFailed) == []
    desk.quote(14)
    desk.show(broker_state(positions=(position(opened_at=at(9)),)))
    assert desk.of(TradeOpened)


def test_that_a_position_that_stood_before_an_order_was_sent_did_not_come_of_it(desk: ScriptedDesk) -> None:
    desk.broker.publish(PositionsChanged(at=at(1)))
    desk.show(broker_state(positions=(position(token=""),)))  # nobody knows of which order
    doubtful(desk, order("next"))
    desk.quote(12)
    desk.show(broker_state(positions=(position(token=""),)))
    assert desk.of(TradeOpened) == []
    assert desk.orders.entry_block("XAUUSD") is not None


def test_that_a_position_without_volume_is_none(desk: ScriptedDesk) -> None:
    doubtful(desk, order())
    desk.show(broker_state(positions=(position(volume_lots=0.0),)))
    assert desk.of(TradeOpened) == []
    desk.quote(2)
    desk.show(broker_state(deals=deals_of(1)))
    assert len(desk.of(TradeClosed)) == 1
    assert desk.execution.reconciler.is_reconciled


def test_that_fills_have_time_to_show_after_the_broker_is_back(desk: ScriptedDesk) -> None:
    doubtful(desk, order())
    desk.link(is_connected=False)
    desk.clock.set(at(60))
    desk.link(is_connected=True)
    desk.show(broker_state())
    assert desk.of(OrderFailed) == []
    assert not desk.execution.reconciler.is_reconciled
    desk.quote(65)
    desk.show(broker_state())
    assert desk.execution.reconciler.is_reconciled


def test_that_an_order_of_an_earlier_run_is_never_sent_again() -> None:
    desk = ScriptedDesk()
    desk.start(KnownOrder(order=order(), sent_at=at(-60)))
    desk.orders.settle_unknown(order().token)
    with pytest.raises(Exception, match="never sent twice"):
        desk.submit(order())
