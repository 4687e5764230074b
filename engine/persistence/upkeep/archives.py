"""Old months of the journal in separate files next to the store, which stay readable."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from config.private_files import make_private_directory, make_private_file
from engine.persistence.faults import ARCHIVE_FILES, StoreFaults

ARCHIVE_FOLDER: Final = "archive"

_NAME = re.compile(r"journal-[0-9]{4}-[0-9]{2}\.sqlite3")
_BUSY_TIMEOUT_MS: Final = 2_000

T = TypeVar("T")


class _Month(NamedTuple):
    """What is known of a file without reading its records."""

    state: tuple[int, int]
    first: int
    last: int
    columns: frozenset[str]
    symbols: tuple[str, ...]


class JournalArchives:
    """The files of a folder, which need not exist; may be used from any thread. What cannot be read is left out."""

    def __init__(self, folder: Path, faults: StoreFaults) -> None:
        self._folder = folder
        self._faults = faults
        self._lock = threading.Lock()
        self._known: dict[Path, _Month] = {}

    def path_of(self, month: str) -> Path:
        """The file of a month, given as `2026-03`."""
        return self._folder / f"journal-{month}.sqlite3"

    # -- reading ------------------------------------------------------------------------------------------------

    def newest(self) -> int:
        """The highest number that was archived; 0 where nothing was."""
        return max((month.last for _, month in self._months()), default=0)

    def symbols(self) -> set[str]:
        """Every symbol that archived records are about."""
        return {symbol for _, month in self._months() for symbol in month.symbols}

    def rows(self, columns: Sequence[str], numbers: Collection[int]) -> list[sqlite3.Row]:
        """The records of these numbers, as far as there are any; a column that a file has not is NULL."""
        wanted = json.dumps(list(numbers))
        found: list[sqlite3.Row] = []
        for path, month in self._within(min(numbers, default=1), max(numbers, default=0)):
            names = ", ".join(name if name in month.columns else f"NULL AS {name}" for name in columns)
            query = f"SELECT {names} FROM journal WHERE seq IN (SELECT value FROM json_each(?))"
            found += self._read(path, partial(_fetched, query=query, values=(wanted,))) or ()
        return found

    def matching(self, conditions: Iterable[str], values: Sequence[object], above: int, up_to: int) -> set[int]:
        """The numbers above `above` and up to `up_to` of records for which the SQL conditions hold."""
        query = f"SELECT seq FROM journal WHERE {' AND '.join(('seq > ? AND seq <= ?', *conditions))}"
        found: set[int] = set()
        for path, _ in self._within(above + 1, up_to):
            rows = self._read(path, partial(_fetched, query=query, values=(above, up_to, *values))) or ()
            found.update(row["seq"] for row in rows)
        return found

    def _within(self, first: int, last: int) -> Iterator[tuple[Path, _Month]]:
        return ((path, month) for path, month in self._months() if month.first <= last and month.last >= first)

    def _months(self) -> list[tuple[Path, _Month]]:
        with self._lock:
            found = {path: month for path in self._files() if (month := self._month(path)) is not None}
            self._known = found
            return sorted(found.items())

    def _files(self) -> list[Path]:
        try:
            return [path for path in self._folder.iterdir() if _NAME.fullmatch(path.name)]
        except OSError:
            return []

    def _month(self, path: Path) -> _Month | None:
        try:
            status = path.stat()
        except OSError:
            return None
        state = (status.st_mtime_ns, status.st_size)
        known = self._known.get(path)
        return known if known is not None and known.state == state else self._read(path, partial(_month, state=state))

    def _read(self, path: Path, query: Callable[[sqlite3.Connection], T]) -> T | None:
        try:
            with closing(_opened(path)) as connection:
                return query(connection)
        except (sqlite3.Error, UnicodeDecodeError, TypeError) as error:
            self._faults.note(ARCHIVE_FILES, path.name, str(error))
            return None


def prepare(sql: sqlite3.Connection, path: Path, columns: Sequence[str]) -> None:
    """Attaches the file of a month to a connection as `archive`, made as far as it does not exist."""
    make_private_directory(path.parent)
    make_private_file(path)
    sql.execute("ATTACH DATABASE ? AS archive", (str(path),))
    sql.execute("PRAGMA archive.synchronous = FULL")
    others = [name for name in columns if name != "seq"]
    sql.execute(f"CREATE TABLE IF NOT EXISTS archive.journal (seq INTEGER PRIMARY KEY, {', '.join(others)})")
    sql.execute("CREATE INDEX IF NOT EXISTS archive.journal_by_symbol ON journal(symbol)")
    known = {row["name"] for row in sql.execute("SELECT name FROM pragma_table_info('journal', 'archive')")}
    for name in others:
        if name not in known:
            sql.execute(f"ALTER TABLE archive.journal ADD COLUMN {name}")


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.text_factory = lambda raw: raw.decode("utf-8", errors="replace")
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
    return connection


def _fetched(sql: sqlite3.Connection, query: str, values: Sequence[object]) -> list[sqlite3.Row]:
    return sql.execute(query, tuple(values)).fetchall()


def _month(sql: sqlite3.Connection, state: tuple[int, int]) -> _Month | None:
    columns = frozenset(row["name"] for row in sql.execute("SELECT name FROM pragma_table_info('journal')"))
    if not columns:
        return None  # a desk that was killed had only begun it
    first, last = sql.execute("SELECT min(seq), max(seq) FROM journal").fetchone()
    if last is None:
        return None
    return _Month(state, first, last, columns, tuple(row[0] for row in sql.execute(SYMBOLS)))


SYMBOLS: Final = """
    WITH RECURSIVE known(symbol) AS (
        SELECT min(symbol) FROM journal WHERE symbol IS NOT NULL
        UNION ALL
        SELECT (SELECT min(symbol) FROM journal WHERE symbol > known.symbol) FROM known WHERE symbol NOT NULL
    ) SELECT symbol FROM known WHERE symbol NOT NULL
"""
"""Every symbol of a journal, by one step down the index for each: reading all records would take a second."""
