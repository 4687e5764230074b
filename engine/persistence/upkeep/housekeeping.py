"""Background maintenance of the store: checks its pages and moves old months of the journal to archive files."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from engine.errors import UnusableStore
from engine.persistence.database import Database, explained
from engine.persistence.faults import ARCHIVE_FILES
from engine.persistence.guards import lifted
from engine.persistence.journal import entries_of
from engine.persistence.rows import insert, stamp
from engine.persistence.upkeep.archives import JournalArchives, prepare
from engine.persistence.upkeep.soundness import damage_within

CHECK_EVERY: Final = timedelta(days=1)
KEPT_RECORDS: Final = 20_000
"""This many of the newest records stay in the store, regardless of their dates."""
KEPT_KINDS: Final = (
    *("halted", "halt_released", "flatten_begun", "flatten_ended", "flatten_cancelled", "modes_changed"),
    *("settings_changed", "limits_noted", "practice_begun", "records_differ", "records_confirmed", "store_begun"),
)
"""Records that say what still holds: they stay in the store."""

_CHECKED = "store_checked"
_FIRST_LOOK: Final = 50_000
_SLICE: Final = 200
_BATCH: Final = 500
_PAUSE_S: Final = 0.02
_CHECKPOINT_EVERY: Final = 20


class _Checked(msgspec.Struct, frozen=True):
    """When every page was sound last, and the number of the newest record then."""

    at: datetime
    newest: int


class Housekeeper:
    """Works on a separate thread, a little at a time; what cannot be done now is done at the next `work`."""

    def __init__(
        self, database: Database, connect: Callable[[], sqlite3.Connection], archives: JournalArchives
    ) -> None:
        """`connect` opens a further way into the store that `database` writes."""
        self._database = database
        self._connect = connect
        self._archives = archives
        self._ends = threading.Event()
        self._working = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def work(self, now: datetime, months: int) -> None:
        """Checks the pages if the last check is a day old, and archives what is older than `months`.

        `now` is the machine's time, not that of a played market. Problems with files are reported, not raised.
        """
        with self._working:
            try:
                with explained(self._database.faults), closing(self._connect()) as self._connection:
                    self._begin_day(now)
                    self._check(self._connection, now)
                    self._put_away(self._connection, now, months)
                self._database.faults.upkeep = ""
            except (UnusableStore, OSError) as error:
                if not self._ends.is_set():
                    self._database.faults.upkeep = str(error)
            finally:
                self._connection = None

    def stop(self) -> None:
        """Ends the work under way within a moment; nothing is done after that."""
        self._ends.set()
        if (connection := self._connection) is not None:
            connection.interrupt()
        with self._working:
            pass

    # -- days ---------------------------------------------------------------------------------------------------

    def _begin_day(self, now: datetime) -> None:
        """Notes which record was the newest when a day of the machine began: the market's time says nothing of it."""
        with self._database.transaction(is_durable=False) as sql:
            sql.execute(
                "INSERT OR IGNORE INTO journal_days (day, newest) SELECT ?, coalesce(max(seq), 0) FROM journal",
                (now.date().isoformat(),),
            )

    # -- checks -------------------------------------------------------------------------------------------------

    def _check(self, sql: sqlite3.Connection, now: datetime) -> None:
        checked, newest = self._last_check(sql), _newest(sql)
        if checked is not None and abs(now - checked.at) < CHECK_EVERY:
            return
        self._read_records(sql, newest - _FIRST_LOOK if checked is None else checked.newest, newest)
        if self._ends.is_set():
            return
        if (damage := damage_within(sql)) is not None:
            self._database.faults.report_damage(damage.removeprefix("is damaged (").removesuffix(")"))
            return
        row = {"name": _CHECKED, "value": _Checked(now, newest)}
        with self._database.transaction(is_durable=False) as writing:
            insert(writing, "memory", row, otherwise="REPLACE")

    def _last_check(self, sql: sqlite3.Connection) -> _Checked | None:
        found = sql.execute("SELECT value FROM memory WHERE name = ?", (_CHECKED,)).fetchone()
        try:
            checked = None if found is None else msgspec.json.decode(found["value"], type=_Checked)
        except (msgspec.DecodeError, TypeError):
            return None
        return None if checked is None or checked.at.tzinfo is None else checked

    def _read_records(self, sql: sqlite3.Connection, above: int, up_to: int) -> None:
        """The newest records first of all: what was written since the last check is most likely to be wanted."""
        while up_to > max(above, 0) and not self._ends.is_set():
            rows = sql.execute(
                "SELECT * FROM journal WHERE seq <= ? AND seq > ? ORDER BY seq DESC LIMIT ?", (up_to, above, _SLICE)
            ).fetchall()
            if not rows:
                return
            for _ in entries_of(rows, self._database.faults):
                pass
            up_to = rows[-1]["seq"] - 1
            self._ends.wait(_PAUSE_S / 10)

    # -- old months ---------------------------------------------------------------------------------------------

    def _put_away(self, sql: sqlite3.Connection, now: datetime, months: int) -> None:
        """Copies, makes sure of the copy, and only then takes out: a kill in between leaves a record in both places,
        where it counts once, and the next round goes on from there."""
        cutoff = _months_before(now, months)
        columns = [row["name"] for row in sql.execute("SELECT name FROM pragma_table_info('journal', 'main')")]
        above = ("", 0)
        for batch in range(1_000_000):
            found = self._old_records(sql, cutoff, above)
            if not found or self._ends.is_set():
                return
            for month in sorted({row["month"] for row in found}):
                self._move(sql, columns, month, [row["seq"] for row in found if row["month"] == month])
            above = (found[-1]["at"], found[-1]["seq"])
            if batch % _CHECKPOINT_EVERY == 0:
                self._database.checkpoint()
            self._ends.wait(_PAUSE_S)

    def _old_records(self, sql: sqlite3.Connection, cutoff: datetime, above: tuple[str, int]) -> list[sqlite3.Row]:
        """The oldest records beyond `above` that were written before `cutoff`, by their own time and the machine's."""
        newest = min(self._newest_at(sql, cutoff), _newest(sql) - KEPT_RECORDS)
        return sql.execute(
            "SELECT seq, at, substr(at, 1, 7) AS month FROM journal INDEXED BY journal_by_time "
            "WHERE (at, seq) > (?, ?) AND at < ? AND seq <= ? AND typeof(at) = 'text' "
            "AND at GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-*' "
            f"AND kind NOT IN ({', '.join('?' * len(KEPT_KINDS))}) ORDER BY at, seq LIMIT ?",
            (*above, stamp(cutoff), newest, *KEPT_KINDS, _BATCH),
        ).fetchall()

    def _newest_at(self, sql: sqlite3.Connection, cutoff: datetime) -> int:
        """The newest record at `cutoff` by the machine's days; where they do not go back so far, that of the first."""
        day = cutoff.date().isoformat()
        found = (
            sql.execute("SELECT newest FROM journal_days WHERE day <= ? ORDER BY day DESC LIMIT 1", (day,)).fetchone()
            or sql.execute("SELECT newest FROM journal_days ORDER BY day LIMIT 1").fetchone()
        )
        return int(found["newest"])

    def _move(self, sql: sqlite3.Connection, columns: list[str], month: str, numbers: list[int]) -> None:
        with _archive(sql, self._archives.path_of(month), columns):
            copied = _copied(sql, columns, numbers)
        if len(copied) < len(numbers):
            reason = (
                f"it holds other records under {len(numbers) - len(copied)} of these numbers: the store keeps its own"
            )
            self._database.faults.note(ARCHIVE_FILES, self._archives.path_of(month).name, reason)
        drop, renew = lifted("journal_stays")
        with self._database.transaction(is_durable=False) as writing:
            writing.execute(drop)
            writing.execute("DELETE FROM journal WHERE seq IN (SELECT value FROM json_each(?))", (json.dumps(copied),))
            writing.execute(renew)


@contextmanager
def _archive(sql: sqlite3.Connection, path: Path, columns: list[str]) -> Iterator[None]:
    try:
        prepare(sql, path, columns)
        yield
    finally:
        if sql.in_transaction:
            sql.execute("ROLLBACK")
        if any(row["name"] == "archive" for row in sql.execute("PRAGMA database_list")):
            sql.execute("DETACH DATABASE archive")


def _copied(sql: sqlite3.Connection, columns: list[str], numbers: list[int]) -> list[int]:
    """Copies the records of these numbers, and returns those that lie in the archive now exactly as in the store."""
    wanted, names = json.dumps(numbers), ", ".join(columns)
    sql.execute("BEGIN")
    sql.execute(
        f"INSERT OR IGNORE INTO archive.journal ({names}) SELECT {names} FROM main.journal "
        "WHERE seq IN (SELECT value FROM json_each(?))",
        (wanted,),
    )
    sql.execute("COMMIT")
    equal = " AND ".join(f"copy.{name} IS own.{name}" for name in columns)
    found = sql.execute(
        f"SELECT own.seq FROM main.journal own JOIN archive.journal copy ON copy.seq = own.seq AND {equal} "
        "WHERE own.seq IN (SELECT value FROM json_each(?))",
        (wanted,),
    )
    return [row["seq"] for row in found]


def _newest(sql: sqlite3.Connection) -> int:
    return int(sql.execute("SELECT coalesce(max(seq), 0) AS newest FROM journal").fetchone()["newest"])


def _months_before(now: datetime, months: int) -> datetime:
    """The start of the month that is `months` before that of `now`: whole months are archived."""
    month = now.year * 12 + now.month - 1 - months
    return now.replace(year=month // 12, month=month % 12 + 1, day=1, hour=0, minute=0, second=0, microsecond=0)
