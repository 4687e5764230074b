"""Comparing the desk with its broker: after a restart, a lost link, or what happened behind its back."""

from __future__ import annotations

import msgspec
import pytest

from engine.domain.messages.broker import ClosePosition, PositionsChanged, QueryFailed, QueryState
from engine.domain.messages.execution import (
    OrderFailed,
    OrderUnknown,
    PositionAdopted,
    PositionVanished,
    Reconciled,
    TradeClosed,
    TradeOpened,
    TradeReduced,
)
from engine.domain.orders import DealReason, ExitReason
from engine.domain.trades import StopKind
from engine.trading.reconciliation.ledger import KnownOrder
from tests.broker_values import broker_state, deals_of, position
from tests.builders import at, order
from tests.execution.desks import ScriptedDesk
from tests.execution.test_doubtful_orders import doubtful


def test_that_a_question_without_an_answer_is_asked_again(desk: ScriptedDesk) -> None:
    doubtful(desk, order())
    number = desk.broker.asked(QueryState)[-1].number
    desk.broker.publish(QueryFailed(number=number, reason="IPC timeout", at=at(1)))
    desk.quote(2)
    assert desk.broker.asked(QueryState)[-1].number == number + 1


def test_that_the_broker_is_asked_ever_more_slowly(desk: ScriptedDesk) -> None:
    doubtful(desk, order())
    for tenth in range(10, 1210):
        desk.quote(tenth / 10)
    assert len(desk.broker.asked(QueryState)) < 15


def test_that_a_stale_state_is_ignored(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.broker.publish(broker_state(number=1, at=at(60)))
    assert not desk.portfolio.is_flat
    assert desk.of(PositionVanished) == []


def test_that_answers_under_way_are_lost_with_the_link(desk: ScriptedDesk) -> None:
    desk.submit(order())
    desk.link(is_connected=False, reason="the terminal is closed")
    assert desk.of(OrderUnknown)[0].reason == "the link was lost: the terminal is closed"
    desk.link(is_connected=True)
    desk.show(broker_state(positions=(position(),)))
    assert desk.of(TradeOpened)[0].trade.ticket == 1


def test_that_a_close_lost_with_the_link_is_repeated_when_the_position_is_still_there(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.positions.close(1)
    desk.link(is_connected=False)
    desk.link(is_connected=True)
    desk.show(broker_state(positions=(position(),)))
    assert len(desk.broker.asked(ClosePosition)) == 2


def test_that_an_open_trade_is_taken_up_again_with_the_risk_it_had() -> None:
    desk = ScriptedDesk()
    known = KnownOrder(order=order(), sent_at=at(0), ticket=1)
    desk.start(known, state=broker_state(positions=(position(stop_loss=2000.0),)))
    opened = desk.of(TradeOpened)[0]
    assert opened.is_resumed
    assert opened.trade.initial_stop == 1999.5
    assert opened.trade.stop_kind is StopKind.TRAILING
    assert desk.execution.reconciler.is_reconciled


def test_that_a_trade_closed_while_the_desk_was_away_is_distinguished_from_its_deals() -> None:
    desk = ScriptedDesk()
    desk.start(
        KnownOrder(order=order(), sent_at=at(0), ticket=1),
        state=broker_state(deals=deals_of(1, reason=DealReason.TAKE_PROFIT, token="")),
    )
    assert desk.of(TradeClosed)[0].trade.reason is ExitReason.TAKE_PROFIT


def test_that_a_position_closed_while_the_state_was_read_is_counted_once(desk: ScriptedDesk) -> None:
    doubtful(desk, order())
    desk.show(broker_state(positions=(position(),), deals=deals_of(1)))
    assert desk.of(TradeOpened)[0].trade.position.volume_lots == pytest.approx(0.01)
    assert [event.trade.volume_lots for event in desk.of(TradeClosed)] == [pytest.approx(0.01)]
    assert desk.portfolio.is_flat


def test_that_a_position_of_ours_without_a_record_is_managed_like_any_other() -> None:
    desk = ScriptedDesk()
    desk.start(state=broker_state(positions=(position(token="lost"),)))
    adopted = desk.of(PositionAdopted)[0].trade
    assert adopted.order is None
    assert adopted.risk_distance == pytest.approx(0.7)


def test_that_an_adopted_position_without_any_stop_is_closed() -> None:
    desk = ScriptedDesk()
    desk.start(state=broker_state(positions=(position(token="lost", stop_loss=None),)))
    assert [request.ticket for request in desk.broker.asked(ClosePosition)] == [1]


def test_that_a_trade_of_which_the_history_knows_nothing_stays_unknown() -> None:
    desk = ScriptedDesk()
    desk.start(KnownOrder(order=order(), sent_at=at(-600), ticket=1))
    assert desk.of(OrderFailed) == []
    assert desk.execution.reconciler.is_reconciled
    assert desk.of(Reconciled)[0].unknown == (order().token,)
    assert desk.orders.entry_block("XAUUSD") is not None
    assert desk.orders.entry_block("BTCUSD") is None


def test_that_a_trade_closed_behind_our_back_is_found(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.execution.reconcile("asked by the user")
    desk.show(broker_state(deals=deals_of(1, reason=DealReason.BY_HAND)))
    assert desk.of(TradeClosed)[0].trade.reason is ExitReason.BY_HAND


def test_that_a_part_closed_behind_our_back_is_counted_once(desk: ScriptedDesk) -> None:
    desk.submit(order(volume_lots=0.03))
    desk.fill(position(volume_lots=0.03))
    entry, exit = deals_of(1, reason=DealReason.BY_HAND)
    whole = msgspec.structs.replace(entry, volume_lots=0.03)
    for _ in range(2):
        desk.execution.reconcile("asked by the user")
        desk.show(broker_state(positions=(position(volume_lots=0.02),), deals=(whole, exit)))
    assert len(desk.of(TradeReduced)) == 1
    trade = desk.portfolio.open_trades[0]
    assert trade.position.volume_lots == 0.02
    assert trade.realised.profit == -0.7


def test_that_a_position_not_yet_shown_is_not_taken_for_closed(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.execution.reconcile("asked by the user")
    desk.show(broker_state())
    assert not desk.portfolio.is_flat
    assert desk.of(PositionVanished) == []
    desk.quote(3)
    desk.show(broker_state(positions=(position(),)))
    assert desk.orders.entry_block("XAUUSD") is None


def test_that_a_position_gone_without_a_trace_is_reported_loudly_and_blocks_its_symbol(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.execution.reconcile("asked by the user")
    desk.show(broker_state())
    desk.quote(6)
    desk.show(broker_state())
    desk.quote(12)
    desk.show(broker_state())
    assert len(desk.of(PositionVanished)) == 1
    assert "does not show why" in (desk.orders.entry_block("XAUUSD") or "")


def test_that_a_position_still_shown_after_its_close_is_not_adopted_again(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.execution.reconcile("asked by the user")
    desk.show(broker_state(deals=deals_of(1)))
    desk.execution.reconcile("asked by the user")
    desk.show(broker_state(positions=(position(),)))
    assert desk.of(PositionAdopted) == []
    assert len(desk.of(TradeClosed)) == 1


def test_that_a_ticket_that_changes_at_rollover_is_followed(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.execution.reconcile("asked by the user")
    desk.show(broker_state(positions=(position(9, identifier=1),)))
    desk.positions.close(9)
    assert desk.broker.asked(ClosePosition)[0].ticket == 9


def test_that_the_broker_is_asked_when_its_positions_moved_by_themselves(desk: ScriptedDesk) -> None:
    asked_before = len(desk.broker.asked(QueryState))
    desk.broker.publish(PositionsChanged(at=at(1)))
    assert len(desk.broker.asked(QueryState)) == asked_before + 1
