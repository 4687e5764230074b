"""What a process that plays AUTO is asked for, and what it says: each a line of JSON."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.domain.practice import PlayedFile, PracticeTrade, Stretch


class AutoRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What to play: files, or the demo market of a `seed` where there are none; on `parts`, by `settings` as JSON; the
    economic calendar is in the folder `calendar`."""

    files: tuple[PlayedFile, ...]
    seed: int
    parts: tuple[Stretch, ...]
    settings: dict[str, Any]
    calendar: str | None = None


class AutoProgress(msgspec.Struct, frozen=True, tag="progress"):
    """So much of the parts is played, 0..1."""

    share: float


class AutoResult(msgspec.Struct, frozen=True, tag="result"):
    """The trades of AUTO."""

    trades: tuple[PracticeTrade, ...]


AutoLine = AutoProgress | AutoResult
"""What the process that plays says, each a line of JSON."""
