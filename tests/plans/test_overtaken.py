"""Another program was faster: the store has the last word on the plan, and what happened at the broker is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from engine.domain.journal import JournalRecord
from engine.domain.plan import PlanStatus
from engine.domain.risk import Lock, LockName
from engine.errors import PlanConflict
from engine.persistence.lock_table import SqliteLockTable
from engine.trading.plans.table import Overtaken, PlanChange, move_of
from tests.builders import MONDAY, closed_trade, plan
from tests.plans.stores import StoredDesk

FASTER = PlanConflict("plan plan-1 was changed by another program")
COOL_OFF = Lock(
    name=LockName.COOL_OFF, symbol="XAUUSD", since=MONDAY, until=MONDAY + timedelta(seconds=60), reason="after an exit"
)


class OvertakenDesk(StoredDesk):
    """A desk whose store says afterwards that it did not take a change."""

    def __init__(self) -> None:
        super().__init__()
        self.followers: list[Overtaken] = []
        self.table.listen = self._follow  # type: ignore[method-assign]  # the store answers when the test wants it to
        self.plans.listen(lambda _: None)
        self.added = self.plans.add(plan(), MONDAY)

    def _follow(self, overtaken: Overtaken, failing: object) -> None:  # noqa: ARG002
        self.followers.append(overtaken)

    def cancel_outside(self) -> None:
        with self.database.transaction(is_durable=False) as sql:
            sql.execute("UPDATE trade_plans SET status = 'cancelled', close_reason = 'by its author'")

    def overtake(self, change: PlanChange) -> None:
        (follow,) = self.followers
        follow(change, FASTER)


@pytest.fixture
def desk() -> Iterator[OvertakenDesk]:
    desk = OvertakenDesk()
    yield desk
    desk.close()


def at(seconds: float) -> datetime:
    return MONDAY + timedelta(seconds=seconds)


def test_that_a_plan_which_another_program_ended_first_is_ended_here_and_announced_once(desk: OvertakenDesk) -> None:
    desk.cancel_outside()
    desk.overtake(move_of(desk.added, PlanStatus.AWAITING_APPROVAL, at(5), "", {"score": 6.0}, {}))
    (changed,) = desk.plans.read_external(at(6)).changed
    assert (changed.plan_id, changed.status) == ("plan-1", PlanStatus.CANCELLED)
    assert desk.plans.unfinished == ()
    assert desk.plans.read_external(at(7)).changed == ()
    conflict = next(desk.journal.read(kind="plan_conflict"))
    assert (conflict.at, conflict.plan_id, conflict.payload["reason"]) == (at(5), "plan-1", str(FASTER))
    assert conflict.payload["kind"] == "plan_awaiting_approval"
    assert conflict.payload["told"]["now"] == "awaiting_approval"
    outside = next(desk.journal.read(kind="plan_changed_outside"))
    assert (outside.at, outside.payload["was"], outside.payload["now"]) == (at(5), "pending", "cancelled")
    assert outside.payload["reason"] == "by its author"


def test_that_a_result_and_its_lock_are_kept_although_the_plan_was_changed(desk: OvertakenDesk) -> None:
    desk.cancel_outside()
    desk.overtake(
        PlanChange(
            plan=desk.added,
            was=PlanStatus.OPEN,
            record=_record(desk),
            signal_id="signal-1",
            trade=closed_trade(),
            locks=(COOL_OFF,),
            account=plan().account,
        )
    )
    assert desk.closed_trades(MONDAY) == (closed_trade(),)
    assert SqliteLockTable(desk.database, desk.journal).locks() == (COOL_OFF,)
    assert not desk.plans.is_signal_used("signal-1")
    assert [entry.kind for entry in desk.journal.read(kind="plan_conflict")] == ["plan_conflict"]


def test_that_an_unchanged_plan_is_not_announced_again(desk: OvertakenDesk) -> None:
    desk.overtake(move_of(desk.added, PlanStatus.AWAITING_APPROVAL, at(5), "", None, {}))
    assert desk.plans.unfinished == (desk.added,)
    assert not desk.plans.has_news or desk.plans.read_external(at(6)).changed == ()


def test_that_a_plan_which_never_reached_the_store_is_not_taken_up(desk: OvertakenDesk) -> None:
    desk.overtake(move_of(plan("plan-2"), PlanStatus.AWAITING_APPROVAL, at(5), "", None, {}))
    assert desk.plans.unfinished == (desk.added,)
    assert desk.plans.get("plan-2") is None


def test_that_a_record_that_is_of_no_plan_is_kept_and_leaves_the_plans_alone(desk: OvertakenDesk) -> None:
    desk.overtake(PlanChange(plan=None, was=None, record=_record(desk)))
    assert desk.plans.unfinished == (desk.added,)
    assert [entry.kind for entry in desk.journal.read(kind="plan_conflict")] == ["plan_conflict"]


def _record(desk: OvertakenDesk) -> JournalRecord:
    return move_of(desk.added, PlanStatus.AWAITING_APPROVAL, at(5), "", None, {}).record
