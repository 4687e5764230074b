"""The command line, with a running desk and alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from engine.domain.plan import PlanStatus
from engine.errors import IllegalTransition, PlanConflict
from engine.persistence.opening import visit_store
from engine.persistence.plan_visitor import PlanVisitor
from tests.builders import MONDAY, order, plan
from tests.plans.stores import StoredDesk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[StoredDesk]:
    desk = StoredDesk(tmp_path)
    yield desk
    desk.close()


@pytest.fixture
def visitor(desk: StoredDesk, tmp_path: Path) -> Iterator[PlanVisitor]:  # noqa: ARG001
    database = visit_store(tmp_path, MONDAY)
    yield PlanVisitor(database)
    database.close()


def test_that_a_plan_put_beside_the_desk_is_taken_in_as_it_is(desk: StoredDesk, visitor: PlanVisitor) -> None:
    put = plan(notes="by hand", created_by="command line")
    visitor.add(put, MONDAY)
    assert desk.plans.read_external(MONDAY).accepted == (put,)
    assert desk.kinds("plan-1") == ["plan_put", "plan_accepted"]


def test_that_an_id_is_good_for_one_plan(desk: StoredDesk, visitor: PlanVisitor) -> None:
    visitor.add(plan(), MONDAY)
    with pytest.raises(PlanConflict, match="plan-1 exists already"):
        visitor.add(plan(), MONDAY)
    desk.plans.read_external(MONDAY)
    with pytest.raises(PlanConflict):
        visitor.add(plan(), MONDAY)


def test_that_a_plan_taken_back_beside_the_desk_sends_no_order(desk: StoredDesk, visitor: PlanVisitor) -> None:
    desk.plans.add(plan(), MONDAY)
    visitor.cancel("plan-1", MONDAY, by="command line")
    with pytest.raises(PlanConflict):
        desk.intend(order(), MONDAY, approved_by="person")
    (changed,) = desk.plans.read_external(MONDAY).changed
    assert (changed.status, changed.close_reason) == (PlanStatus.CANCELLED, "cancelled by command line")
    assert desk.kinds("plan-1") == ["plan_added", "plan_taken_back", "plan_changed_outside"]


def test_that_a_plan_whose_order_is_out_cannot_be_taken_back(desk: StoredDesk, visitor: PlanVisitor) -> None:
    desk.plans.add(plan(), MONDAY)
    desk.intend(order(), MONDAY, approved_by="person")
    with pytest.raises(IllegalTransition, match="plan-1 is executing: it cannot become cancelled"):
        visitor.cancel("plan-1", MONDAY, by="command line")
    with pytest.raises(IllegalTransition, match="there is no plan plan-9"):
        visitor.cancel("plan-9", MONDAY, by="command line")
    assert desk.kinds("plan-1") == ["plan_added", "plan_executing"]


def test_that_plans_are_seen_newest_first(desk: StoredDesk, visitor: PlanVisitor) -> None:
    desk.plans.add(plan(), MONDAY)
    desk.plans.add(plan("plan-2"), MONDAY + timedelta(seconds=1))
    assert [row.fields["plan_id"] for row in visitor.recent(5)] == ["plan-2", "plan-1"]
    found = visitor.get("plan-1")
    assert found is not None
    assert found.fields["status"] == "pending"
