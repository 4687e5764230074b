"""The file `door.json` in the data folder: where the door of a running desk is, and the tokens that open it."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from config.atomic_file import remove_file, write_atomically
from engine.domain.messages.proposals import Caller
from engine.errors import DeskError

FILE: Final = "door.json"
LOCK: Final = "door.lock"
HOST: Final = "127.0.0.1"
FORMAT: Final = 1
TOKEN_BYTES: Final = 32
LARGEST_FILE: Final = 10_000

Token = Annotated[str, Meta(min_length=32, max_length=100)]


class NoDoor(DeskError):
    """No desk of this data folder lets programs in."""


class NoDeskRuns(NoDoor):
    """No desk of this data folder has its door open: there is no address, or nothing listens there any more."""


class DoorAddress(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A door that is open. Each face has a token of its own: by it the door knows who asks. New with each opening.

    `http_port` is 0 where HTTP is off.
    """

    format: Annotated[int, Meta(ge=FORMAT, le=FORMAT)] = FORMAT
    process: int
    version: str
    port: Annotated[int, Meta(ge=1, le=65_535)]
    tokens: dict[Caller, Token]
    http_port: Annotated[int, Meta(ge=0, le=65_535)] = 0


def new_tokens() -> dict[Caller, str]:
    return {caller: secrets.token_urlsafe(TOKEN_BYTES) for caller in Caller}


def write_address(directory: Path, address: DoorAddress) -> None:
    """For its owner only. Raises `OSError`. Not for the event loop."""
    path = directory / FILE
    if path.is_symlink() or path.is_fifo():
        remove_file(path)  # another program put it there, and would get the tokens
    write_atomically(path, msgspec.json.format(msgspec.json.encode(address)).decode())


def remove_address(directory: Path) -> None:
    """Raises `OSError`. Not for the event loop."""
    remove_file(directory / FILE)


def _open_file(path: str, flags: int) -> int:
    """Opens a file of this user, and nothing that would keep its reader waiting. Raises `OSError`."""
    opened = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    found = os.fstat(opened)
    if stat.S_ISREG(found.st_mode) and (os.name == "nt" or found.st_uid == os.geteuid()):
        return opened
    os.close(opened)
    raise PermissionError(errno.EPERM, "it is not a file of this user")


def read_address(directory: Path) -> DoorAddress:
    """The door of the desk on this data folder, or of one that was killed. Raises `NoDoor`, and `NoDeskRuns`
    where there is none."""
    path = directory / FILE
    try:
        with open(path, "rb", opener=_open_file) as file:
            return msgspec.json.decode(file.read(LARGEST_FILE), type=DoorAddress)
    except FileNotFoundError:
        raise NoDeskRuns(
            f"no desk with an open API runs on {directory}: start the desk, and switch on Settings, Assistant, "
            "Let programs connect; or run `microscalp serve`"
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise NoDoor(f"{path} cannot be read: {error}") from error
