"""The file of a store: connections to it, its version brought up to date, and what cannot be used moved aside."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias

from config.atomic_file import reason_of, remove_file, replace_file
from config.plain_file import read_plain_file
from config.private_files import make_private_file
from engine.persistence.upkeep.soundness import Steps, version_of

CACHE_KIB: Final = 512
"""Pages of the store that each connection keeps: what is read again is in the system's own cache anyway."""
DAMAGED: Final = ".damaged"
"""Suffix of a file which says that damage was found in the store while it was used."""
_MAX_WORDS: Final = 1_000
_LARGEST_NOTE: Final = 100_000

Guards: TypeAlias = Callable[[Mapping[str, str]], Iterable[str]]
"""From the triggers of a store, their SQL by name, to the statements that bring them up to date."""


def connected(path: Path, timeout_ms: int) -> sqlite3.Connection:
    """A connection to the store at `path` that waits so long for another program's write; raises `sqlite3.Error`."""
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    try:
        return configured(connection, timeout_ms)
    except BaseException:
        connection.close()  # a file that is open cannot be set aside on Windows
        raise


def reading(path: Path, timeout_ms: int) -> sqlite3.Connection:
    """A connection that never writes; raises `sqlite3.Error`."""
    connection = connected(path, timeout_ms)
    connection.execute("PRAGMA query_only = ON")
    return connection


def configured(connection: sqlite3.Connection, timeout_ms: int) -> sqlite3.Connection:
    """The same connection as every store uses it."""
    connection.row_factory = sqlite3.Row
    connection.text_factory = _lenient_text
    connection.execute(f"PRAGMA busy_timeout = {timeout_ms}")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    return connection


def _lenient_text(raw: bytes) -> str:
    # Another program may have stored text that is not UTF-8: it must not keep the rest from being read.
    return raw.decode("utf-8", errors="replace")


def bring_up_to_date(connection: sqlite3.Connection, steps: Steps, guards: Guards) -> None:
    """Takes the missing steps to the newest version and renews the guards: all of it, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        for number in range(version_of(connection), len(steps)):
            for statement in steps[number]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number + 1}")
        triggers = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())
        for statement in guards(triggers):
            connection.execute(statement)
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def beside(path: Path, suffix: str) -> Path:
    """The file of that suffix that lies beside the store."""
    return path.with_name(path.name + suffix)


def name_aside(path: Path, now: datetime) -> Path:
    """A name that no file has yet, for a store that is set aside at `now`."""
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    aside = beside(path, f".aside-{stamp}")
    number = 1
    while aside.exists():
        number += 1
        aside = beside(path, f".aside-{stamp}-{number}")
    return aside


def move_aside(path: Path, aside: Path, *suffixes: str) -> None:
    """Renames the store, what SQLite keeps beside it, and its files of these suffixes; raises `OSError`."""
    for suffix in ("", "-wal", "-shm", *suffixes):
        if (part := beside(path, suffix)).exists():
            replace_file(part, beside(aside, suffix))


def mark(path: Path, suffix: str, words: str) -> None:
    """Leaves a note for the next start; a disk that cannot take it must not make matters worse."""
    with suppress(OSError):
        note = beside(path, suffix)
        make_private_file(note)
        note.write_text(words, encoding="utf-8")


def unmark(path: Path, suffix: str) -> None:
    """Takes the note back; where another program keeps it there, the next start reports it once more."""
    with suppress(OSError):
        remove_file(beside(path, suffix))


def marked(path: Path, suffix: str) -> str | None:
    """What the note says, None where there is none."""
    note = beside(path, suffix)
    if not note.exists():
        return None
    try:
        return read_plain_file(note, _LARGEST_NOTE).decode(errors="replace")[:_MAX_WORDS]
    except OSError as error:
        return f"what is known of it cannot be read: {reason_of(error)}"
