"""Entries: a setup becomes a proposal, and a proposal an order, automatically or with the user's approval."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec

from config.settings import Settings
from engine.clock import Clock
from engine.domain.judgement import Setup
from engine.domain.messages.engine import CandleClosed
from engine.domain.messages.manual import EditProposal
from engine.domain.messages.trading import (
    ApprovalAnswered,
    ApprovalAsked,
    ApprovalReviewed,
    PlanChanged,
    PlanRefused,
    TradingEvent,
)
from engine.domain.plan import AUTO, PlanStatus, TradePlan, price_to_enter
from engine.domain.risk import ApprovalCard, OrderProposal
from engine.market.state import MarketState
from engine.trading.approvals.desk import ApprovalDesk, ClickRefusal, Verdict, Waiting
from engine.trading.approvals.manual import ManualDesk
from engine.trading.approvals.proposals import ProposalDesk
from engine.trading.approvals.sending import Dispatch
from engine.trading.plans.planner import ends_at, order_proposal, scanner_plan, triggered_plan
from engine.trading.plans.store import PlanStore
from engine.trading.plans.validation import TermsFor, faults_of
from engine.trading.risk.context import RiskContext
from engine.trading.risk.sizing import entry_cost, size

LATEST_SETUP = timedelta(seconds=10)
"""A candle that arrives longer after its close was missed when it closed: its setups are not traded."""


class EntryDesk:
    """Takes setups and clicks to orders. `scope` sets the signals of one practice run apart from those of another."""

    def __init__(
        self,
        clock: Clock,
        settings: Settings,
        market: MarketState,
        risk: RiskContext,
        plans: PlanStore,
        dispatch: Dispatch,
        publish: Callable[[TradingEvent], None],
        terms_for: TermsFor,
        scope: str,
    ) -> None:
        self._clock = clock
        self._market = market
        self._setups: dict[str, Setup] = {}
        """By symbol, the setup that lives on its last candle."""
        self._risk = risk
        self._plans = plans
        self.dispatch = dispatch
        self.manual = ManualDesk(clock, settings, plans, dispatch, terms_for, publish, scope)
        self.proposals = ProposalDesk(clock, settings, market, risk, plans, terms_for, publish)
        self._terms_for = terms_for
        self._publish = publish
        self._scope = scope
        self._approvals = ApprovalDesk()
        self._settings = settings

    def use(self, settings: Settings) -> None:
        """Proposes by other settings from now on."""
        self._settings = settings
        self.dispatch.use(settings)
        self.manual.use(settings)
        self.proposals.use(settings)

    # -- setups and plans ---------------------------------------------------------------------------------------

    def on_candle(self, closed: CandleClosed) -> Setup | None:
        """The setup of a newly closed candle, which ends the one before it; None too where it was missed."""
        symbol = closed.snapshot.candle.symbol
        setup = None if closed.judgement is None else closed.judgement.setup
        if setup is None or setup.known_at < self._clock.now() - LATEST_SETUP:
            self._setups.pop(symbol, None)
            return None
        self._setups[symbol] = setup
        return setup

    def consider(self, setup: Setup) -> None:
        """A setup triggers the plan that waits for it; the scanner proposes where no plan of its side waits."""
        setup = self._scoped(setup)
        plans, quote = self._plans, self._market.quotes.get(setup.symbol)
        if quote is None or not self._settings.enabled or plans.is_signal_used(setup.signal_id):
            return
        now = self._clock.now()
        waiting = [plan for plan in plans.pending_for(setup.symbol) if plan.direction is setup.side]
        if waiting:
            plan = triggered_plan(setup, waiting, quote, now, self._settings.execution.trigger_distance_r)
            if plan is not None:
                self._propose(plan, setup, price_to_enter(setup.side, quote), is_new=False)
        else:
            self._propose(self._scanned(setup), setup, setup.idea.entry, is_new=True)

    def check_plans(self) -> None:
        """Compares waiting plans with the setups that still live: price may have come into reach since."""
        now = self._clock.now()
        for setup in tuple(self._setups.values()):
            if now < ends_at(setup) and self._plans.pending_for(setup.symbol):
                self.consider(setup)

    def read_external_plans(self, *, is_forced: bool = False) -> None:
        """Publishes what other programs did to plans since the last look, a little at a time."""
        news = self._plans.read_external(self._clock.now(), is_forced=is_forced)
        self.proposals.note_authors(news)
        for plan in (*news.accepted, *news.changed):
            self._publish(PlanChanged(plan))
        for refused in news.refused:
            self._publish(PlanRefused(refused.plan_id, refused.reason))
            if refused.plan is not None:
                self._publish(PlanChanged(refused.plan))
        for plan in news.changed:
            self.withdraw(plan.plan_id)

    def _scoped(self, setup: Setup) -> Setup:
        if not self._scope:
            return setup
        return msgspec.structs.replace(setup, signal_id=f"{self._scope}{setup.signal_id}")

    def _scanned(self, setup: Setup) -> TradePlan:
        contract, idea = self._risk.contract(setup.symbol), setup.idea
        volume = size(
            self._settings.execution,
            contract,
            max_lots=self._settings.risk_mitigation.max_volume_lots,
            equity=self._risk.equity,
            entry=idea.entry,
            stop_loss=idea.stop_loss,
            costs_per_lot=2.0 * self._settings.paper.commission_per_lot,
        )
        return scanner_plan(setup, contract, volume, PlanStatus.PENDING)

    def _propose(self, plan: TradePlan, setup: Setup, idea_price: float, *, is_new: bool) -> None:
        plans, now = self._plans, self._clock.now()
        if is_new:
            plan = plans.add(plan, now, signal_id=setup.signal_id, inputs=setup)
            self._publish(PlanChanged(plan))
        proposal = order_proposal(plan, setup, idea_price)
        if self.dispatch.is_automatic(setup.symbol):
            self.dispatch.send(proposal, AUTO, setup)
        else:
            plan = plans.await_approval(plan.plan_id, now, signal_id=setup.signal_id, inputs=setup)
            self._publish(PlanChanged(plan))
            self._ask(
                Waiting(
                    plan=plan,
                    proposal=proposal,
                    setup=setup,
                    spread=self._market.quotes[plan.symbol].spread,
                    asked_at=now,
                )
            )

    # -- approval -----------------------------------------------------------------------------------------------

    def _ask(self, waiting: Waiting) -> None:
        if self._approvals.ask(waiting):
            self._publish(ApprovalAsked(self._card(waiting)))

    def review(self) -> None:
        """Publishes what awaits approval, with the result of a risk check now."""
        for waiting in self._approvals.waiting:
            self._publish(ApprovalReviewed(self._card(waiting)))

    def _card(self, waiting: Waiting) -> ApprovalCard:
        proposal = waiting.proposal
        plan = _as_proposed(waiting.plan, proposal)
        state, objections = self._risk.objections(proposal)
        return ApprovalCard(
            plan=plan,
            setup=waiting.setup,
            idea_price=proposal.idea_price,
            spread=waiting.spread,
            money_at_risk=state.contract.risk(proposal.idea_price, plan.stop_loss, plan.volume),
            cost_r=entry_cost(waiting.spread, self._settings.paper.slippage_spreads) / proposal.risk_distance,
            asked_at=waiting.asked_at,
            ends_at=proposal.ends_at,
            objections=objections,
        )

    def approve(self, plan_id: str, by: str, shown: str | None) -> str | None:
        """Carries out what waits, if it is what was shown and still holds; otherwise why this click does nothing.

        A refused click leaves the proposal where it is, for as long as it lives.
        """
        now = self._clock.now()
        waiting = self._approvals.find(plan_id)
        if waiting is not None and now < waiting.proposal.ends_at:
            objection = self._objection(self._card(waiting), shown)
            if objection is not None:
                return objection
        answer = self._approvals.approve(plan_id, now)
        if isinstance(answer, ClickRefusal):
            return answer.value
        self._publish(ApprovalAnswered(plan_id, Verdict.APPROVED))
        self.dispatch.send(answer.proposal, by, answer.setup, is_edited=answer.is_edited)
        return None

    def edit(self, asked: EditProposal) -> str | None:
        """Changes levels and volume of what waits, within what plans must keep to; otherwise why it stays as it is.

        The plan keeps what was proposed. An approval of what was shown before no longer holds.
        """
        waiting, now = self._approvals.find(asked.plan_id), self._clock.now()
        if waiting is None or now >= waiting.proposal.ends_at:
            return "it is not awaiting approval"
        contract = self._risk.contract(waiting.plan.symbol)
        proposal = msgspec.structs.replace(
            waiting.proposal,
            stop_loss=contract.round_price(asked.stop_loss),
            take_profit=contract.round_price(asked.take_profit),
            volume=asked.volume,
        )
        edited = msgspec.structs.replace(waiting, proposal=proposal, is_edited=True)
        as_plan = _as_proposed(waiting.plan, proposal, entry_price=proposal.idea_price, expires_at=proposal.ends_at)
        if faults := faults_of(as_plan, self._terms_for(proposal.symbol), now):
            self._publish(ApprovalReviewed(self._card(waiting)))
            return "; ".join(faults)
        self._approvals.edit(edited)
        self._publish(ApprovalReviewed(self._card(edited)))
        return None

    def _objection(self, card: ApprovalCard, shown: str | None) -> str | None:
        if shown not in (None, card.fingerprint):
            self._publish(ApprovalReviewed(card))
            return "the proposal has changed since the card was shown: check it again"
        if card.objections:
            self._publish(ApprovalReviewed(card))
            return f"the risk check failed: {'; '.join(denial.sentence for denial in card.objections)}"
        return None

    def reject(self, plan_id: str, by: str, reason: str) -> str | None:
        """Ends what waits; otherwise why this click does nothing."""
        answer = self._approvals.reject(plan_id, self._clock.now())
        if isinstance(answer, ClickRefusal):
            return answer.value
        self._publish(ApprovalAnswered(plan_id, Verdict.REJECTED))
        self._reject(plan_id, by, reason)
        return None

    def expire(self) -> None:
        """Ends unanswered proposals, and plans without a setup, after their time."""
        now = self._clock.now()
        for waiting in self._approvals.expire(now):
            self._publish(ApprovalAnswered(waiting.plan.plan_id, Verdict.EXPIRED))
        waiting_ids = {waiting.plan.plan_id for waiting in self._approvals.waiting}
        for plan in self._plans.unfinished:
            is_awaited = plan.plan_id in waiting_ids or self._plans.is_leaving(plan.plan_id)
            if plan.status is PlanStatus.AWAITING_APPROVAL and not is_awaited:
                self._reject(plan.plan_id, "desk", "not answered in time")
        for plan in self._plans.expire(now):
            self._publish(PlanChanged(plan))

    def withdraw(self, plan_id: str) -> None:
        """Takes a proposal off the approval desk because its plan has ended otherwise."""
        if self._approvals.withdraw(plan_id) is not None:
            self._publish(ApprovalAnswered(plan_id, Verdict.WITHDRAWN))

    def _reject(self, plan_id: str, by: str, reason: str) -> None:
        self._publish(PlanChanged(self._plans.reject(plan_id, self._clock.now(), by=by, reason=reason)))


def _as_proposed(plan: TradePlan, proposal: OrderProposal, **changes: Any) -> TradePlan:
    """The plan with the levels and the volume of its proposal, which the user may have changed."""
    levels = {"stop_loss": proposal.stop_loss, "take_profit": proposal.take_profit, "volume": proposal.volume}
    return msgspec.structs.replace(plan, **levels, **changes)
