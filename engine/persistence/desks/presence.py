"""Which desk on this computer trades on an account: one lock each, in a folder shared by all desks of a user."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import Final

from config.plain_file import read_plain_file
from config.private_files import make_private_directory
from engine.domain.tokens import is_installation
from engine.errors import DeskIsRunning
from engine.persistence.desks.lock import DeskLock

_LARGEST_FILE: Final = 1_000
_log = logging.getLogger(__name__)


class AccountPresence:
    """Held from `enter` to `leave`, or until the process ends. Without a folder no other desk is noticed."""

    def __init__(self, directory: Path | None, installation: str) -> None:
        self._directory = directory
        self._installation = installation
        self._lock: DeskLock | None = None

    def enter(self, account: str) -> str | None:
        """Claims the account, and gives up the one before. Returns the installation that has it already, if any.

        A folder that cannot be used is no reason not to trade: what another desk sends shows at the broker too.
        """
        self.leave()
        if self._directory is None:
            return None
        name = f"{hashlib.blake2b(account.encode(), digest_size=8).hexdigest()}.lock"
        try:
            make_private_directory(self._directory)
            self._lock = DeskLock(self._directory, name, self._installation)
        except DeskIsRunning:
            return self._holder(self._directory / name)
        except OSError as error:
            _log.warning("desks on one account are not noticed on this computer: %s", error)
        return None

    def leave(self) -> None:
        """Lets another desk in."""
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.release()

    def _holder(self, path: Path) -> str | None:
        """The installation that holds the lock; empty if its name is not in the file yet, None if it is this desk."""
        try:
            name = read_plain_file(path, _LARGEST_FILE).decode("ascii", errors="replace").strip()
        except OSError:
            name = ""
        if name == self._installation:
            return None  # this desk, opened again in the same process
        return name if is_installation(name) else ""
