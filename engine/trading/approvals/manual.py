"""Market orders of the user: the same plans, intents and risk check as for any other order, without a setup."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Final

from config.settings import Settings
from engine.clock import Clock
from engine.domain.contract import Contract
from engine.domain.messages.manual import ManualOrder, OrderReviewed
from engine.domain.messages.trading import PlanChanged, TradingEvent
from engine.domain.orders import sorted_levels
from engine.domain.plan import PlanTerms, TradePlan
from engine.domain.risk import OrderProposal
from engine.domain.trades import OpenTrade
from engine.trading.approvals.sending import Dispatch
from engine.trading.plans.planner import manual_plan, manual_proposal
from engine.trading.plans.store import PlanStore
from engine.trading.plans.validation import MAX_ID_LENGTH, TermsFor, faults_of, widened
from engine.trading.positions.portfolio import merged_entry
from engine.trading.risk.sizing import entry_cost


class ManualDesk:
    """Reviews and places them. `scope` sets the orders of one practice run apart from those of another."""

    def __init__(
        self,
        clock: Clock,
        settings: Settings,
        plans: PlanStore,
        dispatch: Dispatch,
        terms_for: TermsFor,
        publish: Callable[[TradingEvent], None],
        scope: str,
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._plans = plans
        self._dispatch = dispatch
        self._terms_for = terms_for
        self._publish = publish
        self._scope = scope

    def use(self, settings: Settings) -> None:
        """Judges by other settings from now on."""
        self._settings = settings

    def place(self, order: ManualOrder, by: str) -> str | None:
        """Sends the order once its intent is durable; why not where anything speaks against it, and then nothing is
        kept of it but the refusal."""
        plan = self._plan(order)
        if not 0 < len(order.order_id) <= MAX_ID_LENGTH:
            return f"an order ID has 1 to {MAX_ID_LENGTH} characters, not {len(order.order_id)}"
        if faults := self._faults(plan):
            return "; ".join(faults)
        proposal = manual_proposal(plan)
        _, objections = self._dispatch.objections(proposal)
        if objections:
            return f"the risk check failed: {'; '.join(denial.sentence for denial in objections)}"
        self._publish(PlanChanged(self._plans.add(plan, self._clock.now())))
        self._dispatch.send(proposal, by, None)
        return None

    def review(self, order: ManualOrder) -> None:
        """Publishes what the order would risk now, and what speaks against it."""
        plan, terms = self._plan(order), self._terms(order.symbol)
        faults = self._faults(plan)
        if terms is None or not _may_be_judged(order):
            self._publish(OrderReviewed(order, faults))
            return
        proposal, contract = manual_proposal(plan), terms.contract
        state, objections = self._dispatch.objections(proposal)
        spread = 0.0 if state.quote is None else state.quote.spread
        self._publish(
            OrderReviewed(
                order,
                faults,
                objections,
                money_at_risk=contract.risk(order.price, order.stop_loss, order.volume),
                cost_r=entry_cost(spread, self._settings.paper.slippage_spreads) / proposal.risk_distance,
                margin=state.margin_required,
                free_margin=state.margin_free,
                merged=self._merged(proposal, contract),
            )
        )

    def _plan(self, order: ManualOrder) -> TradePlan:
        return manual_plan(order, f"{self._scope}{order.order_id}", self._clock.now())

    def _faults(self, plan: TradePlan) -> tuple[str, ...]:
        terms, now = self._terms(plan.symbol), self._clock.now()
        faults = faults_of(plan, terms, now)
        if terms is not None and len(faults_of(plan, widened(terms, inf), now)) < len(faults):
            faults = (*faults, _WIDER)
        if self._dispatch.is_rest(manual_proposal(plan)):
            return (
                *faults,
                f"part of the open {plan.direction.value} was closed: no order can be merged into the rest",
            )
        return faults

    def _terms(self, symbol: str) -> PlanTerms | None:
        """What plans of the symbol must keep to, as far as the user widened it for manual orders."""
        terms = self._terms_for(symbol)
        return None if terms is None else widened(terms, self._settings.execution.manual_range_factor)

    def _merged(self, proposal: OrderProposal, contract: Contract) -> str:
        standing = self._dispatch.grown_by(proposal)
        return "" if standing is None else _merged_words(standing, proposal, contract)


_WIDER: Final = "the setting Stop range of manual orders (Execution) widens these ranges"


def _may_be_judged(order: ManualOrder) -> bool:
    """Whether its levels lie on their sides and it has a size: else risk and cost say nothing."""
    low, high = sorted_levels(order.side, order.stop_loss, order.take_profit)
    return 0.0 < low < order.price < high < inf and order.volume > 0.0


def _merged_words(standing: OpenTrade, proposal: OrderProposal, contract: Contract) -> str:
    position, digits = standing.position, contract.digits
    lots = position.volume_lots + proposal.volume
    entry = merged_entry(position, proposal.idea_price, proposal.volume)
    risk = contract.risk(entry, proposal.stop_loss, lots)
    return (
        f"The account nets positions: this order and the open {position.side.value} of {position.volume_lots:g} lots "
        f"merge into one of {lots:g} lots at about {entry:.{digits}f}. Its common stop will be "
        f"{proposal.stop_loss:.{digits}f}, its target {proposal.take_profit:.{digits}f}; the stop would lose "
        f"{risk:,.2f} {contract.currency}"
    )
