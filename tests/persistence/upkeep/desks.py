"""A store whose journal goes back ten months, and what looks after it."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain
from pathlib import Path

from engine.domain.journal import JournalEntry, JournalRecord
from engine.persistence.journal import Journal
from engine.persistence.journal_pages import JournalPages
from engine.persistence.opening import connect, open_store
from engine.persistence.upkeep.archives import ARCHIVE_FOLDER
from engine.persistence.upkeep.housekeeping import Housekeeper

NOW = datetime(2026, 9, 15, 12, tzinfo=UTC)
MONTHS = 6


class Desk:
    """A store whose journal goes back ten months: a record a day, and a halt in the second of them."""

    def __init__(self, directory: Path) -> None:
        store = open_store(directory, NOW)
        self.directory = directory
        self.warnings, self.database, self.archives = store.warnings, store.database, store.archives
        self.journal = Journal(store.database)
        self.pages = JournalPages(store.database, self.journal.flush, store.archives)
        self.keeper = Housekeeper(store.database, partial(connect, directory), store.archives)

    def write(self, first: datetime, days: int) -> None:
        for day in range(days):
            kind, symbol = ("halted", None) if day == 40 else ("plan_added", ("XAUUSD", "BTCUSD")[day % 2])
            record = JournalRecord(
                at=first + timedelta(days=day), kind=kind, symbol=symbol, plan_id=f"p{day}", payload={"day": day}
            )
            self.journal.append(record)
        self.journal.flush()

    @property
    def entries(self) -> list[JournalEntry]:
        return self.pages.entries(range(1, self.pages.newest() + 1))

    @property
    def in_store(self) -> list[int]:
        return [row["seq"] for row in self.database.read("SELECT seq FROM journal ORDER BY seq")]

    def archived(self) -> dict[str, list[int]]:
        found = {}
        for path in sorted((self.directory / ARCHIVE_FOLDER).glob("*.sqlite3")):
            with closing(sqlite3.connect(path)) as sql, suppress(sqlite3.OperationalError):
                found[path.name] = [row[0] for row in sql.execute("SELECT seq FROM journal ORDER BY seq")]
        return found

    @property
    def moved(self) -> list[int]:
        return sorted(chain.from_iterable(self.archived().values()))

    def close(self) -> None:
        self.keeper.stop()
        self.database.close()
