"""Whether a value from outside can be stored and used in calculations."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

import msgspec

LARGEST_WHOLE: Final = 2**63 - 1
LARGEST_NUMBER: Final = 1e15
"""No price, size or amount of money comes near it, and a float still counts price steps exactly."""
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""No market has instants beyond; within, any time zone can show them and days can be added."""


def fault_in(value: object, name: str = "it") -> str | None:
    """What in `value`, or in any part of it, cannot be stored or used, as words for a sentence; None if nothing.

    Numbers must be finite and within `LARGEST_NUMBER`, whole ones within 64 bits, and text must be Unicode: half of a
    surrogate pair, as damaged input brings it, cannot be written anywhere.
    """
    try:
        return _fault_in(value, name)
    except RecursionError:
        return f"{name} is nested too deeply"


def _fault_in(value: object, name: str) -> str | None:
    match value:
        case bool() | None:
            return None
        case str():
            return _fault_in_text(value, name)
        case int():
            return None if abs(value) <= LARGEST_WHOLE else f"{name} is beyond what can be counted (64 bits)"
        case float():
            is_well = math.isfinite(value) and abs(value) <= LARGEST_NUMBER
            return None if is_well else f"{name} is {value:g}; a number up to {LARGEST_NUMBER:g} is allowed"
        case msgspec.Struct():
            return _first(_fault_in(getattr(value, each), each) for each in value.__struct_fields__)
        case Mapping():
            return _first(_fault_in(each, name) for item in value.items() for each in item)
        case list() | tuple() | set() | frozenset():
            return _first(_fault_in(each, name) for each in value)
        case _:
            return None


def _first(faults: Iterable[str | None]) -> str | None:
    return next((fault for fault in faults if fault is not None), None)


def _fault_in_text(text: str, name: str) -> str | None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return f"character {error.start + 1} of {name} is half of a surrogate pair; whole Unicode text is allowed"
    return None


def well_formed_text(text: str) -> str:
    """The text with a question mark for each character that cannot be encoded."""
    return text.encode(errors="replace").decode()


def printable(text: str) -> str:
    """The text without control characters, which no table or page can show; lines and tabs stay."""
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) != "Cc").strip()


def one_line(text: str) -> str:
    """The printable text with single spaces, in one line."""
    return " ".join(printable(text).split())
