"""The writes of one transaction: journal records, and changes with their records, in order of adding."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

from engine.errors import BrokenConstraint, DeskError, UnusableStore
from engine.persistence.rows import insertion

Line: TypeAlias = tuple[str, str, str | None, str | None, str, str, str | None]
"""A row of the journal without its number."""
LINE: Final = ("at", "kind", "symbol", "plan_id", "settings", "payload", "account")
INSERT_LINE: Final = insertion("journal", LINE)

Outcome: TypeAlias = Callable[[DeskError | None], None]
"""Called when a write has ended: None if it is written, `PlanConflict` if the stored plan differs, `UnusableStore`
where it was given up."""

_log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Write:
    """A change with its journal record: both are written, or neither is.

    `subject` says what the change is about, for readers that need it before it is on the disk. Durable: a power
    cut does not take it. Kept: tried again for as long as the store cannot be written; else given up.
    """

    line: Line | None
    change: Callable[[sqlite3.Connection], None]
    subject: object = None
    is_durable: bool = True
    is_kept: bool = True
    done: Outcome | None = None
    is_over: bool = False
    error: DeskError | None = None


Ended: TypeAlias = tuple[Write, DeskError | None]
"""A change that was written, or why the store does not take it."""


def is_durable(batch: Sequence[Line | Write]) -> bool:
    return any(isinstance(each, Write) and each.is_durable for each in batch)


class _Bounds(NamedTuple):
    """The statements that set a change apart from the others of its transaction."""

    begin: tuple[str, ...]
    rollback: tuple[str, ...]
    end: tuple[str, ...]


_AMONG_OTHERS: Final = _Bounds(("SAVEPOINT change",), ("ROLLBACK TO change", "RELEASE change"), ("RELEASE change",))
_ALONE: Final = _Bounds((), ("ROLLBACK",), ())


def write_all(sql: sqlite3.Connection, batch: Sequence[Line | Write]) -> list[Ended]:
    """Writes what is waiting, and returns how each change ended; raises what is wrong with the store itself."""
    bounds = _ALONE if len(batch) == 1 else _AMONG_OTHERS
    ended: list[Ended] = []
    lines: list[Line] = []
    for each in batch:
        if isinstance(each, Write):
            _insert(sql, lines)
            lines = []
            ended.append((each, _carried_out(sql, each, bounds)))
        else:
            lines.append(each)
    _insert(sql, lines)
    return ended


def _carried_out(sql: sqlite3.Connection, write: Write, bounds: _Bounds) -> DeskError | None:
    """Why the store does not take the change; raises what is wrong with the store itself."""
    _execute(sql, bounds.begin)
    try:
        write.change(sql)
        if write.line is not None:
            sql.execute(INSERT_LINE, write.line)
    except Exception as error:
        if _is_of_store(error):
            raise
        _execute(sql, bounds.rollback)
        return error if isinstance(error, DeskError) else BrokenConstraint(f"the store refused it: {error}")
    _execute(sql, bounds.end)
    return None


def _execute(sql: sqlite3.Connection, statements: Sequence[str]) -> None:
    for statement in statements:
        sql.execute(statement)


def _insert(sql: sqlite3.Connection, lines: Sequence[Line]) -> None:
    """Writes records; one that cannot be written at all keeps no other back."""
    if not lines:
        return
    sql.execute("SAVEPOINT records")
    try:
        sql.executemany(INSERT_LINE, lines)
    except Exception as error:
        if _is_of_store(error):
            raise
        sql.execute("ROLLBACK TO records")
        for line in lines:
            _insert_if_possible(sql, line)
    sql.execute("RELEASE records")


def _insert_if_possible(sql: sqlite3.Connection, line: Line) -> None:
    try:
        sql.execute(INSERT_LINE, line)
    except Exception as error:
        if _is_of_store(error):
            raise
        _log.error("a record of kind %r could not be written: %s", line[1], error)


def _is_of_store(error: Exception) -> bool:
    """Whether the store is at fault and not the write at hand: then everything is tried again."""
    is_its_fault = isinstance(error, sqlite3.OperationalError | sqlite3.InternalError | UnusableStore)
    return is_its_fault or type(error) is sqlite3.DatabaseError
