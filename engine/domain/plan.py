"""A trade plan as a value: its states, the one table of legal transitions, and its result."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, Literal

import msgspec

from engine.domain.contract import Contract
from engine.domain.market import Quote, Side
from engine.errors import IllegalTransition

PLAN_TYPE = "micro_scalp"
TIMEFRAME = "M1"

AUTO: Final = "auto"
"""Approver of an order for which the user was not asked."""


MERGED: Final = "merged into the open position"
"""Why a plan ended whose order grew a position that stood already."""


class PlanStatus(StrEnum):
    """Where a plan stands. *Denied* by our gate, *rejected* by the user or as invalid, *failed* at the broker."""

    PROPOSED = "proposed"
    PENDING = "pending"
    AWAITING_APPROVAL = "awaiting_approval"
    EXECUTING = "executing"
    OPEN = "open"
    CLOSED = "closed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    DENIED = "denied"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        return not LEGAL_MOVES[self]

    def may_become(self, status: PlanStatus) -> bool:
        return status in LEGAL_MOVES[self]


_NO_ORDER_SENT = frozenset(
    {PlanStatus.EXECUTING, PlanStatus.EXPIRED, PlanStatus.CANCELLED, PlanStatus.REJECTED, PlanStatus.DENIED}
)

LEGAL_MOVES: Mapping[PlanStatus, frozenset[PlanStatus]] = MappingProxyType(
    {
        PlanStatus.PROPOSED: frozenset(
            {PlanStatus.PENDING, PlanStatus.EXPIRED, PlanStatus.CANCELLED, PlanStatus.REJECTED}
        ),
        PlanStatus.PENDING: _NO_ORDER_SENT | {PlanStatus.AWAITING_APPROVAL},
        PlanStatus.AWAITING_APPROVAL: _NO_ORDER_SENT,
        PlanStatus.EXECUTING: frozenset({PlanStatus.OPEN, PlanStatus.FAILED}),
        PlanStatus.OPEN: frozenset({PlanStatus.CLOSED}),
        PlanStatus.CLOSED: frozenset(),
        PlanStatus.EXPIRED: frozenset(),
        PlanStatus.CANCELLED: frozenset(),
        PlanStatus.REJECTED: frozenset(),
        PlanStatus.DENIED: frozenset(),
        PlanStatus.FAILED: frozenset(),
    }
)
"""A proposed plan trades only once the user has armed it, which makes it pending. Once an order may have been sent a
plan cannot be cancelled: only the broker knows its outcome."""

ENDS_UNSENT = frozenset({PlanStatus.DENIED, PlanStatus.CANCELLED})
"""How an executing plan ends whose order is known never to have left."""


class PlanTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan for one symbol must keep to.

    Ranges are (least, most) distances from the entry, in price units or, with `stop_mode` "atr", in ATR(14);
    `atr14` is its present value, None while it is unknown.
    """

    contract: Contract

    sl_range: tuple[float, float]
    tp_range: tuple[float, float]
    stop_mode: Literal["price", "atr"] = "price"
    atr14: float | None = None


class TradePlan(msgspec.Struct, frozen=True, kw_only=True):
    """One row of `trade_plans`. Prices in price units, volume in lots, instants aware UTC, money in the account's
    currency; `ticket` is the broker's number of the position; `close_reason` says why the plan reached its end.
    `account` is the one on which a desk accepted it, empty until then.
    """

    plan_id: str
    symbol: str
    direction: Side
    entry_price: float
    stop_loss: float
    take_profit: float
    volume: float
    conditions: dict[str, Any]
    created_at: datetime
    created_by: str
    status: PlanStatus = PlanStatus.PENDING
    expires_at: datetime
    executed_at: datetime | None = None
    ticket: int | None = None
    notes: str = ""
    profit_loss: float | None = None
    exit_price: float | None = None
    close_time: datetime | None = None
    close_reason: str = ""
    account: str = ""

    @property
    def is_final(self) -> bool:
        return self.status.is_final

    @property
    def stop_distance(self) -> float:
        """Distance from entry to stop, in price units: one R."""
        return abs(self.entry_price - self.stop_loss)

    @property
    def target_distance(self) -> float:
        """Distance from entry to target, in price units."""
        return abs(self.take_profit - self.entry_price)

    def moved_to(self, status: PlanStatus, **facts: Any) -> TradePlan:
        """The same plan in another state, with the facts learned on the way; raises `IllegalTransition`."""
        if not self.status.may_become(status):
            raise IllegalTransition(f"plan {self.plan_id} is {self.status.value}: it cannot become {status.value}")
        return msgspec.structs.replace(self, status=status, **facts)

    def ended_unsent(self, status: PlanStatus, **facts: Any) -> TradePlan:
        """The same plan at its end, since its order never left; raises `IllegalTransition`."""
        if self.status is not PlanStatus.EXECUTING or status not in ENDS_UNSENT:
            raise IllegalTransition(f"plan {self.plan_id} is {self.status.value}: it cannot become {status.value}")
        return msgspec.structs.replace(self, status=status, **facts)


class Permit(msgspec.Struct, frozen=True, kw_only=True):
    """The order of this token may leave, once: its intent is on the disk, and `plan` is executing.

    `approved_by` is who approved it, `AUTO` without approval.
    """

    token: str
    approved_by: str
    plan: TradePlan


def price_to_enter(side: Side, quote: Quote) -> float:
    """What a market order pays: the ask for a BUY, the bid for a SELL."""
    return quote.ask if side is Side.BUY else quote.bid
