"""Trials of programs that are not the ledger's writer: each hands its own over in files, which the writer collects."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from config.atomic_file import remove_file, replace_file, write_atomically
from engine.lab.memory.trial import Trial

_SUFFIX: Final = ".json"
_UNREADABLE: Final = ".unreadable"
_MAX_BYTES: Final = 64 * 2**20


class HandedOver(NamedTuple):
    """A file of trials; None where it holds something else."""

    file: Path
    trials: tuple[Trial, ...] | None


def hand_over(folder: Path, trials: Sequence[Trial]) -> None:
    """Puts trials into a file for the writer; the same trials give the same file. Raises `OSError`."""
    text = msgspec.json.encode(trials).decode()
    name = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
    write_atomically(folder / (name + _SUFFIX), text)


def waiting(folder: Path) -> list[HandedOver]:
    """What was handed over and not collected yet, in the order of names."""
    return [HandedOver(file, _read(file)) for file in sorted(folder.glob(f"*{_SUFFIX}"))]


def put_away(found: HandedOver) -> None:
    """Removes a file that was collected, and renames one that cannot be read. Raises `OSError`."""
    if found.trials is None:
        replace_file(found.file, found.file.with_name(found.file.name + _UNREADABLE))
    else:
        remove_file(found.file)


def _read(file: Path) -> tuple[Trial, ...] | None:
    try:
        with file.open("rb") as opened:
            raw = opened.read(_MAX_BYTES + 1)
        return msgspec.json.decode(raw, type=tuple[Trial, ...]) if len(raw) <= _MAX_BYTES else None
    except FileNotFoundError:  # collected meanwhile
        return ()
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError):
        return None
