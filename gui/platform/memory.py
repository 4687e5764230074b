"""Gives memory that is free back to the system, where the C library keeps it otherwise."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress

from PySide6.QtCore import QObject, QThreadPool, QTimer

GIVE_BACK_EVERY_MS = 60_000
M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
"""Names of `malloc.h`."""
LARGE_BYTES = 256 * 1024
MOST_ARENAS = 2
ARROW_POOL = "ARROW_DEFAULT_MEMORY_POOL"
_NO_GLIBC = (OSError, AttributeError, TypeError)


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


def keep_memory_small() -> None:
    """To be called before anything large is made or imported: what is freed shall go back to the system soon.

    By itself glibc takes each size that was freed once, pictures of windows among them, for a usual one and puts it
    among the small blocks from then on; and it opens an arena for each thread. Both together cost a desk that is used
    all day some 30 MB of holes. Arrow keeps what recordings took in a pool of its own, up to 30 MB more.
    """
    os.environ.setdefault(ARROW_POOL, "system")
    with suppress(*_NO_GLIBC):
        library = ctypes.CDLL(None)
        library.mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
        library.mallopt(M_ARENA_MAX, MOST_ARENAS)


def give_back() -> None:
    """Some milliseconds, not for the event loop."""
    with suppress(*_NO_GLIBC):
        ctypes.CDLL(None).malloc_trim(0)
