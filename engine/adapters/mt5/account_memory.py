"""Which account a person has confirmed: remembered beside the store, so that another one is noticed after a restart."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from engine.adapters.mt5.link import AccountIdentity

MEMORY_FILE: Final = "metatrader-account.json"


class AccountMemory:
    """The confirmed account; without a directory it is remembered as long as the desk runs.

    A file that cannot be read counts as absent, and one that cannot be written costs a confirmation after a restart:
    both err on the side of asking.
    """

    def __init__(self, directory: Path | None = None) -> None:
        self._path = None if directory is None else directory / MEMORY_FILE
        self._confirmed = self._read()

    @property
    def confirmed(self) -> AccountIdentity | None:
        return self._confirmed

    def confirm(self, account: AccountIdentity) -> None:
        self._confirmed = account
        if self._path is not None:
            with suppress(OSError):
                self._write(self._path, msgspec.json.encode(account))

    def _read(self) -> AccountIdentity | None:
        if self._path is None:
            return None
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=AccountIdentity)
        except (OSError, msgspec.MsgspecError):
            return None

    @staticmethod
    def _write(path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        written = path.with_name(f"{path.name}.{os.getpid()}")
        written.write_bytes(content)
        written.replace(path)
