"""When orders may leave, which of them wait, what is held back, and what keeps a symbol from being entered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from engine.domain.market import Side
from engine.domain.messages.broker import (
    ClosePosition,
    CloseRefused,
    OrderRefused,
    OrderUncertain,
    QueryState,
    SubmitOrder,
)
from engine.domain.messages.execution import OrderFailed, OrderSent, OrderUnknown, ReconciliationStarted
from engine.domain.orders import ExitReason, WorkingOrder
from engine.domain.plan import AUTO
from engine.errors import EntryBlocked, InvalidOrder
from tests.broker_values import BUSY, NO_MONEY, account, broker_state, closing, position
from tests.builders import at, candle, order, permit
from tests.execution.desks import ScriptedDesk

TOKEN = order().token


def blocked(desk: ScriptedDesk, symbol: str = "XAUUSD") -> str:
    return desk.orders.entry_block(symbol) or ""


def a_working_order(symbol: str = "XAUUSD") -> WorkingOrder:
    return WorkingOrder(symbol=symbol, side=Side.BUY, volume_lots=0.01, at=at(1), ticket=50, is_ours=False)


# -- leaving ----------------------------------------------------------------------------------------------------------


def test_that_an_order_is_announced_with_its_instant_and_counts_until_its_outcome_is_known(desk: ScriptedDesk) -> None:
    desk.clock.set(at(3))
    desk.submit(order())
    (sent,) = desk.of(OrderSent)
    assert (sent.order, sent.at) == (order(), at(3))
    assert (desk.orders.in_flight(), desk.orders.in_flight("XAUUSD"), desk.orders.in_flight("BTCUSD")) == (1, 1, 0)
    assert (desk.execution.rest.orders, desk.execution.rest.is_flat) == (1, False)
    desk.broker.publish(OrderRefused(token=TOKEN, refusal=NO_MONEY, at=at(3)))
    (failed,) = desk.of(OrderFailed)
    assert (failed.order, failed.refusal, failed.reason, failed.at) == (order(), NO_MONEY, NO_MONEY.reason, at(3))
    assert (desk.orders.in_flight(), desk.execution.rest.is_flat) == (0, True)


def test_that_a_symbol_which_is_not_watched_cannot_be_entered(desk: ScriptedDesk) -> None:
    with pytest.raises(InvalidOrder, match="XAGUSD is not traded"):
        desk.submit(order(symbol="XAGUSD"))
    assert desk.broker.asked(SubmitOrder) == []


@pytest.mark.parametrize("changes", [{"is_connected": False}, {"is_connected": True, "may_trade": False}])
def test_that_nothing_is_entered_without_a_link_that_may_trade(desk: ScriptedDesk, changes: dict[str, bool]) -> None:
    desk.link(**changes, reason="the terminal is closed")
    assert blocked(desk) == "the broker cannot trade: the terminal is closed"


def test_that_a_second_order_of_a_symbol_may_leave_while_the_first_is_on_its_way(desk: ScriptedDesk) -> None:
    desk.submit(order())
    desk.submit(order("plan-2"))
    assert [asked.order.plan_id for asked in desk.broker.asked(SubmitOrder)] == ["plan-1", "plan-2"]


@pytest.mark.parametrize("kind", ["on its way", "another's position", "another's working order", "ours"])
def test_that_a_netting_account_takes_no_second_order_of_a_symbol_whatever_stands_there(kind: str) -> None:
    desk = ScriptedDesk()
    others: dict[str, dict[str, Any]] = {
        "another's position": {"positions": (position(9, is_ours=False, token=""),)},
        "another's working order": {"working": (a_working_order(),)},
    }
    desk.start(state=broker_state(account=account(is_hedging=False), **others.get(kind, {})))
    if kind == "ours":
        desk.open_trade()
    elif kind == "on its way":
        desk.submit(order())
    assert "nets positions" in blocked(desk)
    assert desk.orders.entry_block("BTCUSD") is None


# -- held back --------------------------------------------------------------------------------------------------------


def withheld(desk: ScriptedDesk) -> list[tuple[str, Collection[str] | None]]:
    """From now on, what the broker must not send."""
    asked: list[tuple[str, Collection[str] | None]] = []

    def withhold(reason: str, tokens: Collection[str] | None = None) -> None:
        asked.append((reason, tokens))

    desk.broker.withhold = withhold  # type: ignore[method-assign]  # nothing leaves here
    return asked


def test_that_only_orders_on_their_way_are_held_back(desk: ScriptedDesk) -> None:
    asked = withheld(desk)
    desk.orders.withhold("the desk is halted")
    assert asked == []
    desk.submit(order())
    desk.orders.withhold("the desk is halted")
    assert asked == [("the desk is halted", None)]


def test_that_of_automatic_orders_those_are_held_back_whose_symbol_is_automatic_no_more(desk: ScriptedDesk) -> None:
    asked = withheld(desk)
    for plan_id, symbol, by in (("a", "XAUUSD", AUTO), ("b", "BTCUSD", AUTO), ("c", "XAUUSD", "user")):
        one = order(plan_id, symbol=symbol)
        desk.orders.submit(one, msgspec.structs.replace(permit(one), approved_by=by))
    desk.orders.withhold_automatic("manual now", lambda symbol: symbol == "BTCUSD")
    assert asked == [("manual now", {order("a").token})]
    desk.orders.withhold_automatic("manual now", lambda _: True)
    assert len(asked) == 1


# -- without an answer ------------------------------------------------------------------------------------------------


def test_that_an_order_is_unknown_after_three_minutes_without_an_answer_and_is_announced_once(
    desk: ScriptedDesk,
) -> None:
    desk.quote(0)
    desk.submit(order())
    before = len(desk.broker.asked(QueryState))
    desk.quote(179.9)
    assert desk.of(OrderUnknown) == []
    desk.quote(180)
    desk.quote(180.1)
    (unknown,) = desk.of(OrderUnknown)
    assert (unknown.order, unknown.reason, unknown.at) == (order(), "no answer came", at(180))
    assert len(desk.broker.asked(QueryState)) == before + 1
    assert "is unknown" in blocked(desk)
    assert desk.orders.entry_block("BTCUSD") is None


def test_that_a_lost_link_makes_every_order_on_its_way_unknown_once(desk: ScriptedDesk) -> None:
    desk.submit(order())
    desk.submit(order("plan-2", symbol="BTCUSD"))
    for _ in range(2):
        desk.link(is_connected=False, reason="no network")
    assert [(event.order.plan_id, event.reason, event.at) for event in desk.of(OrderUnknown)] == [
        ("plan-1", "the link was lost: no network", at(0)),
        ("plan-2", "the link was lost: no network", at(0)),
    ]
    desk.broker.publish(OrderUncertain(token=TOKEN, reason="timeout", at=at(1)))
    assert len(desk.of(OrderUnknown)) == 2


def test_that_a_refusal_heard_after_the_link_was_lost_still_settles_the_order(desk: ScriptedDesk) -> None:
    desk.submit(order())
    desk.link(is_connected=False, reason="no network")
    desk.broker.publish(OrderRefused(token=TOKEN, refusal=BUSY, at=at(1)))
    desk.broker.publish(OrderRefused(token=TOKEN, refusal=BUSY, at=at(1)))
    assert [event.reason for event in desk.of(OrderFailed)] == [BUSY.reason]
    assert desk.orders.in_flight() == 0


# -- closing everything, and standing still ---------------------------------------------------------------------------


def test_that_nothing_is_left_only_once_the_broker_has_shown_that(desk: ScriptedDesk) -> None:
    assert desk.execution.rest.is_flat
    desk.execution.reconcile("asked for by a test")
    assert not desk.execution.rest.is_certain
    assert not desk.execution.rest.is_flat
    desk.show(broker_state())
    assert desk.execution.rest.is_flat


def test_that_nothing_is_entered_while_everything_is_closed(desk: ScriptedDesk) -> None:
    desk.positions.flatten()
    assert blocked(desk) == "every position is being closed"
    desk.positions.end_flatten()
    assert desk.orders.entry_block("XAUUSD") is None


def test_that_after_standing_still_a_candle_acts_only_once_the_broker_has_shown_the_position(
    desk: ScriptedDesk,
) -> None:
    desk.quote(1)
    desk.open_trade()
    desk.execution.wake(timedelta(seconds=3_600))
    assert "stood still for 3,600 s" in desk.of(ReconciliationStarted)[-1].reason
    desk.close_candle(candle(1, open=2000.3, close=1999.9), 1.0)
    desk.quote(121)
    assert desk.broker.asked(ClosePosition) == []
    desk.show(broker_state(positions=(position(),)))
    desk.quote(122)
    assert desk.positions.exits.reason(1) is ExitReason.ADVERSE_CANDLE


def test_that_what_the_user_ordered_goes_on_while_the_desk_is_blind_and_what_the_desk_wants_waits(
    desk: ScriptedDesk,
) -> None:
    desk.quote(1)
    desk.open_trade()
    desk.submit(order("plan-2"))
    desk.fill(position(2, token=order("plan-2").token))
    desk.positions.close(2)
    desk.close_candle(candle(1, open=2000.3, close=1999.9), 1.0)
    for ticket in (1, 2):
        desk.broker.publish(CloseRefused(ticket=ticket, refusal=BUSY, at=at(1)))
    desk.execution.wake(timedelta(seconds=60))
    desk.clock.set(at(60))
    desk.execution.on_time()
    assert [asked.ticket for asked in desk.broker.asked(ClosePosition)] == [2, 1, 2]
    desk.show(broker_state(positions=(position(1), position(2, token=order("plan-2").token))))
    desk.execution.on_time()
    assert [asked.ticket for asked in desk.broker.asked(ClosePosition)] == [2, 1, 2, 1]


def test_that_a_quote_of_another_symbol_manages_nothing_of_this_one(desk: ScriptedDesk) -> None:
    desk.quote(1)
    desk.open_trade(stop_loss=None)
    desk.quote(2, symbol="BTCUSD")
    assert desk.broker.asked(ClosePosition) == []
    desk.quote(2)
    assert len(desk.broker.asked(ClosePosition)) == 1


def test_that_a_closing_of_a_position_that_came_and_went_asks_nothing_and_one_of_an_unknown_position_does(
    desk: ScriptedDesk,
) -> None:
    desk.open_trade()
    desk.broker.publish(closing())
    before = len(desk.broker.asked(QueryState))
    desk.broker.publish(closing())
    assert len(desk.broker.asked(QueryState)) == before
    desk.broker.publish(closing(ticket=9, identifier=9))
    assert len(desk.broker.asked(QueryState)) == before + 1


def test_that_a_permit_for_another_order_lets_nothing_leave_and_uses_up_no_name(desk: ScriptedDesk) -> None:
    with pytest.raises(EntryBlocked):
        desk.orders.submit(order(), permit(order("plan-2")))
    desk.submit(order())
    assert len(desk.broker.asked(SubmitOrder)) == 1
