"""Files that other programs may have put there: reading one neither waits nor fills the memory."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path


class NoPlainFile(OSError):
    """What is there is no file, or one that is far too large."""


def open_plain(path: str, flags: int) -> int:
    """An opener for `open`: refuses pipes, devices and folders. Raises `OSError`, `NoPlainFile` for those.

    A pipe without a writer keeps its reader waiting for ever, and a device may never end.
    """
    opened = os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
    if stat.S_ISREG(os.fstat(opened).st_mode):
        return opened
    os.close(opened)
    raise NoPlainFile(errno.EINVAL, "it is a pipe, a device or a folder, and a file is needed", path)


def read_plain_file(path: Path, largest: int) -> bytes:
    """The whole content of a file of at most `largest` bytes. Raises `OSError`, `NoPlainFile` for a larger one."""
    with open(path, "rb", opener=open_plain) as file:
        is_larger = os.fstat(file.fileno()).st_size > largest
        content = b"" if is_larger else file.read(largest + 1)
    if is_larger or len(content) > largest:
        raise NoPlainFile(errno.EFBIG, f"it is larger than {size_in_words(largest)}", str(path))
    return content


def size_in_words(count: int) -> str:
    """Such as 64 MB or 300 kB."""
    return f"{count // 2**20} MB" if count >= 2**20 else f"{count // 1000} kB"
