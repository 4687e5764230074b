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


def when_gone(end: Callable[[], object]) -> None:
    """Calls `end`, in a thread of its own, once the parent has ended or lets go.

    A process that has not ended soon after that is ended where it stands: nobody would miss it, or see that it hangs.
    """
    threading.Thread(target=_wait, args=(end,), name="parent", daemon=True).start()


def _wait(end: Callable[[], object]) -> None:
    # The descriptor itself: a stream that a daemon thread reads cannot be closed when the interpreter ends.
    while os.read(_STDIN, _PIECE_BYTES):
        pass
    end()
    time.sleep(PATIENCE_S)
    os._exit(1)
