"""Operations on plans: propose one, list them, take back one's own proposals. None of them arms anything."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from engine.assistant.evidence_shelf import Evidence
from engine.assistant.lines import Symbol
from engine.assistant.operation import Arguments, Asked, Operation
from engine.assistant.setups import NEWEST_PLANS
from engine.assistant.statistics import OwnResult, own_results
from engine.assistant.texts import MAX_NAME, MAX_NOTE, UntrustedText, plain, untrusted
from engine.domain.market import Side
from engine.domain.messages.proposals import ProposalCard, ProposePlan, WithdrawProposal
from engine.domain.plan import PLAN_TYPE, TIMEFRAME, PlanStatus, TradePlan

Price = Annotated[float, Meta(gt=0, le=1e9)]
PlanId = Annotated[str, Meta(min_length=1, max_length=64)]
AWAITS = "proposed: it trades only after the user arms it in the window of the desk, by a click on its card"


class CreateMicroScalpPlan(Arguments, frozen=True, kw_only=True):
    """A plan that waits for a setup of its side near its entry, once the user has armed it; prices in price units."""

    symbol: Symbol
    side: Side
    entry: Price
    stop_loss: Price
    take_profit: Price
    volume_lots: Annotated[float, Meta(gt=0, le=1_000)]
    notes: Annotated[str, Meta(max_length=MAX_NOTE, description="why; the user reads it on the card")] = ""


class PlanLine(msgspec.Struct, frozen=True, kw_only=True):
    """A plan. `proposed_by` is its author; who else wrote it may call itself anything."""

    plan_id: str
    symbol: str
    side: Side
    entry: float
    stop_loss: float
    take_profit: float
    volume_lots: float
    state: str
    created_at: datetime
    expires_at: datetime
    proposed_by: str
    is_yours: bool
    profit: float | None = None
    reason: UntrustedText | None = None
    notes: UntrustedText | None = None


class ProposedPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What the user sees beside Arm and Decline.

    `risk_check` is what the risk check would say if the setup came now, empty where it passes; it runs again when the
    user arms the plan, and again before an order. `own_results` are closed trades of this symbol and side, apart for
    each fill model; money in the account's currency.
    """

    plan: PlanLine
    awaits: str
    risk_check: tuple[str, ...]
    money_at_risk: float
    currency: str
    cost_r: float
    reward_r: float
    evidence: Evidence
    own_results: tuple[OwnResult, ...]


async def create_micro_scalp_plan(asked: Asked, wanted: CreateMicroScalpPlan) -> ProposedPlan:
    desk = asked.desk
    source, contract = desk.source(wanted.symbol), desk.contracts.get(wanted.symbol)
    evidence = await desk.evidence.of(source, desk.settings)
    results = await asyncio.to_thread(own_results, desk, wanted.symbol, wanted.side)
    (card,) = desk.do(ProposePlan(_plan(asked, wanted)))  # nothing is waited for from here on
    return _proposed(asked, card, "" if contract is None else contract.currency, evidence, results)


def _plan(asked: Asked, wanted: CreateMicroScalpPlan) -> TradePlan:
    """The author is the face of the door that the program came through, whatever it says of itself."""
    now = asked.desk.pipeline.trader.overview().at
    return TradePlan(
        plan_id=f"{asked.caller.value}-{asked.desk.new_id()}",
        symbol=wanted.symbol,
        direction=wanted.side,
        entry_price=wanted.entry,
        stop_loss=wanted.stop_loss,
        take_profit=wanted.take_profit,
        volume=wanted.volume_lots,
        conditions={"plan_type": PLAN_TYPE, "timeframe": TIMEFRAME},
        created_at=now,
        created_by=asked.caller.value,
        status=PlanStatus.PROPOSED,
        expires_at=now + timedelta(minutes=asked.desk.settings.assistant.proposal_minutes),
        notes=plain(wanted.notes, MAX_NOTE),
    )


def _proposed(
    asked: Asked, card: ProposalCard, currency: str, evidence: Evidence, results: tuple[OwnResult, ...]
) -> ProposedPlan:
    plan = card.plan
    return ProposedPlan(
        plan=plan_line(plan, asked),
        awaits=AWAITS,
        risk_check=card.against,
        money_at_risk=card.money_at_risk,
        currency=currency,
        cost_r=round(card.cost_r, 6),
        reward_r=round(plan.target_distance / plan.stop_distance, 6),
        evidence=evidence,
        own_results=results,
    )


class ListPlans(Arguments, frozen=True, kw_only=True):
    """Which plans: of a state, of a symbol, or only those that came from you."""

    state: PlanStatus | None = None
    symbol: Annotated[str, Meta(max_length=64)] = ""
    only_yours: bool = False
    limit: Annotated[int, Meta(ge=1, le=100)] = 20


class PlanList(msgspec.Struct, frozen=True, kw_only=True):
    """The newest first."""

    plans: tuple[PlanLine, ...]


async def list_plans(asked: Asked, wanted: ListPlans) -> PlanList:
    newest = await asyncio.to_thread(asked.desk.pipeline.trader.recent_plans, NEWEST_PLANS)
    found = [
        plan
        for plan in newest
        if wanted.state in (None, plan.status)
        and wanted.symbol in ("", plan.symbol)
        and (not wanted.only_yours or plan.created_by == asked.caller.value)
    ]
    return PlanList(plans=tuple(plan_line(plan, asked) for plan in found[: wanted.limit]))


class CancelPlan(Arguments, frozen=True, kw_only=True):
    """Which of your own proposals, before the user has armed it."""

    plan_id: PlanId


class CancelledPlan(msgspec.Struct, frozen=True, kw_only=True):
    plan_id: str
    state: str


async def cancel_plan(asked: Asked, wanted: CancelPlan) -> CancelledPlan:
    asked.desk.do(WithdrawProposal(wanted.plan_id, asked.caller))
    return CancelledPlan(plan_id=wanted.plan_id, state=PlanStatus.CANCELLED.value)


def plan_line(plan: TradePlan, asked: Asked) -> PlanLine:
    return PlanLine(
        plan_id=plain(plan.plan_id, MAX_NAME),
        symbol=plain(plan.symbol, MAX_NAME),
        side=plan.direction,
        entry=plan.entry_price,
        stop_loss=plan.stop_loss,
        take_profit=plan.take_profit,
        volume_lots=plan.volume,
        state=plan.status.value,
        created_at=plan.created_at,
        expires_at=plan.expires_at,
        proposed_by=plain(plan.created_by, MAX_NAME),
        is_yours=plan.created_by == asked.caller.value,
        profit=plan.profit_loss,
        reason=untrusted(plan.close_reason),
        notes=untrusted(plan.notes),
    )


PLAN_OPERATIONS = (
    Operation(
        "create_micro_scalp_plan",
        "Proposes a plan to the user. It is validated like every plan and trades only after the user has armed it in "
        "the window; the answer has what is at risk, the cost in R, the risk check's preview, and the evidence.",
        *(CreateMicroScalpPlan, ProposedPlan, create_micro_scalp_plan),
        is_reading=False,
    ),
    Operation("list_plans", "The newest plans of every author and state.", ListPlans, PlanList, list_plans),
    Operation(
        "cancel_plan",
        "Takes back one of your own proposals that the user has not armed.",
        *(CancelPlan, CancelledPlan, cancel_plan),
        is_reading=False,
    ),
)
