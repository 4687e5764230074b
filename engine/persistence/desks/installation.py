"""The installation of the desk that a data folder belongs to: named once, and renamed if the folder is a copy."""

from __future__ import annotations

import hashlib
import os
import secrets
import sys
import uuid
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

import msgspec

from config.atomic_file import write_atomically
from config.plain_file import read_plain_file
from engine.domain.facts import InstallationNamed
from engine.domain.journal import JournalRecord
from engine.domain.records import record_of
from engine.domain.tokens import ALPHABET, INSTALLATION_LENGTH, Installation, is_installation

FILE: Final = "desk.installation.json"
"""Next to the store, which may have to be set aside: what was sent before stays recognisable."""

_LARGEST_FILE: Final = 100_000
_MEMORY: Final = "installation"
_MACHINE_FILES: Final = ("/etc/machine-id", "/var/lib/dbus/machine-id")


class Memory(Protocol):
    """The store, as far as the name of the installation is kept in it too."""

    def remembered(self, name: str) -> str | None: ...

    def remember(self, name: str, value: str, record: JournalRecord) -> None: ...


class _Named(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored; `home` identifies machine, user and folder."""

    name: str
    home: str


def open_installation(memory: Memory, directory: Path | None, at: datetime) -> Installation:
    """The installation of a data folder; one that lasts no longer than this run without a folder.

    A folder that was copied or moved to another place, user or machine gets a name of its own: a desk on the original
    may run next to this one. Raises `UnusableStore` where the name cannot be kept.
    """
    if directory is None:
        return Installation(name=_new_name())
    path, home = directory / FILE, _home(directory)
    stored = _decoded(memory.remembered(_MEMORY))
    beside = _decoded(_text_of(path))
    known = beside or stored
    if known is not None and known.home == home:
        _keep(memory, path, known, stored, beside, at, copied_from=None)
        return Installation(name=known.name)
    named = _Named(name=_new_name(), home=home)
    copied_from = None if known is None else known.name
    _keep(memory, path, named, stored, beside, at, copied_from=copied_from)
    return Installation(name=named.name, copied_from=copied_from)


def _keep(
    memory: Memory,
    path: Path,
    named: _Named,
    stored: _Named | None,
    beside: _Named | None,
    at: datetime,
    *,
    copied_from: str | None,
) -> None:
    """Keeps the name in the store, and beside it if possible: without the file the store is enough."""
    text = msgspec.json.encode(named).decode()
    if stored != named:
        memory.remember(_MEMORY, text, record_of(InstallationNamed(named.name, copied_from), at))
    if beside != named:
        with suppress(OSError):
            write_atomically(path, text)


def _decoded(text: str | None) -> _Named | None:
    if text is None:
        return None
    try:
        found = msgspec.json.decode(text, type=_Named)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return None
    return found if is_installation(found.name) else None


def _text_of(path: Path) -> str | None:
    try:
        return read_plain_file(path, _LARGEST_FILE).decode()
    except (OSError, ValueError):
        return None


def _new_name() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(INSTALLATION_LENGTH))


def _home(directory: Path) -> str:
    place = os.path.normcase(directory.resolve())
    return hashlib.blake2b("\n".join((_machine(), str(Path.home()), place)).encode(), digest_size=8).hexdigest()


def _machine() -> str:
    """An identifier of this machine, as far as its system has one."""
    if sys.platform == "win32":
        import winreg

        with suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:
            return str(winreg.QueryValueEx(key, "MachineGuid")[0])
    for name in _MACHINE_FILES:
        if text := (_text_of(Path(name)) or "").strip():
            return text
    return f"{uuid.getnode():012x}"
