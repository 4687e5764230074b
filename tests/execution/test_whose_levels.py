"""Who set the stop of a position, its plan, and adopted positions."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from config.trading import ExecutionSettings
from engine.domain.market import Side
from engine.domain.messages.broker import (
    ChangeStops,
    ChangeUncertain,
    ClosePosition,
    CloseRefused,
    OrderFilled,
    PositionSeen,
    QueryState,
    StopsChanged,
    StopsRefused,
)
from engine.domain.messages.execution import (
    AccountUpdated,
    BrokerLinkChanged,
    ExitRefused,
    PositionAdopted,
    StopMoved,
    StopMoveRefused,
    TradeClosed,
    TradeOpened,
)
from engine.domain.orders import ExitReason
from engine.domain.trades import OpenTrade, StopKind
from engine.trading.reconciliation.ledger import KnownOrder
from tests.approximate import close_to
from tests.broker_values import BUSY, GONE, SAME, account, broker_state, closing, deals_of, position
from tests.builders import at, order
from tests.execution.desks import ScriptedDesk


def only(desk: ScriptedDesk) -> OpenTrade:
    (trade,) = desk.portfolio.open_trades
    return trade


def resumed(stop_loss: float | None, **changes: Any) -> OpenTrade:
    """The trade of a position that a desk finds again after its restart."""
    desk = ScriptedDesk()
    desk.start(
        KnownOrder(order=order(), sent_at=at(0), ticket=1),
        state=broker_state(positions=(position(stop_loss=stop_loss, **changes),)),
    )
    return only(desk)


@pytest.mark.parametrize(
    ("stop_loss", "kind"),
    [
        (1999.0, StopKind.INITIAL),
        (1999.5, StopKind.INITIAL),
        (None, StopKind.INITIAL),
        (1999.51, StopKind.TRAILING),
        (2000.2, StopKind.BREAK_EVEN),
        (2000.3, StopKind.TRAILING),
    ],
)
def test_that_after_a_restart_the_place_of_a_stop_shows_whose_it_is(stop_loss: float | None, kind: StopKind) -> None:
    trade = resumed(stop_loss)
    assert (trade.stop_kind, trade.initial_stop) == (kind, 1999.5)
    assert (trade.best_price, trade.worst_price) == (2000.2, None)


def test_that_a_trade_watched_from_its_fill_knows_its_worst_price(desk: ScriptedDesk) -> None:
    trade = desk.open_trade()
    assert (trade.best_price, trade.worst_price) == (2000.2, 2000.2)
    opened = desk.of(TradeOpened)[0]
    assert (opened.is_resumed, opened.is_partial, opened.slippage) == (False, False, close_to(0.2))


def test_that_a_sale_filled_below_its_reference_has_slipped() -> None:
    desk = ScriptedDesk()
    desk.start()
    sale = order(side=Side.SELL, stop_loss=2001.0, take_profit=1998.0)
    desk.submit(sale)
    desk.fill(position(side=Side.SELL, entry=1999.7, stop_loss=2001.0, take_profit=1998.0, volume_lots=0.01))
    assert desk.of(TradeOpened)[0].slippage == pytest.approx(0.3)


# -- a position whose order is found later ----------------------------------------------------------------------------


def test_that_an_adopted_position_is_measured_by_its_own_stop_or_the_first_that_it_gets(desk: ScriptedDesk) -> None:
    desk.quote(1)
    found = position(7, token="", stop_loss=1999.3)
    desk.broker.publish(PositionSeen(position=found, at=at(1)))
    desk.show(broker_state(positions=(found,)))
    assert (only(desk).initial_stop, only(desk).order) == (1999.3, None)
    naked = msgspec.structs.replace(found, ticket=8, identifier=8, stop_loss=None)
    desk.execution.reconcile("asked for by a test")
    desk.show(broker_state(positions=(found, naked)))
    (asked,) = desk.broker.asked(ClosePosition)
    assert (asked.ticket, asked.token) == (8, "")
    desk.broker.publish(PositionSeen(position=msgspec.structs.replace(naked, stop_loss=1999.0), at=at(1)))
    (_, second) = desk.portfolio.open_trades
    assert second.initial_stop == 1999.0
    assert [event.trade.ticket for event in desk.of(PositionAdopted)] == [7, 8]


def test_that_the_order_of_an_adopted_position_brings_its_planned_stop(desk: ScriptedDesk) -> None:
    desk.submit(order())
    moved = position(stop_loss=1999.8, token="")
    desk.broker.publish(PositionSeen(position=moved, at=at(1)))
    desk.execution.positions.keeper.adopt(moved, None, at(1))
    assert only(desk).initial_stop == 1999.8
    desk.fill(moved, token=order().token)
    assert (only(desk).initial_stop, only(desk).stop_kind, only(desk).order) == (1999.5, StopKind.TRAILING, order())


def test_that_a_fill_which_was_netted_away_opened_no_position(desk: ScriptedDesk) -> None:
    desk.submit(order())
    desk.fill(position(volume_lots=0.0))
    assert desk.portfolio.is_flat
    assert desk.orders.in_flight() == 0


def test_that_a_fill_of_an_order_nobody_waits_for_is_adopted_unless_it_has_come_and_gone(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.broker.publish(closing())
    desk.fill(position())
    assert desk.portfolio.is_flat
    desk.broker.publish(OrderFilled(token="UNKNOWN", volume_lots=0.01, price=2000.2, position=position(5), at=at(1)))
    assert only(desk).ticket == 5


# -- what the broker shows --------------------------------------------------------------------------------------------


def test_that_a_position_seen_as_it_is_known_asks_no_question(desk: ScriptedDesk) -> None:
    desk.open_trade()
    before = len(desk.broker.asked(QueryState))
    desk.broker.publish(PositionSeen(position=position(), at=at(2)))
    assert len(desk.broker.asked(QueryState)) == before
    assert desk.of(StopMoved) == []
    for odd in (position(volume_lots=0.02), position(9), position(is_ours=False)):
        desk.broker.publish(PositionSeen(position=odd, at=at(2)))
    assert len(desk.broker.asked(QueryState)) == before + 3
    assert only(desk).position.volume_lots == 0.01


def test_that_a_position_which_got_another_number_is_kept_under_it(desk: ScriptedDesk) -> None:
    desk.open_trade()
    renamed = position(2, identifier=1, stop_loss=1999.7)
    desk.broker.publish(PositionSeen(position=renamed, at=at(2)))
    assert (only(desk).ticket, only(desk).position.identifier) == (2, 1)
    assert desk.portfolio.on("XAUUSD") == (only(desk),)
    assert [(moved.kind, moved.trade.position.stop_loss, moved.at) for moved in desk.of(StopMoved)] == [
        (StopKind.BY_HAND, 1999.7, at(0))
    ]


@pytest.mark.parametrize("target", [2002.0, None])
def test_that_a_target_moved_in_the_terminal_is_followed(desk: ScriptedDesk, target: float | None) -> None:
    desk.open_trade()
    desk.broker.publish(PositionSeen(position=position(take_profit=target), at=at(2)))
    assert only(desk).position.take_profit == target
    assert only(desk).stop_kind is StopKind.INITIAL


def test_that_levels_which_the_broker_changed_unasked_are_the_users(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.broker.publish(StopsChanged(ticket=1, stop_loss=1999.8, take_profit=2003.0, at=at(2)))
    assert desk.of(StopMoved)[0].kind is StopKind.BY_HAND
    assert (only(desk).position.stop_loss, only(desk).position.take_profit) == (1999.8, 2003.0)
    desk.broker.publish(StopsChanged(ticket=9, stop_loss=1999.8, take_profit=2003.0, at=at(2)))
    assert len(desk.of(StopMoved)) == 1


def test_that_a_change_which_stands_already_puts_both_levels_where_they_were_wanted(desk: ScriptedDesk) -> None:
    desk.quote(1)
    desk.open_trade()
    desk.positions.change_stops(1, 1999.6, 2003.0)
    desk.broker.publish(StopsRefused(ticket=1, refusal=SAME, at=at(1)))
    assert (only(desk).position.stop_loss, only(desk).position.take_profit) == (1999.6, 2003.0)
    assert desk.positions.stops.wanted(1) is None


def test_that_a_change_at_a_position_that_is_gone_asks_the_broker_once(desk: ScriptedDesk) -> None:
    desk.quote(1)
    desk.open_trade()
    before = len(desk.broker.asked(QueryState))
    desk.positions.change_stops(1, 1999.6, 2003.0)
    desk.broker.publish(StopsRefused(ticket=1, refusal=GONE, at=at(1)))
    assert len(desk.broker.asked(QueryState)) == before + 1
    desk.broker.publish(StopsRefused(ticket=9, refusal=SAME, at=at(1)))
    assert len(desk.broker.asked(QueryState)) == before + 1
    desk.show(broker_state(deals=deals_of(1)))
    assert [event.trade.reason for event in desk.of(TradeClosed)] == [ExitReason.STOP_LOSS]


def test_that_a_refusal_of_a_change_which_is_not_under_way_is_reported_to_nobody(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.broker.publish(StopsRefused(ticket=1, refusal=BUSY, at=at(1)))
    desk.broker.publish(CloseRefused(ticket=1, refusal=BUSY, at=at(1)))
    assert desk.of(StopMoveRefused) == []
    assert desk.of(ExitRefused) == []


# -- what cannot be done ----------------------------------------------------------------------------------------------


def test_that_levels_cannot_be_changed_while_the_position_has_no_stop(desk: ScriptedDesk) -> None:
    desk.open_trade(stop_loss=None)
    desk.broker.publish(ChangeUncertain(ticket=1, reason="timeout", at=at(1)))
    desk.show(broker_state(positions=(position(stop_loss=None),)))
    before = len(desk.broker.asked(ChangeStops))
    desk.positions.change_stops(1, msgspec.UNSET, 2003.0)
    (event,) = desk.of(StopMoveRefused)
    assert (event.kind, event.policy, event.attempt) == (StopKind.BY_HAND, None, 1)
    assert len(desk.broker.asked(ChangeStops)) == before


def test_that_break_even_waits_for_a_quote_and_levels_for_the_terms_of_their_symbol(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.positions.break_even(1)
    silver = position(5, symbol="XAGUSD", token="")
    desk.broker.publish(PositionSeen(position=silver, at=at(1)))
    desk.show(broker_state(positions=(position(), silver)))
    desk.positions.change_stops(5, 1999.6, 2003.0)
    desk.quote(1, bid=2001.0, symbol="XAGUSD")
    desk.positions.break_even(5)
    assert [(event.kind, event.trade.ticket) for event in desk.of(StopMoveRefused)] == [
        (StopKind.BREAK_EVEN, 1),
        (StopKind.BY_HAND, 5),
        (StopKind.BREAK_EVEN, 5),
    ]
    assert desk.broker.asked(ChangeStops) == []
    desk.positions.break_even(99)
    desk.positions.change_stops(99, 1999.6, 2003.0)
    assert len(desk.of(StopMoveRefused)) == 3


# -- account and link -------------------------------------------------------------------------------------------------


def test_that_account_and_link_are_reported_only_where_they_changed(desk: ScriptedDesk) -> None:
    assert len(desk.of(AccountUpdated)) == 1
    desk.execution.reconcile("asked for by a test")
    desk.show(broker_state())
    assert len(desk.of(AccountUpdated)) == 1
    desk.execution.reconcile("asked for by a test")
    desk.show(broker_state(account=account(balance=9_000.0)))
    assert [event.account.balance for event in desk.of(AccountUpdated)] == [10_000.0, 9_000.0]
    desk.link(is_connected=True)
    desk.link(is_connected=True, may_trade=False, reason="the Algo Trading button is off")
    event = [(event.is_connected, event.may_trade, event.reason, event.at) for event in desk.of(BrokerLinkChanged)]
    assert event == [(True, True, "", at(0)), (True, False, "the Algo Trading button is off", at(0))]


def test_that_the_same_position_is_managed_by_new_settings_at_once(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.positions.use(ExecutionSettings(time_stop_minutes=1.0))
    desk.quote(61)
    assert desk.positions.exits.reason(1) is ExitReason.TIME_STOP
