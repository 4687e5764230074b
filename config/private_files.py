"""Folders and files that only their owner may read: plans, account numbers and what was traded concern nobody else.

On Windows the access lists of the user's profile say so already, and nothing is changed.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Final

_OWNER_FOLDER: Final = 0o700
_OWNER_FILE: Final = 0o600


def make_private_directory(path: Path) -> None:
    """Makes the folder, and those above it, where there are none, for their owner only.

    Raises `OSError`, also where a file is in the place of one of them.
    """
    if path.is_dir():
        return
    if path.exists():
        raise NotADirectoryError(errno.ENOTDIR, "it is a file, and a folder is needed", str(path))
    if path.parent != path:
        make_private_directory(path.parent)
    path.mkdir(_OWNER_FOLDER, exist_ok=True)


def make_private_file(path: Path) -> None:
    """Makes an empty file where there is none, for its owner only. Raises `OSError`."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, _OWNER_FILE))


def tighten(directory: Path, *patterns: str) -> None:
    """Takes the rights of everybody else on a folder of the desk, and on what in it matches one of the patterns.

    What belongs to another user, or lies where rights cannot be changed, stays as it is. Not for the event loop.
    """
    if os.name == "nt":
        return
    with suppress(OSError):
        for path in chain([directory], *(directory.glob(pattern) for pattern in patterns)):
            _tighten(path)


def _tighten(path: Path) -> None:
    with suppress(OSError):
        mode = path.lstat().st_mode
        is_shared = stat.S_ISLNK(mode) or mode & stat.S_ISVTX  # as /tmp is, which is no folder of the desk
        if stat.S_IMODE(mode) & 0o077 and not is_shared:
            path.chmod(stat.S_IMODE(mode) & _OWNER_FOLDER)
