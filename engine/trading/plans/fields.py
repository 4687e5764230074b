"""Reads the fields of an untrusted row, and collects their faults."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from engine.domain.market import Side
from engine.domain.well_formed import LARGEST_WHOLE, fault_in

SHOWN_CHARACTERS = 40
"""Characters of a wrong value that a fault repeats."""


class FieldReader:
    """Typed access to `row`; each fault is a sentence that names the field, what it holds and what is allowed."""

    def __init__(self, row: Mapping[str, object]) -> None:
        self._row = row
        self.faults: list[str] = []

    def _fault(self, key: str, allowed: str) -> None:
        value = self._row.get(key)
        if value is None:
            self.faults.append(f"{key} is missing; it must be {allowed}")
            return
        shown = repr(value[: SHOWN_CHARACTERS * 4] if isinstance(value, str | bytes) else value)
        cut = shown if len(shown) <= SHOWN_CHARACTERS else shown[:SHOWN_CHARACTERS] + "…"
        self.faults.append(f"{key} is {cut}; it must be {allowed}")

    def price(self, key: str) -> float | None:
        """A finite number above zero."""
        number = _number(self._row.get(key))
        if number is None or number <= 0.0:
            self._fault(key, "a number above zero")
            return None
        return number

    def optional_number(self, key: str) -> float | None:
        """A finite number, or None where there is none."""
        value = self._row.get(key)
        number = _number(value)
        if value is not None and number is None:
            self._fault(key, "a number or nothing")
        return number

    def optional_whole(self, key: str) -> int | None:
        """A whole number the store can hold, or None where there is none."""
        value = self._row.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_WHOLE:
            self._fault(key, "a whole number or nothing")
            return None
        return value

    def name(self, key: str, longest: int) -> str | None:
        """Printable text of 1 to `longest` characters without blanks around it."""
        value = self._row.get(key)
        if (
            not isinstance(value, str)
            or not 0 < len(value) <= longest
            or not value.isprintable()
            or value != value.strip()
        ):
            self._fault(key, f"text of 1 to {longest} printable characters")
            return None
        return value

    def text(self, key: str, longest: int) -> str:
        """Any text up to `longest` characters; None reads as empty."""
        value = self._row.get(key)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > longest or fault_in(value) is not None:
            self._fault(key, f"Unicode text of at most {longest} characters")
            return ""
        return value

    def side(self, key: str) -> Side | None:
        value = self._row.get(key)
        if isinstance(value, str) and value.upper() in Side.__members__:
            return Side[value.upper()]
        self._fault(key, "BUY or SELL")
        return None

    def instant(self, key: str) -> datetime | None:
        """An instant in ISO 8601, read as UTC where it names no zone; None where there is none."""
        value = self._row.get(key)
        if value is None or value == "":
            return None
        try:
            stamp = value if isinstance(value, datetime) else datetime.fromisoformat(value)  # type: ignore[arg-type]
            return stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            self._fault(key, "an instant such as 2026-03-02T08:00:00Z")
            return None

    def json_object(self, key: str, longest: int) -> dict[str, Any] | None:
        """A JSON object, as text of at most `longest` characters or as a mapping."""
        value = self._row.get(key)
        found = json_object(value, longest)
        if found is None:
            self._fault(key, "a JSON object")
        elif (fault := fault_in(found, key)) is not None:
            self.faults.append(fault)
        return found


def json_object(value: object, longest: int) -> dict[str, Any] | None:
    """The JSON object that `value` is or spells, None where it is none."""
    if isinstance(value, str | bytes) and len(value) <= longest:
        try:
            value = msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError, ValueError):
            return None
    return dict(value) if isinstance(value, Mapping) else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
