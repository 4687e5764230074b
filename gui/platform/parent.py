"""The parent process, read on standard input: it speaks first, and this process lives while that is open."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import Final

PATIENCE_S: Final = 5.0
"""In which a process whose parent is gone has to end in order."""

_STDIN: Final = 0
_PIECE_BYTES: Final = 65_536


def first_line() -> bytes:
    """What the parent says first, without the end of the line; empty where it ended before."""
    said = b""
    while not said.endswith(b"\n") and (piece := os.read(_STDIN, _PIECE_BYTES)):
        said += piece
    return said.rstrip(b"\n")


def when_gone(end: Callable[[], object], heard: Callable[[bytes], object] = bytes) -> None:
    """Calls `end`, in a thread of its own, once the parent has ended or lets go, and before that `heard` with each line
    that it says, without its end.

    A process that has not ended soon after that is killed: it would hang unnoticed.
    """
    threading.Thread(target=_wait, args=(end, heard), name="parent", daemon=True).start()


def _wait(end: Callable[[], object], heard: Callable[[bytes], object]) -> None:
    # The descriptor itself: a stream that a daemon thread reads cannot be closed when the interpreter ends.
    said = b""
    while piece := os.read(_STDIN, _PIECE_BYTES):
        *lines, said = (said + piece).split(b"\n")
        for line in lines:
            heard(line)
    end()
    time.sleep(PATIENCE_S)
    os._exit(1)
