"""Facts about positions that stand without a stop."""

from __future__ import annotations

from engine.domain.messages.broker import (
    ChangeStops,
    ClosePosition,
    PositionSeen,
    StopsChanged,
    StopsRefused,
)
from engine.domain.messages.execution import (
    ExitSent,
    ProtectionLost,
    StopMoved,
)
from engine.domain.orders import ExitReason
from engine.domain.trades import StopKind
from tests.broker_values import TOO_CLOSE, position
from tests.builders import at
from tests.execution.desks import ScriptedDesk


def test_that_a_position_filled_without_its_stop_gets_it_at_once(desk: ScriptedDesk) -> None:
    desk.quote(0.5)
    desk.open_trade(stop_loss=None, take_profit=None)
    assert desk.of(ProtectionLost)
    asked = desk.broker.asked(ChangeStops)[0]
    assert (asked.stop_loss, asked.take_profit) == (1999.5, 2001.5)
    desk.broker.publish(StopsChanged(ticket=1, stop_loss=1999.5, take_profit=2001.5, at=at(1)))
    assert desk.of(StopMoved)[0].kind is StopKind.PROTECTION
    desk.quote(2)
    assert desk.broker.asked(ClosePosition) == []


def test_that_a_position_that_cannot_get_its_stop_is_closed(desk: ScriptedDesk) -> None:
    desk.quote(0.5)
    desk.open_trade(stop_loss=None)
    for _ in range(2):
        desk.broker.publish(StopsRefused(ticket=1, refusal=TOO_CLOSE, at=at(1)))
    assert len(desk.broker.asked(ChangeStops)) == 2
    assert desk.of(ExitSent)[0].reason is ExitReason.UNPROTECTED


def test_that_a_position_still_without_a_stop_after_half_a_second_is_closed(desk: ScriptedDesk) -> None:
    desk.quote(1.0)
    desk.open_trade(stop_loss=None)
    desk.quote(1.4)
    assert desk.broker.asked(ClosePosition) == []
    desk.quote(1.5)
    assert len(desk.broker.asked(ClosePosition)) == 1


def test_that_time_alone_closes_a_position_without_a_stop(desk: ScriptedDesk) -> None:
    desk.quote(1.0)
    desk.open_trade(stop_loss=None)
    desk.clock.set(at(1.5))
    desk.execution.on_time()
    assert len(desk.broker.asked(ClosePosition)) == 1


def test_that_a_stop_stripped_by_others_comes_back(desk: ScriptedDesk) -> None:
    desk.quote(0.5)
    desk.open_trade()
    desk.broker.publish(PositionSeen(position=position(stop_loss=None), at=at(2)))
    assert desk.of(ProtectionLost)
    assert desk.broker.asked(ChangeStops)[0].stop_loss == 1999.5


def test_that_a_position_the_market_has_left_behind_its_stop_is_closed(desk: ScriptedDesk) -> None:
    desk.quote(0.5, bid=1999.0)
    desk.open_trade(stop_loss=None)
    assert len(desk.broker.asked(ClosePosition)) == 1
