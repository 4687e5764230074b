"""Safety orders in progress: a Flatten in force, and what is not in the store yet."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, Signal

from config.words import capitalised
from engine.domain.messages.commands import CancelFlatten, Flatten
from engine.domain.messages.trading import FlattenChanged, ModesChanged
from engine.domain.trades import FlattenRest
from gui.features.trading.model.words import span_text


class SafetyModel(QObject):
    """Follows the engine. `words` is one line, empty where everything is done."""

    changed = Signal()
    commanded = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rest: FlattenRest | None = None
        self._unwritten = ""
        self._now: datetime | None = None
        self.words = ""

    # -- from the engine

    def open(self) -> None:
        """A market opens: a Flatten that is still in force is announced again."""
        self._rest = self._now = None
        self._refresh()

    def show_flatten(self, event: FlattenChanged) -> None:
        self._rest = event.rest
        self._refresh()

    def show_modes(self, event: ModesChanged) -> None:
        self._unwritten = event.unwritten
        self._refresh()

    def move_on(self, now: datetime | None) -> None:
        """The market's time, by which the next attempt is counted down."""
        self._now = now
        self._refresh()

    # -- what is shown

    @property
    def is_flattening(self) -> bool:
        return self._rest is not None

    @property
    def waits(self) -> bool:
        """Whether a refused close waits for its next attempt."""
        return self._rest is not None and self._rest.retry_at is not None

    def _refresh(self) -> None:
        unwritten = capitalised(self._unwritten)
        words = ". ".join(part for part in (self._flatten_words(), unwritten) if part)
        if words != self.words:
            self.words = words
            self.changed.emit()

    def _flatten_words(self) -> str:
        rest = self._rest
        if rest is None:
            return ""
        if not rest.is_certain:
            return "Flatten: the desk closes every position as soon as the broker shows what is open"
        words = f"Flatten: {_count(rest.positions, 'position')} left"
        if rest.orders:
            words += f", {_count(rest.orders, 'order')} without an answer"
        if rest.retry_at is not None:
            when = "" if self._now is None else f", next attempt in {span_text(rest.retry_at - self._now)}"
            words += f"{when}: {rest.reason}"
        return words

    # -- what the user asks for

    def cancel(self) -> None:
        self.commanded.emit(CancelFlatten())

    def try_again(self) -> None:
        """Asks for the refused closes at once."""
        self.commanded.emit(Flatten())


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
