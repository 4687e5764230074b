"""The append-only journal: every event, in order."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from engine.domain.facts import SettingsSwitched
from engine.domain.journal import JournalEntry, JournalRecord
from engine.domain.records import record_of
from engine.errors import UnusableStore
from engine.persistence.database import Database
from engine.persistence.faults import StoreFaults
from engine.persistence.rows import decoded, insert, instant, json_text, optional_text, stamp, text
from engine.persistence.write_queue import WriteQueue
from engine.persistence.writes import INSERT_LINE, LINE, Line, Outcome, Write

PAGE: Final = 500
"""Entries read at a time."""

_EPOCH = datetime.fromtimestamp(0, UTC)
JOURNAL_COLUMNS = ("seq", *LINE)


class Change(NamedTuple):
    """One of several changes that are written together; see `Journal.write`."""

    record: JournalRecord
    change: Callable[[sqlite3.Connection], None]
    subject: object
    done: Outcome


class Journal:
    """Takes everything that is to be written, since each change has a record in the journal.

    The order of writing is the order of happening, and no permission stands in the journal without what led to it.
    While `run` goes on, nothing here but `recorded`, `flush` and `read` waits for the disk.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue = WriteQueue(database)
        self._settings = ""

    @property
    def settings(self) -> str:
        """Hash of the settings in force."""
        return self._settings

    # -- writing ------------------------------------------------------------------------------------------------

    def use_settings(self, settings: str, at: datetime, details: Mapping[str, Any] | None = None) -> str:
        """Lets further records carry the hash of these settings (their text), which is stored once and returned.

        The record of it has the `details` beside the hashes.
        """
        digest = hashlib.blake2b(settings.encode(), digest_size=8).hexdigest()
        if digest == self._settings:
            return digest
        record = record_of(SettingsSwitched(self._settings, digest, details or {}), at)
        self._settings = digest

        def keep(sql: sqlite3.Connection) -> None:
            insert(sql, "settings", {"hash": digest, "at": at, "settings": settings}, otherwise="IGNORE")

        self.write(record, keep)
        return digest

    def append(self, record: JournalRecord) -> None:
        """Notes a record; it is written with the next change, at the latest a moment later by `run`."""
        self._queue.note(self._line(record))

    def write(
        self,
        record: JournalRecord,
        change: Callable[[sqlite3.Connection], None],
        *,
        subject: object = None,
        is_durable: bool = True,
        is_kept: bool = True,
        done: Outcome | None = None,
    ) -> None:
        """Adds a change with its `record`; `change` makes it, within one transaction with the record.

        While `run` goes on this returns at once. What the store cannot take now is kept, and tried again before
        anything newer, unless `is_kept` says that it is to be given up then. `done` hears how it ended. Until then
        `subject` is among `unwritten`.
        Otherwise it is on the disk when this returns, or, where there is no `done` to hear it, this raises:
        `PlanConflict` and its like as `change` raises them, and `UnusableStore`.
        Durable: not even a power cut takes it.
        """
        self._queue.add(
            Write(self._line(record), change, subject=subject, is_durable=is_durable, is_kept=is_kept, done=done)
        )

    def write_all(self, changes: Iterable[Change]) -> None:
        """Adds changes that are written together, each with its record, as far as one transaction holds them."""
        self._queue.add_all(
            [Write(self._line(each.record), each.change, subject=each.subject, done=each.done) for each in changes]
        )

    def write_beside(self, change: Callable[[sqlite3.Connection], None]) -> None:
        """Adds a change without a record, which a power cut may lose."""
        self._queue.add(Write(None, change, is_durable=False))

    @contextmanager
    def recorded(self, record: JournalRecord, *, is_durable: bool = True) -> Iterator[sqlite3.Connection]:
        """A transaction with its `record`: both are written, or neither is, and the caller waits for it.

        For other programs; what runs on the desk's loop uses `write`.
        """
        line = self._line(record)
        with self._queue.ahead(), self._database.transaction(is_durable=is_durable) as sql:
            yield sql
            sql.execute(INSERT_LINE, line)

    def unwritten(self) -> list[object]:
        """The subjects of changes that are not on the disk yet, oldest first. Ask for these, then read the store."""
        return self._queue.unwritten()

    @property
    def writes_later(self) -> bool:
        """Whether changes reach the disk after `write` has returned."""
        return self._queue.writes_later

    @property
    def is_behind(self) -> bool:
        """Whether a change is not on the disk yet."""
        return self._queue.is_behind

    def on_failure(self, failing: Callable[[UnusableStore], None]) -> None:
        """`failing` hears on the loop each time that the store could not be written for as long as is waited for it."""
        self._queue.on_failure(failing)

    def flush(self) -> None:
        """Writes all that waits; may be called from any thread. Raises `UnusableStore`, and goes on waiting then."""
        self._queue.flush()

    async def run(self) -> None:
        """Writes on a separate thread, off the loop; ends only by cancellation, or by a fault."""
        await self._queue.run()

    def _line(self, record: JournalRecord) -> Line:
        payload = "{}" if record.payload is None else json_text(record.payload)
        return (stamp(record.at), record.kind, record.symbol, record.plan_id, self._settings, payload, record.account)

    # -- reading ------------------------------------------------------------------------------------------------

    def read(self, **wanted: str) -> Iterator[JournalEntry]:
        """Entries in the order of writing whose columns hold these texts."""
        self.flush()
        conditions = " AND ".join(("seq > ?", *(f"{column} = ?" for column in wanted)))
        query, last = f"SELECT * FROM journal WHERE {conditions} ORDER BY seq LIMIT {PAGE}", 0
        while page := self._database.read(query, (last, *wanted.values())):
            yield from entries_of(page, self._database.faults)
            last = page[-1]["seq"]

    def newest(self) -> int:
        """The number of the newest record; 0 before the first."""
        self.flush()
        return newest_in(self._database)

    def latest(self, kind: str) -> JournalEntry | None:
        """The newest record of that kind that is written; None where there is none."""
        found = self._database.read("SELECT * FROM journal WHERE kind = ? ORDER BY seq DESC LIMIT 1", (kind,))
        return next(entries_of(found, self._database.faults), None)

    def settings_of(self, digest: str) -> str | None:
        """The text of the settings with that hash."""
        found = self._database.value("SELECT settings FROM settings WHERE hash = ?", (digest,))
        return None if found is None else str(found)


def newest_in(database: Database, kind: str | None = None) -> int:
    """The number of the newest record that is written, or of the newest of that kind; 0 where there is none."""
    condition, values = ("", ()) if kind is None else ("WHERE kind = ?", (kind,))
    return int(database.value(f"SELECT coalesce(max(seq), 0) FROM journal {condition}", values))


def entries_of(rows: Iterable[sqlite3.Row], faults: StoreFaults) -> Iterator[JournalEntry]:
    """Rows of the table as they were written.

    What cannot be read is counted, shown as it lies there, and keeps nothing else from view.
    """
    for row in rows:
        found = faults.read("journal", (row,), _entry_of, name=lambda row: row["seq"])
        yield found[0] if found else _raw_entry(row)


def _entry_of(row: sqlite3.Row) -> JournalEntry:
    return JournalEntry(
        seq=row["seq"],
        at=instant(row["at"], must_name_zone=True),
        kind=text(row["kind"]),
        symbol=optional_text(row["symbol"]),
        plan_id=optional_text(row["plan_id"]),
        settings=text(row["settings"]),
        payload=decoded(row["payload"], dict[str, Any]),
        account=optional_text(row["account"]),
    )


def _raw_entry(row: sqlite3.Row) -> JournalEntry:
    at, kind, symbol, plan_id, settings, payload, account = (_lenient(row[name]) for name in LINE)
    return JournalEntry(
        seq=row["seq"],
        at=_EPOCH,
        kind=kind,
        symbol=symbol or None,
        plan_id=plan_id or None,
        settings=settings,
        payload={"written_at": at, "written": payload},
        account=account or None,
    )


def _lenient(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else repr(value)
