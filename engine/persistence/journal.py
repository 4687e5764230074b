"""Everything that happened, in the order in which it happened, for ever: the append-only journal."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Final

from engine.domain.journal import JournalEntry, JournalRecord
from engine.errors import UnusableStore
from engine.persistence.database import Database
from engine.persistence.faults import StoreFaults
from engine.persistence.rows import decoded, instant, json_text, optional_text, stamp, text

FLUSH_INTERVAL_S: Final = 0.25
CHECKPOINT_AFTER: Final = 500
"""Writes after which the log is moved into the file."""

PAGE: Final = 500
"""Entries read at a time."""

_EPOCH = datetime.fromtimestamp(0, UTC)
_COLUMNS = ("at", "kind", "symbol", "plan_id", "settings", "payload")
_INSERT = "INSERT INTO journal (at, kind, symbol, plan_id, settings, payload) VALUES (?, ?, ?, ?, ?, ?)"

_Line = tuple[str, str, str | None, str | None, str, str]


class Journal:
    """Takes records of high volume into a buffer, and those that permit something straight to the disk.

    A record that goes straight to the disk takes the buffered ones before it along: the order of writing is the
    order of happening, and no permission stands in the journal without what led to it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._buffer: deque[_Line] = deque()
        self._flushing = threading.Lock()
        self._since_checkpoint = 0
        self._settings = ""

    @property
    def settings(self) -> str:
        """Hash of the settings in force."""
        return self._settings

    # -- writing ------------------------------------------------------------------------------------------------

    def use_settings(self, settings: str, at: datetime, told: Mapping[str, Any] | None = None) -> str:
        """From now on records carry the hash of these settings (their text); kept once, and returned.

        The record of it has what is `told` beside the hashes.
        """
        digest = hashlib.blake2b(settings.encode(), digest_size=8).hexdigest()
        if digest == self._settings:
            return digest
        payload = {"was": self._settings, "now": digest, **(told or {})}
        record = JournalRecord(at=at, kind="settings_changed", payload=payload)
        self._settings = digest
        with self.recorded(record) as sql:
            sql.execute(
                "INSERT OR IGNORE INTO settings (hash, at, settings) VALUES (?, ?, ?)", (digest, stamp(at), settings)
            )
        return digest

    def append(self, record: JournalRecord) -> None:
        """Notes a record; it is written within `FLUSH_INTERVAL_S`, by `run`."""
        self._buffer.append(self._line(record))

    @contextmanager
    def recorded(self, record: JournalRecord, *, is_durable: bool = True) -> Iterator[sqlite3.Connection]:
        """A transaction that `record` tells of: both are written, or neither is.

        Durable: on the disk on leaving. Otherwise a power cut can take it, and then all that was written after it too.
        """
        line = self._line(record)
        with self._taken() as buffered, self._database.transaction(is_durable=is_durable) as sql:
            if buffered:
                sql.executemany(_INSERT, buffered)
            yield sql
            sql.execute(_INSERT, line)

    def flush(self) -> None:
        """Writes what is buffered; may be called from any thread."""
        with self._taken() as buffered:
            if buffered:
                with self._database.transaction(is_durable=False) as sql:
                    sql.executemany(_INSERT, buffered)
        if self._since_checkpoint >= CHECKPOINT_AFTER:
            self._since_checkpoint = 0
            self._database.checkpoint()

    async def run(self) -> None:
        """Flushes for ever, off the loop's thread; what cannot be written now is tried again."""
        while True:
            await asyncio.sleep(FLUSH_INTERVAL_S)
            with suppress(UnusableStore):
                await asyncio.to_thread(self.flush)

    @contextmanager
    def _taken(self) -> Iterator[list[_Line]]:
        """What is buffered, taken out to be written; put back in its place if that fails."""
        with self._flushing:
            # Popping is safe beside a thread that appends; copying is not.
            taken = [self._buffer.popleft() for _ in range(len(self._buffer))]
            try:
                yield taken
            except BaseException:
                self._buffer.extendleft(reversed(taken))
                raise
            self._since_checkpoint += len(taken) + 1

    def _line(self, record: JournalRecord) -> _Line:
        payload = "{}" if record.payload is None else json_text(record.payload)
        return (stamp(record.at), record.kind, record.symbol, record.plan_id, self._settings, payload)

    # -- reading ------------------------------------------------------------------------------------------------

    def read(
        self,
        *,
        kind: str | None = None,
        symbol: str | None = None,
        plan_id: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[JournalEntry]:
        """Entries in the order of writing, as far as they fit; `since` is included, `until` is not."""
        self.flush()
        wanted = {
            "kind = ?": kind,
            "symbol = ?": symbol,
            "plan_id = ?": plan_id,
            "at >= ?": since and stamp(since),
            "at < ?": until and stamp(until),
        }
        conditions = " AND ".join(("seq > ?", *(condition for condition, value in wanted.items() if value)))
        values = tuple(value for value in wanted.values() if value)
        last = 0
        while page := self._database.read(
            f"SELECT * FROM journal WHERE {conditions} ORDER BY seq LIMIT {PAGE}", (last, *values)
        ):
            yield from entries_of(page, self._database.faults)
            last = page[-1]["seq"]

    def newest(self) -> int:
        """The number of the newest record; 0 before the first."""
        self.flush()
        return int(self._database.read("SELECT coalesce(max(seq), 0) AS newest FROM journal")[0]["newest"])

    def settings_of(self, digest: str) -> str | None:
        """The text of the settings with that hash."""
        found = self._database.read("SELECT settings FROM settings WHERE hash = ?", (digest,))
        return str(found[0]["settings"]) if found else None


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
    )


def _raw_entry(row: sqlite3.Row) -> JournalEntry:
    at, kind, symbol, plan_id, settings, payload = (_lenient(row[name]) for name in _COLUMNS)
    return JournalEntry(
        seq=row["seq"],
        at=_EPOCH,
        kind=kind,
        symbol=symbol or None,
        plan_id=plan_id or None,
        settings=settings,
        payload={"written_at": at, "written": payload},
    )


def _lenient(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else repr(value)
