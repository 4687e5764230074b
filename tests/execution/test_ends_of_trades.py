"""Ends of trades, partial and whole, and late fills."""

from __future__ import annotations

import msgspec
import pytest

from engine.domain.messages.broker import ClosePosition, OrderUncertain, QueryState
from engine.domain.messages.execution import TradeAmended, TradeClosed, TradeReduced
from engine.domain.orders import DealReason, ExitReason
from engine.domain.trades import OpenTrade
from tests.approximate import close_to
from tests.broker_values import broker_state, closing, deals_of, position
from tests.builders import at, order
from tests.execution.desks import ScriptedDesk


def only(desk: ScriptedDesk) -> OpenTrade:
    (trade,) = desk.portfolio.open_trades
    return trade


@pytest.mark.parametrize(
    ("by_broker", "reason"),
    [
        (DealReason.STOP_LOSS, ExitReason.STOP_LOSS),
        (DealReason.TAKE_PROFIT, ExitReason.TAKE_PROFIT),
        (DealReason.STOP_OUT, ExitReason.STOP_OUT),
        (DealReason.BY_HAND, ExitReason.BY_HAND),
        (DealReason.OTHER, ExitReason.OTHER),
        (DealReason.DESK, ExitReason.BY_DESK),
    ],
)
def test_that_a_trade_ends_for_the_reason_which_the_broker_gives(
    desk: ScriptedDesk, by_broker: DealReason, reason: ExitReason
) -> None:
    desk.open_trade()
    desk.broker.publish(closing(reason=by_broker))
    closed = desk.of(TradeClosed)[0].trade
    assert (closed.reason, closed.exited_at) == (reason, at(5))


def test_that_a_closing_which_does_not_continue_what_is_known_is_looked_up(desk: ScriptedDesk) -> None:
    desk.open_trade()
    before = len(desk.broker.asked(QueryState))
    desk.broker.publish(closing(volume_lots=0.01, remaining_lots=0.01))
    assert only(desk).position.volume_lots == 0.01
    assert len(desk.broker.asked(QueryState)) == before + 1


def test_that_a_part_which_was_closed_manually_asks_for_nothing_more(desk: ScriptedDesk) -> None:
    desk.submit(order(volume_lots=0.03))
    desk.fill(position(volume_lots=0.03))
    desk.positions.close(1)
    desk.broker.publish(closing(reason=DealReason.BY_HAND, volume_lots=0.01, remaining_lots=0.02))
    assert len(desk.broker.asked(ClosePosition)) == 1
    assert only(desk).position.volume_lots == 0.02


def test_that_more_of_an_order_which_fills_later_is_reported_with_its_instant(desk: ScriptedDesk) -> None:
    desk.submit(order(volume_lots=0.02))
    desk.fill(position(volume_lots=0.01))
    desk.clock.set(at(3))
    desk.execution.reconcile("asked for by a test")
    first, _ = deals_of(1)
    second = msgspec.structs.replace(first, ticket=102, price=2000.4)
    desk.show(broker_state(positions=(position(volume_lots=0.02),), deals=(first, second)))
    (amended,) = desk.of(TradeAmended)
    assert (amended.at, amended.trade.position.entry) == (at(3), close_to(2000.3))


def test_that_a_part_closed_while_the_answer_to_the_order_was_lost_is_reported_with_its_time(
    desk: ScriptedDesk,
) -> None:
    desk.submit(order(volume_lots=0.02))
    desk.broker.publish(OrderUncertain(token=order().token, reason="timeout", at=at(1)))
    desk.clock.set(at(7))
    first, exit = deals_of(1)
    entry = msgspec.structs.replace(first, volume_lots=0.02)
    desk.show(broker_state(positions=(position(volume_lots=0.01),), deals=(entry, exit)))
    (reduced,) = desk.of(TradeReduced)
    assert (reduced.at, reduced.trade.position.volume_lots) == (at(7), 0.01)


@pytest.mark.parametrize("reason", [DealReason.BY_HAND, DealReason.DESK], ids=["the user", "a desk before"])
def test_that_the_rest_of_a_position_stays_open_where_this_desk_did_not_close_the_part(
    desk: ScriptedDesk, reason: DealReason
) -> None:
    desk.submit(order(volume_lots=0.02))
    desk.fill(position(volume_lots=0.02))
    desk.broker.publish(closing(reason=reason, volume_lots=0.01, remaining_lots=0.01))
    assert desk.broker.asked(ClosePosition) == []
    assert only(desk).position.volume_lots == 0.01
