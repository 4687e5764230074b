"""Fetches cache entries that a worker's machine lacks from the study: each entry once."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from config.private_files import make_private_directory
from engine.errors import DeskIsRunning
from engine.lab.batches import Batch
from engine.lab.cache import MAX_BYTES
from engine.lab.entries import EntryStore
from engine.persistence.desks.lock import DeskLock

_LOCK_FILE: Final = "supply.lock"
_LOOK_AGAIN_S: Final = 0.05


class Supply:
    """The cache folder of a worker's machine, which all processes there share."""

    def __init__(self, folder: Path, ask: Callable[[str], bytes | None]) -> None:
        """`ask` requests the bytes of an entry from the study by its key; None if the study does not have it either."""
        self._folder, self._ask = folder, ask
        self._store = EntryStore(folder, MAX_BYTES)

    def complete(self, batch: Batch) -> Batch:
        """The batch as it can be tried here. Missing columns are calculated by the first process that needs them."""
        for key in batch.entries:
            if not self._store.has(key):
                self._fetch(key)
        return batch.kept_in(self._folder)

    def _fetch(self, key: str) -> None:
        """One process at a time, so that the others find what the first has fetched."""
        lock = self._lock()
        try:
            if not self._store.has(key) and (content := self._ask(key)) is not None:
                self._store.keep(key, content)
        finally:
            lock.release()

    def _lock(self) -> DeskLock:
        make_private_directory(self._folder)
        while True:
            try:
                return DeskLock(self._folder, _LOCK_FILE)
            except DeskIsRunning:
                time.sleep(_LOOK_AGAIN_S)
