"""Whether the running market is being recorded, and how much of it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class RecordingModel(QObject):
    """`asked` carries whether the user wants to record; what is shown follows what the recorder says."""

    changed = Signal()
    asked = Signal(bool)
    announced = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_on = False
        self.bytes = 0
        self.folder = ""
        self._failure: str | None = None

    @property
    def words(self) -> str:
        """`● REC 1.4 MB`, or nothing."""
        return f"● REC {size_text(self.bytes)}" if self.is_on else ""

    def toggle(self) -> None:
        self.asked.emit(not self.is_on)

    def show(self, *, is_on: bool, size: int, folder: str, failure: str | None = None) -> None:
        """What the recorder says; `failure` is why it ended by itself, or cannot be written at the moment."""
        has_ended = self.is_on and not is_on
        self.is_on, self.bytes, self.folder = is_on, size, folder
        self.changed.emit()
        was, self._failure = self._failure, failure
        if failure is not None:
            if failure != was or has_ended:
                self.announced.emit(failure)
        elif has_ended:
            self.announced.emit(f"Recorded {size_text(size)} into {folder}")
        elif was is not None and is_on:
            self.announced.emit("The recording is being written again; nothing is missing")


def size_text(size: int) -> str:
    """`612 kB`, `1.4 MB`."""
    return f"{size / 1e6:.1f} MB" if size >= 1_000_000 else f"{size // 1000} kB"
