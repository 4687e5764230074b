"""Turns a setup into a trade: the user's plan that waited for it, or a proposal of the scanner."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from engine.domain.contract import Contract
from engine.domain.judgement import Setup
from engine.domain.market import CANDLE_LENGTH, Quote
from engine.domain.messages.manual import ManualOrder
from engine.domain.plan import PLAN_TYPE, TIMEFRAME, PlanStatus, TradePlan, price_to_enter
from engine.domain.risk import OrderProposal

SCANNER = "scanner"
"""Author of the plans that setups become by themselves."""

MANUAL = "manual"
"""Author of the market orders of the user."""

MANUAL_LIFE = timedelta(seconds=10)
"""A market order of the user that has not left by then never does."""

_PRICE_NOISE = 1e-9
"""Share of a price that binary fractions may be off by."""


def ends_at(setup: Setup) -> datetime:
    """When a setup is over: the next candle closes then."""
    return setup.known_at + CANDLE_LENGTH


def triggered_plan(
    setup: Setup, plans: Iterable[TradePlan], quote: Quote, at: datetime, trigger_distance_r: float
) -> TradePlan | None:
    """The one pending plan that `setup` triggers at this price; a signal is good for one order only.

    A plan triggers when it trades the setup's symbol and side and the price to enter lies within
    `trigger_distance_r` of its stop distance from its entry price. Of several the nearest is taken, of equally near
    ones the oldest.
    """
    if not setup.known_at <= at < ends_at(setup):
        return None
    price = price_to_enter(setup.side, quote)

    def gap(plan: TradePlan) -> float:
        return abs(price - plan.entry_price)

    in_reach = (
        plan
        for plan in plans
        if plan.symbol == setup.symbol
        and plan.direction is setup.side
        and plan.status is PlanStatus.PENDING
        and at < plan.expires_at
        and gap(plan) <= trigger_distance_r * plan.stop_distance + _PRICE_NOISE * price
    )
    return min(in_reach, key=lambda plan: (gap(plan), plan.created_at, plan.plan_id), default=None)


def scanner_plan(setup: Setup, contract: Contract, volume: float, status: PlanStatus) -> TradePlan:
    """The setup as a plan of its own: the same signal always gives the same id, so that it can be kept only once."""
    idea = setup.idea
    return TradePlan(
        plan_id=f"{SCANNER}-{setup.signal_id}",
        symbol=setup.symbol,
        direction=setup.side,
        entry_price=contract.round_price(idea.entry),
        stop_loss=contract.round_price(idea.stop_loss),
        take_profit=contract.round_price(idea.take_profit),
        volume=volume,
        conditions={
            "plan_type": PLAN_TYPE,
            "timeframe": TIMEFRAME,
            "signal_id": setup.signal_id,
            "signals": list(setup.signals),
            "edges": list(setup.edges),
            "score": setup.score,
        },
        created_at=setup.known_at,
        created_by=SCANNER,
        status=status,
        expires_at=ends_at(setup),
    )


def manual_plan(order: ManualOrder, plan_id: str, at: datetime) -> TradePlan:
    """A market order of the user as a plan: it waits for no setup."""
    return TradePlan(
        plan_id=plan_id,
        symbol=order.symbol,
        direction=order.side,
        entry_price=order.price,
        stop_loss=order.stop_loss,
        take_profit=order.take_profit,
        volume=order.volume,
        conditions={"plan_type": PLAN_TYPE, "timeframe": TIMEFRAME},
        created_at=at,
        created_by=MANUAL,
        status=PlanStatus.AWAITING_APPROVAL,
        expires_at=at + MANUAL_LIFE,
    )


def manual_proposal(plan: TradePlan) -> OrderProposal:
    """What the gate is asked about a market order of the user; no signal stands behind it."""
    return OrderProposal(
        plan_id=plan.plan_id,
        signal_id="",
        symbol=plan.symbol,
        side=plan.direction,
        idea_price=plan.entry_price,
        stop_loss=plan.stop_loss,
        take_profit=plan.take_profit,
        volume=plan.volume,
        ends_at=plan.expires_at,
        may_merge=True,
    )


def order_proposal(plan: TradePlan, setup: Setup, idea_price: float) -> OrderProposal:
    """What the gate is asked: the levels and volume of `plan`, the signal and the life of `setup`.

    `idea_price` is what a market order paid when the signal met the plan.
    """
    return OrderProposal(
        plan_id=plan.plan_id,
        signal_id=setup.signal_id,
        symbol=plan.symbol,
        side=plan.direction,
        idea_price=idea_price,
        stop_loss=plan.stop_loss,
        take_profit=plan.take_profit,
        volume=plan.volume,
        ends_at=ends_at(setup),
    )
