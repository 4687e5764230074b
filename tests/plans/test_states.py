"""A plan's states and the legal ways between them."""

from __future__ import annotations

import pytest

from engine.domain.plan import LEGAL_MOVES, PlanStatus
from engine.errors import IllegalTransition
from tests.builders import plan

MOVES = [(was, now) for was in PlanStatus for now in PlanStatus]


@pytest.mark.parametrize(("was", "now"), [move for move in MOVES if move[1] in LEGAL_MOVES[move[0]]])
def test_that_a_legal_move_changes_the_status(was: PlanStatus, now: PlanStatus) -> None:
    assert plan(status=was).moved_to(now).status is now


@pytest.mark.parametrize(("was", "now"), [move for move in MOVES if move[1] not in LEGAL_MOVES[move[0]]])
def test_that_an_illegal_move_raises_and_names_both_states(was: PlanStatus, now: PlanStatus) -> None:
    with pytest.raises(IllegalTransition, match=f"is {was.value}: it cannot become {now.value}"):
        plan(status=was).moved_to(now)


def test_that_a_plan_whose_order_may_have_been_sent_can_only_be_settled_by_the_broker() -> None:
    assert LEGAL_MOVES[PlanStatus.EXECUTING] == {PlanStatus.OPEN, PlanStatus.FAILED}
    assert LEGAL_MOVES[PlanStatus.OPEN] == {PlanStatus.CLOSED}


def test_that_no_state_changes_back_to_an_earlier_one() -> None:
    order = list(PlanStatus)
    assert all(order.index(now) > order.index(was) for was in PlanStatus for now in LEGAL_MOVES[was])


def test_that_the_final_states_are_the_ones_without_a_way_on() -> None:
    names = {status.value for status in PlanStatus if status.is_final}
    assert names == {"closed", "expired", "cancelled", "rejected", "denied", "failed"}
