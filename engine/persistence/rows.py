"""How values lie in the tables, and the one way back: instants as ISO 8601 text, the rest as JSON.

Other programs write to the file and disks fail: no row is trusted to hold what it should.
"""

from __future__ import annotations

import math
import sqlite3
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import msgspec

from engine.domain.plan import TradePlan
from engine.domain.store import UnreadableRow
from engine.errors import DeskError

PLAN_COLUMNS = TradePlan.__struct_fields__
"""The columns of `trade_plans` are the fields of a plan, in this order or any other."""

MAX_NOTED: Final = 100
"""Rows of one table that are named; further ones are counted."""

EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)

_SHOWN: Final = 80
_BAD_VALUE = (msgspec.MsgspecError, DeskError, ValueError, TypeError, LookupError, ArithmeticError, RecursionError)

_encoder = msgspec.json.Encoder()
T = TypeVar("T")


# -- into the table -----------------------------------------------------------------------------------------------


def stamp(instant: datetime) -> str:
    """An instant as text that sorts by time."""
    return instant.isoformat(timespec="microseconds")


def json_text(value: Any) -> str:
    return _encoder.encode(value).decode()


def plan_values(plan: TradePlan) -> dict[str, object]:
    """The plan by column, as the table holds it; empty texts as NULL."""
    return {column: _stored(getattr(plan, column)) for column in PLAN_COLUMNS}


def _stored(value: object) -> object:
    match value:
        case datetime():
            return stamp(value)
        case dict():
            return json_text(value)
        case "":
            return None
        case str():
            return str(value)
        case _:
            return value


# -- out of the table ---------------------------------------------------------------------------------------------


def instant(value: object, *, must_name_zone: bool = False) -> datetime:
    """The instant that a column holds, UTC where it may leave the zone out; raises ValueError where it holds none."""
    if not isinstance(value, str):
        raise ValueError(f"{shown(value)} is no instant")
    try:
        found = datetime.fromisoformat(value)
        if must_name_zone and found.tzinfo is None:
            raise ValueError
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{shown(value)} is no instant") from None
    if not EARLIEST <= found <= LATEST:
        raise ValueError(f"{shown(value)} is an instant that no market has")
    return found


def text(value: object) -> str:
    """The text that a column holds; raises ValueError where it holds something else."""
    if not isinstance(value, str):
        raise ValueError(f"{shown(value)} is no text")
    return value


def optional_text(value: object) -> str | None:
    """The text that a column holds, None for NULL; raises ValueError where it holds something else."""
    return None if value is None else text(value)


def number(value: object) -> float:
    """The finite number that a column holds; raises ValueError where it holds something else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{shown(value)} is no number")
    return float(value)


def decoded(value: object, kind: type[T]) -> T:
    """The JSON that a column holds as a `kind`, every instant in it aware; raises ValueError and `MsgspecError`."""
    found = msgspec.json.decode(text(value), type=kind)
    _require_zones(found)
    return found


def _require_zones(value: object) -> None:
    for name in getattr(value, "__struct_fields__", ()):
        inner = getattr(value, name)
        if isinstance(inner, datetime):
            instant(inner.isoformat())
            if inner.tzinfo is None:
                raise ValueError(f"{name} {inner.isoformat()} names no time zone")
        else:
            _require_zones(inner)


def shown(value: object) -> str:
    """A value of a row, short enough for a sentence."""
    raw = repr(value[:_SHOWN] if isinstance(value, str | bytes) else value)
    return raw if len(raw) <= _SHOWN else f"{raw[:_SHOWN]}…"


class UnreadableRows:
    """Rows that hold something impossible: each is counted once, named, and left out. May be used from any thread.

    `on_found` hears of each of the first `MAX_NOTED` rows of a table.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[str, set[str]] = {}
        self._doubts: dict[tuple[str, str], UnreadableRow] = {}
        self.on_found: Callable[[UnreadableRow], None] = lambda _: None

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
        found = UnreadableRow(table=table, row=shown(row).strip("'"), reason=reason[: 3 * _SHOWN])
        with self._lock:
            known = self._found.setdefault(table, set())
            is_new = found.row not in known
            known.add(found.row)
            if is_needed:
                self._doubts[table, found.row] = found
        if is_new and len(known) <= MAX_NOTED:
            self.on_found(found)

    @property
    def doubts(self) -> tuple[UnreadableRow, ...]:
        """The rows that trading depends on."""
        with self._lock:
            return tuple(self._doubts.values())

    @property
    def sentence(self) -> str:
        """How many rows of which tables cannot be read, and which; empty where every row can."""
        with self._lock:
            parts = [_counted(table, sorted(rows)) for table, rows in self._found.items()]
        return "; ".join(parts)


def _counted(table: str, rows: list[str]) -> str:
    words = "1 row of" if len(rows) == 1 else f"{len(rows):,} rows of"
    names = ", ".join(rows[:3]) + (", …" if len(rows) > 3 else "")
    return f"{words} {table} cannot be read: {names}"
