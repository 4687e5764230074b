"""Locks and modes in SQLite: what must hold again after a restart."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from engine.domain.journal import JournalRecord
from engine.domain.risk import Lock, LockName
from engine.persistence.database import Database
from engine.persistence.journal import Journal
from engine.persistence.rows import stamp


class SqliteLockTable:
    """The tables `locks` and `memory`; implements `LockTable`."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def locks(self) -> tuple[Lock, ...]:
        found = self._database.read("SELECT * FROM locks ORDER BY since")
        return tuple(
            Lock(
                name=LockName(row["name"]),
                symbol=row["symbol"],
                since=datetime.fromisoformat(row["since"]),
                until=None if row["until"] is None else datetime.fromisoformat(row["until"]),
                reason=row["reason"],
            )
            for row in found
        )

    def hold(self, lock: Lock, record: JournalRecord) -> None:
        with self._journal.recorded(record) as sql:
            write_lock(sql, lock)

    def lift(self, lock: Lock, record: JournalRecord) -> None:
        with self._journal.recorded(record) as sql:
            sql.execute("DELETE FROM locks WHERE name = ? AND symbol = ?", (lock.name.value, lock.symbol))

    def remembered(self, name: str) -> str | None:
        found = self._database.read("SELECT value FROM memory WHERE name = ?", (name,))
        return str(found[0]["value"]) if found else None

    def remember(self, name: str, value: str, record: JournalRecord, *, is_durable: bool = True) -> None:
        with self._journal.recorded(record, is_durable=is_durable) as sql:
            sql.execute("INSERT OR REPLACE INTO memory (name, value) VALUES (?, ?)", (name, value))


def write_lock(sql: sqlite3.Connection, lock: Lock) -> None:
    """Writes a lock in place of an older one of the same name and symbol."""
    sql.execute(
        "INSERT OR REPLACE INTO locks (name, symbol, since, until, reason) VALUES (?, ?, ?, ?, ?)",
        (
            lock.name.value,
            lock.symbol,
            stamp(lock.since),
            None if lock.until is None else stamp(lock.until),
            lock.reason,
        ),
    )
