"""The log of the desk: standard error, and a file in the per-user log folder."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from platformdirs import user_log_path
from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from config.atomic_file import reason_of
from config.private_files import make_private_directory, make_private_file, tighten
from gui.platform.isolation import QT_LOG

LOG_BYTES = 1_000_000
LOG_FILES = 3

_HARMLESS = ("This plugin does not support propagateSizeHints()", "This plugin does not support raise()")
"""What the offscreen platform says of every window, and what means nothing."""

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}

_qt_log = logging.getLogger(QT_LOG)


class LogFile(RotatingFileHandler):
    """A log that begins a new file when it is full, for its owner only.

    If another program has a file open, as a viewer may, the log goes on in the full file and tries again later: no
    record is lost.
    """

    def __init__(self, path: Path, max_bytes: int = LOG_BYTES) -> None:
        """Raises `OSError`."""
        self._max_bytes = max_bytes
        self._path = path
        super().__init__(path, maxBytes=max_bytes, backupCount=LOG_FILES, encoding="utf-8", errors="backslashreplace")

    def doRollover(self) -> None:
        if self.stream is not None:
            self.stream.close()
            self.stream = None
        try:
            self._shift()
            self._path.replace(self._numbered(0))  # once: the event loop writes here, and must not wait
            self._shift()
            self.maxBytes = self._max_bytes
        except OSError:
            self.maxBytes += self._max_bytes // 10  # not at each record again
        self.stream = self._open()

    def _shift(self) -> None:
        """Moves the full file that stands at 0 to 1, and the older ones along."""
        if self._numbered(0).exists():
            for number in reversed(range(self.backupCount)):
                if self._numbered(number).exists():
                    self._numbered(number).replace(self._numbered(number + 1))

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")

    def _open(self) -> Any:
        make_private_directory(self._path.parent)
        make_private_file(self._path)
        return super()._open()


def log_folder() -> Path:
    """Where the log is, and reports of crashes."""
    return user_log_path("microscalp", appauthor=False)


def start_logging() -> str:
    """Sends warnings, Qt's among them, to standard error and to `desk.log`.

    Returns why there is no such file, else an empty text: the desk opens without a log, since positions may be open.
    """
    fault = ""
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    path = log_folder() / "desk.log"
    try:
        handlers.append(LogFile(path))
        tighten(path.parent, f"{path.name}*")
    except OSError as error:
        fault = f"{path} cannot be written: {reason_of(error)}. Errors go to standard error only."
    logging.basicConfig(
        level=logging.WARNING, handlers=handlers, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    qInstallMessageHandler(_log_qt_message)
    return fault


def _log_qt_message(kind: QtMsgType, _: QMessageLogContext, message: str | None) -> None:
    if message and message not in _HARMLESS:
        _qt_log.log(_LEVELS.get(kind, logging.WARNING), message)
