"""The outcome of an order by the broker's state, at the boundaries of time and volume; and sums of its deals."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from engine.domain.market import Side
from engine.domain.messages.broker import PositionClosed, QueryState
from engine.domain.orders import Deal, DealReason, OrderEnd, OrderTrace, Position, WorkingOrder
from engine.trading.reconciliation.ledger import UnresolvedOrder
from engine.trading.reconciliation.matching import (
    Filled,
    NotFilled,
    closings_of,
    entered_positions,
    fits,
    judge,
)
from engine.trading.reconciliation.queries import StateQueries
from tests.approximate import close_to
from tests.broker_values import broker_state, deals_of, ended_order, position
from tests.builders import MONDAY, at, order
from tests.whole import Heard

TOKEN = order().token
NAMELESS = position(token="")


def sent(**changes: Any) -> UnresolvedOrder:
    """`order()`, sent at Monday's start; its answer was lost a minute later."""
    fields: dict[str, Any] = {"order": order(), "sent_at": MONDAY, "open_since": at(60), "is_doubtful": True}
    return UnresolvedOrder(**fields | changes)


def verdict(one: UnresolvedOrder, seconds: float = 120.0, rivals: Any = (), claimed: Any = (), **shown: Any) -> Any:
    return judge(one, broker_state(at=at(seconds), **shown), rivals, claimed, {TOKEN, order("plan-2").token})


# -- absence, work and ends -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "trace"), [(64.999, OrderTrace.TOO_EARLY), (65.0, OrderTrace.NOTHING)])
def test_that_an_order_is_missed_five_seconds_after_its_answer_was_lost(seconds: float, trace: OrderTrace) -> None:
    assert verdict(sent(), seconds) is trace


@pytest.mark.parametrize(
    ("changes", "is_at_work"),
    [
        ({"token": TOKEN, "symbol": "BTCUSD"}, True),
        ({"token": ""}, True),
        ({"token": "", "is_ours": False}, False),
        ({"token": "", "side": Side.SELL}, False),
        ({"token": "", "symbol": "BTCUSD"}, False),
        ({"token": order("plan-2").token}, False),
    ],
)
def test_that_a_working_order_may_be_this_one_unless_it_is_known_to_be_another(
    changes: dict[str, Any], is_at_work: bool
) -> None:
    fields: dict[str, Any] = {"symbol": "XAUUSD", "side": Side.BUY, "volume_lots": 0.01, "at": MONDAY}
    found = verdict(sent(), working=(WorkingOrder(**(fields | changes)),))
    assert found is (OrderTrace.WORKING if is_at_work else OrderTrace.NOTHING)


@pytest.mark.parametrize(
    ("attempts", "seconds", "found"),
    [
        (1, 61.0, NotFilled(end=OrderEnd.REJECTED)),
        (2, 61.0, OrderTrace.NOTHING),
        (0, 299.999, OrderTrace.NOTHING),
        (0, 300.0, NotFilled(end=OrderEnd.REJECTED)),
    ],
)
def test_that_an_end_proves_nothing_while_a_later_attempt_may_still_be_filled(
    attempts: int, seconds: float, found: object
) -> None:
    assert verdict(sent(attempts=attempts), seconds, ended=(ended_order(),)) == found


def test_that_the_number_names_the_last_attempt_and_its_end() -> None:
    ends = (ended_order(ticket=11), ended_order(ticket=12, end=OrderEnd.EXPIRED), ended_order(ticket=13))
    assert verdict(sent(number=12, attempts=9), ended=ends) == NotFilled(end=OrderEnd.EXPIRED)
    assert verdict(sent(attempts=3), ended=ends[:2]) is OrderTrace.NOTHING
    assert verdict(sent(attempts=2), ended=ends[:2]) == NotFilled(end=OrderEnd.EXPIRED)


@pytest.mark.parametrize("lots", [0.001, 0.01])
def test_that_an_order_of_which_anything_was_filled_was_executed(lots: float) -> None:
    assert verdict(sent(), ended=(ended_order(filled_lots=lots, end=OrderEnd.CANCELLED),)) is OrderTrace.EXECUTED
    assert verdict(sent(), ended=(ended_order(filled_lots=1e-12),)) == NotFilled(end=OrderEnd.REJECTED)


# -- positions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "does_fit"),
    [
        ({"opened_at": at(-30)}, True),
        ({"opened_at": at(-30.001)}, False),
        ({"opened_at": at(300)}, True),
        ({"opened_at": at(300.001)}, False),
        ({"volume_lots": 0.01 + 5e-10}, True),
        ({"volume_lots": 0.011}, False),
        ({"volume_lots": 0.001}, True),
        ({"side": Side.SELL}, False),
        ({"symbol": "BTCUSD"}, False),
        ({"token": TOKEN}, False),
        ({"token": "SOMETHINGELSE"}, True),
        ({"identifier": 77}, False),
    ],
)
def test_that_a_nameless_position_fits_by_symbol_side_volume_and_time(changes: dict[str, Any], does_fit: bool) -> None:
    one = sent(stood_before=frozenset({77}))
    assert fits(one, msgspec.structs.replace(NAMELESS, **changes), {TOKEN}) is does_fit


@pytest.mark.parametrize(
    ("one", "shown", "is_named"),
    [
        (sent(), position(), True),
        (sent(), position(symbol="BTCUSD"), False),
        (sent(number=1), position(token="", opened_at=at(9_000)), True),
        (sent(number=2), position(token="", opened_at=at(9_000)), False),
        (sent(ticket=1), position(5, identifier=1, token="", side=Side.SELL), True),
        (sent(ticket=5), position(5, identifier=1, token="", side=Side.SELL), True),
        (sent(ticket=6), position(5, identifier=1, token="", side=Side.SELL), False),
    ],
)
def test_that_token_number_and_ticket_name_the_position_of_an_order(
    one: UnresolvedOrder, shown: Position, is_named: bool
) -> None:
    found = verdict(one, positions=(shown,))
    assert found == (Filled(position=shown, closings=()) if is_named else OrderTrace.NOTHING)


def test_that_a_position_which_another_order_has_or_may_have_settles_nothing() -> None:
    rival = sent(order=order("plan-2"))
    assert verdict(sent(), positions=(NAMELESS,)) == Filled(position=NAMELESS, closings=())
    assert verdict(sent(), positions=(NAMELESS,), claimed={1}) is OrderTrace.NOTHING
    assert verdict(sent(), positions=(NAMELESS,), rivals=[rival]) is OrderTrace.SEVERAL
    assert verdict(sent(), positions=(NAMELESS, position(2, token=""))) is OrderTrace.SEVERAL
    assert verdict(sent(), positions=(msgspec.structs.replace(NAMELESS, is_ours=False),)) is OrderTrace.NOTHING


# -- deals ------------------------------------------------------------------------------------------------------------

ENTRY, EXIT = deals_of(1)


def deal(base: Deal, ticket: int, **changes: Any) -> Deal:
    return msgspec.structs.replace(base, ticket=ticket, **changes)


def test_that_a_position_known_only_by_its_deals_was_entered_at_their_mean_price() -> None:
    second = deal(ENTRY, 102, price=2000.8, volume_lots=0.02, at=at(3))
    others = (deal(ENTRY, 103, is_ours=False, position_id=9), deal(EXIT, 104, position_id=8))
    (found,) = entered_positions(broker_state(deals=(ENTRY, second, EXIT, *others)))
    assert found == Position(
        ticket=1,
        identifier=1,
        symbol="XAUUSD",
        side=Side.BUY,
        volume_lots=0.03,
        entry=close_to(2000.6),
        stop_loss=None,
        take_profit=None,
        opened_at=at(1),
        token=TOKEN,
    )


@pytest.mark.parametrize(
    ("deals", "lots"),
    [((), 0.01), ((ENTRY,), 0.01), ((deal(ENTRY, 1, volume_lots=0.03), EXIT), 0.03), ((EXIT, deal(EXIT, 2)), 0.03)],
)
def test_that_an_open_position_has_the_volume_that_it_was_entered_with(deals: tuple[Deal, ...], lots: float) -> None:
    (found,) = entered_positions(broker_state(positions=(position(),), deals=deals))
    assert found.volume_lots == lots


def test_that_positions_of_others_and_without_volume_are_none_of_ours() -> None:
    shown = (position(1, is_ours=False), position(2, volume_lots=0.0), position(3))
    assert [one.ticket for one in entered_positions(broker_state(positions=shown))] == [3]


def test_that_closings_share_commission_and_costs_of_the_entry_by_volume() -> None:
    whole = position(volume_lots=0.04)
    entry = deal(ENTRY, 101, volume_lots=0.04, commission=-0.4, price_cost=0.8)
    first = deal(EXIT, 201, volume_lots=0.01, commission=-0.1, price_cost=0.2, profit=-0.7, swap=-0.01)
    second = deal(EXIT, 202, volume_lots=0.03, commission=-0.3, price_cost=0.6, reason=DealReason.DESK, at=at(9))
    found = closings_of(whole, (entry, first, second, deal(EXIT, 203, position_id=2)))
    assert found[0] == PositionClosed(
        ticket=1,
        identifier=1,
        symbol="XAUUSD",
        reason=DealReason.STOP_LOSS,
        price=1999.5,
        volume_lots=0.01,
        remaining_lots=0.03,
        profit=-0.7,
        commission=close_to(-0.2),
        swap=-0.01,
        at=at(5),
        price_cost=close_to(0.4),
    )
    last = found[1]
    assert (last.reason, last.remaining_lots, last.at, len(found)) == (DealReason.DESK, 0.0, at(9), 2)
    assert (last.commission, last.price_cost) == (close_to(-0.6), close_to(1.2))
    assert [one.volume_lots for one in closings_of(whole, (entry, first, second), 0.01)] == [0.03]
    assert closings_of(whole, (entry, first, second), 0.04) == ()


@pytest.mark.parametrize(("of_entry", "of_exit"), [(None, 0.2), (0.8, None)])
def test_that_a_cost_which_was_not_measured_makes_the_closings_unknown(
    of_entry: float | None, of_exit: float | None
) -> None:
    (found,) = closings_of(position(), (deal(ENTRY, 1, price_cost=of_entry), deal(EXIT, 2, price_cost=of_exit)))
    assert found.price_cost is None


# -- questions --------------------------------------------------------------------------------------------------------


def test_that_a_question_is_repeated_after_pauses_that_double_up_to_half_a_minute() -> None:
    asked: Heard[Any] = Heard()
    queries = StateQueries(asked.append)
    now = MONDAY
    assert not queries.is_pending
    assert queries.ask(at(-9), now) == 1
    pauses = []
    for _ in range(10):
        before, pause = len(asked), timedelta()
        while len(asked) == before:
            pause += timedelta(milliseconds=250)
            queries.ask_again_if_due(at(-9), now + pause)
        now += pause
        pauses.append(pause.total_seconds())
    assert pauses == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]
    assert asked[-1] == QueryState(number=11, since=at(-9))


def test_that_only_the_latest_answer_ends_the_asking_and_an_older_one_is_no_news_twice() -> None:
    asked: Heard[Any] = Heard()
    queries = StateQueries(asked.append)
    queries.ask(MONDAY, MONDAY)
    queries.ask(MONDAY, MONDAY)
    assert queries.accept(1)
    assert queries.is_pending
    assert not queries.accept(1)
    assert queries.accept(2)
    assert not queries.is_pending
    queries.keep_asking(MONDAY)
    queries.keep_asking(_far())
    queries.ask_again_if_due(MONDAY, at(0.249))
    assert len(asked) == 2
    queries.ask_again_if_due(MONDAY, at(0.25))
    assert len(asked) == 3


def _far() -> datetime:
    return at(9_999)
