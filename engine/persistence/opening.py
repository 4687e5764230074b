"""Opens the store: sound, of this version, owned by one desk; what cannot be used is set aside, never overwritten."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path

from config.atomic_file import reason_of
from config.private_files import make_private_directory, make_private_file, tighten
from engine.domain.risk import Lock, LockName
from engine.errors import DeskIsRunning, UnusableStore
from engine.persistence.database import Database, explained, is_damage
from engine.persistence.desks.lock import DeskLock
from engine.persistence.guards import renewed
from engine.persistence.lock_table import write_lock
from engine.persistence.migrations import MIGRATIONS, VERSION
from engine.persistence.rows import insert
from engine.persistence.upkeep.archives import ARCHIVE_FOLDER, JournalArchives
from engine.persistence.upkeep.soundness import fault_within, version_of
from engine.persistence.upkeep.store_file import (
    DAMAGED,
    beside,
    bring_up_to_date,
    configured,
    connected,
    mark,
    marked,
    move_aside,
    name_aside,
    reading,
    unmark,
)

DATABASE_FILE = "desk.sqlite3"
BUSY_TIMEOUT_MS = 2_000
"""How long another program's write is waited for, by a thread that may wait."""
READ_TIMEOUT_MS = 5
"""How long the desk's loop waits for a store that cannot even be read: another program's write holds no reader up."""

_SET_ASIDE = ".set-aside"
"""Suffix of a file which says why the store beside it has to start halted."""
_OURS = ("desk.*", "*-account.json", "recent_recordings.json")
"""Files of a desk in its folder: the store with all that lies next to it, its lock, the confirmed account."""


class OpenedStore:
    """The store of a desk, and what the user must know about how it was opened."""

    def __init__(self, database: Database, archives: JournalArchives, warnings: tuple[str, ...]) -> None:
        self.database = database
        self.archives = archives
        self.warnings = warnings
        """Not empty where a file was set aside: what the desk knew is in there, so the new store begins halted."""


def open_store(directory: Path, now: datetime) -> OpenedStore:
    """Opens or makes the store in `directory`, for the one desk that may run there.

    Raises `DeskIsRunning` where another runs, and `UnusableStore` where the folder cannot be used, or the file is
    locked, cannot be read at all, or was written by a newer version of the program: such a file stays as it is. One
    that is damaged is renamed with the stamp of `now` and a new one is made. Only its owner may read the store: further
    rights are removed.
    """
    try:
        return _opened(directory, now)
    except OSError as error:
        raise UnusableStore(
            f"plans and journal cannot be kept in {directory}: {reason_of(error)}; use --data-dir for another folder"
        ) from error
    except UnusableStore as error:
        if str(directory) in str(error):
            raise
        raise UnusableStore(f"{directory}: {error}") from error


def _opened(directory: Path, now: datetime) -> OpenedStore:
    make_private_directory(directory)
    desk_lock = DeskLock(directory)
    try:
        tighten(directory, *_OURS)
        path = directory / DATABASE_FILE
        connection, warning = _sound(path, now)
        database = Database(
            connection, desk_lock, keeper=connected(path, BUSY_TIMEOUT_MS), reader=reading(path, READ_TIMEOUT_MS)
        )
        database.faults.on_damage = partial(mark, path, DAMAGED)
        archives = JournalArchives(directory / ARCHIVE_FOLDER, database.faults)
        warning = warning or marked(path, _SET_ASIDE)  # a desk that was killed had begun to set it aside
        _begin_journal(database, archives, warning or "", now)
        if warning is not None:
            _halt(database, warning, now)
            unmark(path, _SET_ASIDE)
        return OpenedStore(database, archives, () if warning is None else (warning,))
    except BaseException:
        desk_lock.release()
        raise


def connect(directory: Path) -> sqlite3.Connection:
    """A further connection to the store of a directory that is open already; raises `sqlite3.Error`."""
    return connected(directory / DATABASE_FILE, BUSY_TIMEOUT_MS)


def visit_store(directory: Path, now: datetime) -> Database:
    """Opens the store for a moment's work, beside the desk if one is running.

    Raises `UnusableStore` where the file cannot be used, or is not of this version while a desk runs on it.
    """
    try:
        return open_store(directory, now).database
    except DeskIsRunning:
        path = directory / DATABASE_FILE
    with explained():
        connection = connected(path, BUSY_TIMEOUT_MS)
        version = version_of(connection)
    if version != VERSION:
        connection.close()
        raise UnusableStore(f"{path} is of version {version}, this program needs {VERSION}")
    return Database(connection)


def open_reader(database: Database) -> Database:
    """A second way into the same store that never writes and holds no writer up; `database` itself where the store is
    in memory."""
    path = database.read("PRAGMA database_list")[0]["file"]
    if not path:
        return database
    with explained(database.faults):
        connection = reading(Path(path), BUSY_TIMEOUT_MS)
    return Database(connection, faults=database.faults)


def open_in_memory() -> Database:
    """A store that is gone when it is closed: for replays."""
    connection = configured(sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None), BUSY_TIMEOUT_MS)
    _bring_up_to_date(connection, is_shared=False)
    return Database(connection, is_shared=False)


# -- opening ----------------------------------------------------------------------------------------------------------


def _sound(path: Path, now: datetime) -> tuple[sqlite3.Connection, str | None]:
    """A connection to the store, or to a new one in place of one that cannot be used, and then a warning."""
    warning = None if (fault := _fault_of(path)) is None else _set_aside(path, fault, now)
    try:
        return _prepared(path), warning
    except UnusableStore as error:
        if warning is not None or not is_damage(error.__cause__):
            raise
        warning = _set_aside(path, f"is damaged ({error.__cause__})", now)
    return _prepared(path), warning


def _prepared(path: Path) -> sqlite3.Connection:
    make_private_file(path)  # what SQLite puts beside it has the same rights
    with explained():
        connection = connected(path, BUSY_TIMEOUT_MS)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA wal_autocheckpoint = 0")  # an order never waits for housekeeping
            _bring_up_to_date(connection, is_shared=True)
        except BaseException:
            connection.close()
            raise
    return connection


def _bring_up_to_date(connection: sqlite3.Connection, *, is_shared: bool) -> None:
    bring_up_to_date(connection, MIGRATIONS, partial(renewed, is_shared=is_shared))


# -- what cannot be used ------------------------------------------------------------------------------------------


def _fault_of(path: Path) -> str | None:
    """Why the file cannot be used, None where it can; raises `UnusableStore` where that cannot be found out."""
    if not path.exists():
        return "is missing, but its -wal file is there" if beside(path, "-wal").exists() else None
    if (damage := marked(path, DAMAGED)) is not None:
        return f"is damaged ({damage})"
    try:
        with closing(connected(path, BUSY_TIMEOUT_MS)) as connection:
            if (version := version_of(connection)) > VERSION:
                raise UnusableStore(
                    f"{path} was written by a newer version of this program (store version {version}, this one knows "
                    f"{VERSION}) and was left as it is: install the newer version, or use --data-dir for another folder"
                )
            return fault_within(connection, MIGRATIONS)
    except UnicodeDecodeError:
        return "is damaged (its schema is not valid text)"
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            return f"is damaged ({error})"
        raise UnusableStore(f"{path} cannot be read now: {error}") from error


def _set_aside(path: Path, fault: str, now: datetime) -> str:
    """Moves the store away and says so; a mark makes the new one begin halted also after a kill in between."""
    aside = name_aside(path, now)
    warning = f"{path} {fault}; it was set aside as {aside.name} and a new one was made"
    mark(path, _SET_ASIDE, warning)
    try:
        move_aside(path, aside, DAMAGED)
    except OSError as error:
        if path.exists():
            unmark(path, _SET_ASIDE)
        raise UnusableStore(f"{path} {fault}, and cannot be set aside: {reason_of(error)}") from error
    return warning


def _halt(database: Database, reason: str, now: datetime) -> None:
    with database.transaction(is_durable=True) as sql:
        write_lock(sql, Lock(name=LockName.HALT, since=now, until=None, reason=reason))


def _begin_journal(database: Database, archives: JournalArchives, reason: str, now: datetime) -> None:
    """Continues the numbers of archived months in an empty journal."""
    if database.value("SELECT 1 FROM journal LIMIT 1"):
        return
    newest = archives.newest()
    if not newest and not reason:
        return
    with database.transaction(is_durable=True) as sql:
        begun = {"seq": newest + 1, "at": now, "kind": "store_begun", "settings": "", "payload": {"reason": reason}}
        insert(sql, "journal", begun)
