"""The port to durable plans: what is written in one transaction, and what can be read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeAlias

import msgspec

from engine.domain.facts import PlanAccepted, PlanAdded, PlanChangedOutside, PlanMoved
from engine.domain.journal import JournalRecord
from engine.domain.orders import Order
from engine.domain.plan import PlanStatus, TradePlan
from engine.domain.records import record_of
from engine.domain.risk import Lock
from engine.domain.store import UnreadableRow
from engine.domain.trade_facts import Annotation, EntryGrounds
from engine.domain.trades import ClosedTrade
from engine.errors import DeskError, UnusableStore


class Row(msgspec.Struct, frozen=True):
    """One row of `trade_plans` as stored by any program; `number` names it even where its key is odd."""

    number: int
    fields: Mapping[str, object]


class Noted(msgspec.Struct, frozen=True):
    """Something that was written into `trade_plans` and that the desk has not looked at; `place` counts up forever.

    `row` is None where nothing is left to look at, or where it is the plan of another program.
    """

    place: int
    row: Row | None
    is_accepted: bool


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the desk makes of a row from outside: a plan of its own, or one that is refused for a `reason`.

    `plan` is None where none could be read.
    """

    row: Row
    record: JournalRecord
    plan: TradePlan | None = None
    reason: str = ""


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """An order that was allowed to leave, and who allowed it; `ticket` is that of its plan's position, once known.

    `grounds` are written with it, and read with the trade that came of it. `is_over`: its plan is at its end.
    `is_unsent`: it is known that the order never left.
    """

    order: Order
    at: datetime
    approved_by: str
    ticket: int | None = None
    grounds: EntryGrounds | None = None
    is_over: bool = False
    is_unsent: bool = False


class PlanChange(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is written together with one plan's new state, or not at all.

    `was` is the status the row must still have, None for a plan that has no row yet; `plan` None leaves plans alone.
    `signal_id` is claimed for the plan, forever; `intent` lets its order go, `unsent` is the token of an intent whose
    order is known never to have left; `trade` is what became of it, on that account and in the practice run of that
    name, or in none. `armed_by` is who armed a proposed plan.
    """

    plan: TradePlan | None
    was: PlanStatus | None
    record: JournalRecord
    signal_id: str | None = None
    intent: Intent | None = None
    unsent: str | None = None
    trade: ClosedTrade | None = None
    run: str = ""
    account: str = ""
    locks: tuple[Lock, ...] = ()
    armed_by: str = ""

    def overtaken(self, reason: str) -> PlanChange:
        """What is kept of it where another program was faster: what happened at the broker, and the locks."""
        record = self.record
        details = {"reason": reason, "told": record.payload, "kind": record.kind}
        conflict = msgspec.structs.replace(record, kind="plan_conflict", payload=details)
        return msgspec.structs.replace(
            self, plan=None, was=None, record=conflict, signal_id=None, intent=None, unsent=None
        )


Outcome: TypeAlias = Callable[[DeskError | None], None]
"""Called with None once a change is on disk, with `PlanConflict` or `UnusableStore` if it cannot be written."""

Overtaken: TypeAlias = Callable[[PlanChange, DeskError], None]
"""Called with a change that was not stored because another program was faster, and the reason."""


class OnRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What the journal has on record about an account.

    Results since an instant, orders let go since then by plan, locks that began since then, a halt or a Flatten that
    that were never ended, and the keys of differences that the user was asked about and has confirmed.
    """

    trades: tuple[ClosedTrade, ...] = ()
    entries: tuple[tuple[str, datetime], ...] = ()
    locks: tuple[Lock, ...] = ()
    asked: frozenset[str] = frozenset()
    confirmed: frozenset[str] = frozenset()


def plan_record(fact: PlanAdded | PlanMoved | PlanAccepted | PlanChangedOutside, at: datetime) -> JournalRecord:
    """What the journal keeps of a plan, on its account."""
    return record_of(fact, at, fact.plan.account or None)


def move_of(
    plan: TradePlan, to: PlanStatus, at: datetime, reason: str, details: Any, facts: dict[str, Any], **written: Any
) -> PlanChange:
    """The plan moves to `to`, with those `facts`, and what is written next to it; raises `IllegalTransition`."""
    ended = {"close_time": at, "close_reason": reason} if to.is_final else {}
    record = plan_record(PlanMoved(plan, plan.status, to, reason, details, written.get("locks", ())), at)
    return PlanChange(plan=plan.moved_to(to, **(ended | facts)), was=plan.status, record=record, **written)


class PlanTable(Protocol):
    """Durable plans: what was written last is what is read.

    Where the store is written by a thread of its own nothing here waits for it: a write is on its way when its method
    returns, and those who `listen` hear what the store did not take. Otherwise every write is on the disk then, and
    every write may raise `UnusableStore`.
    """

    def listen(self, overtaken: Overtaken, failing: Callable[[UnusableStore], None]) -> None:
        """From now on `overtaken` hears of changes on their way that another program was faster than, and `failing`
        each time that the store cannot be written for long; what it could not take is tried again."""

    def commit(self, change: PlanChange, done: Outcome | None = None) -> None:
        """Writes all of `change`; raises `PlanConflict` if the store says otherwise, and then writes nothing.

        With `done` it is given up where the store cannot be written, and only `done` receives the outcome; `done`
        may be called before this returns.
        """

    def commit_all(self, changes: Sequence[PlanChange]) -> list[PlanChange]:
        """Writes together what the store does not say otherwise to, and returns that; for changes without intents."""

    def answer(self, answers: Sequence[Answer], places: Sequence[int]) -> list[bool]:
        """Takes in rows or marks them as rejected, and notes that all at those places has been looked at; in one piece.

        Returns for each answer whether it applies: not if the row is not pending, or was answered before.
        """

    def note(self, record: JournalRecord) -> None:
        """Writes down something that others did; soon, not at once."""

    def version_of_others(self) -> int:
        """Changes whenever another program has written; costs about a microsecond."""

    def noted(self, after: int, count: int) -> list[Noted]:
        """Rows written after that place, oldest first, up to a maximum number."""

    def unfinished(self, account: str) -> list[Row]:
        """Accepted rows of the account whose status is not final, oldest first."""

    def leave_out(self, row: Row, reason: str) -> None:
        """Counts an accepted row that cannot be read: it is shown, and never traded."""

    def miss_intent(self, plan_id: str) -> None:
        """Counts a plan whose order was sent but cannot be read."""

    def settle_doubts(self) -> None:
        """The user has looked at what could not be read: trading goes on without it."""

    @property
    def doubts(self) -> tuple[UnreadableRow, ...]:
        """Rows that trading depends on, that could not be read until now, and that the user has not settled."""

    def status_of(self, plan_id: str) -> PlanStatus | None:
        """The stored status; None where there is no such plan, or no such status."""

    def get(self, plan_id: str) -> Row | None: ...

    def recent(self, count: int) -> list[Row]:
        """The newest `count` rows, newest first."""

    def examined(self, count: int) -> list[Row]:
        """The newest rows that the desk has taken in or refused, newest first; not those that it leaves alone."""

    def signal_owner(self, signal_id: str) -> str | None:
        """The plan that claimed the signal."""

    def has_intent(self, token: str) -> bool:
        """Whether an order of this token was allowed to leave."""

    def intents(self, since: datetime, account: str) -> list[Intent]:
        """Orders allowed to leave on the account since then, and every older one whose plan is not finished; oldest
        first."""

    def closed_trades(self, since: datetime, account: str) -> list[ClosedTrade]:
        """Trades of the account that ended since then, oldest first."""

    def on_record(self, since: datetime, account: str) -> OnRecord:
        """What the journal, which only grows, has on record about the account."""

    def has_trade(self, trade: ClosedTrade, account: str) -> bool:
        """Whether the result of that position is kept already."""

    def annotation(self, trade_id: str) -> Annotation | None:
        """What the user wrote about a trade."""

    def annotate(self, annotation: Annotation, record: JournalRecord) -> None:
        """Keeps what the user wrote, in place of what stood there."""
