"""A disk on which another program, such as a virus scanner, has files open for a while."""

from __future__ import annotations

import errno
import time
from pathlib import Path

import pytest


class RefusingRenames:
    """Refuses the next renames or removals as Windows does; pauses between attempts are counted and cost no time."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.left = 0
        self.kept = 0
        self.paused_s = 0.0
        self._rename, self._remove = Path.replace, Path.unlink
        self._error: OSError = PermissionError(errno.EACCES, "Access is denied")
        patch.setattr(Path, "replace", lambda path, target: self._replace(path, target))
        patch.setattr(Path, "unlink", lambda path, missing_ok=False: self._unlink(path, missing_ok))
        patch.setattr(time, "sleep", self._pause)

    def refuse(self, times: int, error: OSError | None = None) -> None:
        self.left = times
        self._error = error or self._error

    def keep(self, times: int) -> None:
        """Refuses the next removals of files that are there."""
        self.kept = times

    def _unlink(self, path: Path, missing_ok: bool) -> None:
        if self.kept and path.exists():
            self.kept -= 1
            raise PermissionError(errno.EACCES, "Access is denied")
        self._remove(path, missing_ok=missing_ok)

    def _replace(self, path: Path, target: Path) -> Path:
        if self.left:
            self.left -= 1
            raise self._error
        return self._rename(path, target)

    def _pause(self, seconds: float) -> None:
        self.paused_s += seconds


FOR_EVER = 1_000_000
