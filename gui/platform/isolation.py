"""Keeps one part of the window from stopping the others: an exception is counted, logged and reported once."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.faults import UNEXPECTED, FaultLog

QT_LOG = "qt"
"""The logger of Qt's own messages."""
MAX_QT_MESSAGES = 100

_log = logging.getLogger(__name__)


class Isolation(QObject):
    """`noticed` carries a title and a sentence, the first time of each cause; from any thread."""

    noticed = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._faults = FaultLog()

    @property
    def failures(self) -> int:
        return self._faults.count

    def run(self, part: str, work: Callable[..., object], *arguments: object) -> None:
        """Does `work` for a part of the window; an exception does not leave it."""
        try:
            work(*arguments)
        except Exception as error:
            self.note(part, error)

    def note(self, part: str, error: BaseException) -> None:
        """Reports that this error kept a part from doing its work."""
        sentence = self._faults.note(part, error)
        if sentence:
            self.noticed.emit(UNEXPECTED, f"{sentence} The rest of the window goes on; see the log.")


class _QtErrors(logging.Handler):
    """Receives Qt's own messages of level ERROR and above."""

    def __init__(self, report: Callable[[str], None]) -> None:
        super().__init__(logging.ERROR)
        self._report = report

    def emit(self, record: logging.LogRecord) -> None:
        self._report(record.getMessage())


class Unhandled(Isolation):
    """Uncaught exceptions: in painting, in the handler of a click, in a task, in a thread, in Qt.

    Active from construction until `stop`; `watch` adds an event loop.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._before = sys.excepthook, threading.excepthook, sys.unraisablehook
        sys.excepthook = self._report
        threading.excepthook = self._report_from_thread
        sys.unraisablehook = self._report_unraisable
        self._qt_said: set[str] = set()
        self._qt_errors = _QtErrors(self._report_from_qt)
        logging.getLogger(QT_LOG).addHandler(self._qt_errors)

    def watch(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.set_exception_handler(self._report_from_loop)

    def stop(self) -> None:
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._before
        logging.getLogger(QT_LOG).removeHandler(self._qt_errors)

    def _report_from_qt(self, message: str) -> None:
        if message not in self._qt_said and len(self._qt_said) < MAX_QT_MESSAGES:
            self._qt_said.add(message)
            self.noticed.emit(UNEXPECTED, f"Qt, which draws the window, says: {message}")

    def _report(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, Exception):
            self.note("A part of the window", error)
        else:
            self._before[0](kind, error, trace)  # such as Ctrl+C: not a fault

    def _report_from_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self.note("A background thread", arguments.exc_value)

    def _report_unraisable(self, unraisable: sys.UnraisableHookArgs) -> None:
        if unraisable.exc_value is not None:
            self.note("The clean-up of an object", unraisable.exc_value)

    def _report_from_loop(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.note("A background task", error)
        else:
            _log.error("the event loop reports: %s", context.get("message"))
