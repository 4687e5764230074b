"""Saved plans that the user changes: an accepted plan stays as it was, and another one takes its place."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from msgspec.structs import replace

from engine.domain.contract import Contract
from engine.domain.market import Side
from engine.domain.plan import PlanStatus, TradePlan
from engine.trading.plans.planner import SCANNER
from gui.features.trading.model.draft_templates import DraftFields
from gui.features.trading.model.levels import LevelKind

_MINUTE = timedelta(minutes=1)


def may_change(plan: TradePlan) -> bool:
    """Whether the plan waits for a setup; what a setup has made or triggered already is changed on its card."""
    return plan.status is PlanStatus.PENDING and plan.created_by != SCANNER


def waits_words(side: str) -> str:
    """What a plan does until it trades."""
    return f"Waits for a {side} setup near its entry; it is not a limit order."


def with_level(plan: TradePlan, kind: LevelKind, price: float, contract: Contract) -> TradePlan:
    """The plan with one level moved to `price`; the entry takes the others with it."""
    by = price - plan.entry_price if kind is LevelKind.ENTRY else 0.0
    prices = {LevelKind.ENTRY: plan.entry_price, LevelKind.STOP: plan.stop_loss, LevelKind.TARGET: plan.take_profit}
    moved = {each: contract.round_price(before + by) for each, before in prices.items()}
    moved[kind] = contract.round_price(price)
    return replace(
        plan,
        entry_price=moved[LevelKind.ENTRY],
        stop_loss=moved[LevelKind.STOP],
        take_profit=moved[LevelKind.TARGET],
    )


def fields_of(plan: TradePlan, now: datetime) -> DraftFields:
    """What a form holds of a saved plan."""
    return DraftFields(
        symbol=plan.symbol,
        side=plan.direction.value,
        entry=plan.entry_price,
        stop=plan.stop_loss,
        target=plan.take_profit,
        lots=plan.volume,
        minutes=_minutes_left(plan, now),
        notes=plan.notes,
    )


def with_fields(plan: TradePlan, fields: DraftFields, now: datetime) -> TradePlan:
    """The plan as the form has it; it expires as before where the form's minutes still say so."""
    is_same_end = fields.minutes == _minutes_left(plan, now)
    return replace(
        plan,
        direction=Side(fields.side),
        entry_price=fields.entry,
        stop_loss=fields.stop,
        take_profit=fields.target,
        volume=fields.lots,
        notes=fields.notes,
        expires_at=plan.expires_at if is_same_end else now + fields.minutes * _MINUTE,
    )


def _minutes_left(plan: TradePlan, now: datetime) -> int:
    return max(1, ceil((plan.expires_at - now) / _MINUTE))
