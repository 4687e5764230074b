"""Plans that other programs propose: kept and shown, and traded only once the user has armed them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from config.settings import Settings
from engine.clock import Clock
from engine.domain.messages.proposals import (
    CALLERS,
    MAX_OPEN,
    MAX_PER_HOUR,
    ArmPlan,
    Caller,
    DeclinePlan,
    OutsideAuthorSeen,
    ProposalCard,
    ProposalCommand,
    ProposalReviewed,
    ProposePlan,
    ReviewProposals,
    WithdrawProposal,
)
from engine.domain.messages.trading import PlanChanged, TradingEvent
from engine.domain.orders import signed
from engine.domain.plan import PlanStatus, TradePlan, price_to_enter
from engine.domain.risk import OrderProposal
from engine.market.state import MarketState
from engine.trading.plans.intake import ExternalChanges
from engine.trading.plans.store import PlanStore
from engine.trading.plans.validation import TermsFor, faults_of
from engine.trading.risk.context import RiskContext
from engine.trading.risk.sizing import entry_cost

_HOUR: Final = timedelta(hours=1)
_LOOKED_BACK: Final = 100
"""Plans of earlier runs among which those of the last hour are counted."""


class ProposalDesk:
    """Keeps proposed plans, and arms those that the user clicks on, in every mode."""

    def __init__(
        self,
        clock: Clock,
        settings: Settings,
        market: MarketState,
        risk: RiskContext,
        plans: PlanStore,
        terms_for: TermsFor,
        publish: Callable[[TradingEvent], None],
    ) -> None:
        self._clock, self._settings, self._market = clock, settings, market
        self._risk, self._plans, self._terms_for, self._publish = risk, plans, terms_for, publish
        self._made_at: list[datetime] | None = None
        self._authors: set[str] = set()

    def use(self, settings: Settings) -> None:
        """Judges by other settings from now on."""
        self._settings = settings

    def carry_out(self, command: ProposalCommand, user: str) -> str | None:
        """Why nothing came of it, None where it was done; raises `DeskError` where it could not be."""
        match command:
            case ProposePlan(plan):
                return self._propose(plan)
            case WithdrawProposal(plan_id, by):
                return self._withdraw(plan_id, by)
            case ArmPlan(plan_id, shown):
                return self._arm(plan_id, shown, user)
            case DeclinePlan(plan_id):
                return self._decline(plan_id, user)
            case ReviewProposals():
                for plan in self._plans.proposed:
                    self._publish(ProposalReviewed(self.card(plan)))
        return None

    # -- what comes through the door ----------------------------------------------------------------------------

    def _propose(self, plan: TradePlan) -> str | None:
        now = self._clock.now()
        if plan.created_by not in CALLERS:
            return f"{plan.created_by[:40]!r} is not a client of the API: allowed are {', '.join(sorted(CALLERS))}"
        if faults := faults_of(plan, self._terms_for(plan.symbol), now):
            return "; ".join(faults)
        if (reason := self._too_many(now)) is not None:
            return reason
        kept = self._plans.propose(plan, now)
        self._made_in_hour(now).append(now)
        self._publish(PlanChanged(kept))
        self._publish(ProposalReviewed(self.card(kept)))
        return None

    def _too_many(self, now: datetime) -> str | None:
        if sum(plan.created_by in CALLERS for plan in self._plans.proposed) >= MAX_OPEN:
            return f"{MAX_OPEN} proposals wait for the user already: wait for an answer or cancel one"
        if len(self._made_in_hour(now)) >= MAX_PER_HOUR:
            return f"{MAX_PER_HOUR} plans were proposed within the last hour, max {MAX_PER_HOUR}"
        return None

    def _made_in_hour(self, now: datetime) -> list[datetime]:
        """When plans were proposed within the last hour, in earlier runs as well."""
        if self._made_at is None:
            recent = self._plans.recent(_LOOKED_BACK)
            self._made_at = [plan.created_at for plan in recent if plan.created_by in CALLERS]
        self._made_at = [at for at in self._made_at if now - _HOUR < at <= now]
        return self._made_at

    def _withdraw(self, plan_id: str, by: Caller) -> str | None:
        plan = self._plans.get(plan_id)
        if plan is None or plan.created_by != by.value:
            return f"there is no plan {plan_id[:80]} that was proposed by {by.value}"
        if plan.status is not PlanStatus.PROPOSED:
            whose = "" if plan.is_final else ": the user armed it, and only the user can end it now"
            return f"plan {plan_id} is {plan.status.value} already{whose}"
        self._publish(PlanChanged(self._plans.cancel(plan_id, self._clock.now(), by=by.value, reason="taken back")))
        return None

    # -- what the user answers ----------------------------------------------------------------------------------

    def _arm(self, plan_id: str, shown: str, user: str) -> str | None:
        plan, now = self._proposed(plan_id), self._clock.now()
        if plan is None or plan.expires_at <= now:
            return f"plan {plan_id} is not proposed any more"
        card = self.card(plan)
        if shown != card.fingerprint:
            self._publish(ProposalReviewed(card))
            return "it is not what the card showed: check it again"
        if not card.may_be_armed:
            self._publish(ProposalReviewed(card))
            return f"the risk check failed: {'; '.join(card.against)}"
        expires_at = plan.expires_at
        if plan.created_by in CALLERS:
            expires_at = now + timedelta(minutes=self._settings.execution.plan_expiry_minutes)
        self._publish(PlanChanged(self._plans.arm(plan_id, now, by=user, expires_at=expires_at)))
        return None

    def _decline(self, plan_id: str, user: str) -> str | None:
        if self._proposed(plan_id) is None:
            return f"plan {plan_id} is not proposed any more"
        plan = self._plans.reject(plan_id, self._clock.now(), by=user, reason="declined by the user")
        self._publish(PlanChanged(plan))
        return None

    def _proposed(self, plan_id: str) -> TradePlan | None:
        return next((plan for plan in self._plans.proposed if plan.plan_id == plan_id), None)

    # -- what others write into the table -----------------------------------------------------------------------

    def note_authors(self, news: ExternalChanges) -> None:
        """Announces each program that writes plans into the table, once."""
        for plan in (*news.accepted, *news.ignored):
            if plan.created_by not in self._authors:
                self._authors.add(plan.created_by)
                self._publish(OutsideAuthorSeen(plan.created_by, self._settings.plans.outside_rows, plan))

    # -- the preview --------------------------------------------------------------------------------------------

    def card(self, plan: TradePlan) -> ProposalCard:
        """What the user has to know: the risk check as if a setup met the plan at this moment."""
        terms, now = self._terms_for(plan.symbol), self._clock.now()
        faults = faults_of(plan, terms, now)
        if terms is None:
            return ProposalCard(plan=plan, faults=faults)
        quote = self._market.quotes.get(plan.symbol)
        price = plan.entry_price if quote is None else price_to_enter(plan.direction, quote)
        _, objections = self._risk.objections(_met_at(plan, price))
        spread = 0.0 if quote is None else quote.spread
        return ProposalCard(
            plan=plan,
            faults=faults,
            objections=objections,
            money_at_risk=terms.contract.risk(plan.entry_price, plan.stop_loss, plan.volume),
            cost_r=entry_cost(spread, self._settings.paper.slippage_spreads) / plan.stop_distance,
        )


def _met_at(plan: TradePlan, price: float) -> OrderProposal:
    """What the gate would be asked if a setup met the plan at `price`, with stop and target as far as planned."""
    return OrderProposal(
        plan_id=plan.plan_id,
        signal_id="",
        symbol=plan.symbol,
        side=plan.direction,
        idea_price=price,
        stop_loss=price - signed(plan.direction, plan.stop_distance),
        take_profit=price + signed(plan.direction, plan.target_distance),
        volume=plan.volume,
        ends_at=plan.expires_at,
    )
