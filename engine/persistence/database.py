"""The store's connection: transactions are atomic, and as durable as they need to be."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from engine.errors import BrokenConstraint, UnusableStore
from engine.persistence.desks.lock import DeskLock
from engine.persistence.faults import StoreFaults

_DAMAGE = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


class Database:
    """One connection for every write of this process, behind one lock, and one beside it that only reads.

    Readers never wait for writers, in this process or in another. Not shared: in memory, where no other
    program can write, and one connection serves for both.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        desk_lock: DeskLock | None = None,
        keeper: sqlite3.Connection | None = None,
        reader: sqlite3.Connection | None = None,
        *,
        is_shared: bool = True,
        faults: StoreFaults | None = None,
    ) -> None:
        self.faults = faults or StoreFaults()
        self._connection = connection
        self._is_shared = is_shared
        self._synchronous = ""
        self._desk_lock = desk_lock
        self._keeper = keeper
        self._lock = threading.RLock()
        self._reader = connection if reader is None else reader
        self._reading = self._lock if reader is None else threading.RLock()
        self._keeping = threading.Lock()
        self._version = 0
        self._close_files = weakref.finalize(self, _close_all, [each for each in (keeper, reader, connection) if each])

    @property
    def is_shared(self) -> bool:
        """Whether other programs can write it as well."""
        return self._is_shared

    @contextmanager
    def transaction(self, *, is_durable: bool) -> Iterator[sqlite3.Connection]:
        """Commits on leaving, and takes everything back if anything raises.

        Durable: on the disk before this returns, and all that was committed before it as well. Otherwise safe from a
        killed process, but not from a power cut. Raises `BrokenConstraint` if the store's own rules stand against it,
        and `UnusableStore` if the file cannot be written.
        """
        with self._lock, explained(self.faults):
            self._sync("FULL" if is_durable else "NORMAL")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                if self._connection.in_transaction:  # it may have been taken back within
                    self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise

    def _sync(self, synchronous: str) -> None:
        if self._is_shared and synchronous != self._synchronous:
            self._connection.execute(f"PRAGMA synchronous = {synchronous}")
            self._synchronous = synchronous

    def read(self, query: str, values: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        """All rows of a query, as they were committed last."""
        with self._reading, explained(self.faults):
            return self._reader.execute(query, values).fetchall()

    def value(self, query: str, values: tuple[object, ...] = ()) -> Any:
        """The first column of the first row; None where there is no row."""
        found = self.read(query, values)
        return found[0][0] if found else None

    def version_of_others(self) -> int:
        """Changes whenever another connection has committed; costs about a microsecond.

        Returns the last known value while something is written, without waiting.
        """
        if self._is_shared and self._lock.acquire(blocking=False):
            try:
                with explained(self.faults):
                    self._version = int(self._connection.execute("PRAGMA data_version").fetchone()[0])
            finally:
                self._lock.release()
        return self._version

    def checkpoint(self) -> None:
        """Moves what was written from the log into the file; meant for another thread: it blocks no other work."""
        if self._keeper is not None:
            with self._keeping, explained(self.faults):
                self._keeper.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def close(self) -> None:
        """Closes the file, then lets another desk in; closing twice does nothing more.

        A store that is dropped without it gives its files back as well, but the desk lock only with the process.
        """
        with self._lock, self._reading, self._keeping:
            self._close_files()
            desk_lock, self._desk_lock = self._desk_lock, None
        if desk_lock is not None:
            desk_lock.release()


def _close_all(connections: list[sqlite3.Connection]) -> None:
    for connection in connections:
        connection.close()


@contextmanager
def explained(faults: StoreFaults | None = None) -> Iterator[None]:
    """Turns what SQLite says into a sentence for the user.

    Damage of the file is reported to `faults`.
    """
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise BrokenConstraint(f"the store refused it: {error}") from error
    except (sqlite3.Error, UnicodeDecodeError) as error:  # a damaged name in the file breaks the message itself
        if faults is not None and is_damage(error):
            faults.report_damage(str(error))
        raise UnusableStore(f"the store cannot be used now: {error}") from error


def is_damage(error: BaseException | None) -> bool:
    """Whether an error says that the file is damaged, not just busy, full or unreachable."""
    return isinstance(error, UnicodeDecodeError) or getattr(error, "sqlite_errorname", "").startswith(_DAMAGE)
