"""The fields of a record as a tree that the user can read."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from engine.domain.journal import JournalEntry
from engine.reporting.words import spoken
from gui.zones import stamp_text, zone_title

MAX_TEXT_LENGTH = 2_000


class Branch(NamedTuple):
    """A name, its value in words, and what it consists of."""

    name: str
    words: str
    parts: tuple[Branch, ...] = ()


def tree_of(entry: JournalEntry, zone: tzinfo) -> tuple[Branch, ...]:
    """The record itself, then what it contains."""
    own = (
        Branch("Time", f"{stamp_text(entry.at, zone)} {zone_title(zone)}"),
        Branch("Kind", spoken(entry.kind)),
        Branch("Settings in force", entry.settings or "–"),
    )
    return own + _parts(entry.payload, zone)


def _parts(value: dict[str, Any] | list[Any], zone: tzinfo) -> tuple[Branch, ...]:
    named = value.items() if isinstance(value, dict) else ((str(place), one) for place, one in enumerate(value, 1))
    return tuple(_branch(spoken(name).capitalize(), one, zone) for name, one in named)


def _branch(name: str, value: Any, zone: tzinfo) -> Branch:
    match value:
        case dict() | list():
            if isinstance(value, list) and all(isinstance(one, str) for one in value):
                return Branch(name, ", ".join(value) or "none")
            return Branch(name, "" if value else "none", _parts(value, zone))
        case None:
            return Branch(name, "–")
        case bool():
            return Branch(name, "yes" if value else "no")
        case float():
            return Branch(name, f"{value:,.10g}")
        case str():
            return Branch(name, _text(value, zone))
        case _:
            return Branch(name, str(value))


def _text(value: str, zone: tzinfo) -> str:
    if len(value) >= 20 and value[4:5] == "-":
        with suppress(ValueError):
            at = datetime.fromisoformat(value)
            if at.tzinfo is not None:
                return f"{stamp_text(at, zone)} {zone_title(zone)}"
    return value if len(value) <= MAX_TEXT_LENGTH else f"{value[:MAX_TEXT_LENGTH]} …"
