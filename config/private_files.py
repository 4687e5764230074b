"""Folders and files that only their owner may read: they hold plans, account numbers and trades.

On Windows the permissions of the user's profile ensure that already, and nothing is changed.
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
    """Creates the folder and missing parent folders, for their owner only.

    Raises `OSError`, also if one of them is a file.
    """
    if path.is_dir():
        return
    if path.exists():
        raise NotADirectoryError(errno.ENOTDIR, "it is a file, and a folder is needed", str(path))
    if path.parent != path:
        make_private_directory(path.parent)
    path.mkdir(_OWNER_FOLDER, exist_ok=True)


def make_private_file(path: Path) -> None:
    """Creates an empty file, for its owner only, unless it exists. Raises `OSError`; so does a pipe without reader."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_NONBLOCK", 0), _OWNER_FILE))


def tighten(directory: Path, *patterns: str) -> None:
    """Removes the permissions of all other users on a folder of the desk, and on what in it matches a pattern.

    Files of another user, and file systems without permissions, stay as they are. Not for the event loop.
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
