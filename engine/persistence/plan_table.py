"""Plans in SQLite: each change of a plan, with all that goes with it, is one durable transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Final

from engine.domain.journal import JournalRecord
from engine.domain.orders import Order
from engine.domain.plan import PLAN_TYPE, PlanStatus, TradePlan
from engine.domain.store import UnreadableRow
from engine.domain.trade_facts import Annotation
from engine.domain.trades import ClosedTrade
from engine.errors import DeskError, PlanConflict, UnusableStore
from engine.persistence.annotations import read_annotation, write_annotation
from engine.persistence.database import Database
from engine.persistence.journal import Change, Journal
from engine.persistence.migrations import UNFINISHED
from engine.persistence.on_record import read_on_record, with_unwritten
from engine.persistence.plan_writes import PlanWrite, carry_out, forget, write_answer, write_change
from engine.persistence.rows import PLAN_COLUMNS, decoded, instant, json_text, plan_values, stamp, text
from engine.persistence.unwritten import Accepted, Unwritten, trade_key
from engine.trading.plans.table import Answer, Intent, Noted, OnRecord, Outcome, Overtaken, PlanChange, Row
from engine.trading.plans.validation import MAX_CONDITIONS_LENGTH

_COLUMNS = ", ".join(PLAN_COLUMNS)
_FINAL = ", ".join(f"'{status.value}'" for status in PlanStatus if status.is_final)

_NOTED = """
    SELECT q.place, p.rowid AS number, EXISTS (SELECT 1 FROM accepted_plans WHERE plan_id = q.plan_id) AS is_accepted,
        CASE
            WHEN typeof(p.conditions) <> 'text' OR length(p.conditions) > ? THEN 0
            WHEN NOT json_valid(p.conditions) THEN 0
            WHEN json_type(p.conditions) <> 'object' THEN 0
            ELSE json_extract(p.conditions, '$.plan_type') IS NOT ?
        END AS is_foreign
    FROM outside_writes q LEFT JOIN trade_plans p ON p.plan_id = q.plan_id
    WHERE q.place > ? ORDER BY q.place LIMIT ?
"""
"""What others wrote, and whether it is the plan of another program: as `is_micro_scalp` says, but before it is read."""

EXAMINED_WITHIN: Final = 20_000
"""Newest rows among which those that the desk has examined are looked for: others may have written any number."""

_EXAMINED: Final = f"""
    WHERE rowid > (SELECT coalesce(max(rowid), 0) FROM trade_plans) - ?
    AND (status = '{PlanStatus.REJECTED}' OR plan_id IN (SELECT plan_id FROM accepted_plans))
    ORDER BY rowid DESC LIMIT ?
"""


class _Outcome:
    """What came of a write that is carried out at once."""

    error: DeskError | None = None

    def hear(self, error: DeskError | None) -> None:
        self.error = error


class SqlitePlanTable:
    """The table `trade_plans` and what belongs to it; implements `PlanTable`.

    What was committed last is what is read, on the disk or still on its way there.
    """

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal
        self._overtaken: Overtaken = lambda *_: None
        self._failing: Callable[[UnusableStore], None] = lambda _: None
        journal.on_failure(lambda error: self._failing(error))

    def listen(self, overtaken: Overtaken, failing: Callable[[UnusableStore], None]) -> None:
        self._overtaken, self._failing = overtaken, failing

    # -- writing ------------------------------------------------------------------------------------------------

    def commit(self, change: PlanChange, done: Outcome | None = None) -> None:
        if self._journal.writes_later:
            self._require_possible(change)
        on_written = partial(self._hear, change) if done is None and self._journal.writes_later else done
        write = self._writing(change)
        self._journal.write(change.record, write, subject=change, is_kept=done is None, done=on_written)

    def commit_all(self, changes: Sequence[PlanChange]) -> list[PlanChange]:
        possible = self._possible(changes) if self._journal.writes_later else list(changes)
        held = self._write_all((each, self._writing(each), each) for each in possible)
        return [change for change, is_held in zip(possible, held, strict=True) if is_held]

    def _possible(self, changes: Sequence[PlanChange]) -> list[PlanChange]:
        """The moves that the store does not speak against now; it is asked again when they are written."""
        unwritten = {plan_id: plan.status.value for plan_id, plan in self._unwritten().plans.items()}
        wanted = json_text([change.plan.plan_id for change in changes if change.plan is not None])
        query = "SELECT plan_id, status FROM trade_plans WHERE plan_id IN (SELECT value FROM json_each(?))"
        statuses = {row["plan_id"]: row["status"] for row in self._database.read(query, (wanted,))} | unwritten
        return [each for each in changes if each.plan is None or statuses.get(each.plan.plan_id) == each.was]

    def answer(self, answers: Sequence[Answer], places: Sequence[int]) -> list[bool]:
        held = self._write_all(
            (_change_of(each), _about(each.record, partial(write_answer, answer=each)), _subject_of(each))
            for each in answers
        )
        with suppress(UnusableStore):  # the answers hold: what is not forgotten is looked at again at the next start
            self._journal.write_beside(partial(forget, places=tuple(places)))
        return held

    def _write_all(self, parts: Iterable[tuple[PlanChange, PlanWrite, object]]) -> list[bool]:
        """Whether each is written, or on its way; raises `UnusableStore` where nothing can be written."""
        outcomes: list[_Outcome] = []
        changes = []
        for change, write, subject in parts:
            outcomes.append(_Outcome())
            done = partial(self._hear, change) if self._journal.writes_later else outcomes[-1].hear
            changes.append(Change(change.record, write, subject, done))
        self._journal.write_all(changes)
        for outcome in outcomes:
            if outcome.error is not None and not isinstance(outcome.error, PlanConflict):
                raise outcome.error
        return [outcome.error is None for outcome in outcomes]

    def note(self, record: JournalRecord) -> None:
        self._journal.append(record)

    def _writing(self, change: PlanChange) -> PlanWrite:
        return _about(change.record, partial(write_change, change=change, faults=self._database.faults))

    def _hear(self, change: PlanChange, error: DeskError | None) -> None:
        if error is not None:
            self._overtaken(change, error)

    def _require_possible(self, change: PlanChange) -> None:
        """Raises `PlanConflict` where the store has changed meanwhile; it is asked again when it is written."""
        plan = change.plan
        if plan is None:
            return
        if change.was is None and self.get(plan.plan_id) is not None:
            raise PlanConflict(f"plan {plan.plan_id}: this plan id has been used already")
        if change.was is not None and self.status_of(plan.plan_id) is not change.was:
            raise PlanConflict(f"plan {plan.plan_id} was changed by another program")
        if change.signal_id is not None and (owner := self.signal_owner(change.signal_id)) not in (None, plan.plan_id):
            raise PlanConflict(f"plan {plan.plan_id}: signal {change.signal_id} was used by plan {owner} already")

    # -- reading ------------------------------------------------------------------------------------------------

    def version_of_others(self) -> int:
        return self._database.version_of_others()

    def noted(self, after: int, count: int) -> list[Noted]:
        found = self._database.read(_NOTED, (MAX_CONDITIONS_LENGTH, PLAN_TYPE, after, count))
        wanted = json_text([row["number"] for row in found if row["number"] is not None and not row["is_foreign"]])
        rows = {row.number: row for row in self._rows("WHERE rowid IN (SELECT value FROM json_each(?))", wanted)}
        return [Noted(row["place"], rows.get(row["number"]), bool(row["is_accepted"])) for row in found]

    def unfinished(self, account: str) -> list[Row]:
        unwritten = {key: plan for key, plan in self._unwritten().plans.items() if plan.account == account}
        found = self._rows(
            f"INDEXED BY plans_unfinished WHERE {UNFINISHED} AND account = ? "
            "AND plan_id IN (SELECT plan_id FROM accepted_plans) ORDER BY rowid",
            account,
        )
        rows = {str(row.fields["plan_id"]): row for row in found}
        rows |= {plan_id: _row_of(plan, rows.get(plan_id)) for plan_id, plan in unwritten.items()}
        return [row for plan_id, row in rows.items() if plan_id not in unwritten or not unwritten[plan_id].is_final]

    def status_of(self, plan_id: str) -> PlanStatus | None:
        if (unwritten := self._unwritten().plan(plan_id)) is not None:
            return unwritten.status
        status = self._database.value("SELECT status FROM trade_plans WHERE plan_id = ?", (plan_id,))
        return PlanStatus(status) if status in PlanStatus.__members__.values() else None

    def get(self, plan_id: str) -> Row | None:
        unwritten = self._unwritten().plan(plan_id)
        found = self._rows("WHERE plan_id = ?", plan_id)
        row = found[0] if found else None
        return row if unwritten is None else _row_of(unwritten, row)

    def recent(self, count: int) -> list[Row]:
        return self._newest(count, "ORDER BY rowid DESC LIMIT ?", count)

    def examined(self, count: int) -> list[Row]:
        return self._newest(count, _EXAMINED, EXAMINED_WITHIN, count)

    def _newest(self, count: int, query: str, *values: object) -> list[Row]:
        unwritten = self._unwritten().plans
        rows = {str(row.fields["plan_id"]): row for row in reversed(self._rows(query, *values))}
        rows |= {plan_id: _row_of(plan, rows.get(plan_id)) for plan_id, plan in unwritten.items()}
        return list(reversed(rows.values()))[:count]

    def signal_owner(self, signal_id: str) -> str | None:
        if (owner := self._unwritten().signal_owner(signal_id)) is not None:
            return owner
        found = self._database.value("SELECT plan_id FROM signals WHERE signal_id = ?", (signal_id,))
        return None if found is None else str(found)

    def has_intent(self, token: str) -> bool:
        is_unwritten = self._unwritten().has_intent(token)
        return is_unwritten or bool(self._database.value("SELECT 1 FROM intents WHERE token = ?", (token,)))

    def intents(self, since: datetime, account: str) -> list[Intent]:
        unwritten = self._unwritten()
        found = self._database.read(
            f"SELECT i.*, p.ticket, coalesce(p.status IN ({_FINAL}), 0) AS is_over, u.token AS unsent FROM intents i "
            "LEFT JOIN trade_plans p ON p.plan_id = i.plan_id LEFT JOIN unsent_intents u ON u.token = i.token "
            "WHERE i.account = ? AND i.rowid IN (SELECT rowid FROM intents WHERE at >= ? "
            "UNION SELECT rowid FROM intents WHERE plan_id IN ("
            f"SELECT plan_id FROM trade_plans INDEXED BY plans_unfinished WHERE {UNFINISHED} AND account = ?)) "
            "ORDER BY i.rowid",
            (account, stamp(since), account),
        )
        written = self._database.faults.read(
            "intents", found, _intent_of, name=lambda row: row["plan_id"], is_needed=True
        )
        intents = {intent.order.token: intent for intent in written}
        for intent in unwritten.intents(account):
            intents.setdefault(intent.order.token, intent)
        return [unwritten.outcome_of(intent) for intent in intents.values()]

    def closed_trades(self, since: datetime, account: str) -> list[ClosedTrade]:
        unwritten = self._unwritten().trades(account)
        found = self._database.read(
            "SELECT ticket, trade FROM closed_trades WHERE exited_at >= ? AND account = ? ORDER BY exited_at, rowid",
            (stamp(since), account),
        )
        written = self._database.faults.read(
            *("closed_trades", found, lambda row: decoded(row["trade"], ClosedTrade)),
            name=lambda row: row["ticket"],
            is_needed=True,
        )
        known = {trade_key(trade) for trade in written}
        return written + [trade for trade in unwritten if trade.exited_at >= since and trade_key(trade) not in known]

    def on_record(self, since: datetime, account: str) -> OnRecord:
        unwritten = self._unwritten()
        return with_unwritten(read_on_record(self._database, since, account), unwritten, account)

    def has_trade(self, trade: ClosedTrade, account: str) -> bool:
        if trade_key(trade) in map(trade_key, self._unwritten().trades(account)):
            return True
        query = "SELECT 1 FROM closed_trades WHERE account = ? AND ticket = ? AND entered_at = ? AND plan_id = ?"
        return bool(self._database.value(query, (account, trade.ticket, stamp(trade.entered_at), trade.plan_id)))

    def annotation(self, trade_id: str) -> Annotation | None:
        return self._unwritten().annotation(trade_id) or read_annotation(self._database, trade_id)

    def annotate(self, annotation: Annotation, record: JournalRecord) -> None:
        self._journal.write(record, partial(write_annotation, annotation=annotation), subject=annotation)

    def _unwritten(self) -> Unwritten:
        return Unwritten(self._journal.unwritten())

    def leave_out(self, row: Row, reason: str) -> None:
        self._database.faults.note("trade_plans", row.fields["plan_id"], reason, is_needed=True)

    def miss_intent(self, plan_id: str) -> None:
        reason = "its plan has sent an order, and none is on record"
        self._database.faults.note("intents", plan_id, reason, is_needed=True)

    def settle_doubts(self) -> None:
        self._database.faults.settle()

    @property
    def doubts(self) -> tuple[UnreadableRow, ...]:
        return self._database.faults.doubts

    def _rows(self, condition: str, *values: object) -> list[Row]:
        found = self._database.read(f"SELECT rowid AS number, {_COLUMNS} FROM trade_plans {condition}", values)
        return [Row(row["number"], {column: row[column] for column in PLAN_COLUMNS}) for row in found]


def _row_of(plan: TradePlan, row: Row | None) -> Row:
    """The row as it will be written; 0 is a placeholder for its number."""
    return Row(0 if row is None else row.number, plan_values(plan))


def _intent_of(row: sqlite3.Row) -> Intent:
    return Intent(
        order=decoded(row["order_sent"], Order),
        at=instant(row["at"]),
        approved_by=text(row["approved_by"]),
        ticket=row["ticket"] if isinstance(row["ticket"], int) else None,
        is_over=bool(row["is_over"]),
        is_unsent=row["unsent"] is not None,
    )


def _change_of(answer: Answer) -> PlanChange:
    return PlanChange(plan=None if answer.reason else answer.plan, was=None, record=answer.record)


def _subject_of(answer: Answer) -> object:
    return None if answer.reason or answer.plan is None else Accepted(answer.plan)


def _about(record: JournalRecord, write: PlanWrite) -> PlanWrite:
    return partial(carry_out, write, record.plan_id)
