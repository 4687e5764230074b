"""Price alerts in SQLite: each as one row, written with its record in the journal."""

from __future__ import annotations

import sqlite3
from contextlib import suppress

from engine.domain.journal import JournalRecord
from engine.domain.price_alerts import MAX_ALERTS, PriceAlert
from engine.errors import UnusableStore
from engine.persistence.database import Database
from engine.persistence.journal import Journal
from engine.persistence.rows import decoded, json_text
from engine.persistence.writes import Outcome
from engine.price_alerts.checks import faults_within

_KEEP = """
    INSERT INTO price_alerts (alert_id, alert) VALUES (?, ?)
    ON CONFLICT (alert_id) DO UPDATE SET alert = excluded.alert
"""


class SqliteAlertTable:
    """The table `price_alerts`; implements `AlertTable`. What the store cannot take now is given up, and `done` hears
    why: an alert that comes late because the disk was full is worse than one that may come again after a restart."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def alerts(self) -> tuple[PriceAlert, ...]:
        """Every alert that can be read, the newest at most; other programs may have written anything."""
        found = self._database.read("SELECT * FROM price_alerts ORDER BY rowid DESC LIMIT ?", (MAX_ALERTS,))
        faults = self._database.faults
        return tuple(faults.read("price_alerts", found[::-1], _alert_of, name=lambda row: row["alert_id"]))

    def keep(self, alert: PriceAlert, record: JournalRecord, done: Outcome) -> None:
        """Keeps an alert in place of the one with its id."""
        self._journal.write(record, lambda sql: _write(sql, alert), is_kept=False, done=done)

    def remove(self, alert: PriceAlert, record: JournalRecord, done: Outcome) -> None:
        def delete(sql: sqlite3.Connection) -> None:
            sql.execute("DELETE FROM price_alerts WHERE alert_id = ?", (alert.alert_id,))

        self._journal.write(record, delete, is_kept=False, done=done)

    def note_side(self, alert: PriceAlert) -> None:
        """Keeps an alert of which only the side of the price changed. A power cut may lose that, and so may a store
        that cannot be written now: the next change of side is kept again."""
        with suppress(UnusableStore):
            self._journal.write_beside(lambda sql: _write(sql, alert))


def _write(sql: sqlite3.Connection, alert: PriceAlert) -> None:
    """One that changes keeps its place among the others."""
    sql.execute(_KEEP, (alert.alert_id, json_text(alert)))


def _alert_of(row: sqlite3.Row) -> PriceAlert:
    alert = decoded(row["alert"], PriceAlert)
    if alert.alert_id != row["alert_id"]:
        raise ValueError(f"it holds alert {alert.alert_id}")
    if faults := list(faults_within(alert)):
        raise ValueError("; ".join(faults))
    return alert
