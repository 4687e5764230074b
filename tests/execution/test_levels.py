"""Facts about levels that the user moves, and about the positions of others."""

from __future__ import annotations

import pytest

from engine.domain.messages.broker import (
    ChangeStops,
    ClosePosition,
    PositionSeen,
    StopsChanged,
    StopsRefused,
)
from engine.domain.messages.execution import (
    StopMoved,
    StopMoveRefused,
    TradeClosed,
)
from engine.domain.orders import DealReason, ExitReason
from engine.domain.trades import StopKind
from engine.errors import NotOurPosition
from tests.broker_values import SAME, broker_state, closing, position
from tests.builders import at
from tests.execution.desks import ScriptedDesk


def test_that_break_even_moves_the_stop_to_the_entry_and_keeps_the_target(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.quote(2, bid=2000.5)
    desk.positions.break_even(1)
    asked = desk.broker.asked(ChangeStops)[0]
    assert (asked.stop_loss, asked.take_profit) == (2000.2, 2001.5)
    desk.broker.publish(StopsChanged(ticket=1, stop_loss=2000.2, take_profit=2001.5, at=at(2)))
    desk.broker.publish(closing(price=2000.2, profit=0.0))
    assert desk.of(TradeClosed)[0].trade.reason is ExitReason.BREAK_EVEN


def test_that_break_even_is_refused_while_the_trade_loses(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.quote(2, bid=2000.0)
    desk.positions.break_even(1)
    assert desk.broker.asked(ChangeStops) == []
    assert desk.of(StopMoveRefused)[0].kind is StopKind.BREAK_EVEN


def test_that_dragged_levels_are_rounded_and_asked_for(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.quote(2)
    desk.positions.change_stops(1, 1999.7049, 2002.003)
    asked = desk.broker.asked(ChangeStops)[0]
    assert (asked.stop_loss, asked.take_profit) == (1999.7, 2002.0)


def test_that_a_stop_dragged_past_the_market_snaps_back(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.quote(2)
    desk.positions.change_stops(1, 2000.1, 2002.0)
    assert desk.broker.asked(ChangeStops) == []
    assert "beyond the market or too close" in desk.of(StopMoveRefused)[0].reason


def test_that_the_latest_of_several_drags_wins(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.quote(2)
    for stop in (1999.6, 1999.7, 1999.8):
        desk.positions.change_stops(1, stop, 2001.5)
    desk.broker.publish(StopsChanged(ticket=1, stop_loss=1999.6, take_profit=2001.5, at=at(2)))
    assert [request.stop_loss for request in desk.broker.asked(ChangeStops)] == [1999.6, 1999.8]


def test_that_levels_which_stand_already_are_a_success(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.quote(2)
    desk.positions.change_stops(1, 1999.6, 2001.5)
    desk.broker.publish(StopsRefused(ticket=1, refusal=SAME, at=at(2)))
    assert desk.portfolio.open_trades[0].position.stop_loss == 1999.6


def test_that_positions_of_others_are_shown_and_never_touched(desk: ScriptedDesk) -> None:
    foreign = position(77, is_ours=False, token="", stop_loss=None)
    desk.broker.publish(PositionSeen(position=foreign, at=at(1)))
    desk.show(broker_state(positions=(foreign,)))
    desk.quote(2)
    desk.positions.flatten()
    assert desk.portfolio.others == (foreign,)
    assert desk.broker.asked(ClosePosition) == []
    assert desk.broker.asked(ChangeStops) == []
    with pytest.raises(NotOurPosition, match="77"):
        desk.positions.close(77)


def test_that_a_position_closed_manually_is_reported_as_such(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.broker.publish(closing(reason=DealReason.BY_HAND, price=2000.5, profit=0.3))
    assert desk.of(TradeClosed)[0].trade.reason is ExitReason.BY_HAND


def test_that_a_stop_moved_in_the_terminal_is_followed(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.broker.publish(PositionSeen(position=position(stop_loss=1999.0), at=at(2)))
    assert desk.of(StopMoved)[0].kind is StopKind.BY_HAND
    assert desk.portfolio.open_trades[0].position.stop_loss == 1999.0
    assert desk.portfolio.open_trades[0].initial_stop == 1999.5


def test_that_a_close_reported_twice_counts_once(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.broker.publish(closing())
    desk.broker.publish(closing())
    assert len(desk.of(TradeClosed)) == 1


def test_that_a_lost_link_stops_entries_until_all_is_compared_again(desk: ScriptedDesk) -> None:
    desk.link(is_connected=False, reason="the terminal is closed")
    assert not desk.execution.reconciler.is_reconciled
    desk.link(is_connected=True)
    assert "not yet reconciled" in (desk.orders.entry_block("XAUUSD") or "")
    desk.show(broker_state())
    assert desk.orders.entry_block("XAUUSD") is None
