"""Locks of the operating system on files: released even if the process is killed."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from config.private_files import make_private_directory

_HELD: Final = (errno.EWOULDBLOCK, errno.EACCES)
"""What locking says where another process has the lock; the second is the word of Windows."""

_LOCKED_BYTE: Final = 1 << 30
"""Beyond the text, since a locked byte cannot be read on Windows, and others must be able to read who holds it."""

PATIENCE_S: Final = 2.0
"""Reading, merging and writing a file take milliseconds: who holds a lock for longer was stopped."""
_PAUSE_S: Final = 0.01


def try_lock(file: int) -> bool:
    """Locks an open file, unless another has the lock. Raises `OSError` where there can be none."""
    try:
        _lock(file)
    except OSError as error:
        if error.errno not in _HELD:
            raise
        return False
    return True


def unlock(file: int) -> None:
    """Releases the lock on an open file. Raises `OSError`."""
    _unlock(file)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds the lock that goes with the file at `path`, so that what is read there can be changed and written back.

    Goes on without it after `PATIENCE_S`, and where there can be none: what is to be written is worth more. Not for the
    event loop.
    """
    file = _opened(path.with_name(f"{path.name}.lock"))
    try:
        is_held = file is not None and _wait_for(file)
        try:
            yield
        finally:
            if file is not None and is_held:
                unlock(file)
    finally:
        if file is not None:
            os.close(file)


def _opened(path: Path) -> int | None:
    with suppress(OSError):
        make_private_directory(path.parent)
        return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NONBLOCK", 0), 0o600)
    return None


def _wait_for(file: int) -> bool:
    until = time.monotonic() + PATIENCE_S
    with suppress(OSError):
        while not (is_held := try_lock(file)) and time.monotonic() < until:
            time.sleep(_PAUSE_S)
        return is_held
    return False


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        _at_locked_byte(file, msvcrt.LK_NBLCK)

    def _unlock(file: int) -> None:
        _at_locked_byte(file, msvcrt.LK_UNLCK)

    def _at_locked_byte(file: int, mode: int) -> None:
        os.lseek(file, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(file, mode, 1)
        finally:
            os.lseek(file, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
