"""One running desk per data directory: a lock of the operating system, released even if the process is killed."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

from engine.errors import DeskIsRunning

LOCK_FILE = "desk.lock"

_HELD = (errno.EWOULDBLOCK, errno.EACCES)
"""What locking says where another process has the lock; the second is the word of Windows."""

_LOCKED_BYTE = 1 << 30
"""Beyond the text, since a locked byte cannot be read on Windows, and others must be able to read who holds it."""


class DeskLock:
    """Held from construction to `release`.

    `holder` is what others read in the file, the process if not given. Raises `DeskIsRunning`, naming who holds it, and
    `OSError` where there can be no such file.
    """

    def __init__(self, directory: Path, name: str = LOCK_FILE, holder: str = "") -> None:
        path = directory / name
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._file)
        except OSError as error:
            if error.errno not in _HELD:
                os.close(self._file)
                raise
            other = os.read(self._file, 20).decode(errors="replace").strip()
            os.close(self._file)
            raise DeskIsRunning(f"another desk (process {other or 'unknown'}) owns {directory}") from None
        try:
            os.ftruncate(self._file, 0)
            os.lseek(self._file, 0, os.SEEK_SET)
            os.write(self._file, f"{holder or os.getpid()}\n".encode())
        except OSError:
            self.release()
            raise

    def release(self) -> None:
        """Lets another desk in; the file stays, since removing it would race with the next owner."""
        _unlock(self._file)
        os.close(self._file)


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
