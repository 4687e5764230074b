"""Where the desk writes what went wrong: standard error, and a file in the per-user log folder."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler

from platformdirs import user_log_path
from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

LOG_BYTES = 1_000_000
LOG_FILES = 3

_HARMLESS = ("This plugin does not support propagateSizeHints()",)
"""What the offscreen platform says of every window, and what means nothing."""

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}

_qt_log = logging.getLogger("qt")


def start_logging() -> None:
    """Sends warnings, Qt's among them, to standard error and to `desk.log`."""
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    try:
        folder = user_log_path("microscalp", appauthor=False, ensure_exists=True)
        path = folder / "desk.log"
        handlers.append(RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8"))
    except OSError:
        pass  # A folder that cannot be written to must not keep the desk from opening; standard error remains.
    logging.basicConfig(
        level=logging.WARNING, handlers=handlers, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    qInstallMessageHandler(_take_qt_message)


def _take_qt_message(kind: QtMsgType, _: QMessageLogContext, message: str | None) -> None:
    if message and message not in _HARMLESS:
        _qt_log.log(_LEVELS.get(kind, logging.WARNING), message)
