"""Plans that other programs propose: none trades before the user has armed it in the window."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as within
from hypothesis import strategies as st

from config.plans import OutsideRows, PlansSettings
from engine.domain.market import Side
from engine.domain.messages.commands import AddPlan, ApprovePlan, Halt, SetAuthority
from engine.domain.messages.proposals import (
    MAX_OPEN,
    MAX_PER_HOUR,
    ArmPlan,
    Caller,
    DeclinePlan,
    OutsideAuthorSeen,
    ProposalCard,
    ProposalReviewed,
    ProposePlan,
    ReviewProposals,
    WithdrawProposal,
)
from engine.domain.messages.trading import PlanChanged
from engine.domain.plan import PlanStatus, TradePlan
from engine.domain.risk import Authority
from engine.persistence.opening import DATABASE_FILE
from tests.builders import MONDAY, plan
from tests.persistence.outside import insert
from tests.trading.desks import TradingDesk, settings


def proposal(plan_id: str = "plan-1", by: str = "assistant", **changes: Any) -> TradePlan:
    return plan(plan_id, created_by=by, status=PlanStatus.PROPOSED, **changes)


@pytest.fixture
def desk() -> TradingDesk:
    return TradingDesk().start().trade_by_itself()


def card(desk: TradingDesk, plan_id: str = "plan-1") -> ProposalCard:
    desk.do(ReviewProposals())
    return [event.card for event in desk.of(ProposalReviewed) if event.card.plan.plan_id == plan_id][-1]


def arm(desk: TradingDesk, plan_id: str = "plan-1") -> None:
    desk.do(ArmPlan(plan_id, card(desk, plan_id).fingerprint))


def status(desk: TradingDesk, plan_id: str = "plan-1") -> PlanStatus:
    return desk.plans[plan_id].status


# -- before the click


def test_that_a_proposed_plan_is_not_triggered_at_auto_either(desk: TradingDesk) -> None:
    desk.do(ProposePlan(proposal(volume=0.03)))
    desk.propose()
    desk.tick(61)
    assert status(desk) is PlanStatus.PROPOSED
    assert [deal.volume_lots for deal in desk.broker.deals] == [0.01]  # the scanner's own


def test_that_its_card_says_what_is_at_risk_and_what_it_costs(desk: TradingDesk) -> None:
    desk.do(ProposePlan(proposal()))
    shown = card(desk)
    assert (shown.plan.created_by, shown.money_at_risk, shown.may_be_armed) == ("assistant", 0.5, True)
    assert shown.cost_r == pytest.approx(0.2 / 0.5, rel=0.6)


def test_that_an_armed_plan_waits_for_its_setup_and_trades_by_the_mode_of_its_symbol(desk: TradingDesk) -> None:
    desk.do(ProposePlan(proposal(volume=0.03)))
    arm(desk)
    assert status(desk) is PlanStatus.PENDING
    desk.propose()
    desk.tick(61)
    assert status(desk) is PlanStatus.OPEN


def test_that_arming_gives_the_plan_its_whole_life(desk: TradingDesk) -> None:
    desk.do(ProposePlan(proposal()))
    desk.tick(600)
    arm(desk)
    life = timedelta(minutes=desk.settings.execution.plan_expiry_minutes)
    assert desk.plans["plan-1"].expires_at == desk.clock.now() + life


@pytest.mark.parametrize("stop", [SetAuthority(Authority.EXITS_ONLY), Halt("enough")])
def test_that_nothing_is_armed_while_the_risk_check_fails(stop: Any) -> None:
    desk = TradingDesk().start()
    if isinstance(stop, Halt):
        desk.do(stop)
        desk.do(ProposePlan(proposal()))
    else:
        desk.do(ProposePlan(proposal()))
        desk.do(stop)
    arm(desk)
    assert status(desk) is PlanStatus.PROPOSED
    assert "the risk check failed" in desk.refusals[-1]


def test_that_a_halt_takes_proposals_back(desk: TradingDesk) -> None:
    desk.do(ProposePlan(proposal()))
    desk.do(Halt("enough"))
    assert status(desk) is PlanStatus.CANCELLED


def test_that_only_what_the_card_showed_is_armed(desk: TradingDesk) -> None:
    desk.do(ProposePlan(proposal()))
    desk.do(ArmPlan("plan-1", "0" * 16))
    assert status(desk) is PlanStatus.PROPOSED
    assert desk.refusals == ["it is not what the card showed: check it again"]


def test_that_a_proposal_which_is_not_armed_in_time_expires(desk: TradingDesk) -> None:
    desk.do(ProposePlan(proposal()))
    shown = card(desk)
    desk.tick(1_811)
    assert (status(desk), desk.plans["plan-1"].close_reason) == (PlanStatus.EXPIRED, "it was not armed in time")
    desk.do(ArmPlan("plan-1", shown.fingerprint))
    assert status(desk) is PlanStatus.EXPIRED


def test_that_a_declined_proposal_is_over(desk: TradingDesk) -> None:
    desk.do(ProposePlan(proposal()))
    shown = card(desk)
    desk.do(DeclinePlan("plan-1"))
    desk.do(ArmPlan("plan-1", shown.fingerprint))
    assert status(desk) is PlanStatus.REJECTED


def test_that_a_proposal_outlives_the_desk(tmp_path: Path) -> None:
    first = TradingDesk(tmp_path).start()
    first.do(ProposePlan(proposal()))
    first.close()
    second = TradingDesk(tmp_path, clock=first.clock, broker=first.broker).start()
    assert card(second).plan.plan_id == "plan-1"
    second.close()


def test_that_a_practice_run_knows_no_proposals_of_another(tmp_path: Path) -> None:
    first = TradingDesk(tmp_path, is_practice=True).start()
    first.do(ProposePlan(proposal()))
    first.close()
    second = TradingDesk(tmp_path, clock=first.clock, is_practice=True).start()
    assert status(second) is PlanStatus.EXPIRED
    second.close()


# -- limits of the door


def test_that_the_door_has_a_limit_of_open_proposals(desk: TradingDesk) -> None:
    for number in range(MAX_OPEN + 1):
        desk.do(ProposePlan(proposal(f"plan-{number}")))
    assert len(desk.plans) == MAX_OPEN
    assert "wait for the user already" in desk.refusals[-1]


def test_that_the_door_has_a_limit_an_hour_which_a_restart_does_not_lift(tmp_path: Path) -> None:
    desk = TradingDesk(tmp_path).start()
    for number in range(MAX_PER_HOUR):
        desk.do(ProposePlan(proposal(f"plan-{number}")))
        desk.do(WithdrawProposal(f"plan-{number}", Caller.ASSISTANT))
    desk.close()
    desk = TradingDesk(tmp_path, clock=desk.clock, broker=desk.broker).start()
    desk.do(ProposePlan(proposal("too many")))
    assert desk.refusals[-1] == "20 plans were proposed within the last hour, max 20"
    desk.tick(3_700)
    now = desk.clock.now()
    desk.do(ProposePlan(proposal("later", created_at=now, expires_at=now + timedelta(minutes=5))))
    assert status(desk, "later") is PlanStatus.PROPOSED
    desk.close()


def test_that_a_program_takes_back_only_what_it_proposed_itself(desk: TradingDesk) -> None:
    desk.do(ProposePlan(proposal()))
    desk.do(AddPlan(plan("mine")))
    for plan_id, by in (("plan-1", Caller.TERMINAL), ("mine", Caller.ASSISTANT), ("none", Caller.ASSISTANT)):
        desk.do(WithdrawProposal(plan_id, by))
    assert (status(desk), status(desk, "mine"), len(desk.refusals)) == (PlanStatus.PROPOSED, PlanStatus.PENDING, 3)
    desk.do(WithdrawProposal("plan-1", Caller.ASSISTANT))
    assert status(desk) is PlanStatus.CANCELLED


def test_that_a_program_cannot_take_back_what_the_user_armed(desk: TradingDesk) -> None:
    desk.do(ProposePlan(proposal()))
    arm(desk)
    desk.do(WithdrawProposal("plan-1", Caller.ASSISTANT))
    assert (status(desk), desk.refusals) == (
        PlanStatus.PENDING,
        ["plan plan-1 is pending already: the user armed it, and only the user can end it now"],
    )


def test_that_what_is_taken_back_is_not_taken_back_again(desk: TradingDesk) -> None:
    desk.do(ProposePlan(proposal()))
    desk.do(WithdrawProposal("plan-1", Caller.ASSISTANT))
    desk.do(WithdrawProposal("plan-1", Caller.ASSISTANT))
    assert desk.refusals == ["plan plan-1 is cancelled already"]


@pytest.mark.parametrize("by", ["person", "scanner", "outside", ""])
def test_that_a_proposal_has_a_face_of_the_door_for_its_author(desk: TradingDesk, by: str) -> None:
    desk.do(ProposePlan(proposal(by=by)))
    assert "is not a client of the API" in desk.refusals[-1]


@pytest.mark.parametrize("state", [state for state in PlanStatus if state is not PlanStatus.PROPOSED])
def test_that_nothing_else_than_a_proposal_comes_through_the_door(desk: TradingDesk, state: PlanStatus) -> None:
    desk.do(ProposePlan(msgspec.structs.replace(proposal(), status=state)))
    assert (desk.plans, len(desk.refusals)) == ({}, 1)


def test_that_a_faulty_proposal_is_refused_like_any_plan(desk: TradingDesk) -> None:
    desk.do(ProposePlan(proposal(stop_loss=2003.0)))
    assert "must lie below" in desk.refusals[-1]


def door_commands() -> st.SearchStrategy[Callable[[TradingDesk], None]]:
    ids = st.sampled_from([f"plan-{number}" for number in range(4)])
    states, callers = st.sampled_from(list(PlanStatus)), st.sampled_from([*Caller])
    proposing = st.builds(
        lambda plan_id, state, by: ProposePlan(plan(plan_id, created_by=by.value, status=state)), ids, states, callers
    )
    commands = st.one_of(proposing, st.builds(WithdrawProposal, ids, callers), st.just(ReviewProposals()))
    return commands.map(lambda command: lambda desk: desk.do(command))


def market_moves() -> st.SearchStrategy[Callable[[TradingDesk], None]]:
    return st.sampled_from([
        lambda desk: desk.propose(int((desk.clock.now() - MONDAY).total_seconds() // 60)),
        lambda desk: desk.propose(int((desk.clock.now() - MONDAY).total_seconds() // 60), side=Side.SELL),
        lambda desk: desk.tick((desk.clock.now() - MONDAY).total_seconds() + 11),
    ])  # fmt: skip


@within(max_examples=60, deadline=None)
@given(st.lists(st.one_of(door_commands(), market_moves()), max_size=30))
def test_that_no_sequence_from_the_door_arms_a_plan(steps: list[Callable[[TradingDesk], None]]) -> None:
    desk = TradingDesk().start().trade_by_itself()
    for step in steps:
        step(desk)
    allowed = {PlanStatus.PROPOSED, PlanStatus.CANCELLED, PlanStatus.EXPIRED}
    of_door = [event.plan for event in desk.of(PlanChanged) if event.plan.plan_id.startswith("plan-")]
    assert {each.status for each in of_door} <= allowed
    assert not [deal for deal in desk.broker.deals if deal.volume_lots != 0.01]


# -- rows that a program writes into the table


def test_that_no_other_program_arms_a_proposed_plan(tmp_path: Path) -> None:
    desk = TradingDesk(tmp_path).start()
    desk.do(ProposePlan(proposal()))
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as other:
        with pytest.raises(sqlite3.IntegrityError, match="only when the user arms it"):
            other.execute("UPDATE trade_plans SET status = 'pending'")
        with pytest.raises(sqlite3.IntegrityError, match="cannot be changed"):
            other.execute("UPDATE trade_plans SET created_by = 'person'")
    desk.close()


def test_that_a_plan_which_another_program_arms_by_force_ends_and_never_trades(tmp_path: Path) -> None:
    desk = TradingDesk(tmp_path).start().trade_by_itself()
    desk.do(ProposePlan(proposal(volume=0.03)))
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE, isolation_level=None)) as other:
        other.execute("INSERT INTO armed_plans VALUES ('plan-1', '2026-03-02', 'person')")
        other.execute("UPDATE trade_plans SET status = 'pending'")
    desk.tick(11)
    assert (status(desk), desk.plans["plan-1"].close_reason) == (
        PlanStatus.CANCELLED,
        "another program armed it: only the user arms a proposed plan",
    )
    desk.propose()
    desk.tick(61)
    assert [deal.volume_lots for deal in desk.broker.deals] == [0.01]  # the scanner's own
    desk.close()


def test_that_what_the_user_armed_is_not_taken_for_forged(tmp_path: Path) -> None:
    desk = TradingDesk(tmp_path).start().trade_by_itself()
    desk.do(ProposePlan(proposal()))
    arm(desk)
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE, isolation_level=None)) as other:
        insert(other, plan_id="another", symbol="XAUUSD", created_by="my bot")
        other.execute("UPDATE trade_plans SET notes = 'seen' WHERE plan_id = 'plan-1'")
    desk.tick(11)
    desk.tick(21)
    assert status(desk) is PlanStatus.PENDING
    desk.close()


def with_row(tmp_path: Path, rows: OutsideRows, **row: Any) -> TradingDesk:
    chosen = settings(plans=PlansSettings(outside_rows=rows))
    desk = TradingDesk(tmp_path, settings=chosen).start().trade_by_itself()
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE, isolation_level=None)) as other:
        insert(other, **({"symbol": "XAUUSD", "created_by": "my bot"} | row))
    desk.tick(11)
    desk.close_candle(0)
    return desk


@pytest.mark.parametrize(
    ("rows", "becomes"),
    [("as_given", [PlanStatus.PENDING]), ("propose", [PlanStatus.PROPOSED]), ("ignore", [])],
)
def test_that_the_user_decides_what_becomes_of_rows(
    tmp_path: Path, rows: OutsideRows, becomes: list[PlanStatus]
) -> None:
    desk = with_row(tmp_path, rows)
    assert desk.statuses == becomes
    assert [(event.author, event.treatment) for event in desk.of(OutsideAuthorSeen)] == [("my bot", rows)]
    desk.close()


def test_that_a_proposed_row_trades_once_it_is_armed(tmp_path: Path) -> None:
    desk = with_row(tmp_path, "propose")
    desk.tick(62)
    arm(desk, "micro_scalp_001")
    assert status(desk, "micro_scalp_001") is PlanStatus.PENDING
    desk.close()


def test_that_each_author_of_rows_is_announced_once(tmp_path: Path) -> None:
    desk = with_row(tmp_path, "as_given")
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE, isolation_level=None)) as other:
        insert(other, plan_id="second", symbol="XAUUSD", created_by="my bot")
        insert(other, plan_id="third", symbol="XAUUSD", created_by="another")
    desk.tick(71)
    assert [event.author for event in desk.of(OutsideAuthorSeen)] == ["my bot", "another"]
    desk.close()


@pytest.mark.parametrize("rows", ["as_given", "propose"])
@pytest.mark.parametrize("claimed", ["my bot", "assistant"])
def test_that_a_row_which_says_that_it_is_proposed_is_refused(tmp_path: Path, rows: OutsideRows, claimed: str) -> None:
    desk = with_row(tmp_path, rows, plan_id="assistant-1", created_by=claimed, status="proposed")
    (refused,) = desk.trader.recent_plans(10)
    assert (refused.status, refused.close_reason) == (
        PlanStatus.REJECTED,
        "status is 'proposed': only the desk proposes plans; insert it as 'pending', and plans.outside_rows decides",
    )
    assert refused.created_by == {"assistant": "outside (assistant)"}.get(claimed, claimed)
    assert desk.of(ProposalReviewed) == []
    assert desk.trader.overview().proposals_waiting == 0
    desk.close()


@pytest.mark.parametrize("state", ["proposed", "pending"])
def test_that_a_row_which_is_ignored_is_no_plan_of_the_desk(tmp_path: Path, state: str) -> None:
    desk = with_row(tmp_path, "ignore", status=state)
    assert desk.trader.recent_plans(10) == ()
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as other:
        assert other.execute("SELECT status FROM trade_plans").fetchall() == [(state,)]
    desk.close()


@pytest.mark.parametrize("state", ["open", "closed", "executing", "awaiting_approval"])
def test_that_a_row_with_another_state_is_no_plan_of_the_desk(tmp_path: Path, state: str) -> None:
    desk = with_row(tmp_path, "as_given", created_by="assistant", status=state, profit_loss=1000.0)
    assert desk.trader.recent_plans(10) == ()
    desk.close()


@pytest.mark.parametrize("claimed", ["scanner", "Assistant", "person"])
def test_that_a_row_cannot_pass_for_the_desk_or_its_door(tmp_path: Path, claimed: str) -> None:
    desk = with_row(tmp_path, "propose", created_by=claimed)
    assert desk.plans["micro_scalp_001"].created_by == f"outside ({claimed})"
    desk.do(WithdrawProposal("micro_scalp_001", Caller.ASSISTANT))
    assert status(desk, "micro_scalp_001") is PlanStatus.PROPOSED
    desk.close()


def test_that_a_proposed_row_that_awaits_no_approval_is_not_approved(tmp_path: Path) -> None:
    desk = with_row(tmp_path, "propose")
    desk.do(ApprovePlan("micro_scalp_001"))
    assert status(desk, "micro_scalp_001") is PlanStatus.PROPOSED
    desk.close()
