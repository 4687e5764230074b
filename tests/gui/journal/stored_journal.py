"""A journal on the disk, and a model of it that is looked at."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from pytestqt.qtbot import QtBot

from engine.domain.journal import JournalFilter, JournalRecord
from engine.persistence.journal_pages import JournalPages
from engine.persistence.opening import open_reader
from gui.features.journal.model.journal import JournalModel
from tests.builders import MONDAY
from tests.plans.stores import StoredDesk

WHAT, NUMBER = 2, 5


class StoredJournal:
    """A journal on the disk, and a window's model of it that is looked at."""

    def __init__(self, qtbot: QtBot, directory: Path) -> None:
        self.qtbot = qtbot
        self.desk = StoredDesk(directory)
        self.reader = open_reader(self.desk.database)
        self.model = JournalModel(lambda: MONDAY + timedelta(days=1))
        self.messages: list[str] = []
        self.model.announced.connect(self.messages.append)

    def note(self, kind: str = "halted", minute: int = 0, **changes: Any) -> None:
        payload = changes.pop("payload", {"by": "person", "reason": f"minute {minute}"})
        at = MONDAY + timedelta(minutes=minute)
        self.desk.journal.append(JournalRecord(at=at, kind=kind, payload=payload, **changes))

    def fill(self, count: int) -> None:
        """So many records at once."""
        self.desk.journal.flush()
        query = """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
            INSERT INTO journal (at, kind, settings, payload)
            SELECT '2026-03-02T08:00:00+00:00', CASE i % 1000 WHEN 0 THEN 'halted' ELSE 'reconciled' END, '', '{}'
            FROM n
        """
        with self.desk.database.transaction(is_durable=False) as sql:
            sql.execute(query, (count,))

    def open(self) -> JournalModel:
        self.model.open(JournalPages(self.reader, self.desk.journal.flush))
        return self.model

    def watch(self) -> JournalModel:
        """Opens and looks, until everything is found."""
        self.open().watch(True)
        self.until(lambda: self.model.count > 0)
        return self.model

    def until(self, is_so: Any) -> None:
        self.qtbot.waitUntil(is_so)

    def words(self, row: int) -> list[str]:
        """The words of a row, once they are read."""
        self.model.table.words(row)
        self.until(lambda: self.model.table.entry(row) is not None)
        return self.model.table.words(row)

    def narrowed(self, *, is_run_only: bool = False, **wanted: Any) -> list[str]:
        """The numbers of the records that pass."""
        self.model.set_filter(JournalFilter(**wanted), is_run_only=is_run_only)
        self.until(lambda: self.model.searched == 1.0)
        return [str(self.model.table.number(row)) for row in range(self.model.count)]

    def close(self) -> None:
        self.model.close()
        self.reader.close()
        self.desk.close()
