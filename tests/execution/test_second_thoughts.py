"""Facts about a broker that reports more than at first, or never clearly."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import pytest

from engine.domain.messages.broker import ChangeUncertain, ClosePosition, PositionsChanged
from engine.domain.messages.execution import PositionVanished, TradeAmended, TradeClosed
from engine.domain.orders import Deal
from tests.approximate import close_to
from tests.broker_values import broker_state, deals_of, position
from tests.builders import at, order
from tests.execution.desks import ScriptedDesk


def pieces() -> tuple[Deal, ...]:
    """An order of 0.02 lots, filled in two halves at 2000.2 and 2000.4, and closed by its stop."""
    first, exit = deals_of(1)
    second = msgspec.structs.replace(first, ticket=102, price=2000.4)
    return first, second, msgspec.structs.replace(exit, volume_lots=0.02, profit=-1.6)


@pytest.fixture
def half_reported() -> ScriptedDesk:
    """An order of 0.02 lots, reported half filled to the desk; the broker has filled all of it now."""
    desk = ScriptedDesk()
    desk.start()
    desk.submit(order(volume_lots=0.02))
    desk.fill(position(volume_lots=0.01))
    desk.broker.publish(PositionsChanged(at=at(2)))
    desk.show(broker_state(positions=(position(volume_lots=0.02, entry=2000.3),), deals=pieces()[:2]))
    return desk


def test_that_an_order_filled_in_pieces_is_managed_as_one_position(half_reported: ScriptedDesk) -> None:
    (amended,) = half_reported.of(TradeAmended)
    assert (amended.trade.position.volume_lots, amended.trade.position.entry) == (0.02, close_to(2000.3))
    half_reported.positions.close(1)
    assert half_reported.broker.asked(ClosePosition)[0].volume_lots == 0.02


def test_that_an_order_filled_in_pieces_is_counted_whole(half_reported: ScriptedDesk) -> None:
    half_reported.broker.publish(PositionsChanged(at=at(5)))
    half_reported.show(broker_state(deals=pieces()))
    closed = half_reported.of(TradeClosed)[0].trade
    assert (closed.volume_lots, closed.profit, closed.commission) == (0.02, -1.6, close_to(-0.15))
    assert half_reported.portfolio.is_flat


def test_that_a_position_missed_and_found_again_is_reported_again(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.execution.reconcile("asked by the user")
    for seconds in (1, 7):
        desk.quote(seconds)
        desk.show(broker_state())
    assert desk.of(PositionVanished)
    desk.quote(12)
    desk.show(broker_state(positions=(position(),)))
    assert [event.trade.ticket for event in desk.of(TradeAmended)] == [1]
    assert desk.orders.entry_block("XAUUSD") is None


def test_that_a_close_which_is_never_answered_clearly_is_repeated_ever_more_slowly(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.positions.close(1)
    sent: list[float] = []
    for tenth in range(200):
        if len(desk.broker.asked(ClosePosition)) > len(sent):
            sent.append(tenth / 10)
            desk.broker.publish(ChangeUncertain(ticket=1, reason="error", at=desk.clock.now()))
            desk.show(broker_state(positions=(position(),)))
        desk.quote(tenth / 10)
    assert sent[:2] == [0.0, 0.1]
    assert [round(later - sooner) for sooner, later in pairwise(sent[1:])] == [1, 2, 4, 8]
