"""The progress of a search for setups that runs beside the desk."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class SearchModel(QObject):
    """What is being looked for and how far it is; `cancelled` asks for its end."""

    changed = Signal()
    cancelled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_running = False
        self.words = ""

    def show_progress(self, share: float) -> None:
        """`share` of all candles is read, 0..1."""
        self._show(f"Looking for setups: {100 * share:.0f} %", is_running=True)

    def finish(self, words: str = "") -> None:
        """Nothing runs any more; `words` say what the user should know of it."""
        self._show(words, is_running=False)

    def cancel(self) -> None:
        self.cancelled.emit()

    def _show(self, words: str, *, is_running: bool) -> None:
        if (words, is_running) != (self.words, self.is_running):
            self.words, self.is_running = words, is_running
            self.changed.emit()
