"""Work on files beside the window: done on a thread of its own, its result told on the window's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QThreadPool, Signal

from engine.errors import DeskError


class Errands(QObject):
    """Runs one errand after the other. `failed` is the sentence of one that could not be done."""

    failed = Signal(str)
    _done = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._done.connect(self._hand_over)

    def run(self, errand: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Calls `errand` elsewhere, and `then` with its result here; a `DeskError` is told by `failed` instead."""
        self._pool.start(lambda: self._run(errand, then))

    def wait(self) -> None:
        """Until the errands are run; their results are handed over when the window's thread gets its turn."""
        self._pool.waitForDone()

    def _run(self, errand: Callable[[], Any], then: Callable[[Any], None]) -> None:
        try:
            result = errand()
        except DeskError as error:
            self.failed.emit(str(error))
        else:
            self._done.emit(then, result)

    def _hand_over(self, then: Callable[[Any], None], result: Any) -> None:
        then(result)
