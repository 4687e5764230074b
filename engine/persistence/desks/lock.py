"""One running desk per data directory: a lock of the operating system, released even if the process is killed."""

from __future__ import annotations

import os
from pathlib import Path

from config.file_lock import try_lock, unlock
from engine.errors import DeskIsRunning

LOCK_FILE = "desk.lock"


class DeskLock:
    """Held from construction to `release`.

    `holder` is what others read in the file, the process if not given. Raises `DeskIsRunning`, naming who holds it, and
    `OSError` where there can be no such file.
    """

    def __init__(self, directory: Path, name: str = LOCK_FILE, holder: str = "") -> None:
        path = directory / name
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            is_free = try_lock(self._file)
        except OSError:
            os.close(self._file)
            raise
        if not is_free:
            other = os.read(self._file, 20).decode(errors="replace").strip()
            os.close(self._file)
            raise DeskIsRunning(f"another desk (process {other or 'unknown'}) owns {directory}")
        try:
            os.ftruncate(self._file, 0)
            os.lseek(self._file, 0, os.SEEK_SET)
            os.write(self._file, f"{holder or os.getpid()}\n".encode())
        except OSError:
            self.release()
            raise

    def release(self) -> None:
        """Lets another desk in; the file stays, since removing it would race with the next owner."""
        unlock(self._file)
        os.close(self._file)
