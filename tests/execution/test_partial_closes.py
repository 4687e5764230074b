"""Parts of positions: asked for once, whatever becomes of the request, and never in the way of closing the whole."""

from __future__ import annotations

import pytest

from engine.domain.messages.broker import ChangeUncertain, ClosePosition, CloseRefused
from engine.domain.messages.execution import PartialCloseRefused, PartialCloseSent, TradeClosed, TradeReduced
from engine.domain.orders import DealReason
from engine.errors import InvalidOrder
from engine.trading.broker import ANSWER_WITHIN
from tests.broker_values import BUSY, broker_state, closing, position
from tests.builders import MONDAY, at, order
from tests.execution.desks import ScriptedDesk

WHOLE = position(volume_lots=0.04, stop_loss=1999.5)


@pytest.fixture
def desk() -> ScriptedDesk:
    """With 0.04 lots open."""
    desk = ScriptedDesk()
    desk.start()
    desk.submit(order(volume_lots=0.04))
    desk.fill(WHOLE)
    return desk


def volumes(desk: ScriptedDesk) -> list[float]:
    return [request.volume_lots for request in desk.broker.asked(ClosePosition)]


def test_that_a_part_is_rounded_down_asked_for_once_and_counted(desk: ScriptedDesk) -> None:
    desk.positions.close_part(1, 0.029)
    assert volumes(desk) == [0.02]
    assert [event.volume_lots for event in desk.of(PartialCloseSent)] == [0.02]
    desk.broker.publish(closing(volume_lots=0.02, remaining_lots=0.02, reason=DealReason.DESK))
    assert desk.of(TradeReduced)[0].trade.position.volume_lots == 0.02
    desk.quote(2)
    assert volumes(desk) == [0.02]


def test_that_a_refused_part_is_not_asked_for_again(desk: ScriptedDesk) -> None:
    desk.positions.close_part(1, 0.01)
    desk.broker.publish(CloseRefused(ticket=1, refusal=BUSY, at=at(1)))
    for second in range(2, 40):
        desk.quote(second)
    assert volumes(desk) == [0.01]
    assert [event.reason for event in desk.of(PartialCloseRefused)] == [BUSY.reason]


def test_that_a_second_part_waits_for_the_answer_to_the_first(desk: ScriptedDesk) -> None:
    desk.positions.close_part(1, 0.01)
    desk.positions.close_part(1, 0.01)
    assert volumes(desk) == [0.01]
    assert desk.of(PartialCloseRefused)[0].reason == "a part of it is being closed"


def test_that_closing_the_whole_never_waits_for_a_part_and_goes_on_after_a_refusal(desk: ScriptedDesk) -> None:
    desk.positions.close_part(1, 0.01)
    desk.positions.close(1)
    assert volumes(desk) == [0.01, 0.04]
    desk.broker.publish(CloseRefused(ticket=1, refusal=BUSY, at=at(1)))
    for second in range(2, 5):
        desk.quote(second)
    assert volumes(desk) == [0.01, 0.04, 0.04]
    desk.broker.publish(closing(volume_lots=0.04, remaining_lots=0.0))
    assert len(desk.of(TradeClosed)) == 1


def test_that_the_rest_is_asked_for_where_the_part_was_closed_before_the_whole(desk: ScriptedDesk) -> None:
    desk.positions.close_part(1, 0.01)
    desk.positions.close(1)
    desk.broker.publish(closing(volume_lots=0.01, remaining_lots=0.03, reason=DealReason.DESK))
    assert volumes(desk) == [0.01, 0.04, 0.03]


def test_that_a_lost_answer_is_settled_by_what_the_broker_shows_and_never_sent_again(desk: ScriptedDesk) -> None:
    desk.positions.close_part(1, 0.01)
    desk.broker.publish(ChangeUncertain(ticket=1, reason="lost", at=at(1)))
    desk.show(broker_state(positions=(WHOLE,)))
    assert "the broker shows no close of it" in desk.of(PartialCloseRefused)[0].reason
    desk.quote(60)
    assert volumes(desk) == [0.01]
    desk.positions.close_part(1, 0.01)
    assert volumes(desk) == [0.01, 0.01]


def test_that_a_part_without_any_answer_is_looked_for_in_the_end(desk: ScriptedDesk) -> None:
    desk.positions.close_part(1, 0.01)
    asked = len(desk.broker.requests)
    desk.quote((at(0) - MONDAY + ANSWER_WITHIN).total_seconds() + 1)
    assert len(desk.broker.requests) > asked
    assert volumes(desk) == [0.01]


def test_that_all_of_it_is_closed_where_no_less_is_wanted(desk: ScriptedDesk) -> None:
    desk.positions.close_part(1, 0.04)
    assert volumes(desk) == [0.04]
    assert desk.of(PartialCloseSent) == []


@pytest.mark.parametrize("lots", [0.001, 0.0, -0.01])
def test_that_a_part_below_the_least_volume_is_refused(desk: ScriptedDesk, lots: float) -> None:
    with pytest.raises(InvalidOrder, match="part and rest must be"):
        desk.positions.close_part(1, lots)
