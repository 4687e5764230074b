"""Converts values to table rows and back: times as ISO 8601 text, the rest as JSON.

Other programs write to the file and disks fail: no row is trusted to hold what it should.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, Literal, TypeVar

import msgspec

from engine.domain.plan import TradePlan
from engine.domain.well_formed import EARLIEST, LATEST, fault_in

PLAN_COLUMNS = TradePlan.__struct_fields__
"""The columns of `trade_plans` are the fields of a plan, in this order or any other."""

SHOWN: Final = 80
"""Characters of an odd value that a sentence repeats."""
_PLAIN: Final = frozenset({str, int, float, bool, type(None)})
_encoder = msgspec.json.Encoder()
T = TypeVar("T")


# -- into the table -----------------------------------------------------------------------------------------------


def stamp(instant: datetime) -> str:
    """An instant as text that sorts by time."""
    return instant.isoformat(timespec="microseconds")


def json_text(value: Any) -> str:
    return _encoder.encode(value).decode()


def plan_values(plan: TradePlan, columns: Iterable[str] = PLAN_COLUMNS) -> dict[str, object]:
    """The plan by column, as the table holds it; empty texts as NULL."""
    return {column: None if (value := getattr(plan, column)) == "" else stored(value) for column in columns}


def insert(
    sql: sqlite3.Connection, table: str, row: Mapping[str, object], *, otherwise: Literal["", "IGNORE", "REPLACE"] = ""
) -> bool:
    """Writes a row, given by column, and returns whether it did; `otherwise` says what gives way to an equal key."""
    cursor = sql.execute(insertion(table, tuple(row), otherwise), tuple(map(stored, row.values())))
    return cursor.rowcount == 1


@cache
def insertion(table: str, columns: tuple[str, ...], otherwise: str = "") -> str:
    """The statement that writes a row of these columns."""
    verb = f"INSERT OR {otherwise}" if otherwise else "INSERT"
    return f"{verb} INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def stored(value: object) -> object:
    """A value as a column holds it."""
    if type(value) in _PLAIN:
        return value
    match value:
        case datetime():
            return stamp(value)
        case str():
            return str(value)
        case dict() | tuple() | msgspec.Struct():
            return json_text(value)
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
    """The JSON that a column holds as a `kind`, every instant in it aware; raises ValueError and `MsgspecError`.

    The numbers of a structure are those that can be used in calculations; see `fault_in`.
    """
    found = msgspec.json.decode(text(value), type=kind)
    _require_zones(found)
    if isinstance(found, msgspec.Struct) and (fault := fault_in(found)) is not None:
        raise ValueError(fault)
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
    raw = repr(value[:SHOWN] if isinstance(value, str | bytes) else value)
    return raw if len(raw) <= SHOWN else f"{raw[:SHOWN]}…"
