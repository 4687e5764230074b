"""The account that the user has confirmed: stored next to the store, so that a restart notices another one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from config.atomic_file import reason_of, write_atomically
from config.plain_file import read_plain_file
from engine.adapters.mt5.port import AccountIdentity

MEMORY_FILE: Final = "metatrader-account.json"
LARGEST_FILE: Final = 1_000_000
"""Bytes."""
RETRY_S: Final = 5.0
"""Between two attempts to write a confirmation that could not be written."""


class AccountMemory:
    """The confirmed account; without a directory it is remembered as long as the desk runs.

    A file that cannot be read counts as absent, and one that cannot be written costs a confirmation after a restart:
    both err on the side of asking.
    """

    def __init__(self, directory: Path | None = None) -> None:
        self._path = None if directory is None else directory / MEMORY_FILE
        self._confirmed = self._read()
        self._is_unwritten = asyncio.Event()

    @property
    def confirmed(self) -> AccountIdentity | None:
        return self._confirmed

    def confirm(self, account: AccountIdentity) -> None:
        """Holds at once; `keep` writes it down."""
        self._confirmed = account
        self._is_unwritten.set()

    async def keep(self, notice: Callable[[str], None]) -> None:
        """Writes down what is confirmed, and tries again until it is written; `notice` hears a sentence where it
        cannot be.

        Ends only by cancellation, after a last attempt.
        """
        try:
            while True:
                await self._is_unwritten.wait()
                try:
                    await self._write()
                except OSError as error:
                    notice(
                        f"The confirmed account cannot be written to {self._path}: {reason_of(error)}. "
                        "It is in force until the desk is closed, and the desk keeps trying to save it."
                    )
                    await asyncio.sleep(RETRY_S)
        finally:
            if self._is_unwritten.is_set():
                with suppress(OSError):
                    await self._write()

    async def _write(self) -> None:
        confirmed = self._confirmed
        if self._path is not None:
            await asyncio.to_thread(write_atomically, self._path, msgspec.json.encode(confirmed).decode())
        if confirmed is self._confirmed:
            self._is_unwritten.clear()

    def _read(self) -> AccountIdentity | None:
        if self._path is None:
            return None
        try:
            return msgspec.json.decode(read_plain_file(self._path, LARGEST_FILE), type=AccountIdentity)
        except (OSError, msgspec.MsgspecError):
            return None
