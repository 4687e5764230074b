"""The approval desk: one proposal, one answer."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.trading.approvals.desk import ApprovalDesk, ClickRefusal, Waiting
from engine.trading.plans.planner import ends_at, order_proposal
from tests.builders import plan, setup

SETUP = setup()
ASKED = SETUP.known_at
OVER = ends_at(SETUP)


def waiting(plan_id: str = "plan-1") -> Waiting:
    proposed = plan(plan_id)
    return Waiting(
        plan=proposed,
        proposal=order_proposal(proposed, SETUP, idea_price=2000.0),
        setup=SETUP,
        spread=0.2,
        asked_at=ASKED,
    )


def at(seconds: float) -> datetime:
    return ASKED + timedelta(seconds=seconds)


@pytest.fixture
def desk() -> ApprovalDesk:
    desk = ApprovalDesk()
    assert desk.ask(waiting())
    return desk


def test_that_an_approved_proposal_is_handed_out_once(desk: ApprovalDesk) -> None:
    assert desk.approve("plan-1", at(10)) == waiting()
    assert desk.approve("plan-1", at(10)) is ClickRefusal.ALREADY_APPROVED
    assert desk.waiting == ()


def test_that_a_click_against_an_earlier_one_changes_nothing(desk: ApprovalDesk) -> None:
    desk.reject("plan-1", at(10))
    assert desk.approve("plan-1", at(11)) is ClickRefusal.ALREADY_REJECTED
    assert desk.reject("plan-1", at(12)) is ClickRefusal.ALREADY_REJECTED


def test_that_a_click_just_before_the_end_counts_and_one_at_the_end_does_not(desk: ApprovalDesk) -> None:
    assert desk.approve("plan-1", OVER) is ClickRefusal.TOO_LATE
    assert isinstance(desk.approve("plan-1", OVER - timedelta(microseconds=1)), Waiting)


def test_that_a_proposal_expires_once_and_hears_no_click_after_it(desk: ApprovalDesk) -> None:
    assert desk.expire(OVER - timedelta(microseconds=1)) == ()
    assert desk.expire(OVER) == (waiting(),)
    assert desk.expire(OVER) == ()
    assert desk.approve("plan-1", OVER) is ClickRefusal.TOO_LATE
    # The clock of a click may lag behind that of the expiry: what has left the desk stays away.
    assert desk.approve("plan-1", at(1)) is ClickRefusal.TOO_LATE


def test_that_an_answered_proposal_is_never_asked_again(desk: ApprovalDesk) -> None:
    assert not desk.ask(waiting())
    desk.reject("plan-1", at(1))
    assert not desk.ask(waiting())


def test_that_a_withdrawn_proposal_says_so(desk: ApprovalDesk) -> None:
    assert desk.withdraw("plan-1") == waiting()
    assert desk.withdraw("plan-1") is None
    assert desk.approve("plan-1", at(1)) is ClickRefusal.WITHDRAWN


def test_that_a_click_on_something_never_asked_says_so(desk: ApprovalDesk) -> None:
    assert desk.approve("plan-2", at(1)) is ClickRefusal.NEVER_ASKED


def test_that_the_countdown_runs_to_zero_and_not_beyond() -> None:
    assert waiting().seconds_left(at(20)) == 40.0
    assert waiting().seconds_left(OVER + timedelta(seconds=5)) == 0.0


CLICKS = st.tuples(
    st.sampled_from(["approve", "reject", "expire", "withdraw", "ask"]),
    st.sampled_from(["plan-1", "plan-2"]),
    st.floats(0.0, 90.0),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(CLICKS, max_size=30))
def test_that_no_order_of_clicks_and_timeouts_takes_a_proposal_from_the_desk_twice(
    clicks: list[tuple[str, str, float]],
) -> None:
    desk = ApprovalDesk()
    left: list[str] = []
    for action, plan_id, seconds in clicks:
        match action:
            case "ask":
                desk.ask(waiting(plan_id))
            case "expire":
                left += [one.plan.plan_id for one in desk.expire(at(seconds))]
            case "withdraw":
                left += [plan_id] if desk.withdraw(plan_id) else []
            case _:
                answer = desk.approve if action == "approve" else desk.reject
                left += [plan_id] if isinstance(answer(plan_id, at(seconds)), Waiting) else []
    assert len(left) == len(set(left))
