"""Where tables, journal and broker's deals do not agree: which one counts, and what the user must decide."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from engine.domain.market import Side
from engine.domain.orders import Deal, ExitReason
from engine.domain.risk import Authority, Lock, LockName
from engine.domain.trades import ClosedTrade
from engine.trading.plans.table import OnRecord
from engine.trading.reconciliation.account_records import AccountRecords
from tests.approximate import close_to
from tests.broker_values import deals_of
from tests.builders import MONDAY, at, closed_trade, order

DAY = (MONDAY.date(), MONDAY)
FIRST = closed_trade(ticket=1, profit=-1.0, exited_at=at(300))
SECOND = closed_trade("plan-2", ticket=2, profit=2.0, exited_at=at(200))


def compared(
    on_record: tuple[ClosedTrade, ...], kept: tuple[ClosedTrade, ...]
) -> tuple[AccountRecords, tuple[int, ...]]:
    """The records, and the tickets of the results that count, in their order."""
    records = AccountRecords()
    return records, tuple(one.ticket for one in records.compare(OnRecord(trades=on_record), kept))


def test_that_results_which_agree_count_oldest_first_and_raise_no_question() -> None:
    records, counted = compared((FIRST, SECOND), (SECOND, FIRST))
    assert (counted, records.differences, records.keys) == ((2, 1), (), ())
    assert records.objection(Authority.AUTO) is None


@pytest.mark.parametrize(
    ("on_record", "kept", "counted", "name"),
    [
        ((FIRST,), (), (1,), "missing"),
        ((FIRST,), (msgspec.structs.replace(FIRST, profit=5.0),), (1,), "other"),
        ((), (FIRST,), (1,), "added"),
        ((), (SECOND,), (), "added"),
    ],
)
def test_that_the_journal_counts_before_the_table_and_of_the_tables_own_only_losses(
    on_record: tuple[ClosedTrade, ...], kept: tuple[ClosedTrade, ...], counted: tuple[int, ...], name: str
) -> None:
    records, found = compared(on_record, kept)
    assert found == counted
    (key,) = records.keys
    one = (*on_record, *kept)[0]
    assert key == f"{name} {one.ticket} {one.entered_at.isoformat()} {one.plan_id}"
    assert f"BUY XAUUSD ({one.ticket})" in records.differences[0]


def test_that_while_a_difference_stands_the_desk_only_closes_positions_until_the_user_confirms() -> None:
    records, _ = compared((FIRST,), ())
    key = records.keys
    for authority, may in ((Authority.HALT, True), (Authority.EXITS_ONLY, True), (Authority.MANUAL, False)):
        assert (records.objection(authority) is None) is may
    confirmed = records.confirm(at(9), by="user")
    assert (confirmed.kind, confirmed.at, confirmed.payload) == (
        "records_confirmed",
        at(9),
        {"by": "user", "keys": key},
    )
    assert records.objection(Authority.AUTO) is None
    records.compare(OnRecord(trades=(FIRST,)), ())
    assert records.differences == ()


def test_that_what_was_confirmed_in_an_earlier_run_is_not_asked_again() -> None:
    key = compared((FIRST,), ())[0].keys[0]
    records = AccountRecords()
    records.recall(OnRecord(confirmed=frozenset({key})))
    records.compare(OnRecord(trades=(FIRST, SECOND)), ())
    assert len(records.keys) == 1
    assert records.keys[0].startswith("missing 2 ")


@pytest.mark.parametrize(
    ("name", "symbol", "words"),
    [
        (LockName.COOL_OFF, "XAUUSD", "the cool-off of XAUUSD was removed"),
        (LockName.HALT, "", "the halt was removed"),
    ],
)
def test_that_a_lock_which_its_table_has_lost_is_asked_about(name: LockName, symbol: str, words: str) -> None:
    records = AccountRecords()
    records.miss([Lock(name=name, symbol=symbol, since=MONDAY, until=at(60), reason="")])
    assert records.differences[0].startswith(words)
    assert records.keys == (f"lock {name.value} {symbol} {MONDAY.isoformat()}",)


def test_that_orders_which_left_by_the_journal_count_although_their_intents_are_gone() -> None:
    records = AccountRecords()
    on_record = OnRecord(entries=(("b", at(20)), ("a", at(10)), ("kept", at(5)), ("a", at(10))))
    assert records.compare_entries(on_record, {"kept"}) == (at(10), at(20))
    assert records.keys == ("intent a", "intent b")


# -- deals ------------------------------------------------------------------------------------------------------------


def unrecorded(
    records: AccountRecords, deals: tuple[Deal, ...], open_positions: Any = (), desks: Any = (), sent: Any = ()
) -> tuple[list[ClosedTrade], list[datetime]]:
    return records.unrecorded(deals, DAY, open_positions, lambda token: token in sent, desks)


def shifted(deals: tuple[Deal, ...], seconds: float) -> tuple[Deal, ...]:
    return tuple(msgspec.structs.replace(one, at=one.at + timedelta(seconds=seconds)) for one in deals)


def test_that_a_trade_which_only_the_broker_shows_counts_with_its_costs_and_is_asked_about() -> None:
    records = AccountRecords()
    entry, exit = deals_of(7, token="")
    half = msgspec.structs.replace(exit, volume_lots=0.005, price=1999.7, profit=-0.25, swap=-0.02)
    rest = msgspec.structs.replace(exit, ticket=9, volume_lots=0.005, profit=-0.35, at=at(8))
    (result,), entries = unrecorded(records, (rest, entry, half))
    assert entries == [at(1)]
    assert result == ClosedTrade(
        plan_id="",
        token="",
        ticket=7,
        symbol="XAUUSD",
        side=Side.BUY,
        volume_lots=0.01,
        entered_at=at(1),
        entry=2000.2,
        stop_loss=None,
        take_profit=None,
        exited_at=at(8),
        exit=close_to(1999.6),
        reason=ExitReason.OTHER,
        profit=-0.6,
        commission=-0.15,
        swap=-0.02,
        r=None,
        trading_day=MONDAY.date(),
    )
    assert records.keys == ("deal 7",)
    assert "BUY XAUUSD (7)" in records.differences[0]
    assert unrecorded(records, (entry, half, rest)) == ([], [])


@pytest.mark.parametrize("seconds", [-1.0, -6.0])
def test_that_only_what_happened_today_counts(seconds: float) -> None:
    records = AccountRecords()
    results, entries = unrecorded(records, shifted(deals_of(7), seconds))
    assert (len(results), entries) == ((1, [MONDAY]) if seconds == -1.0 else (0, []))
    assert len(records.keys) == len(results)


def test_that_an_exit_of_today_counts_although_its_entry_was_yesterday() -> None:
    results, entries = unrecorded(AccountRecords(), shifted(deals_of(7), -4.0))
    assert (len(results), entries) == (1, [])


def test_that_an_open_position_of_today_counts_as_an_entry_and_has_no_result() -> None:
    records = AccountRecords()
    assert unrecorded(records, deals_of(7)[:1]) == ([], [at(1)])
    assert records.keys == ("deal 7",)


def test_that_what_is_known_or_not_ours_raises_no_question() -> None:
    known = AccountRecords()
    known.compare(OnRecord(trades=(FIRST,)), (FIRST,))
    assert unrecorded(known, deals_of(1)) == ([], [])
    known.note(closed_trade("plan-3", ticket=3))
    assert unrecorded(known, deals_of(3)) == ([], [])
    assert unrecorded(known, deals_of(4), open_positions={4}) == ([], [])
    assert unrecorded(known, deals_of(5), sent={order().token}) == ([], [])
    foreign = tuple(msgspec.structs.replace(one, is_ours=False) for one in deals_of(6))
    assert unrecorded(known, foreign) == ([], [])
    assert known.keys == ()


def test_that_a_trade_of_a_desk_which_was_seen_before_counts_and_raises_no_question_unless_it_was_asked() -> None:
    theirs = deals_of(7, token=order().token)
    desk = order().token[2:7]
    records = AccountRecords()
    results, entries = unrecorded(records, theirs, desks={desk})
    assert (len(results), len(entries), records.keys) == (1, 1, ())
    asked = AccountRecords()
    asked.recall(OnRecord(asked=frozenset({"deal 7"})))
    unrecorded(asked, theirs, desks={desk})
    assert asked.keys == ("deal 7",)
