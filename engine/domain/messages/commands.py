"""What the user, and the desk itself, can order in trading: commands are imperative."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from engine.domain.messages.auto import AllowAuto, WithdrawAuto
from engine.domain.messages.manual import ManualCommand
from engine.domain.messages.proposals import ProposalCommand
from engine.domain.plan import TradePlan
from engine.domain.risk import Authority

USER: Final = "person"
"""Who ordered what the user did in a window, as the journal has it."""
DESK: Final = "desk"
"""Who ordered what the desk did by itself."""


class AddPlan(msgspec.Struct, frozen=True):
    """Keep a plan and wait for a setup of its side; it is examined first."""

    plan: TradePlan


class CancelPlan(msgspec.Struct, frozen=True):
    """Take back a plan that has sent no order; `by` is who ordered it, for the journal."""

    plan_id: str
    by: str = USER


class ReplacePlan(msgspec.Struct, frozen=True):
    """Take back a plan that waits for a setup and keep `plan` in its place; where `plan` is faulty nothing changes."""

    plan_id: str
    plan: TradePlan


class ApprovePlan(msgspec.Struct, frozen=True):
    """Carry out a proposal that awaits approval; `shown` is the fingerprint of the card that the user saw.

    Without one there was no card: the sender has to know the proposal otherwise.
    """

    plan_id: str
    shown: str | None = None


class RejectPlan(msgspec.Struct, frozen=True):
    """Do not carry out what waits for approval; `by` is who ordered it, for the journal."""

    plan_id: str
    by: str = USER


class ReviewApprovals(msgspec.Struct, frozen=True):
    """Tell again what waits for approval, with what speaks against it now."""


class SetAuthority(msgspec.Struct, frozen=True):
    """The master switch."""

    authority: Authority


class LowerAuthority(msgspec.Struct, frozen=True):
    """Lower the master switch to `authority` if it is higher; this never raises it. `cause` says why, `by` who ordered
    it, for the journal."""

    authority: Authority
    cause: str
    by: str = DESK


class SetAuto(msgspec.Struct, frozen=True):
    """Let a symbol trade without approval while the master switch allows it, or not."""

    symbol: str
    is_auto: bool


class Halt(msgspec.Struct, frozen=True):
    """Block every entry and take back what waits, until the user lets go; `by` is who ordered it, for the journal."""

    reason: str
    by: str = USER


class ReleaseHalt(msgspec.Struct, frozen=True):
    """Let entries through again, each with the user's approval: AUTO stays off until the user sets it."""


HALT_RELEASED: Final = "a halt was released; set AUTO again if you want it"
"""Why authority is lowered where a halt ends."""


class Flatten(msgspec.Struct, frozen=True):
    """Close every position of ours, and those that orders on their way still open; no entries until that is done."""


class CancelFlatten(msgspec.Struct, frozen=True):
    """Close no more than what was asked of the broker already, and let entries through again."""


class CloseTrade(msgspec.Struct, frozen=True):
    """Close one position of ours, or only `volume_lots` of it."""

    ticket: int
    volume_lots: float | None = None


class BreakEven(msgspec.Struct, frozen=True):
    """Move the stop of a position to its entry."""

    ticket: int


class MoveStops(msgspec.Struct, frozen=True):
    """Move the stop, the target or both of a position; prices in price units, no target where None.

    A level that is not named stays as it is, or as it was asked for last.
    """

    ticket: int
    stop_loss: float | UnsetType = UNSET
    take_profit: float | UnsetType | None = UNSET


class Reconcile(msgspec.Struct, frozen=True):
    """Compare orders and positions with the broker's again."""


class ConfirmRecords(msgspec.Struct, frozen=True):
    """The user has checked the differences in the records of the account: the desk may enter again."""


class TradeHere(msgspec.Struct, frozen=True):
    """Confirm that this desk trades on the account, although other desks were seen there."""


class SettleUnknownOrder(msgspec.Struct, frozen=True):
    """Settle an order of unknown outcome, named by its token: it opened no position."""

    token: str


class AnnotateTrade(msgspec.Struct, frozen=True):
    """Write down what the user thinks of a trade, in place of what stood there; `trade_id` is that of `ClosedTrade`."""

    trade_id: str
    note: str
    tags: tuple[str, ...] = ()


TradingCommand = (
    AddPlan
    | CancelPlan
    | ReplacePlan
    | ApprovePlan
    | RejectPlan
    | ReviewApprovals
    | SetAuthority
    | LowerAuthority
    | SetAuto
    | AllowAuto
    | WithdrawAuto
    | Halt
    | ReleaseHalt
    | Flatten
    | CancelFlatten
    | CloseTrade
    | BreakEven
    | MoveStops
    | ManualCommand
    | Reconcile
    | SettleUnknownOrder
    | TradeHere
    | ConfirmRecords
    | AnnotateTrade
    | ProposalCommand
)
