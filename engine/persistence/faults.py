"""Faults of the store found while it is used: rows that cannot be read, and damage of the file."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

import msgspec

from engine.domain.store import StoreSigns, UnreadableRow
from engine.errors import DeskError
from engine.persistence.rows import SHOWN, shown

ARCHIVE_FILES: Final = "archive"
"""Name under which whole archive files are noted instead of rows."""
MAX_NOTED: Final = 100
"""Rows of one table that are named; further ones are counted."""

_BAD_VALUE = (msgspec.MsgspecError, DeskError, ValueError, TypeError, LookupError, ArithmeticError, RecursionError)

T = TypeVar("T")


class StoreFaults:
    """Rows that hold something impossible, each counted once, named and left out, and damage of the file itself.

    May be used from any thread.

    `on_row` hears of each of the first `MAX_NOTED` rows of a table, `on_damage` of the first damage.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[str, set[str]] = {}
        self._doubts: dict[tuple[str, str], UnreadableRow] = {}
        self._settled: set[tuple[str, str]] = set()
        self._damage = ""
        self.upkeep = ""
        """Why the store's housekeeping could not be done, empty where it could."""
        self.on_row: Callable[[UnreadableRow], None] = lambda _: None
        self.on_damage: Callable[[str], None] = lambda _: None

    def read(
        self,
        table: str,
        rows: Iterable[sqlite3.Row],
        value_of: Callable[[sqlite3.Row], T],
        *,
        name: Callable[[sqlite3.Row], object],
        is_needed: bool = False,
    ) -> list[T]:
        """The values of all rows that can be read; `is_needed` says that trading depends on the others."""
        values = []
        for row in rows:
            try:
                values.append(value_of(row))
            except _BAD_VALUE as error:
                self.note(table, name(row), str(error), is_needed=is_needed)
        return values

    def note(self, table: str, row: object, reason: str, *, is_needed: bool = False) -> None:
        """Counts a row of `table`, however often it is met."""
        found = UnreadableRow(table=table, row=shown(row).strip("'"), reason=reason[: 3 * SHOWN])
        with self._lock:
            known = self._found.setdefault(table, set())
            is_new = found.row not in known
            known.add(found.row)
            if is_needed:
                self._doubts[table, found.row] = found
        if is_new and len(known) <= MAX_NOTED:
            self.on_row(found)

    def report_damage(self, damage: str) -> None:
        """Reports that the file itself is damaged; the first report is kept."""
        with self._lock:
            is_new, self._damage = not self._damage, self._damage or damage
        if is_new:
            self.on_damage(damage)

    @property
    def signs(self) -> StoreSigns:
        """What the health check sees of the store."""
        return StoreSigns(damage=self._damage, unreadable=self.sentence, upkeep=self.upkeep)

    @property
    def doubts(self) -> tuple[UnreadableRow, ...]:
        """The rows that trading depends on and that the user has not settled."""
        with self._lock:
            return tuple(row for key, row in self._doubts.items() if key not in self._settled)

    def settle(self) -> None:
        """The user has seen the doubts, and lets the desk go on without these rows."""
        with self._lock:
            self._settled |= self._doubts.keys()

    @property
    def sentence(self) -> str:
        """The number of unreadable rows by table, and which; empty where every row can be read."""
        with self._lock:
            parts = [_counted(table, sorted(rows)) for table, rows in self._found.items()]
        return "; ".join(parts)


def _counted(table: str, rows: list[str]) -> str:
    if table == ARCHIVE_FILES:
        return f"archive files with errors: {', '.join(rows[:3])}{', …' if len(rows) > 3 else ''}"
    words = "1 row of" if len(rows) == 1 else f"{len(rows):,} rows of"
    names = ", ".join(rows[:3]) + (", …" if len(rows) > 3 else "")
    return f"{words} {table} cannot be read: {names}"
