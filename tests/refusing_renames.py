"""A disk on which another program, such as a virus scanner, has files open for a while."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from config import atomic_file


class RefusingRenames:
    """Refuses the next renames as Windows does; pauses between attempts are counted and cost no time."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.left = 0
        self.paused_s = 0.0
        self._rename = Path.replace
        self._error: OSError = PermissionError(errno.EACCES, "Access is denied")
        patch.setattr(Path, "replace", lambda path, target: self._replace(path, target))
        patch.setattr(atomic_file.time, "sleep", self._pause)

    def refuse(self, times: int, error: OSError | None = None) -> None:
        self.left = times
        self._error = error or self._error

    def _replace(self, path: Path, target: Path) -> Path:
        if self.left:
            self.left -= 1
            raise self._error
        return self._rename(path, target)

    def _pause(self, seconds: float) -> None:
        self.paused_s += seconds


FOR_EVER = 1_000_000
