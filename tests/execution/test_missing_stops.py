"""Positions that have lost their stop: how often and where it is asked for again, and when they are closed."""

from __future__ import annotations

from typing import Any

import pytest

from engine.domain.messages.broker import ChangeStops, ClosePosition, PositionSeen, StopsChanged, StopsRefused
from engine.domain.messages.execution import ExitSent, ProtectionLost, StopMoved
from engine.domain.orders import DealReason, ExitReason, Refusal, RefusalPolicy
from engine.domain.trades import StopKind
from tests.broker_values import BUSY, REQUOTE, TOO_CLOSE, broker_state, closing, position
from tests.builders import at, order
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


def strip(desk: ScriptedDesk, **changes: Any) -> None:
    """Removes the stop."""
    desk.broker.publish(PositionSeen(position=position(stop_loss=None, **changes), at=desk.clock.now()))


@pytest.mark.parametrize(("refusal", "attempts"), [(TOO_CLOSE, 2), (REQUOTE, 2), (BUSY, 2), (INVALID, 1)])
def test_that_a_missing_stop_is_tried_once_more_unless_the_request_itself_is_wrong(
    desk: ScriptedDesk, refusal: Refusal, attempts: int
) -> None:
    desk.quote(1)
    desk.open_trade(stop_loss=None)
    refuse(desk, refusal)
    assert len(levels(desk)) == attempts
    if attempts == 2:
        assert desk.broker.asked(ClosePosition) == []
        refuse(desk, refusal)
    assert [sent.reason for sent in desk.of(ExitSent)] == [ExitReason.UNPROTECTED]


def test_that_the_second_attempt_keeps_the_spread_and_lets_the_target_be(desk: ScriptedDesk) -> None:
    desk.quote(1, bid=1999.6)
    desk.open_trade(stop_loss=None, take_profit=None)
    refuse(desk, TOO_CLOSE)
    assert levels(desk) == [(1999.5, 2001.5), (1999.4, None)]


def test_that_a_missing_stop_without_a_quote_is_asked_for_as_it_was_planned_and_only_once(desk: ScriptedDesk) -> None:
    desk.open_trade(stop_loss=None)
    assert levels(desk) == [(1999.5, 2001.5)]
    refuse(desk, TOO_CLOSE)
    assert len(levels(desk)) == 1
    assert [sent.reason for sent in desk.of(ExitSent)] == [ExitReason.UNPROTECTED]


def test_that_a_lost_stop_is_announced_once_while_it_is_away_and_again_when_it_goes_again(desk: ScriptedDesk) -> None:
    desk.quote(1)
    desk.open_trade()
    strip(desk)
    desk.quote(1.1)
    assert [event.at for event in desk.of(ProtectionLost)] == [at(1)]
    assert accept(desk) is StopKind.PROTECTION
    desk.quote(5)
    strip(desk)
    assert [event.at for event in desk.of(ProtectionLost)] == [at(1), at(5)]
    assert desk.broker.asked(ClosePosition) == []
    assert len(levels(desk)) == 2


def test_that_the_next_position_under_a_number_gets_its_own_attempts_to_be_protected(desk: ScriptedDesk) -> None:
    desk.quote(1)
    desk.open_trade(stop_loss=None)
    refuse(desk, INVALID)
    desk.broker.publish(closing(reason=DealReason.DESK))
    desk.submit(order("plan-2"))
    desk.fill(position(1, identifier=2, stop_loss=None, token=order("plan-2").token))
    assert len(desk.of(ProtectionLost)) == 2
    assert len(levels(desk)) == 2


def test_that_a_position_is_protected_at_its_first_known_stop_however_far_that_was_moved(desk: ScriptedDesk) -> None:
    desk.quote(1)
    desk.open_trade()
    desk.broker.publish(PositionSeen(position=position(stop_loss=1999.2), at=at(1)))
    strip(desk, take_profit=2002.0)
    assert levels(desk) == [(1999.5, 2002.0)]


def test_that_a_half_of_a_second_without_a_stop_is_too_long(desk: ScriptedDesk) -> None:
    desk.quote(1)
    desk.open_trade()
    strip(desk)
    desk.quote(1.499)
    assert desk.broker.asked(ClosePosition) == []
    desk.quote(1.5)
    assert [sent.reason for sent in desk.of(ExitSent)] == [ExitReason.UNPROTECTED]


def test_that_the_stop_of_a_symbol_without_known_terms_is_asked_for_as_planned(desk: ScriptedDesk) -> None:
    silver = position(symbol="XAGUSD", stop_loss=1999.4, token="")
    desk.quote(1, symbol="XAGUSD")
    desk.broker.publish(PositionSeen(position=silver, at=at(1)))
    desk.show(broker_state(positions=(silver,)))
    strip(desk, symbol="XAGUSD")
    assert levels(desk) == [(1999.4, 2001.5)]
