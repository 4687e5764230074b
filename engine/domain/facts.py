"""Events that only the journal receives.

Each is kept as its fields say, under the name of its class: both stand in users' files and stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import msgspec

from engine.domain.plan import PlanStatus, TradePlan
from engine.domain.risk import Lock
from engine.domain.store import UnreadableRow
from engine.domain.trade_facts import Annotation
from engine.domain.trades import ClosedTrade, ExitOrder


class Fact(msgspec.Struct, frozen=True):
    """An event of the journal alone; `columns` are those of its fields that are no part of the payload."""

    columns: ClassVar[tuple[str, ...]] = ()

    @property
    def payload(self) -> Any:
        return {name: getattr(self, name) for name in self.__struct_fields__ if name not in self.columns}


# -- plans ------------------------------------------------------------------------------------------------------------


class PlanAdded(Fact, frozen=True):
    """A plan came into being, of a setup where it has a signal."""

    plan: TradePlan
    signal_id: str | None
    inputs: Any


class PlanMoved(Fact, frozen=True):
    """A plan moved on, as its new state is called; `details` are what it rests on, `locks` began with it."""

    plan: TradePlan
    was: PlanStatus
    now: PlanStatus
    reason: str
    details: Any
    locks: tuple[Lock, ...] = ()

    @property
    def kind(self) -> str:
        return f"plan_{self.now.value}"

    @property
    def payload(self) -> Any:
        payload = {"was": self.was, "now": self.now, "reason": self.reason, "told": self.details}
        return payload | {"locks": self.locks} if self.locks else payload


class PlanAccepted(Fact, frozen=True):
    """A plan that another program wrote was taken in."""

    plan: TradePlan


class PlanTurnedAway(Fact, frozen=True):
    """A plan that another program wrote was marked as rejected."""

    kind: ClassVar[str] = "plan_refused"
    columns: ClassVar[tuple[str, ...]] = ("plan_id",)
    plan_id: str
    reason: str


class PlanChangedOutside(Fact, frozen=True):
    """Another program moved a plan of the desk."""

    columns: ClassVar[tuple[str, ...]] = ("plan",)
    plan: TradePlan
    was: PlanStatus | None
    now: PlanStatus
    reason: str | None


class PlanConflicted(Fact, frozen=True):
    """Another program was faster: nothing has happened."""

    kind: ClassVar[str] = "plan_conflict"
    reason: str


class PlanPut(Fact, frozen=True):
    """A plan was put into the table beside the desk."""

    plan: TradePlan

    @property
    def payload(self) -> Any:
        return self.plan


class PlanTakenBack(Fact, frozen=True):
    """A plan was taken back beside the desk."""

    columns: ClassVar[tuple[str, ...]] = ("plan_id",)
    plan_id: str
    by: str


class TradeFinished(Fact, frozen=True):
    """A result without a plan that is open, and the locks that began with it."""

    kind: ClassVar[str] = "trade_closed"
    trade: ClosedTrade
    locks: tuple[Lock, ...]


class NoteWritten(Fact, frozen=True):
    """The user wrote about a trade; `was` is what stood there."""

    kind: ClassVar[str] = "trade_annotated"
    columns: ClassVar[tuple[str, ...]] = ("symbol", "plan_id")
    symbol: str | None
    plan_id: str
    by: str
    was: Annotation | None
    now: Annotation
    traded_at: str | None


# -- safety and authority ---------------------------------------------------------------------------------------------


class Halted(Fact, frozen=True):
    """Every entry is blocked."""

    by: str
    reason: str


class HaltReleased(Fact, frozen=True):
    """Entries are let through again."""

    by: str
    since: datetime


class FlattenBegun(Fact, frozen=True):
    """Everything is to be closed."""

    by: str


class FlattenProgress(Fact, frozen=True):
    """So much is left to close."""

    positions: int
    orders: int
    is_certain: bool


class FlattenEnded(Fact, frozen=True):
    """Everything is closed."""

    by: str
    since: datetime


class FlattenCancelled(FlattenEnded, frozen=True):
    """The user ended it before everything was closed."""


class ExitsOrdered(Fact, frozen=True):
    """Positions that are to be left, until they are gone."""

    exits: tuple[ExitOrder, ...]


class ModesSet(Fact, frozen=True):
    """What the desk may do by itself changed."""

    kind: ClassVar[str] = "modes_changed"
    by: str
    was: object
    now: object


class HealthChanged(Fact, frozen=True):
    """A vital of the desk, or of a symbol, begins to hold authority down, or lets go of it."""

    columns: ClassVar[tuple[str, ...]] = ("symbol",)
    symbol: str
    vital: str
    is_holding: bool
    allowed: str | None
    value: float | None
    limit: float | None
    unit: str
    sentence: str


class OtherDesksSeen(Fact, frozen=True):
    """Other desks are on the account."""

    installations: tuple[str, ...]
    by: str


class AccountClaimed(OtherDesksSeen, frozen=True):
    """The user says that this desk trades on the account."""


class RecordsConfirmed(Fact, frozen=True):
    """The user has checked these differences between tables, journal and broker."""

    by: str
    keys: tuple[str, ...]


# -- the desk and its store -------------------------------------------------------------------------------------------


class SettingsSwitched(Fact, frozen=True):
    """Other settings are in force, by their hashes; `beside` says more about it."""

    kind: ClassVar[str] = "settings_changed"
    was: str
    now: str
    beside: Mapping[str, Any]

    @property
    def payload(self) -> Any:
        return {"was": self.was, "now": self.now, **self.beside}


class LimitsNoted(Fact, frozen=True):
    """Limits that are relaxed after a delay, as they are remembered."""

    waiting: object
    memory: object


class InstallationNamed(Fact, frozen=True):
    """The store belongs to this installation."""

    installation: str
    copied_from: str | None


class AccountsAssigned(Fact, frozen=True):
    """Rows of no known account were assigned to one."""

    account: str
    plans: int
    orders: int
    trades: int
    days: int


class RowUnreadable(Fact, frozen=True):
    """A row of the store was left out."""

    row: UnreadableRow

    @property
    def payload(self) -> Any:
        return self.row


class PracticeBegun(Fact, frozen=True):
    """A practice run began."""

    run: int


class ClockConfirmed(Fact, frozen=True):
    """The user says that this computer's clock is right."""

    server_ahead_minutes: int


class DeskClosed(Fact, frozen=True):
    """The desk was closed, and what was left open: at a broker, or on a paper account that is kept or ends with it."""

    cause: str
    positions: int
    orders: int
    is_live: bool
    is_paper_kept: bool = False
