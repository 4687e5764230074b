"""The validation of every plan, whether typed by the user, drawn on the chart, or inserted into the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from math import inf
from typing import Any

import msgspec

from config.settings import Settings, SymbolRules
from engine.domain.account import MAX_ACCOUNT_LENGTH
from engine.domain.contract import Contract
from engine.domain.market import Side
from engine.domain.orders import signed
from engine.domain.plan import PLAN_TYPE, TIMEFRAME, PlanStatus, PlanTerms, TradePlan
from engine.domain.trades import OpenTrade
from engine.market.state import MarketState
from engine.trading.plans.fields import FieldReader, json_object

MAX_ID_LENGTH = 64
MAX_SYMBOL_LENGTH = 64
MAX_NAME_LENGTH = 64
MAX_NOTES_LENGTH = 2_000
MAX_CONDITIONS_LENGTH = 65_536

_PRICE_NOISE = 1e-9
"""Share of a price that binary fractions may be off by: 2000.3 - 1999.8 must count as 0.5."""
TermsFor = Callable[[str], PlanTerms | None]
"""The terms of a symbol; None for a symbol the desk does not trade."""


def terms_of(contract: Contract | None, settings: Settings, market: MarketState) -> PlanTerms | None:
    """What plans for a symbol must keep to, from its rules, its broker's terms and its ATR(14) now.

    None without terms (None) or rules: the desk does not trade it.
    """
    rules = None if contract is None else settings.rules_for(contract.symbol, contract.stands_for)
    if rules is None or contract is None:
        return None
    snapshot = market.snapshots.get(contract.symbol)
    return plan_terms(rules, contract, None if snapshot is None else snapshot.atr14)


def plan_terms(rules: SymbolRules, contract: Contract, atr14: float | None) -> PlanTerms:
    """What plans must keep to by these rules and terms, at this ATR(14)."""
    return PlanTerms(
        contract=contract,
        sl_range=rules.sl_range,
        tp_range=rules.tp_range,
        stop_mode=rules.stop_mode,
        atr14=atr14,
    )


def widened(terms: PlanTerms, factor: float) -> PlanTerms:
    """The terms with ranges of stop and target that are so many times wider at both ends."""
    (stop_min, stop_max), (target_min, target_max) = terms.sl_range, terms.tp_range
    return msgspec.structs.replace(
        terms,
        sl_range=(stop_min / factor, stop_max * factor),
        tp_range=(target_min / factor, target_max * factor),
    )


class Examination(msgspec.Struct, frozen=True):
    """The result of reading a row: the plan where its fields could be read, and every fault as a sentence."""

    plan: TradePlan | None
    faults: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        return self.plan is not None and not self.faults


def is_micro_scalp(row: Mapping[str, object]) -> bool:
    """Whether the desk is answerable for `row`: another plan type belongs to another program and is left alone.

    Conditions that are no JSON object are useless to every program and count as ours, so that they are refused.
    """
    conditions = json_object(row.get("conditions"), MAX_CONDITIONS_LENGTH)
    return conditions is None or conditions.get("plan_type") == PLAN_TYPE


def examine(row: Mapping[str, object], terms_for: TermsFor, now: datetime, life: timedelta) -> Examination:
    """Reads a new plan out of `row`, whose keys are the columns of `trade_plans`, and judges it.

    What the row leaves open is filled in: created now by "outside", alive for `life` from then. A plan whose
    fields can be read is returned even where it is faulty, so that it can be shown beside the reason.
    """
    reading = read_plan(row, now, life)
    if reading.plan is None:
        return reading
    plan = _by_our_clock(reading.plan, now)
    return Examination(plan, reading.faults + faults_of(plan, terms_for(plan.symbol), now))


def _by_our_clock(plan: TradePlan, now: datetime) -> TradePlan:
    """A plan from the future was dated by another clock, such as the machine's beside a played market.

    What holds of it is how long it was to live.
    """
    life = plan.expires_at - plan.created_at
    if plan.created_at <= now or life <= timedelta():
        return plan
    return msgspec.structs.replace(plan, created_at=now, expires_at=now + life)


def read_plan(row: Mapping[str, object], now: datetime, life: timedelta) -> Examination:
    """Reads the fields of `row` only; a plan comes back where identity, prices, volume and conditions are readable."""
    fields = FieldReader(row)
    core: dict[str, Any] = {
        "plan_id": fields.name("plan_id", MAX_ID_LENGTH),
        "symbol": fields.name("symbol", MAX_SYMBOL_LENGTH),
        "direction": fields.side("direction"),
        "entry_price": fields.price("entry_price"),
        "stop_loss": fields.price("stop_loss"),
        "take_profit": fields.price("take_profit"),
        "volume": fields.price("volume"),
        "conditions": fields.json_object("conditions", MAX_CONDITIONS_LENGTH),
    }
    created_at = fields.instant("created_at") or now
    beside: dict[str, Any] = {
        "created_at": created_at,
        "created_by": fields.text("created_by", MAX_NAME_LENGTH) or "outside",
        "status": _status(row),
        "expires_at": fields.instant("expires_at") or min(created_at, now) + life,
        "executed_at": fields.instant("executed_at"),
        "ticket": fields.optional_whole("ticket"),
        "notes": fields.text("notes", MAX_NOTES_LENGTH),
        "profit_loss": fields.optional_number("profit_loss"),
        "exit_price": fields.optional_number("exit_price"),
        "close_time": fields.instant("close_time"),
        "close_reason": fields.text("close_reason", MAX_NOTES_LENGTH),
        "account": fields.text("account", MAX_ACCOUNT_LENGTH),
    }
    is_readable = all(value is not None for value in core.values())
    return Examination(TradePlan(**core, **beside) if is_readable else None, tuple(fields.faults))


def _status(row: Mapping[str, object]) -> PlanStatus:
    try:
        return PlanStatus(str(row.get("status")))
    except ValueError:
        return PlanStatus.PENDING


def faults_of(plan: TradePlan, terms: PlanTerms | None, now: datetime) -> tuple[str, ...]:
    """Everything that forbids a readable plan; `terms` None says that its symbol is not traded here."""
    if terms is None:
        return (f"symbol {plan.symbol} is not traded by this desk", *_timing_faults(plan, now))
    return (
        *_side_faults(plan),
        *_distance_faults(plan, terms),
        *_volume_faults(plan.volume, terms.contract),
        *_timing_faults(plan, now),
    )


def _side_faults(plan: TradePlan) -> Iterator[str]:
    stop_side, target_side = ("below", "above") if plan.direction is Side.BUY else ("above", "below")
    sign = 1.0 if plan.direction is Side.BUY else -1.0
    if sign * (plan.entry_price - plan.stop_loss) <= 0.0:
        yield (
            f"stop_loss {plan.stop_loss:.10g} of a {plan.direction.value} must lie {stop_side} "
            f"entry_price {plan.entry_price:.10g}"
        )
    if sign * (plan.take_profit - plan.entry_price) <= 0.0:
        yield (
            f"take_profit {plan.take_profit:.10g} of a {plan.direction.value} must lie {target_side} "
            f"entry_price {plan.entry_price:.10g}"
        )


def moved_stop_fault(trade: OpenTrade, stop_loss: float, terms: PlanTerms | None) -> str | None:
    """Why the stop of an open trade may not be moved to `stop_loss`; None where it may.

    It may come as near as the broker allows, and go no farther from the entry than a plan's, unless it is that far
    already.
    """
    ranges = None if terms is None else _ranges(terms)
    if ranges is None:
        return None
    position = trade.position
    (_, largest), _ = ranges
    distance = signed(trade.side, position.entry - stop_loss)
    stands = -inf if position.stop_loss is None else signed(trade.side, position.entry - position.stop_loss)
    if distance <= max(largest, stands) + _PRICE_NOISE * position.entry:
        return None
    if stands > largest:
        return f"stop distance {distance:.10g}: it may not be farther away than the {stands:.10g} where it is"
    return f"stop distance {distance:.10g} is above the maximum of {largest:.10g}"


def _ranges(terms: PlanTerms) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """The distances of stop and target that plans may have, in price units; None while there is no ATR."""
    unit = 1.0 if terms.stop_mode == "price" else terms.atr14
    if unit is None:
        return None
    (stop_min, stop_max), (target_min, target_max) = terms.sl_range, terms.tp_range
    return (stop_min * unit, stop_max * unit), (target_min * unit, target_max * unit)


def _distance_faults(plan: TradePlan, terms: PlanTerms) -> Iterator[str]:
    if (ranges := _ranges(terms)) is None:
        return
    noise = _PRICE_NOISE * plan.entry_price
    distances = (("stop", plan.stop_distance), ("target", plan.target_distance))
    for (name, distance), (smallest, largest) in zip(distances, ranges, strict=True):
        if not smallest - noise <= distance <= largest + noise:
            yield f"{name} distance {distance:.10g} is outside {smallest:.10g} to {largest:.10g}"


def _volume_faults(volume: float, contract: Contract) -> Iterator[str]:
    if not contract.volume_min <= volume <= contract.volume_max:
        yield f"volume {volume:g} is outside {contract.volume_min:g} to {contract.volume_max:g} lots"
    elif not contract.is_tradable(volume):
        yield f"volume {volume:g} is not a multiple of the step {contract.volume_step:g} lots"


def _timing_faults(plan: TradePlan, now: datetime) -> Iterator[str]:
    if plan.expires_at <= now:
        yield f"expires_at {plan.expires_at.isoformat()} is in the past"
    if (timeframe := plan.conditions.get("timeframe", TIMEFRAME)) != TIMEFRAME:
        yield f"timeframe {str(timeframe)[:20]} is not {TIMEFRAME}"
    if (plan_type := plan.conditions.get("plan_type", PLAN_TYPE)) != PLAN_TYPE:
        yield f"plan_type {str(plan_type)[:40]} is not {PLAN_TYPE}"
