"""The reserve file next to the store, allocated in advance: it takes safety orders even if the disk is full."""

from __future__ import annotations

import hashlib
import os
import struct
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from engine.errors import UnusableStore

PAGE_FILE = "safety.bin"
SLOT: Final = 8192
"""Bytes of one of the two slots, which are written in turn: a torn write leaves the one before it whole."""

_HEAD: Final = struct.Struct("<8sQI16s")
CAPACITY: Final = SLOT - _HEAD.size
"""Bytes that can be kept."""
_MAGIC: Final = b"MSSAFE1\0"
_BINARY: Final = getattr(os, "O_BINARY", 0)


class PageContent(NamedTuple):
    """What was written last, empty if nothing was. `is_damaged` if a slot holds anything else."""

    text: bytes
    is_damaged: bool


class SafetyPage:
    """Opened for as long as the desk runs. Every write is on the disk when it returns, and needs no further space.

    Raises `UnusableStore` where the file cannot be made, read or written.
    """

    def __init__(self, directory: Path) -> None:
        self.path = directory / PAGE_FILE
        try:
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | _BINARY, 0o600)
        except OSError as error:
            raise UnusableStore(f"{self.path} cannot be opened: {error}") from error
        self._number = 0
        try:
            self._preallocate()
            self.content = self._read()
        except OSError as error:
            self.close()
            raise UnusableStore(f"{self.path} cannot be used: {error}") from error

    def write(self, text: bytes) -> None:
        """Keeps `text` in place of what stood there; at most `CAPACITY` bytes."""
        if len(text) > CAPACITY:
            raise UnusableStore(f"{self.path} has no room for {len(text)} bytes, max {CAPACITY}")
        number = self._number + 1
        head = _HEAD.pack(_MAGIC, number, len(text), _digest(number, text))
        try:
            self._put(number % 2 * SLOT, (head + text).ljust(SLOT, b"\0"))
        except OSError as error:
            raise UnusableStore(f"{self.path} cannot be written: {error}") from error
        self._number = number

    def close(self) -> None:
        """Closing twice does nothing more."""
        file, self._file = self._file, -1
        if file >= 0:
            with suppress(OSError):
                os.close(file)

    def _preallocate(self) -> None:
        missing = 2 * SLOT - os.fstat(self._file).st_size
        if missing > 0:
            self._put(2 * SLOT - missing, b"\0" * missing)

    def _put(self, offset: int, content: bytes) -> None:
        os.lseek(self._file, offset, os.SEEK_SET)
        while content:
            content = content[os.write(self._file, content) :]
        os.fsync(self._file)

    def _read(self) -> PageContent:
        os.lseek(self._file, 0, os.SEEK_SET)
        raw = b""
        while len(raw) < 2 * SLOT and (more := os.read(self._file, 2 * SLOT - len(raw))):
            raw += more
        slots = [raw[:SLOT], raw[SLOT:]]
        known = [found for slot in slots if (found := _content_of(slot)) is not None]
        self._number, text = max(known, default=(0, b""))
        return PageContent(text, is_damaged=sum(any(slot) for slot in slots) > len(known))


def _content_of(slot: bytes) -> tuple[int, bytes] | None:
    """Number and text of a slot that was written whole; None for any other."""
    magic, number, length, digest = _HEAD.unpack_from(slot)
    text = slot[_HEAD.size : _HEAD.size + length]
    if magic != _MAGIC or len(text) != length or digest != _digest(number, text):
        return None
    return number, text


def _digest(number: int, text: bytes) -> bytes:
    return hashlib.blake2b(struct.pack("<Q", number) + text, digest_size=16).digest()
