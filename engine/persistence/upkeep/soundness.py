"""Whether a store can be trusted: its pages, its version and its tables are checked before the desk uses it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from typing import Final, NamedTuple

WHOLE_CHECK_BYTES: Final = 8 * 2**20
"""Up to this size every page is looked at before the desk begins, and every index compared with its table: a quarter of
a second. The pages of larger files are looked at while the desk runs."""

ALWAYS_CHECKED: Final = ("locks", "memory", "settings", "daily_figures")
"""Small tables that are looked at before the desk begins, however large the file is."""

Steps = tuple[tuple[str, ...], ...]


class _Column(NamedTuple):
    name: str
    type: str
    is_required: bool
    key: int


def version_of(connection: sqlite3.Connection) -> int:
    """The version that the file says it has; 0 before the first."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def fault_within(connection: sqlite3.Connection, steps: Steps) -> str | None:
    """Why a store that is to have been made by the first of these steps cannot be used, None where it can.

    Raises `sqlite3.DatabaseError` and `UnicodeDecodeError` where it cannot even be asked.
    """
    version = version_of(connection)
    if version > len(steps):
        return f"was written by a newer desk (version {version}, this one knows {len(steps)})"
    if version < 0:
        return f"is damaged (its version is {version})"
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if version == 0:
        return damage_within(connection) or ("was made by another program" if tables else None)
    return _damage_at_opening(connection) or _alteration(connection, version, steps)


def damage_within(connection: sqlite3.Connection, table: str = "") -> str | None:
    """The first thing that is wrong with the pages of the file, or of one table; None where nothing is."""
    argument = f"'{table}'" if table else "1"
    return _damage(connection.execute(f"PRAGMA quick_check({argument})"))


def _damage(check: sqlite3.Cursor) -> str | None:
    found = check.fetchone()[0]
    return None if found == "ok" else f"is damaged ({str(found).splitlines()[0]})"


def _damage_at_opening(connection: sqlite3.Connection) -> str | None:
    pages, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    if pages * size <= WHOLE_CHECK_BYTES:
        return _damage(connection.execute("PRAGMA integrity_check(1)"))
    known = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    checks = (damage_within(connection, table) for table in ALWAYS_CHECKED if table in known)
    return next((damage for damage in checks if damage), None)


def _alteration(connection: sqlite3.Connection, version: int, steps: Steps) -> str | None:
    """What another program did to our tables; one that it added, or a column, an index or a trigger, is its own."""
    is_shape, was_shape = _shape(connection), _shape_after(steps[:version])
    later = _shape_after(steps)
    for table, columns in later.items():
        made_later = [column for column in columns if column not in was_shape.get(table, ())]
        if any(column in is_shape.get(table, ()) for column in made_later):
            return f"is damaged (it claims to be of version {version}, but its table {table} is from a later one)"
    for table, columns in was_shape.items():
        if table not in is_shape:
            return f"was altered by another program (it has no table {table})"
        for column in columns:
            if column not in is_shape[table]:
                return f"was altered by another program (table {table} has no column {column.name} as it was made)"
    return None


@cache
def _shape_after(steps: Steps) -> dict[str, frozenset[_Column]]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as sample:
        for step in steps:
            for statement in step:
                sample.execute(statement)
        return _shape(sample)


def _shape(connection: sqlite3.Connection) -> dict[str, frozenset[_Column]]:
    """The columns of every table, by its name."""
    found = connection.execute(
        'SELECT m.name, c.name, c.type, c."notnull", c.pk FROM sqlite_master m JOIN pragma_table_info(m.name) c '
        "WHERE m.type = 'table'"
    )
    shape: dict[str, set[_Column]] = {}
    for table, *column in found:
        shape.setdefault(table, set()).add(_Column(*column))
    return {table: frozenset(columns) for table, columns in shape.items()}
