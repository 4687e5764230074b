"""One signal makes at most one order, in every sequence of users, clocks, other programs and restarts."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from engine.domain.judgement import Setup
from engine.domain.market import Side
from engine.domain.plan import PlanStatus, TradePlan
from engine.errors import IllegalTransition, PlanConflict
from engine.trading.approvals.desk import ApprovalDesk, ClickRefusal, Waiting
from engine.trading.plans.planner import order_proposal, scanner_plan, triggered_plan
from tests.builders import GOLD_CONTRACT, MONDAY, closed_trade, order, plan, quote, setup
from tests.plans.stores import StoredDesk

PLANS = st.sampled_from(["plan-1", "plan-2", "scanner-signal-0", "scanner-signal-1"])
MINUTES = st.integers(0, 1)


class DeskUnderFire(RuleBasedStateMachine):
    """The owning side of a desk, whose every entrance may be used at any time, as often as anybody likes."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = StoredDesk()
        self.approvals = ApprovalDesk()
        self.now: datetime = MONDAY
        self.sent: list[tuple[str, str]] = []

    def setup_of(self, minute: int) -> Setup:
        return setup(Side.BUY, signal_id=f"signal-{minute}", minute=minute)

    def ask(self, asked: TradePlan, made_of: Setup) -> None:
        proposal = order_proposal(asked, made_of, 2000.0)
        self.approvals.ask(Waiting(plan=asked, proposal=proposal, setup=made_of, spread=0.2, asked_at=self.now))

    def send(self, plan_id: str, signal_id: str) -> None:
        try:
            self.desk.intend(order(plan_id), self.now, approved_by="person", signal_id=signal_id)
        except (IllegalTransition, PlanConflict):
            return
        self.sent.append((plan_id, signal_id))

    @rule(seconds=st.integers(1, 70))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(plan_id=st.sampled_from(["plan-1", "plan-2"]))
    def the_user_adds_a_plan(self, plan_id: str) -> None:
        try:
            self.desk.plans.add(plan(plan_id), self.now)
        except PlanConflict:
            return

    @rule(minute=MINUTES, is_auto=st.booleans())
    def a_setup_is_seen_perhaps_again(self, minute: int, is_auto: bool) -> None:
        seen = self.setup_of(minute)
        waiting = triggered_plan(seen, self.desk.plans.unfinished, quote(bid=1999.8), self.now, 0.5)
        try:
            if waiting is None:
                status = PlanStatus.PENDING if is_auto else PlanStatus.AWAITING_APPROVAL
                made = scanner_plan(seen, GOLD_CONTRACT, 0.01, status)
                waiting = self.desk.plans.add(made, self.now, signal_id=seen.signal_id)
            elif not is_auto:
                waiting = self.desk.plans.await_approval(waiting.plan_id, self.now, signal_id=seen.signal_id)
        except (IllegalTransition, PlanConflict):
            return
        if is_auto:
            self.send(waiting.plan_id, seen.signal_id)
        else:
            self.ask(waiting, seen)

    @rule(plan_id=PLANS, clicks=st.integers(1, 3))
    def the_user_approves_perhaps_twice(self, plan_id: str, clicks: int) -> None:
        for _ in range(clicks):
            answer = self.approvals.approve(plan_id, self.now)
            if not isinstance(answer, ClickRefusal):
                self.send(plan_id, answer.proposal.signal_id)

    @rule(plan_id=PLANS)
    def the_user_rejects(self, plan_id: str) -> None:
        if isinstance(self.approvals.reject(plan_id, self.now), Waiting):
            self.end(plan_id)

    @rule(plan_id=PLANS)
    def a_stray_order_is_tried_past_the_desk(self, plan_id: str) -> None:
        self.send(plan_id, "signal-0")

    @rule()
    def proposals_expire(self) -> None:
        for waiting in self.approvals.expire(self.now):
            self.end(waiting.plan.plan_id)
        self.desk.plans.expire(self.now)

    def end(self, plan_id: str) -> None:
        try:
            self.desk.plans.reject(plan_id, self.now, by="person", reason="no")
        except (IllegalTransition, PlanConflict):
            return

    @rule(plan_id=PLANS, is_filled=st.booleans())
    def the_broker_answers(self, plan_id: str, is_filled: bool) -> None:
        try:
            if is_filled:
                self.desk.plans.opened(plan_id, self.now, ticket=len(self.sent))
            else:
                self.desk.plans.fail(plan_id, self.now, reason="refused")
        except IllegalTransition:
            return

    @rule(plan_id=PLANS)
    def a_position_closes(self, plan_id: str) -> None:
        self.desk.plans.closed(closed_trade(plan_id, ticket=len(self.sent)), self.now)

    @rule()
    def the_desk_is_restarted(self) -> None:
        self.approvals = ApprovalDesk()
        self.desk.plans = type(self.desk.plans)(self.desk.table, lambda _symbol: None, timedelta(minutes=30))
        self.desk.plans.begin(self.now)

    @invariant()
    def no_signal_and_no_plan_sent_two_orders(self) -> None:
        plans, signals = zip(*self.sent, strict=True) if self.sent else ((), ())
        assert max(Counter(plans).values(), default=0) <= 1
        assert max(Counter(signals).values(), default=0) <= 1

    @invariant()
    def every_order_sent_is_an_intent_and_every_intent_was_sent(self) -> None:
        intents = self.desk.intents(MONDAY)
        assert [intent.order.plan_id for intent in intents] == [plan_id for plan_id, _ in self.sent]

    def teardown(self) -> None:
        self.desk.close()


TestOneOrderPerSignal = DeskUnderFire.TestCase
TestOneOrderPerSignal.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
