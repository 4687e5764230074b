"""Runs work that takes longer than a frame on a separate thread: one job after the other, results in order."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, QThreadPool, Signal

from engine.errors import DeskError

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Progress(QObject):
    """How far something is that the user waits for and may give up.

    `moved` carries how many of its `steps` are done, `ended` follows its end, successful or not.
    """

    moved = Signal(int)
    ended = Signal()

    def __init__(self, title: str, steps: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.title, self.steps = title, steps
        self._is_cancelled = threading.Event()

    def give_up(self) -> None:
        """Ends it at its next step."""
        self._is_cancelled.set()

    def report(self, done: int) -> bool:
        """Reports progress, from any thread; returns True where the work should stop."""
        self.moved.emit(done)
        return self._is_cancelled.is_set()


def _ignore(_: str) -> None:
    pass


class Background(QObject):
    """Answers come on the window's thread; what a `DeskError` says goes to `failed` instead."""

    _answered = Signal(object)

    def __init__(self, parent: QObject | None = None, failed: Callable[[str], object] = _ignore) -> None:
        super().__init__(parent)
        self._failed = failed
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._is_closed = False
        self._answered.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    def run(
        self, work: Callable[[], T], then: Callable[[T], object], failed: Callable[[str], object] | None = None
    ) -> None:
        """Does `work` when all that was asked before is done; nothing is answered after `close`."""
        if not self._is_closed:
            self._pool.start(lambda: self._do(work, then, failed or self._failed))

    def wait(self) -> None:
        """Until all is done; answers come when the window's thread gets its turn."""
        self._pool.waitForDone()

    def close(self) -> None:
        """Waits for what is being done, and forgets the rest."""
        self._is_closed = True
        self._pool.clear()
        self._pool.waitForDone()

    def _do(self, work: Callable[[], T], then: Callable[[T], object], failed: Callable[[str], object]) -> None:
        try:
            answer = partial(then, work())
        except DeskError as error:
            answer = partial(failed, str(error))
        except Exception as error:
            _log.exception("work beside the window failed")
            answer = partial(failed, f"This failed unexpectedly ({type(error).__name__}: {error}); see the log.")
        with contextlib.suppress(RuntimeError):  # who asked may have ended meanwhile, as a dialog that is closed
            self._answered.emit(answer)

    def _answer(self, answer: Callable[[], object]) -> None:
        if not self._is_closed:
            answer()
