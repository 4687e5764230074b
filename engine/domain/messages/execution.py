"""Events between the desk and its broker, published after the desk's own state is updated."""

from __future__ import annotations

from datetime import datetime

import msgspec

from engine.domain.market import Side
from engine.domain.orders import (
    Account,
    ExitReason,
    Order,
    OrderTrace,
    Position,
    Refusal,
    RefusalPolicy,
    WorkingOrder,
)
from engine.domain.trades import ClosedTrade, OpenTrade, StopKind


class OrderSent(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The order left for the broker; its intent is on record."""

    order: Order
    at: datetime


class OrderFailed(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The order opened no position, by the broker's `refusal`, by its history, or by the user's decision."""

    order: Order
    refusal: Refusal | None
    reason: str
    at: datetime


class OrderUnknown(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The outcome of the order is unknown: no entries in its symbol until broker or user settle it."""

    order: Order
    reason: str
    at: datetime


class UnknownOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an order whose outcome is unknown: when it was sent, the answer, and what the broker shows."""

    order: Order
    sent_at: datetime
    answer: str
    trace: OrderTrace
    may_be_settled: bool
    """Whether the user may settle it as having opened no position."""


class UnknownOrdersChanged(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """All orders whose outcome is unknown, oldest first: each blocks entries of its symbol."""

    orders: tuple[UnknownOrder, ...]
    at: datetime


class TradeOpened(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A position came of the order; `is_partial` if smaller than asked for.

    `is_resumed` if the desk knew it before a restart, `slippage` is how much worse than expected it was filled.
    """

    trade: OpenTrade
    is_partial: bool
    is_resumed: bool
    slippage: float
    at: datetime


class OrderMerged(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The order was filled into a position that stood already: the account nets positions.

    `trade` is what it is now, None where that position is gone by now. Its result counts for the first order's plan.
    """

    order: Order
    ticket: int
    trade: OpenTrade | None
    at: datetime


class PositionAdopted(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A position of the desk that no order on its way accounts for: it is managed to its end like any other.

    `trade.order` is the order that counted as failed until then, None where no order is known.
    """

    trade: OpenTrade
    at: datetime


class StopMoved(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Stop or target of a position changed; `trade` has the new ones."""

    trade: OpenTrade
    kind: StopKind
    at: datetime


class StopMoveRefused(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Stop and target stay where they were.

    `policy` is the broker's, None where the desk itself did not ask; `attempt` counts refusals since the last change.
    """

    trade: OpenTrade
    kind: StopKind
    reason: str
    at: datetime
    policy: RefusalPolicy | None = None
    attempt: int = 1


class ExitSent(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The desk asked the broker to close the position."""

    trade: OpenTrade
    reason: ExitReason
    attempt: int
    at: datetime


class ExitRefused(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The broker did not close the position at this `attempt`; the desk asks again at `retry_at`."""

    trade: OpenTrade
    reason: str
    at: datetime
    policy: RefusalPolicy = RefusalPolicy.INVALID
    attempt: int = 1
    retry_at: datetime | None = None


class PartialCloseSent(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The user let the broker be asked to close `volume_lots` of the position."""

    trade: OpenTrade
    volume_lots: float
    at: datetime


class PartialCloseRefused(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Nothing was closed of the position; it is not asked for again."""

    trade: OpenTrade
    volume_lots: float
    reason: str
    at: datetime


class ExitRulesChanged(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The user switched exit rules of the position; `trade` has the new ones."""

    trade: OpenTrade
    at: datetime


class TradeReduced(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A part of the position was closed; `trade` is what remains."""

    trade: OpenTrade
    at: datetime


class TradeAmended(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """More of the order was filled than was reported first, or the position was missed and is there after all."""

    trade: OpenTrade
    at: datetime


class TradeClosed(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A position of ours is gone and its result is known."""

    trade: ClosedTrade


class ProtectionLost(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A position of ours stands without a stop: one is placed at once, or the position is closed."""

    trade: OpenTrade
    reason: str
    at: datetime


class PositionVanished(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A position of ours is gone and the broker's history does not show why: its symbol takes no entries until then."""

    trade: OpenTrade
    at: datetime


class OtherDeskSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Another desk trades on the account with the same magic number; announced once for each.

    `installation` names it: empty for one of an earlier version, our own for a copy of this one.
    """

    installation: str
    at: datetime


class OtherPositionsChanged(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Positions and working orders of users and other programs: shown and counted, never touched."""

    positions: tuple[Position, ...]
    at: datetime
    orders: tuple[WorkingOrder, ...] = ()


class OtherTradeSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A position or working order that is not the desk's is on the account; announced once for each."""

    ticket: int
    symbol: str
    side: Side
    volume_lots: float
    is_working: bool
    is_other_desk: bool
    at: datetime


class ReconciliationStarted(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The broker is asked what there is; until it has answered nothing is entered."""

    reason: str
    at: datetime


class Reconciled(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """What the desk believes and what the broker shows agree, but for the orders that stay `unknown` (tokens)."""

    open_trades: int
    unknown: tuple[str, ...]
    at: datetime


class AccountUpdated(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The broker reported the account's money."""

    account: Account


class BrokerLinkChanged(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The link to the broker came, went, or may not trade for `reason`."""

    is_connected: bool
    may_trade: bool
    reason: str
    at: datetime


ExecutionEvent = (
    OrderSent
    | OrderFailed
    | OrderUnknown
    | UnknownOrdersChanged
    | TradeOpened
    | OrderMerged
    | PositionAdopted
    | StopMoved
    | StopMoveRefused
    | ExitSent
    | ExitRefused
    | PartialCloseSent
    | PartialCloseRefused
    | ExitRulesChanged
    | TradeReduced
    | TradeAmended
    | TradeClosed
    | ProtectionLost
    | PositionVanished
    | OtherDeskSeen
    | OtherPositionsChanged
    | OtherTradeSeen
    | ReconciliationStarted
    | Reconciled
    | AccountUpdated
    | BrokerLinkChanged
)
