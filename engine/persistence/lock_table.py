"""Locks and modes in SQLite: what must apply again after a restart."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from engine.domain.journal import JournalRecord
from engine.domain.risk import Lock, LockName
from engine.domain.well_formed import EARLIEST
from engine.errors import UnusableStore
from engine.persistence.database import Database
from engine.persistence.journal import Journal
from engine.persistence.rows import insert, instant, text
from engine.persistence.unwritten import Unwritten, key_of
from engine.persistence.writes import Outcome

_HALT_IN_DOUBT = Lock(
    name=LockName.HALT, since=EARLIEST, until=None, reason="a lock in the store cannot be read: it may have been a halt"
)


class _Remembered(NamedTuple):
    """What is to be remembered."""

    name: str
    value: str


class SqliteLockTable:
    """The tables `locks` and `memory`; implements `LockTable`. What was written last is what is read, on the disk or
    still on its way there; `done` hears when it is there."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def on_failure(self, failing: Callable[[UnusableStore], None]) -> None:
        """`failing` hears each time that the store cannot be written for long; what it could not take is kept."""
        self._journal.on_failure(failing)

    @property
    def writes_later(self) -> bool:
        """Whether changes reach the disk after a method has returned."""
        return self._journal.writes_later

    def locks(self) -> tuple[Lock, ...]:
        """Every lock that is kept; one that cannot be read may be any of them, and halts until the user lets go."""
        unwritten = Unwritten(self._journal.unwritten())
        found = self._database.read("SELECT * FROM locks ORDER BY since")
        readable = self._readable(found)
        in_doubt = () if len(readable) == len(found) else (_HALT_IN_DOUBT,)
        return unwritten.apply_to((*in_doubt, *readable))

    def hold(self, lock: Lock, record: JournalRecord, done: Outcome | None = None) -> None:
        self._journal.write(record, lambda sql: write_lock(sql, lock), subject=lock, done=done)

    def lift(self, lock: Lock, record: JournalRecord, done: Outcome | None = None) -> None:
        """Takes a lock out; with the halt go the rows that stood for one because they cannot be read."""

        def delete(sql: sqlite3.Connection) -> None:
            sql.execute(
                "DELETE FROM locks WHERE name = ? AND symbol = ? AND account = ?",
                (lock.name.value, lock.symbol, lock.account),
            )
            if lock.name is LockName.HALT:
                kept = self._readable(sql.execute("SELECT * FROM locks ORDER BY since").fetchall())
                sql.execute("DELETE FROM locks")
                for each in kept:
                    write_lock(sql, each)

        self._journal.write(record, delete, subject=key_of(lock), done=done)

    def _readable(self, rows: list[sqlite3.Row]) -> list[Lock]:
        faults = self._database.faults
        return faults.read("locks", rows, _lock_of, name=lambda row: f"{row['name']} {row['symbol']}".strip())

    def remembered(self, name: str) -> str | None:
        unwritten = self._journal.unwritten()
        found = self._database.value("SELECT value FROM memory WHERE name = ?", (name,))
        values = [subject.value for subject in unwritten if isinstance(subject, _Remembered) and subject.name == name]
        return values[-1] if values else None if found is None else str(found)

    def remember(
        self,
        name: str,
        value: str,
        record: JournalRecord,
        *,
        is_durable: bool = True,
        done: Outcome | None = None,
    ) -> None:
        def keep(sql: sqlite3.Connection) -> None:
            insert(sql, "memory", {"name": name, "value": value}, otherwise="REPLACE")

        self._journal.write(record, keep, subject=_Remembered(name, value), is_durable=is_durable, done=done)


def _lock_of(row: sqlite3.Row) -> Lock:
    return Lock(
        name=LockName(row["name"]),
        symbol=text(row["symbol"]),
        since=instant(row["since"]),
        until=None if row["until"] is None else instant(row["until"]),
        reason=text(row["reason"]),
        account=text(row["account"]),
    )


def write_lock(sql: sqlite3.Connection, lock: Lock) -> None:
    """Writes a lock in place of an older one of the same name, symbol and account."""
    insert(sql, "locks", msgspec.structs.asdict(lock), otherwise="REPLACE")
