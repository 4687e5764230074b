"""Facts about evidence: an order failed only if the broker says so or the user does; until then it is unknown."""

from __future__ import annotations

import msgspec
import pytest

from engine.domain.market import Side
from engine.domain.messages.broker import ChangeStops, OrderRefused, OrderUncertain
from engine.domain.messages.execution import (
    OrderFailed,
    OrderUnknown,
    PositionAdopted,
    TradeClosed,
    TradeOpened,
    UnknownOrder,
    UnknownOrdersChanged,
)
from engine.domain.orders import OrderEnd, OrderTrace, WorkingOrder
from engine.errors import NotUnknown
from engine.trading.reconciliation.ledger import KnownOrder
from tests.broker_values import REQUOTE, broker_state, deals_of, ended_order, position
from tests.builders import at, order
from tests.execution.desks import ScriptedDesk

TOKEN = order().token


def doubt(desk: ScriptedDesk, *, number: int | None = None, attempts: int = 1) -> None:
    """Sends `order()` and loses the answer."""
    desk.submit(order())
    desk.broker.publish(OrderUncertain(token=TOKEN, reason="timeout", at=at(1), number=number, attempts=attempts))


def shown(desk: ScriptedDesk) -> tuple[UnknownOrder, ...]:
    return desk.of(UnknownOrdersChanged)[-1].orders


# -- what proves that nothing came of an order ----------------------------------------------------------------------


@pytest.mark.parametrize("end", [OrderEnd.CANCELLED, OrderEnd.REJECTED, OrderEnd.EXPIRED])
def test_that_an_order_which_the_history_shows_as_ended_without_a_fill_failed(
    desk: ScriptedDesk, end: OrderEnd
) -> None:
    doubt(desk)
    desk.show(broker_state(ended=(ended_order(end=end),)))
    (failed,) = desk.of(OrderFailed)
    assert failed.reason == f"the broker's history shows it {end.value}, nothing was filled"
    assert desk.orders.entry_block("XAUUSD") is None
    assert shown(desk) == ()


@pytest.mark.parametrize(
    "ended",
    [
        ended_order(end=OrderEnd.CANCELLED, filled_lots=0.005),
        ended_order(end=OrderEnd.FILLED, filled_lots=0.01),
    ],
    ids=["in part", "whole"],
)
def test_that_a_fill_that_only_the_history_of_orders_shows_yet_is_awaited(desk: ScriptedDesk, ended: object) -> None:
    doubt(desk)
    desk.quote(60)
    desk.show(broker_state(ended=(ended,)))
    assert desk.of(OrderFailed) == []
    assert shown(desk)[0].trace is OrderTrace.EXECUTED
    desk.quote(61)
    desk.show(broker_state(ended=(ended,), positions=(position(volume_lots=0.005),)))
    assert desk.of(TradeOpened)[0].trade.position.volume_lots == 0.005


def test_that_a_part_that_was_filled_counts_although_the_rest_was_cancelled(desk: ScriptedDesk) -> None:
    desk.submit(order(volume_lots=0.02))
    desk.broker.publish(OrderUncertain(token=TOKEN, reason="timeout", at=at(1)))
    desk.show(broker_state(positions=(position(),), ended=(ended_order(end=OrderEnd.CANCELLED, filled_lots=0.01),)))
    (opened,) = desk.of(TradeOpened)
    assert opened.is_partial
    assert desk.of(OrderFailed) == []


@pytest.mark.parametrize(
    "changes",
    [{"token": ""}, {"token": order("plan-2").token}, {"symbol": "BTCUSD"}, {"side": Side.SELL}],
    ids=["without a name", "of another order", "symbol", "side"],
)
def test_that_an_end_which_may_be_another_orders_proves_nothing(desk: ScriptedDesk, changes: dict[str, object]) -> None:
    doubt(desk)
    desk.quote(60)
    desk.show(broker_state(ended=(ended_order(**changes),)))
    assert desk.of(OrderFailed) == []


def test_that_the_end_of_an_earlier_attempt_proves_nothing_about_the_last(desk: ScriptedDesk) -> None:
    doubt(desk, attempts=2)
    desk.quote(60)
    desk.show(broker_state(ended=(ended_order(),)))
    assert desk.of(OrderFailed) == []
    desk.quote(120)
    desk.show(broker_state(ended=(ended_order(), ended_order(ticket=12))))
    assert desk.of(OrderFailed)


def test_that_attempts_reported_after_the_link_was_lost_count_as_well(desk: ScriptedDesk) -> None:
    desk.submit(order())
    desk.link(is_connected=False)
    desk.broker.publish(OrderUncertain(token=TOKEN, reason="the link was lost", at=at(1), attempts=2))
    desk.link(is_connected=True)
    desk.quote(60)
    desk.show(broker_state(ended=(ended_order(),)))
    assert desk.of(OrderFailed) == []
    desk.quote(61)
    desk.show(broker_state(positions=(position(),)))
    assert len(desk.of(TradeOpened)) == 1


def test_that_the_brokers_number_names_an_order_whose_comment_was_lost(desk: ScriptedDesk) -> None:
    doubt(desk, number=11, attempts=2)
    desk.show(broker_state(ended=(ended_order(token=""),)))
    assert desk.of(OrderFailed)


def test_that_the_brokers_number_names_a_position_among_several(desk: ScriptedDesk) -> None:
    doubt(desk, number=2)
    desk.show(broker_state(positions=(position(1, token=""), position(2, token=""))))
    assert desk.of(TradeOpened)[0].trade.ticket == 2


def test_that_history_does_not_overtake_an_answer_on_its_way(desk: ScriptedDesk) -> None:
    desk.submit(order())
    desk.execution.reconcile("asked for by the user")
    desk.show(broker_state(ended=(ended_order(),)))
    assert desk.of(OrderFailed) == []
    desk.broker.publish(OrderRefused(token=TOKEN, refusal=REQUOTE, at=at(1)))
    assert len(desk.of(OrderFailed)) == 1


def test_that_an_order_rejected_before_a_restart_is_known_to_have_failed_after_it() -> None:
    desk = ScriptedDesk()
    desk.start(KnownOrder(order=order(), sent_at=at(-300)), state=broker_state(ended=(ended_order(at=at(-300)),)))
    assert desk.of(OrderFailed)
    assert desk.of(OrderUnknown) == []


def test_that_a_rejection_just_before_a_restart_may_have_been_of_an_earlier_attempt() -> None:
    desk = ScriptedDesk()
    rejected = ended_order(at=at(-1))
    desk.start(KnownOrder(order=order(), sent_at=at(-1)), state=broker_state(ended=(rejected,)))
    assert desk.of(OrderFailed) == []
    assert desk.orders.entry_block("XAUUSD") is not None
    desk.quote(60)
    desk.show(broker_state(ended=(rejected,), positions=(position(opened_at=at(50)),)))
    assert len(desk.of(TradeOpened)) == 1


# -- what the user sees, and may settle -----------------------------------------------------------------------------


def test_that_the_user_sees_when_it_was_sent_what_was_answered_and_what_the_broker_shows(desk: ScriptedDesk) -> None:
    doubt(desk)
    expected = UnknownOrder(
        order=order(), sent_at=at(0), answer="timeout", trace=OrderTrace.NOT_ASKED, may_be_settled=True
    )
    assert shown(desk) == (expected,)
    desk.quote(60)
    desk.show(broker_state())
    assert shown(desk) == (msgspec.structs.replace(expected, trace=OrderTrace.NOTHING),)


def test_that_an_order_of_an_earlier_run_is_shown_once_the_broker_was_asked() -> None:
    desk = ScriptedDesk()
    desk.start(KnownOrder(order=order(), sent_at=at(-60)))
    assert "restarted" in shown(desk)[0].answer
    assert len(desk.of(UnknownOrdersChanged)) == 1


def test_that_the_user_may_state_that_no_position_came_of_an_order(desk: ScriptedDesk) -> None:
    doubt(desk)
    desk.quote(60)
    desk.show(broker_state())
    desk.orders.settle_unknown(TOKEN)
    assert desk.of(OrderFailed)[0].reason == "settled by the user: it opened no position"
    assert shown(desk) == ()
    assert desk.orders.entry_block("XAUUSD") is None


def test_that_nobody_can_settle_what_the_broker_shows_at_work(desk: ScriptedDesk) -> None:
    doubt(desk)
    desk.quote(60)
    desk.show(
        broker_state(working=(WorkingOrder(symbol="XAUUSD", side=Side.BUY, volume_lots=0.01, at=at(1), token=TOKEN),))
    )
    assert not shown(desk)[0].may_be_settled
    with pytest.raises(NotUnknown, match="settles that itself"):
        desk.orders.settle_unknown(TOKEN)
    assert desk.orders.entry_block("XAUUSD") is not None


def test_that_only_an_unknown_order_can_be_settled(desk: ScriptedDesk) -> None:
    desk.submit(order())
    with pytest.raises(NotUnknown, match="is not unknown"):
        desk.orders.settle_unknown(TOKEN)


# -- a fill that shows after all ------------------------------------------------------------------------------------


def test_that_a_fill_of_a_settled_order_is_taken_over_with_its_stop(desk: ScriptedDesk) -> None:
    doubt(desk)
    desk.orders.settle_unknown(TOKEN)
    desk.execution.reconcile("asked for by the user")
    desk.quote(60)
    desk.show(broker_state(positions=(position(stop_loss=None),)))
    adopted = desk.of(PositionAdopted)[0].trade
    assert (adopted.order, adopted.initial_stop) == (order(), 1999.5)
    assert desk.broker.asked(ChangeStops)[0].ticket == adopted.ticket


def test_that_a_fill_of_a_settled_order_counts_even_if_it_is_closed_already(desk: ScriptedDesk) -> None:
    doubt(desk)
    desk.orders.settle_unknown(TOKEN)
    for _ in range(2):
        desk.execution.reconcile("asked for by the user")
        desk.show(broker_state(deals=deals_of(1)))
    assert len(desk.of(PositionAdopted)) == 1
    assert [event.trade.net_profit for event in desk.of(TradeClosed)] == [pytest.approx(-0.8)]


def test_that_a_fill_of_an_order_settled_in_an_earlier_run_is_taken_over() -> None:
    desk = ScriptedDesk()
    desk.execution.start(ended=[KnownOrder(order=order(), sent_at=at(-60))])
    desk.link(is_connected=True)
    desk.show(broker_state(positions=(position(),)))
    assert desk.of(PositionAdopted)[0].trade.order == order()
