"""Records in journal and table of each move of a plan, and the plans that a move applies to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from engine.domain.journal import JournalEntry
from engine.domain.plan import PlanStatus
from engine.domain.risk import Denial, DenialName, Lock, LockName
from engine.errors import IllegalTransition
from engine.trading.plans.store import PlanStore
from tests.builders import MONDAY, closed_trade, order, plan
from tests.plans.stores import LIFE, StoredDesk, gold_terms

COOLDOWN = Lock(
    name=LockName.COOLDOWN, symbol="XAUUSD", since=MONDAY, until=MONDAY + timedelta(seconds=30), reason="after an entry"
)


@pytest.fixture
def desk() -> Iterator[StoredDesk]:
    desk = StoredDesk()
    desk.plans.add(plan(), MONDAY)
    yield desk
    desk.close()


def at(seconds: float) -> datetime:
    return MONDAY + timedelta(seconds=seconds)


def last(desk: StoredDesk, plan_id: str = "plan-1") -> JournalEntry:
    return list(desk.journal.read(plan_id=plan_id))[-1]


def test_that_a_new_plan_is_on_record_with_its_signal_and_what_was_known() -> None:
    desk = StoredDesk()
    added = desk.plans.add(plan(account=""), at(3), signal_id="signal-1", inputs={"score": 6.0})
    entry = last(desk)
    assert (entry.kind, entry.at, entry.symbol) == ("plan_added", at(3), "XAUUSD")
    assert (entry.payload["signal_id"], entry.payload["inputs"]) == ("signal-1", {"score": 6.0})
    assert entry.payload["plan"]["plan_id"] == added.plan_id == "plan-1"
    assert added.account == plan().account
    assert desk.plans.has_unfinished
    desk.close()


@pytest.mark.parametrize(
    ("move", "status", "details"),
    [
        ("cancel", PlanStatus.CANCELLED, {"by": "user"}),
        ("reject", PlanStatus.REJECTED, {"by": "user"}),
    ],
)
def test_that_the_end_of_a_plan_is_on_record_with_its_instant_its_reason_and_by_whom(
    desk: StoredDesk, move: str, status: PlanStatus, details: object
) -> None:
    ended = getattr(desk.plans, move)("plan-1", at(5), by="user", reason="changed my mind")
    assert (ended.status, ended.close_time, ended.close_reason) == (status, at(5), "changed my mind")
    entry = last(desk)
    assert (entry.kind, entry.at) == (f"plan_{status.value}", at(5))
    assert (entry.payload["was"], entry.payload["now"]) == ("pending", status.value)
    assert (entry.payload["reason"], entry.payload["told"]) == ("changed my mind", details)
    assert not desk.plans.has_unfinished


def test_that_what_was_asked_of_the_user_rests_on_what_was_known(desk: StoredDesk) -> None:
    asked = desk.plans.await_approval("plan-1", at(5), signal_id="signal-1", inputs={"score": 6.0})
    assert (asked.status, asked.close_time, asked.close_reason) == (PlanStatus.AWAITING_APPROVAL, None, "")
    assert last(desk).payload["told"] == {"score": 6.0}
    assert desk.plans.is_signal_used("signal-1")
    assert desk.plans.pending_for("XAUUSD") == ()


def test_that_a_denial_is_on_record_with_the_desk_that_was_judged(desk: StoredDesk) -> None:
    denial = Denial(name=DenialName.MARGIN, value=500.0, limit=20.0)
    desk.plans.deny("plan-1", at(5), denial=denial, inputs={"equity": 1.0})
    assert last(desk).payload["told"] == {
        "denial": {"name": "margin", "value": 500.0, "limit": 20.0},
        "inputs": {"equity": 1.0},
    }
    assert last(desk).at == at(5)


def test_that_a_failed_order_is_on_record_with_what_the_broker_said(desk: StoredDesk) -> None:
    desk.intend(order(), at(1), approved_by="auto")
    failed = desk.plans.fail("plan-1", at(2), reason="no money", inputs={"code": 10019})
    assert (failed.close_time, last(desk).payload["told"]) == (at(2), {"code": 10019})


def test_that_a_fill_is_on_record_with_the_locks_that_began_with_it(desk: StoredDesk) -> None:
    desk.intend(order(), at(1), approved_by="auto")
    assert not desk.plans.is_leaving("plan-1")
    desk.plans.opened("plan-1", at(2), ticket=42, locks=(COOLDOWN,))
    entry = last(desk)
    assert (entry.kind, entry.at, entry.payload["reason"]) == ("plan_open", at(2), "")
    assert [lock["name"] for lock in entry.payload["locks"]] == ["cooldown"]


@pytest.mark.parametrize("to", [PlanStatus.DENIED, PlanStatus.CANCELLED])
def test_that_an_order_that_never_left_ends_its_plan_and_its_intent(desk: StoredDesk, to: PlanStatus) -> None:
    desk.intend(order(), at(1), approved_by="user")
    ended = desk.plans.end_unsent(order(), at(2), to, reason="halted", details={"x": 1})
    assert (ended.status, ended.close_time, ended.close_reason) == (to, at(2), "halted")
    entry = last(desk)
    assert (entry.kind, entry.at) == (f"plan_{to.value}", at(2))
    assert entry.payload["was"] == "executing"
    assert (entry.payload["now"], entry.payload["reason"], entry.payload["told"]) == (to.value, "halted", {"x": 1})
    assert desk.plans.unfinished == ()
    (intent,) = desk.intents(MONDAY)
    assert (intent.is_unsent, intent.is_over, intent.approved_by, intent.at) == (True, True, "user", at(1))


def test_that_a_halt_takes_back_what_was_made_until_its_instant_and_nothing_made_later(desk: StoredDesk) -> None:
    desk.plans.add(plan("at-the-halt", created_at=at(10)), at(10))
    desk.plans.add(plan("later", created_at=at(10.001)), at(11))
    ended = desk.plans.cancel_pending(at(12), by="user", reason="halt", made_until=at(10))
    assert [one.plan_id for one in ended] == ["plan-1", "at-the-halt"]
    assert [one.plan_id for one in desk.plans.unfinished] == ["later"]
    entry = last(desk, "at-the-halt")
    assert (entry.at, entry.payload["reason"], entry.payload["told"]) == (at(12), "halt", {"by": "user"})
    assert {one.close_time for one in ended} == {at(12)}


def test_that_plans_which_await_approval_do_not_expire_and_those_which_expire_say_why(desk: StoredDesk) -> None:
    desk.plans.add(plan("asked"), MONDAY)
    desk.plans.await_approval("asked", at(1), signal_id="signal-1")
    (expired,) = desk.plans.expire(at(1_800))
    assert (expired.plan_id, expired.status, expired.close_time) == ("plan-1", PlanStatus.EXPIRED, at(1_800))
    assert last(desk).payload["told"] == {"by": "desk"}
    assert [one.plan_id for one in desk.plans.unfinished] == ["asked"]


def test_that_only_plans_of_a_symbol_that_wait_for_a_setup_are_pending_for_it(desk: StoredDesk) -> None:
    desk.plans.add(plan("bitcoin", symbol="BTCUSD"), MONDAY)
    assert [one.plan_id for one in desk.plans.pending_for("XAUUSD")] == ["plan-1"]
    assert desk.plans.pending_for("EURUSD") == ()


def test_that_a_result_without_a_plan_is_kept_once_and_names_none(desk: StoredDesk) -> None:
    alone = closed_trade("", ticket=9, profit=2.0)
    assert desk.plans.closed(alone, at(302), locks=(COOLDOWN,)) is None
    assert desk.plans.closed(alone, at(303)) is None
    (entry,) = desk.journal.read(kind="trade_closed")
    assert (entry.at, entry.symbol, entry.plan_id) == (at(302), "XAUUSD", None)
    assert [lock["name"] for lock in entry.payload["locks"]] == ["cooldown"]
    assert desk.closed_trades(MONDAY) == (alone,)


def test_that_a_result_after_the_end_of_its_plan_is_kept_and_moves_nothing(desk: StoredDesk) -> None:
    desk.plans.cancel("plan-1", at(1), by="user", reason="")
    late = desk.plans.closed(closed_trade(), at(302))
    assert late is not None
    assert late.status is PlanStatus.CANCELLED
    assert desk.closed_trades(MONDAY) == (closed_trade(),)


def test_that_a_plan_which_traded_and_closed_cannot_be_taken_back(desk: StoredDesk) -> None:
    desk.intend(order(), at(1), approved_by="auto")
    with pytest.raises(IllegalTransition, match="plan-1 is executing: it cannot become cancelled"):
        desk.plans.cancel("plan-1", at(2), by="user", reason="")


def test_that_a_restart_says_of_a_plan_why_nobody_was_heard_and_leaves_what_still_lives(desk: StoredDesk) -> None:
    desk.plans.add(plan("asked"), MONDAY)
    desk.plans.await_approval("asked", at(1), signal_id="signal-1")
    again = PlanStore(desk.table, gold_terms, LIFE)
    (rejected,) = again.begin(at(5))
    assert (rejected.plan_id, rejected.status, rejected.close_time) == ("asked", PlanStatus.REJECTED, at(5))
    assert rejected.close_reason == "not answered before the desk stopped"
    assert last(desk, "asked").payload["told"] == {"by": "desk"}
    assert [one.plan_id for one in again.unfinished] == ["plan-1"]
