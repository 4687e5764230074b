"""Facts about two desks on one account: each manages what it sent, and nothing of the other's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.domain.market import Side
from engine.domain.messages.broker import ClosePosition, OrderUncertain
from engine.domain.messages.execution import (
    OtherDeskSeen,
    OtherPositionsChanged,
    PositionAdopted,
    TradeClosed,
    TradeOpened,
)
from engine.domain.orders import WorkingOrder
from engine.domain.tokens import EARLIER_VERSION, installation_of, order_token
from engine.errors import NotOurPosition
from tests.broker_values import broker_state, deals_of, position
from tests.builders import at, order
from tests.execution.desks import ScriptedDesk

THEIRS = order_token("plan-1", "OTHER")
OF_EARLIER_VERSION = "ms0123456789abcd"


@pytest.mark.parametrize(
    ("token", "installation"),
    [
        (order_token("any", "k3Xz9"), "k3Xz9"),
        (OF_EARLIER_VERSION, EARLIER_VERSION),
        ("", None),
        ("[sl 1999.50]", None),
        ("ms0123456789ABCD", None),
    ],
)
def test_that_a_token_names_its_installation(token: str, installation: str | None) -> None:
    assert installation_of(token) == installation


def test_that_one_plan_has_another_token_on_another_installation() -> None:
    assert order_token("plan-1", "k3Xz9") != order_token("plan-1", "k3Xz8")
    with pytest.raises(ValueError, match="no installation"):
        order_token("plan-1", "too long")


@pytest.mark.parametrize("token", [THEIRS, OF_EARLIER_VERSION], ids=["installation", "earlier version"])
def test_that_a_position_of_another_desk_is_shown_and_never_managed(desk: ScriptedDesk, token: str) -> None:
    desk.execution.reconcile("asked for by the user")
    for _ in range(2):
        desk.show(broker_state(positions=(position(token=token, stop_loss=None),)))
        desk.execution.reconcile("asked for by the user")
    (shown,) = desk.of(OtherPositionsChanged)[-1].positions
    assert (shown.is_ours, shown.is_other_desk) == (False, True)
    assert [event.installation for event in desk.of(OtherDeskSeen)] == [installation_of(token)]
    assert desk.of(PositionAdopted) == []
    with pytest.raises(NotOurPosition):
        desk.positions.close(shown.ticket)
    desk.positions.flatten()
    assert desk.broker.asked(ClosePosition) == []


def doubt(desk: ScriptedDesk) -> None:
    desk.submit(order())
    desk.broker.publish(OrderUncertain(token=order().token, reason="timeout", at=at(1)))


def test_that_another_desks_position_of_the_same_plan_is_not_taken_for_a_lost_orders(desk: ScriptedDesk) -> None:
    doubt(desk)
    desk.show(broker_state(positions=(position(token=THEIRS),), deals=deals_of(2, token=THEIRS)))
    assert desk.of(TradeOpened) == []
    assert desk.of(TradeClosed) == []
    assert desk.orders.entry_block("XAUUSD") is not None


def test_that_another_desks_working_order_says_nothing_of_a_lost_one(desk: ScriptedDesk) -> None:
    doubt(desk)
    theirs = WorkingOrder(symbol="XAUUSD", side=Side.BUY, volume_lots=0.01, at=at(1), token=THEIRS)
    desk.quote(60)
    desk.show(broker_state(working=(theirs,)))
    desk.orders.settle_unknown(order().token)
    assert desk.orders.in_flight() == 0


def started(is_stored: Callable[[str], bool], token: str) -> ScriptedDesk:
    """A desk of the installation `k3Xz9` that finds a position of this token at its start."""
    desk = ScriptedDesk(installation="k3Xz9", is_stored=is_stored)
    desk.start(state=broker_state(positions=(position(token=token),)))
    return desk


def test_that_a_token_of_the_desks_own_store_is_its_own_regardless_of_its_installation() -> None:
    desk = started(lambda token: token == OF_EARLIER_VERSION, token=OF_EARLIER_VERSION)
    assert desk.of(PositionAdopted)
    assert desk.of(OtherDeskSeen) == []


def test_that_a_position_of_this_installation_is_its_own_where_the_store_was_lost() -> None:
    desk = started(lambda _: False, token=order_token("plan-9", "k3Xz9"))
    assert desk.of(PositionAdopted)


def test_that_what_a_copy_of_this_desk_opens_beside_it_is_not_its_own() -> None:
    desk = ScriptedDesk(installation="k3Xz9")
    desk.start()
    desk.execution.reconcile("asked for by the user")
    desk.show(broker_state(positions=(position(token=order_token("plan-9", "k3Xz9")),)))
    assert desk.of(PositionAdopted) == []
    assert desk.of(OtherDeskSeen)[0].installation == "k3Xz9"


def test_that_a_nameless_position_beside_another_desk_is_its_own_only_if_an_order_fits(desk: ScriptedDesk) -> None:
    doubt(desk)
    theirs = position(5, token=THEIRS)
    desk.show(broker_state(positions=(theirs, position(1, token=""), position(2, token="", side=Side.SELL))))
    assert [event.trade.ticket for event in desk.of(TradeOpened)] == [1]
    assert desk.of(PositionAdopted) == []


def test_that_a_managed_position_stays_the_desks_even_if_another_program_opened_it(desk: ScriptedDesk) -> None:
    """On an account that nets positions the first order gives its name to all that follow."""
    desk.open_trade(token=THEIRS)
    desk.execution.reconcile("asked for by the user")
    desk.show(broker_state(positions=(position(token=THEIRS),), deals=deals_of(1, token=THEIRS)[:1]))
    assert not desk.portfolio.is_flat
    assert desk.of(OtherPositionsChanged) == []
    desk.execution.reconcile("asked for by the user")
    desk.show(broker_state(deals=deals_of(1, token=THEIRS)))
    assert len(desk.of(TradeClosed)) == 1
