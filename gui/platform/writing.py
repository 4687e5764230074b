"""Writes files that the user asked for: in the background, one at a time, complete or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from config.atomic_file import reason_of, write_atomically
from engine.errors import UnwritableExport
from gui.platform.background import Background, Progress


def write_page(path: Path, text: str) -> None:
    """Puts a page for a user into the place of the file at `path`, whole or not at all.

    Not for the event loop. Raises `UnwritableExport`.
    """
    try:
        write_atomically(path, text)
    except OSError as error:
        raise UnwritableExport(f"{path} cannot be written: {reason_of(error)}") from error


class Writing(QObject):
    """`progress` reports the progress of the file being written, None where none is.

    `changed` is emitted when it has begun or ended; `announced` carries a message for the user.
    """

    changed = Signal()
    announced = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.progress: Progress | None = None
        self._background = Background(self)

    def begin(
        self,
        path: Path,
        write: Callable[[Progress], bool],
        *,
        steps: int = 0,
        then: Callable[[], object] | None = None,
    ) -> None:
        """Lets `write` make the file, unless another is being made; it says whether the file is whole, and then
        `then` follows, or a sentence that it is written."""
        if self.progress is not None:
            return
        progress = self.progress = Progress(f"Writing {path.name}", steps, self)
        self.changed.emit()
        self._background.run(
            lambda: write(progress), lambda is_whole: self._finish(path, then, is_whole=is_whole), self._fail
        )

    def close(self) -> None:
        """Cancels the save in progress."""
        if self.progress is not None:
            self.progress.give_up()
        self._background.close()

    def _finish(self, path: Path, then: Callable[[], object] | None, *, is_whole: bool) -> None:
        self._end()
        if not is_whole:
            self.announced.emit(f"{path.name} was cancelled; nothing was written")
        elif then is None:
            self.announced.emit(f"{path} was written")
        else:
            then()

    def _fail(self, reason: str) -> None:
        self._end()
        self.announced.emit(reason)

    def _end(self) -> None:
        progress, self.progress = self.progress, None
        if progress is not None:
            progress.ended.emit()
            progress.deleteLater()
        self.changed.emit()
