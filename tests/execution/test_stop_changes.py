"""Changes of stops that wait, are refused or stay without an answer, and positions that have lost their stop."""

from __future__ import annotations

from msgspec import UNSET

from config.trading import ExecutionSettings
from engine.domain.messages.broker import (
    ChangeStops,
    ChangeUncertain,
    PositionSeen,
    QueryState,
    StopsChanged,
    StopsRefused,
)
from engine.domain.messages.execution import StopMoved, StopMoveRefused
from engine.domain.orders import DealReason, Refusal, RefusalPolicy
from engine.domain.trades import StopKind
from tests.broker_values import BUSY, TOO_CLOSE, broker_state, closing, position
from tests.builders import at, candle, order
from tests.execution.desks import ScriptedDesk

INVALID = Refusal(code=10013, reason="Invalid request", policy=RefusalPolicy.INVALID)


def levels(desk: ScriptedDesk) -> list[tuple[float | None, float | None]]:
    """Stop and target of each change that the broker was asked for."""
    return [(asked.stop_loss, asked.take_profit) for asked in desk.broker.asked(ChangeStops)]


def accept(desk: ScriptedDesk) -> StopKind:
    """The broker does what it was asked for last; returns whose change that was."""
    stop, target = levels(desk)[-1]
    desk.broker.publish(StopsChanged(ticket=1, stop_loss=stop, take_profit=target, at=desk.clock.now()))
    return desk.of(StopMoved)[-1].kind


def refuse(desk: ScriptedDesk, refusal: Refusal = BUSY) -> None:
    desk.broker.publish(StopsRefused(ticket=1, refusal=refusal, at=desk.clock.now()))


# -- what the user wants ----------------------------------------------------------------------------------------------


def test_that_a_level_which_the_user_does_not_name_stays_as_it_was_asked_for_last(desk: ScriptedDesk) -> None:
    desk.quote(1)
    desk.open_trade()
    desk.positions.change_stops(1, 1999.6, 2002.0)
    desk.positions.change_stops(1, UNSET, 2003.0)
    desk.positions.change_stops(1, 1999.7, UNSET)
    assert accept(desk) is StopKind.BY_HAND
    assert levels(desk) == [(1999.6, 2002.0), (1999.7, 2003.0)]
    accept(desk)
    desk.positions.change_stops(1, UNSET, None)
    assert levels(desk)[-1] == (1999.7, None)


def test_that_a_target_alone_that_moves_leaves_the_stop_whose_it_was(desk: ScriptedDesk) -> None:
    desk.quote(1)
    desk.open_trade()
    desk.positions.change_stops(1, UNSET, 2003.0)
    assert accept(desk) is StopKind.INITIAL
    assert desk.portfolio.open_trades[0].stop_kind is StopKind.INITIAL


def test_that_a_change_behind_a_refused_one_is_asked_for_all_the_same(desk: ScriptedDesk) -> None:
    desk.quote(1)
    desk.open_trade()
    desk.positions.change_stops(1, 1999.6, 2001.5)
    desk.positions.change_stops(1, 1999.7, 2001.5)
    refuse(desk, TOO_CLOSE)
    event = desk.of(StopMoveRefused)[0]
    assert (event.kind, event.reason, event.policy, event.attempt, event.at) == (
        StopKind.BY_HAND,
        TOO_CLOSE.reason,
        RefusalPolicy.STOPS_TOO_CLOSE,
        1,
        at(1),
    )
    assert levels(desk) == [(1999.6, 2001.5), (1999.7, 2001.5)]


def test_that_break_even_which_waited_does_not_widen_a_stop_that_is_beyond_the_entry(
    desk: ScriptedDesk,
) -> None:
    desk.quote(1, bid=2001.0)
    desk.open_trade()
    desk.positions.change_stops(1, 2000.4, 2001.5)
    desk.positions.break_even(1)
    accept(desk)
    assert levels(desk) == [(2000.4, 2001.5)]
    assert [(event.kind, event.policy) for event in desk.of(StopMoveRefused)] == [(StopKind.BREAK_EVEN, None)]


def test_that_the_target_of_a_break_even_which_came_too_late_is_still_wanted(desk: ScriptedDesk) -> None:
    desk.quote(1, bid=2001.0)
    desk.open_trade()
    desk.positions.change_stops(1, 2000.4, 2001.5)
    desk.positions.change_stops(1, UNSET, 2003.0)
    desk.positions.break_even(1)
    accept(desk)
    assert levels(desk) == [(2000.4, 2001.5), (2000.4, 2003.0)]
    refuse(desk)
    assert desk.of(StopMoveRefused)[-1].kind is StopKind.BY_HAND


def test_that_a_target_set_while_break_even_waits_does_not_widen_a_stop_that_is_beyond_the_entry(
    desk: ScriptedDesk,
) -> None:
    desk.quote(1, bid=2001.0)
    desk.open_trade()
    desk.positions.change_stops(1, 2000.4, 2001.5)
    desk.positions.break_even(1)
    desk.positions.change_stops(1, UNSET, 2003.0)
    accept(desk)
    assert levels(desk) == [(2000.4, 2001.5), (2000.4, 2003.0)]


def test_that_break_even_which_waited_behind_a_stop_before_the_entry_is_asked_for(desk: ScriptedDesk) -> None:
    desk.quote(1, bid=2001.0)
    desk.open_trade()
    desk.positions.change_stops(1, 1999.8, 2001.5)
    desk.positions.break_even(1)
    accept(desk)
    assert levels(desk) == [(1999.8, 2001.5), (2000.2, 2001.5)]
    assert accept(desk) is StopKind.BREAK_EVEN


def test_that_a_stop_one_tick_too_near_to_the_market_is_refused_by_the_desk_itself(desk: ScriptedDesk) -> None:
    desk.quote(1)
    desk.open_trade()
    desk.positions.change_stops(1, 2000.0, 2001.5)
    assert levels(desk) == []
    event = desk.of(StopMoveRefused)[0]
    assert (event.kind, event.policy, event.attempt, event.at) == (StopKind.BY_HAND, None, 1, at(1))
    desk.positions.change_stops(1, 1999.99, 2001.5)
    assert levels(desk) == [(1999.99, 2001.5)]


def test_that_a_change_manually_in_the_terminal_meanwhile_is_not_taken_for_the_desks_own(desk: ScriptedDesk) -> None:
    desk.quote(1)
    desk.open_trade()
    desk.positions.change_stops(1, 1999.6, 2001.5)
    desk.broker.publish(PositionSeen(position=position(stop_loss=1999.2), at=at(1)))
    assert desk.of(StopMoved)[-1].kind is StopKind.BY_HAND
    desk.broker.publish(PositionSeen(position=position(stop_loss=1999.6), at=at(1)))
    assert desk.portfolio.open_trades[0].position.stop_loss == 1999.6


# -- without an answer ------------------------------------------------------------------------------------------------


def test_that_a_change_without_any_answer_for_three_minutes_is_looked_up_once(desk: ScriptedDesk) -> None:
    desk.quote(0)
    desk.open_trade()
    desk.positions.change_stops(1, 1999.6, 2001.5)
    before = len(desk.broker.asked(QueryState))
    desk.quote(179.9)
    assert len(desk.broker.asked(QueryState)) == before
    desk.quote(180)
    desk.quote(180.1)
    assert len(desk.broker.asked(QueryState)) == before + 1
    desk.positions.change_stops(1, 1999.7, 2001.5)
    desk.broker.publish(PositionSeen(position=position(), at=at(181)))
    assert len(levels(desk)) == 1
    desk.show(broker_state(positions=(position(stop_loss=1999.6),)))
    assert levels(desk) == [(1999.6, 2001.5), (1999.7, 2001.5)]


def test_that_a_state_asked_for_before_the_answer_was_lost_settles_no_change(desk: ScriptedDesk) -> None:
    desk.quote(0)
    desk.open_trade()
    desk.execution.reconcile("asked for by a test")
    desk.positions.change_stops(1, 1999.6, 2001.5)
    desk.show(broker_state(positions=(position(),)))
    assert desk.positions.stops.wanted(1) is not None
    desk.broker.publish(ChangeUncertain(ticket=1, reason="timeout", at=at(1)))
    desk.show(broker_state(positions=(position(stop_loss=1999.6),)))
    assert desk.positions.stops.wanted(1) is None


# -- what the desk tightens -------------------------------------------------------------------------------------------


def test_that_a_refused_change_manually_does_not_keep_the_desk_from_trailing(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.close_candle(candle(0, open=2000.0, close=2000.3), 0.5)
    desk.quote(60)
    desk.positions.change_stops(1, 1999.6, 2001.5)
    refuse(desk)
    desk.quote(60.1, bid=2000.6)
    assert levels(desk)[-1] == (2000.45, 2001.5)


def test_that_refusals_of_a_position_that_is_gone_do_not_count_against_the_next_under_its_number(
    desk: ScriptedDesk,
) -> None:
    desk.quote(1)
    desk.open_trade()
    desk.positions.change_stops(1, 1999.6, 2001.5)
    refuse(desk)
    desk.positions.change_stops(1, 1999.6, 2001.5)
    desk.broker.publish(closing(reason=DealReason.BY_HAND))
    desk.submit(order("plan-2"))
    desk.fill(position(1, identifier=2, token=order("plan-2").token))
    assert desk.positions.stops.may_tighten(1, at(1))
    desk.positions.change_stops(1, 1999.6, 2001.5)
    refuse(desk)
    assert [event.attempt for event in desk.of(StopMoveRefused)] == [1, 1]


def test_that_trailing_off_and_on_again_needs_no_new_best_price() -> None:
    desk = ScriptedDesk(ExecutionSettings(trailing=True))
    desk.start()
    desk.open_trade()
    desk.close_candle(candle(0, open=2000.0, close=2000.3), 0.5)
    desk.positions.use(ExecutionSettings(trailing=False))
    desk.quote(61, bid=2000.6)
    assert levels(desk) == []
    desk.positions.use(ExecutionSettings(trailing=True))
    desk.quote(62, bid=2000.7)
    assert levels(desk) == [(2000.55, 2001.5)]
