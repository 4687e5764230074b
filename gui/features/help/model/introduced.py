"""Whether the user has seen the introduction, in a file next to the settings."""

from __future__ import annotations

import logging
from pathlib import Path

from config.atomic_file import write_atomically

_log = logging.getLogger(__name__)


class IntroducedFile:
    """That there is such a file says it; what is in it does not matter."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def has_been(self) -> bool:
        try:
            return self._path.exists()
        except OSError:
            return False

    def note(self) -> None:
        """Where that cannot be written the introduction comes again, and nothing else is wrong."""
        try:
            write_atomically(self._path, "The introduction was seen; it comes again when this file is gone.\n")
        except OSError:
            _log.warning("it cannot be kept that the introduction was seen", exc_info=True)
