"""Folders and files that only their owner may read: plans, account numbers and what was traded concern nobody else.

On Windows the profile's own access lists say the same, and nothing is changed.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Final

_OWNER_FOLDER: Final = 0o700
_OWNER_FILE: Final = 0o600


def make_private_directory(path: Path) -> None:
    """Makes the folder where there is none, for its owner only. Raises `OSError`, also where a file is in its place."""
    try:
        path.mkdir(_OWNER_FOLDER, parents=True, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(errno.ENOTDIR, "it is a file, and a folder is needed", str(path)) from None


def make_private_file(path: Path) -> None:
    """Makes an empty file where there is none, for its owner only. Raises `OSError`."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, _OWNER_FILE))
