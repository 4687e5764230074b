"""Notes on trades, as state: the known ones, and the one that the user is writing."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from engine.domain.messages.commands import AnnotateTrade
from engine.domain.trade_facts import Annotation


class NoteDraft(NamedTuple):
    """What is being written about a trade that the user knows by `title`; `fault` says why it was not kept."""

    trade_id: str
    title: str
    note: str
    tags: str
    fault: str = ""


class TradeNotes(QObject):
    """One note is written at a time. `begun` and `ended` frame the writing, `changed` emits what has been saved."""

    commanded = Signal(object)
    begun = Signal()
    refused = Signal()
    ended = Signal()
    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: dict[str, Annotation] = {}
        self.draft: NoteDraft | None = None

    def of(self, trade_id: str) -> Annotation | None:
        """What has been written about a trade while the desk runs."""
        return self._kept.get(trade_id)

    def learn(self, annotation: Annotation) -> None:
        """What the store knows of a trade; what was written since stands above it."""
        self._kept.setdefault(annotation.trade_id, annotation)

    # -- writing

    def begin(self, trade_id: str, title: str) -> None:
        """Lets the user write about a trade, or change what is written."""
        known = self._kept.get(trade_id)
        note, tags = ("", "") if known is None else (known.note, ", ".join(known.tags))
        self.draft = NoteDraft(trade_id, title, note, tags)
        self.begun.emit()

    def save(self, note: str, tags: str) -> None:
        """Asks for this note, and tags parted by commas, to be kept; `ended` follows when they are."""
        if self.draft is not None:
            self.draft = self.draft._replace(note=note, tags=tags, fault="")
            self.commanded.emit(AnnotateTrade(self.draft.trade_id, note, tuple(tags.split(","))))

    def end(self) -> None:
        """Nothing more is written."""
        if self.draft is not None:
            self.draft = None
            self.ended.emit()

    # -- events of the engine

    def on_annotation(self, annotation: Annotation) -> None:
        """It is on the disk."""
        self._kept[annotation.trade_id] = annotation
        self.changed.emit(annotation)
        if self.draft is not None and self.draft.trade_id == annotation.trade_id:
            self.end()

    def refuse(self, trade_id: str, reason: str) -> None:
        """It was not kept."""
        if self.draft is not None and self.draft.trade_id == trade_id:
            self.draft = self.draft._replace(fault=reason)
            self.refused.emit()


def note_words(annotation: Annotation | None) -> str:
    """Tags and note in one line; empty where there are none."""
    if annotation is None:
        return ""
    tags = f"[{', '.join(annotation.tags)}] " if annotation.tags else ""
    return f"{tags}{' '.join(annotation.note.split())}".strip()
