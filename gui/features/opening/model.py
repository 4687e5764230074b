"""Recordings that the user wants to open: what was detected of each, and what only the user knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec
from PySide6.QtCore import QObject, Signal


class ChosenFile(msgspec.Struct, frozen=True, kw_only=True):
    """A recording and what the user said about it; None is left to the file."""

    path: str
    symbol: str | None = None
    clock: str | None = None
    spread: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What was recognised of a file; `name` is that of the file. Without a symbol nothing else is known.

    `spread` is whose spread its candles have, and `notes` what to know before going by its prices, in words.
    """

    name: str
    symbol: str | None = None
    format: str = ""
    clock: str = ""
    rows: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    has_spread: bool = True
    spread: str = ""
    notes: tuple[str, ...] = ()
    is_clock_assumed: bool = False

    @property
    def is_asking(self) -> bool:
        """Whether something of it cannot be recognised, or only guessed."""
        return self.symbol is None or not self.has_spread or self.is_clock_assumed


class OpeningModel(QObject):
    """Leads from chosen files to their markets. `asked_for` carries whether a new window is wanted."""

    changed = Signal()
    ended = Signal()
    asked_for = Signal(bool)
    cancelled = Signal()

    def __init__(self, files: list[ChosenFile], *, may_replace: bool, parent: QObject | None = None) -> None:
        """`may_replace`: the window that asks plays a recording or the demo market itself, and could play these."""
        super().__init__(parent)
        self.files = files
        self.may_replace = may_replace
        self.facts: list[FileFacts] = []
        self.reading = ""
        self.progress = 0.0
        self.fault = ""
        """Why the files cannot be opened as they were described; empty before the user asked for it."""

    @property
    def is_ready(self) -> bool:
        return len(self.facts) == len(self.files) and not self.reading

    @property
    def may_open(self) -> bool:
        """Whether nothing more has to be asked."""
        known = (file.symbol or facts.symbol for file, facts in zip(self.files, self.facts, strict=False))
        return self.is_ready and all(known)

    def show_reading(self, name: str, progress: float) -> None:
        """A file is being read; `progress` of all of them is done, 0..1."""
        self.reading, self.progress = name, progress
        self.changed.emit()

    def show_facts(self, facts: list[FileFacts]) -> None:
        self.reading, self.progress, self.facts = "", 1.0, facts
        self.changed.emit()

    def show_fault(self, sentence: str) -> None:
        """What the user said of a file does not fit it, and can be corrected."""
        self.reading, self.progress, self.fault = "", 1.0, sentence
        self.changed.emit()

    def end(self) -> None:
        """There is nothing more to ask."""
        self.ended.emit()

    def set_options(self, row: int, **changes: object) -> None:
        """What the user says of a file: `symbol`, `clock` or `spread`."""
        self.files[row] = msgspec.structs.replace(self.files[row], **changes)
        self.fault = ""
        self.changed.emit()
