"""Records of the journal: one event each, with its inputs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec


class JournalRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened at `at` (aware UTC), to be written down.

    `kind` is a stable machine name; `payload` is anything msgspec can encode as a JSON object.
    """

    at: datetime
    kind: str
    symbol: str | None = None
    plan_id: str | None = None
    payload: Any = None
    account: str | None = None
    """The account that the record is about; None if it is about none."""


class JournalEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A record read back: its place in the order of writing, and the hash of the settings in force then."""

    seq: int
    at: datetime
    kind: str
    symbol: str | None
    plan_id: str | None
    settings: str
    payload: dict[str, Any]
    account: str | None = None


class JournalFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which records are wanted; what is not given does not matter. `since` is included, `until` is not.

    `text` is looked for in what a record holds and in its kind, ignoring case; a space matches any character.
    """

    symbol: str = ""
    kinds: frozenset[str] = frozenset()
    plan_id: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether every record passes."""
        return self == _OPEN


_OPEN = JournalFilter()
