"""Gives memory that is free back to the system, where the C library keeps it otherwise."""

from __future__ import annotations

import ctypes

from PySide6.QtCore import QObject, QThreadPool, QTimer

GIVE_BACK_EVERY_MS = 60_000


class MemoryKeeper(QObject):
    """From its making on, what windows and dialogs have left is given back each minute, beside the window's thread.

    Windows that open and close all day leave holes between what stays, which glibc does not return by itself: the
    desk seems to grow by megabytes with each of them.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        timer = QTimer(self, interval=GIVE_BACK_EVERY_MS)
        timer.timeout.connect(lambda: QThreadPool.globalInstance().start(give_back))
        timer.start()


def give_back() -> None:
    """Some milliseconds, not for the event loop; nothing happens where the C library has no such call."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError, TypeError):
        return
