"""Requests to a broker and events from it: two closed unions. Requests are imperative, events are past.

Every request is answered by at least one event, or the adapter says that the answer was lost. All instants are aware
UTC; money is in the account's currency, costs negative; volumes are in lots.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from engine.domain.market import Side
from engine.domain.orders import Account, Deal, DealReason, EndedOrder, Order, Position, Refusal, WorkingOrder


class SubmitOrder(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Enter the market. Answered by `OrderFilled`, `OrderRefused` or `OrderUncertain`."""

    order: Order


class ClosePosition(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Close `volume_lots` of a position. Answered by `PositionClosed`, `CloseRefused` or `ChangeUncertain`."""

    ticket: int
    symbol: str
    side: Side
    volume_lots: float
    token: str


class ChangeStops(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Put stop and target of a position at these prices, both of them; None takes the level away.

    Answered by `StopsChanged`, `StopsRefused` or `ChangeUncertain`.
    """

    ticket: int
    symbol: str
    stop_loss: float | None
    take_profit: float | None


class QueryState(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Tell everything: positions, working orders, deals since `since`. Answered by the `BrokerState` of this number."""

    number: int
    since: datetime


BrokerRequest = SubmitOrder | ClosePosition | ChangeStops | QueryState


class OrderFilled(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The order of this token is done: `volume_lots` of it were filled, the rest will never be.

    `position` is the position as it stands at the broker, which may lack the stop that was asked for.
    """

    token: str
    volume_lots: float
    price: float
    position: Position
    at: datetime


class OrderRefused(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The order of this token was not executed and will not be."""

    token: str
    refusal: Refusal
    at: datetime


class OrderUncertain(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The answer was lost: the order of this token may have been executed, or may still be.

    `number` is the broker's own for the order, None where it gave none. Up to `attempts` orders of this token may stand
    in its history: each attempt but the last was refused.
    """

    token: str
    reason: str
    at: datetime
    number: int | None = None
    attempts: int = 1


class StopsChanged(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Stop and target of a position stand at these prices."""

    ticket: int
    stop_loss: float | None
    take_profit: float | None
    at: datetime


class StopsRefused(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Stop and target stay where they were."""

    ticket: int
    refusal: Refusal
    at: datetime


class PositionClosed(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """`volume_lots` of a position were closed at `price`; `remaining_lots` are still open.

    `profit` is before `commission` (both halves of the closed volume) and `swap`. `price_cost` is the part of it that
    spread and slippage took at entry and exit, never negative; None where that was not measured.
    """

    ticket: int
    identifier: int
    symbol: str
    reason: DealReason
    price: float
    volume_lots: float
    remaining_lots: float
    profit: float
    commission: float
    swap: float
    at: datetime
    price_cost: float | None = None


class CloseRefused(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The position was not closed by the request."""

    ticket: int
    refusal: Refusal
    at: datetime


class ChangeUncertain(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The answer to a `ClosePosition` or `ChangeStops` was lost."""

    ticket: int
    reason: str
    at: datetime


class PositionSeen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A position appeared, or changed, without a request of the desk."""

    position: Position
    at: datetime


class PositionsChanged(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Positions changed without a request of the desk, in a way that only the broker's state shows."""

    at: datetime


class BrokerState(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """All there is at the broker at instant `at`; the answer to the `QueryState` of this number.

    `deals` and `ended` orders are those since the instant asked for, oldest first.
    """

    number: int
    positions: tuple[Position, ...]
    working: tuple[WorkingOrder, ...]
    deals: tuple[Deal, ...]
    account: Account
    at: datetime
    ended: tuple[EndedOrder, ...] = ()


class QueryFailed(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The broker did not answer the `QueryState` of this number."""

    number: int
    reason: str
    at: datetime


class AccountChanged(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The account's money moved."""

    account: Account


class ConnectionChanged(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """What the link to the broker is worth: `may_trade` says that orders would be taken, `reason` why not.

    `round_trip` is the latest time from a request to its answer, None before any was measured.
    """

    is_connected: bool
    may_trade: bool
    reason: str
    round_trip: timedelta | None
    at: datetime


BrokerEvent = (
    OrderFilled
    | OrderRefused
    | OrderUncertain
    | StopsChanged
    | StopsRefused
    | PositionClosed
    | CloseRefused
    | ChangeUncertain
    | PositionSeen
    | PositionsChanged
    | BrokerState
    | QueryFailed
    | AccountChanged
    | ConnectionChanged
)
