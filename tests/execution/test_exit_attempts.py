"""When a close is asked for again, which reason stands, and what is forgotten once the position is gone."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine.domain.market import MarketClose, Side
from engine.domain.messages.broker import ChangeUncertain, ClosePosition, CloseRefused, PositionSeen, QueryState
from engine.domain.messages.execution import ExitRefused, ExitSent, TradeClosed
from engine.domain.orders import DealReason, ExitReason, Refusal, RefusalPolicy
from engine.domain.trades import ExitOrder
from engine.trading.reconciliation.ledger import KnownOrder
from tests.broker_values import BUSY, REQUOTE, broker_state, closing, position
from tests.builders import at, order
from tests.execution.desks import ScriptedDesk

CLOSED_MARKET = Refusal(code=10018, reason="Market closed", policy=RefusalPolicy.MARKET_CLOSED)


def refuse(desk: ScriptedDesk, refusal: Refusal = BUSY, ticket: int = 1) -> ExitRefused:
    """The broker refuses the close under way."""
    desk.broker.publish(CloseRefused(ticket=ticket, refusal=refusal, at=desk.clock.now()))
    return desk.of(ExitRefused)[-1]


def closes(desk: ScriptedDesk) -> int:
    return len(desk.broker.asked(ClosePosition))


def pauses(desk: ScriptedDesk, attempts: int) -> list[float]:
    """Seconds after each refusal until the desk asks again, at the first instant that it may."""
    found = []
    for _ in range(attempts):
        refused = refuse(desk)
        assert refused.retry_at is not None
        found.append((refused.retry_at - desk.clock.now()).total_seconds())
        before = closes(desk)
        desk.clock.set(refused.retry_at)
        desk.execution.on_time()
        assert closes(desk) == before + 1
    return found


def test_that_the_pause_after_each_refusal_doubles_up_to_half_a_minute(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.positions.close(1)
    assert pauses(desk, 8) == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]


def test_that_a_position_without_a_stop_is_asked_for_again_within_a_tenth_of_a_second(desk: ScriptedDesk) -> None:
    desk.open_trade(stop_loss=None)
    desk.positions.close(1)
    assert pauses(desk, 4) == [0.1, 0.2, 0.4, 0.8]


@pytest.mark.parametrize(("refusal", "seconds"), [(REQUOTE, 0.0), (CLOSED_MARKET, 30.0), (BUSY, 1.0)])
def test_that_a_moved_price_is_tried_at_once_and_a_closed_market_after_half_a_minute(
    desk: ScriptedDesk, refusal: Refusal, seconds: float
) -> None:
    desk.open_trade()
    desk.positions.close(1)
    refused = refuse(desk, refusal)
    assert (refused.retry_at, refused.policy, refused.at) == (at(seconds), refusal.policy, at(0))


def test_that_what_is_left_says_when_the_first_close_is_asked_for_again_and_why_it_was_refused(
    desk: ScriptedDesk,
) -> None:
    desk.open_trade()
    desk.submit(order("plan-2"))
    desk.fill(position(2, token=order("plan-2").token))
    desk.positions.flatten()
    refuse(desk, CLOSED_MARKET, ticket=1)
    refuse(desk, BUSY, ticket=2)
    rest = desk.execution.rest
    assert (rest.positions, rest.retry_at, rest.reason) == (2, at(1), BUSY.reason)
    desk.positions.close(2)
    assert (desk.execution.rest.retry_at, desk.execution.rest.reason) == (at(30), CLOSED_MARKET.reason)


def test_that_nothing_waits_while_an_answer_is_awaited(desk: ScriptedDesk) -> None:
    desk.open_trade()
    assert desk.execution.rest.retry_at is None
    desk.positions.close(1)
    assert (desk.execution.rest.retry_at, desk.execution.rest.reason) == (None, "")


def test_that_a_position_leaves_before_the_close_that_ends_the_day_of_its_entry() -> None:
    asked: list[tuple[str, datetime]] = []

    def close_after(symbol: str, instant: datetime) -> MarketClose:
        asked.append((symbol, instant))
        return MarketClose(closes_at=at(660), flat_from=at(60))

    desk = ScriptedDesk(close_after=close_after)
    desk.start()
    desk.quote(1)
    desk.open_trade()
    desk.quote(59.9)
    assert closes(desk) == 0
    desk.quote(60)
    assert desk.positions.exits.reason(1) is ExitReason.FLAT_BEFORE_CLOSE
    assert set(asked) == {("XAUUSD", at(1))}


# -- whose order it is ------------------------------------------------------------------------------------------------


def test_that_a_cancelled_flatten_drops_closes_that_wait_and_keeps_those_under_way(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.submit(order("plan-2"))
    desk.fill(position(2, token=order("plan-2").token))
    desk.positions.flatten()
    refuse(desk, BUSY, ticket=2)
    desk.positions.end_flatten()
    assert desk.positions.exits.reason(1) is ExitReason.FLATTEN
    assert not desk.positions.exits.is_leaving(2)
    desk.quote(60)
    assert closes(desk) == 2


def test_that_a_close_of_the_flatten_which_is_refused_after_it_was_cancelled_is_not_repeated(
    desk: ScriptedDesk,
) -> None:
    desk.open_trade()
    desk.positions.flatten()
    desk.positions.end_flatten()
    assert refuse(desk).retry_at is None
    desk.quote(60)
    assert closes(desk) == 1


def test_that_a_close_which_the_user_orders_during_a_flatten_outlives_it(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.positions.flatten()
    desk.positions.close(1)
    refuse(desk)
    desk.positions.end_flatten()
    desk.quote(1)
    assert [(sent.reason, sent.attempt) for sent in desk.of(ExitSent)] == [
        (ExitReason.FLATTEN, 1),
        (ExitReason.MANUAL, 2),
    ]


def test_that_a_flatten_does_not_take_over_a_close_that_the_user_ordered(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.positions.close(1)
    refuse(desk)
    desk.positions.flatten()
    assert closes(desk) == 2
    refuse(desk)
    desk.positions.end_flatten()
    assert desk.positions.exits.reason(1) is ExitReason.MANUAL
    assert desk.positions.exits.is_ordered(1)


def test_that_a_close_ordered_before_a_restart_is_asked_for_once_and_for_its_position_alone() -> None:
    desk = ScriptedDesk()
    ordered = ExitOrder(identifier=1, symbol="XAUUSD", side=Side.BUY, opened_at=at(1), reason=ExitReason.FLATTEN)
    known = [KnownOrder(order=order(), sent_at=at(0), ticket=1)]
    known += [KnownOrder(order=order("plan-2"), sent_at=at(0), ticket=2)]
    desk.execution.start(known, exits=(ordered,))
    desk.link(is_connected=True)
    desk.show(broker_state(positions=(position(1), position(2, token=order("plan-2").token))))
    (asked,) = desk.broker.asked(ClosePosition)
    assert asked == ClosePosition(ticket=1, symbol="XAUUSD", side=Side.BUY, volume_lots=0.01, token=order().token)
    assert desk.positions.exits.is_ordered(1)
    assert not desk.positions.exits.is_ordered(2)


# -- without an answer ------------------------------------------------------------------------------------------------


def questions(desk: ScriptedDesk) -> int:
    return len(desk.broker.asked(QueryState))


def test_that_a_close_without_any_answer_for_three_minutes_is_looked_up_once(desk: ScriptedDesk) -> None:
    desk.quote(0)
    desk.open_trade()
    desk.positions.close(1)
    before = questions(desk)
    desk.quote(179.9)
    assert questions(desk) == before
    desk.quote(180)
    desk.quote(180.1)
    assert questions(desk) == before + 1
    desk.show(broker_state(positions=(position(),)))
    assert closes(desk) == 2


def test_that_a_close_which_waits_for_its_next_attempt_is_not_overdue(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.positions.close(1)
    desk.clock.set(at(170))
    refuse(desk, CLOSED_MARKET)
    assert not desk.positions.is_overdue(1, at(199))
    assert not desk.positions.is_overdue(7, at(199))
    desk.clock.set(at(200))
    desk.execution.on_time()
    assert not desk.positions.is_overdue(1, at(379.9))
    assert desk.positions.is_overdue(1, at(380))


def test_that_a_lost_answer_is_settled_only_by_a_state_that_was_asked_for_after_it(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.positions.close(1)
    desk.broker.publish(PositionSeen(position=position(), at=at(1)))
    assert closes(desk) == 1
    desk.broker.publish(ChangeUncertain(ticket=1, reason="timeout", at=at(1)))
    assert not desk.positions.is_overdue(1, at(500))
    desk.broker.publish(PositionSeen(position=position(), at=at(1)))
    assert closes(desk) == 1
    desk.show(broker_state(positions=(position(),)))
    assert closes(desk) == 2
    desk.show(broker_state(positions=(position(),)))
    assert closes(desk) == 2


# -- afterwards -------------------------------------------------------------------------------------------------------


def reopened(desk: ScriptedDesk, **changes: object) -> None:
    """The broker gives the number of the position that is gone to the next one, as brokers that net positions do."""
    desk.broker.publish(closing(reason=DealReason.DESK))
    assert len(desk.of(TradeClosed)) == 1
    desk.submit(order("plan-2"))
    desk.fill(position(1, identifier=2, token=order("plan-2").token, **changes))


def test_that_a_new_position_under_the_number_of_one_that_was_closed_is_not_leaving(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.positions.close(1)
    reopened(desk)
    assert not desk.positions.exits.is_leaving(1)
    assert desk.positions.exits.reason(1) is None
    desk.positions.close(1)
    assert [sent.attempt for sent in desk.of(ExitSent)] == [1, 1]


@pytest.mark.parametrize("instant", [at(1), at(86_401)])
def test_that_a_close_ordered_before_a_restart_is_still_about_a_position_whose_clock_is_a_day_off(
    instant: datetime,
) -> None:
    ordered = ExitOrder(identifier=1, symbol="XAUUSD", side=Side.BUY, opened_at=instant, reason=ExitReason.MANUAL)
    assert ordered.is_about(position())
