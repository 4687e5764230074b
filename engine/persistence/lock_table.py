"""Locks and modes in SQLite: what must hold again after a restart."""

from __future__ import annotations

import sqlite3

from engine.domain.journal import JournalRecord
from engine.domain.risk import Lock, LockName
from engine.persistence.database import Database
from engine.persistence.journal import Journal
from engine.persistence.rows import EARLIEST, instant, stamp, text

_HALT_IN_DOUBT = Lock(
    name=LockName.HALT, since=EARLIEST, until=None, reason="a lock in the store cannot be read: it may have been a halt"
)


class SqliteLockTable:
    """The tables `locks` and `memory`; implements `LockTable`."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def locks(self) -> tuple[Lock, ...]:
        """Every lock that is kept; one that cannot be read may be any of them, and halts until the user lets go."""
        found = self._database.read("SELECT * FROM locks ORDER BY since")
        locks = self._readable(found)
        if len(locks) == len(found) or any(lock.name is LockName.HALT for lock in locks):
            return tuple(locks)
        return (*locks, _HALT_IN_DOUBT)

    def hold(self, lock: Lock, record: JournalRecord) -> None:
        with self._journal.recorded(record) as sql:
            write_lock(sql, lock)

    def lift(self, lock: Lock, record: JournalRecord) -> None:
        """Takes a lock out; with the halt go the rows that stood for one because they cannot be read."""
        with self._journal.recorded(record) as sql:
            sql.execute("DELETE FROM locks WHERE name = ? AND symbol = ?", (lock.name.value, lock.symbol))
            if lock.name is LockName.HALT:
                kept = self._readable(sql.execute("SELECT * FROM locks ORDER BY since").fetchall())
                sql.execute("DELETE FROM locks")
                for each in kept:
                    write_lock(sql, each)

    def _readable(self, rows: list[sqlite3.Row]) -> list[Lock]:
        faults = self._database.faults
        return faults.read("locks", rows, _lock_of, name=lambda row: f"{row['name']} {row['symbol']}".strip())

    def remembered(self, name: str) -> str | None:
        found = self._database.read("SELECT value FROM memory WHERE name = ?", (name,))
        return str(found[0]["value"]) if found else None

    def remember(self, name: str, value: str, record: JournalRecord, *, is_durable: bool = True) -> None:
        with self._journal.recorded(record, is_durable=is_durable) as sql:
            sql.execute("INSERT OR REPLACE INTO memory (name, value) VALUES (?, ?)", (name, value))


def _lock_of(row: sqlite3.Row) -> Lock:
    return Lock(
        name=LockName(row["name"]),
        symbol=text(row["symbol"]),
        since=instant(row["since"]),
        until=None if row["until"] is None else instant(row["until"]),
        reason=text(row["reason"]),
    )


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
