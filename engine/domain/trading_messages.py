"""Events and commands of trading. Events are past, commands imperative."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from engine.domain.auto_messages import AllowAuto, AutoWithdrawn, WithdrawAuto
from engine.domain.door import DoorEvent
from engine.domain.execution_events import ExecutionEvent
from engine.domain.facts import FlattenProgress, HealthChanged, PlanConflicted
from engine.domain.manual_messages import ManualCommand, OrderReviewed
from engine.domain.plan import TradePlan
from engine.domain.practice import PracticeChanged
from engine.domain.price_alerts import PriceAlertCommand
from engine.domain.proposals import ProposalCommand, ProposalEvent
from engine.domain.risk import ApprovalCard, Authority, Lock
from engine.domain.trade_facts import Annotation
from engine.domain.trades import ClosedTrade, DayFigures, FlattenRest

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


class PlanChanged(msgspec.Struct, frozen=True):
    """A plan came into being or moved on; it is durable already."""

    plan: TradePlan


class PlanRefused(msgspec.Struct, frozen=True):
    """A plan was not taken in, with every fault as a sentence."""

    plan_id: str
    reason: str


class ApprovalAsked(msgspec.Struct, frozen=True):
    """A proposal waits for the user."""

    card: ApprovalCard


class ApprovalReviewed(msgspec.Struct, frozen=True):
    """A proposal still waits; `card` has what the gate would say now."""

    card: ApprovalCard


class ApprovalAnswered(msgspec.Struct, frozen=True):
    """A proposal left the approval desk: approved, rejected, expired or withdrawn."""

    plan_id: str
    verdict: str


class ModesChanged(msgspec.Struct, frozen=True):
    """What the desk may do by itself now; `halt` is the latched lock, where there is one.

    `cause` says why the desk lowered its own authority, and `before` what the user had set until then. `unwritten`
    says what of this is in force but not durable yet, and why; empty where all of it is.
    """

    authority: Authority
    auto_symbols: frozenset[str]
    cause: str
    halt: Lock | None
    before: Authority | None = None
    unwritten: str = ""
    unpermitted: dict[str, str] = {}
    """Symbols that need `AllowAuto` before they may trade without approval, with the hash of their settings."""


class PaperTradesEnded(msgspec.Struct, frozen=True):
    """Trades of an earlier run that ended with its paper account, without a result."""

    plans: tuple[TradePlan, ...]


class TradesRecalled(msgspec.Struct, frozen=True):
    """Closed trades of the account from the last days, of earlier runs; they count in the figures already."""

    trades: tuple[ClosedTrade, ...]


class FlattenChanged(msgspec.Struct, frozen=True):
    """A Flatten is in force, since when, and what is left to close; None once it has ended.

    `is_cancelled` if the user ended it before everything was closed.
    """

    since: datetime
    rest: FlattenRest | None
    is_cancelled: bool = False
    had_nothing: bool = False
    """At the end: nothing was open or on its way when it was ordered, nor since."""


class OtherDesksChanged(msgspec.Struct, frozen=True):
    """Installations of other desks on the account, while the user has not said yet which desk trades there.

    `copied_from` is the one among them that the data folder of this desk was copied or moved from.
    """

    undecided: tuple[str, ...]
    copied_from: str | None = None


class AccountOpened(msgspec.Struct, frozen=True):
    """The desk trades on this account now; plans of another one are shown and never carried out."""

    account: str


class RecordsDiffer(msgspec.Struct, frozen=True):
    """Differences between tables, journal and broker for the account, as sentences; none once the user confirmed.

    Until then the desk only closes positions.
    """

    differences: tuple[str, ...]
    keys: tuple[str, ...] = ()
    """Their names, by which they are remembered as asked and confirmed."""


class DayFiguresChanged(msgspec.Struct, frozen=True):
    """Realised results of the trading day, all symbols."""

    trading_day: date
    figures: DayFigures


class TradeAnnotated(msgspec.Struct, frozen=True):
    """What the user wrote about a trade is on the disk."""

    annotation: Annotation


class CommandRefused(msgspec.Struct, frozen=True):
    """What the user asked for was not done."""

    command: TradingCommand | PriceAlertCommand
    reason: str


TradingEvent = (
    PlanChanged
    | PlanRefused
    | ApprovalAsked
    | ApprovalReviewed
    | ApprovalAnswered
    | OrderReviewed
    | ModesChanged
    | AutoWithdrawn
    | FlattenChanged
    | PaperTradesEnded
    | TradesRecalled
    | OtherDesksChanged
    | AccountOpened
    | RecordsDiffer
    | DayFiguresChanged
    | PracticeChanged
    | TradeAnnotated
    | CommandRefused
    | FlattenProgress
    | HealthChanged
    | PlanConflicted
    | ProposalEvent
    | DoorEvent
    | ExecutionEvent
)
