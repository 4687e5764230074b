"""Files that are always complete, even if the process is killed or another program has them open."""

from __future__ import annotations

import errno
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from config.file_names import fault_of_name
from config.private_files import make_private_directory

RETRY_PAUSES_S: Final = (0.01, 0.02, 0.04, 0.08, 0.15, *(0.2,) * 8, 0.1)
"""Two seconds in total: virus scanners, file synchronisation and readers release a file within that time."""

_MAX_ASIDE: Final = 20
_ACCESS_DENIED, _SHARING_VIOLATION, _LOCK_VIOLATION = 5, 32, 33
"""Windows error codes for a file that another program has open."""


def write_atomically(path: Path, text: str) -> None:
    """Durably replaces the file at `path` by one with `text`; creates its folder if needed. Only the owner can read it.

    Raises `OSError` and leaves the old file as it was. May take seconds (`replace_file`).
    """
    if path.is_char_device() or path.is_fifo():
        _write_into(path, text)  # such as /dev/stdout: nothing may take its place
        return
    if fault := fault_of_name(path.name):
        raise OSError(errno.EINVAL, fault, str(path))
    make_private_directory(path.parent)
    # In the same directory, since a file can be put into another's place within one file system only.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    written = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        replace_file(written, path)
    except BaseException:
        with suppress(OSError):
            remove_file(written)
        raise
    _make_rename_durable(path.parent)


def _write_into(path: Path, text: str) -> None:
    """Refuses a pipe that nobody reads, which would keep its writer waiting for ever."""
    descriptor = os.open(path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0))
    os.set_blocking(descriptor, True)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def replace_file(source: Path, target: Path) -> None:
    """Renames `source` to `target` and replaces what is there; waits up to two seconds while a program has either open.

    Not for the event loop, which may only try once. Raises `OSError`.
    """
    _patiently(lambda: source.replace(target))


def set_aside(path: Path, aside: Path) -> Path:
    """Renames a file that is of no use to `aside`, or to a name like it that no earlier one has; returns that name.

    Not for the event loop. Raises `OSError`.
    """
    free = free_name(aside)
    replace_file(path, free)
    return free


def free_name(aside: Path) -> Path:
    """`aside`, or the first of its like that is not there, such as x-2.json; the last one is given again and again."""
    numbered = (aside.with_name(f"{aside.stem}-{number}{aside.suffix}") for number in range(2, _MAX_ASIDE + 1))
    last = aside
    for last in (aside, *numbered):
        if not os.path.lexists(last):
            break
    return last


def remove_file(path: Path) -> None:
    """Removes the file at `path` if there is one; waits up to two seconds while a program has it open.

    Not for the event loop, which may only try once. Raises `OSError`.
    """
    _patiently(lambda: path.unlink(missing_ok=True))


def _patiently(act: Callable[[], object]) -> None:
    for pause_s in RETRY_PAUSES_S:
        try:
            act()
        except OSError as error:
            if not _is_held(error):
                raise
            time.sleep(pause_s)
        else:
            return
    act()


def reason_of(error: OSError) -> str:
    """What went wrong with a file, as part of a sentence; says so if another program may be the cause."""
    words = error.strerror or str(error)
    return f"{words} (another program may have it open)" if _is_held(error) else words


def _is_held(error: OSError) -> bool:
    """Whether another program may have the file open, so that trying again may help."""
    is_held = isinstance(error, PermissionError) or error.errno == errno.EBUSY
    return is_held or getattr(error, "winerror", None) in (_ACCESS_DENIED, _SHARING_VIOLATION, _LOCK_VIOLATION)


def _make_rename_durable(directory: Path) -> None:
    if os.name == "nt":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
