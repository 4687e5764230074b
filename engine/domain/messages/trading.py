"""Events of trading: what has happened."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from engine.domain.facts import FlattenProgress, HealthChanged, PlanConflicted
from engine.domain.messages.auto import AutoWithdrawn
from engine.domain.messages.commands import TradingCommand
from engine.domain.messages.door import DoorEvent
from engine.domain.messages.execution import ExecutionEvent
from engine.domain.messages.manual import OrderReviewed
from engine.domain.messages.proposals import ProposalEvent
from engine.domain.plan import TradePlan
from engine.domain.practice import PracticeChanged
from engine.domain.price_alerts import PriceAlertCommand
from engine.domain.risk import ApprovalCard, Authority, Lock
from engine.domain.trade_facts import Annotation
from engine.domain.trades import ClosedTrade, DayFigures, FlattenRest


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
