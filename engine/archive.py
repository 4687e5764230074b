"""The store of a desk as its user sees it: plans, locks and journal, how it was opened, and what is kept in order."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from config.changes import Change
from config.settings import Settings
from engine.bus import Bus
from engine.clock import Clock
from engine.domain.facts import PracticeBegun, RowUnreadable
from engine.domain.journal import JournalRecord
from engine.domain.market import DayRoll
from engine.domain.records import record_of
from engine.market.sessions import SessionCalendar
from engine.persistence.accounts import assign_unknown
from engine.persistence.database import Database
from engine.persistence.journal import Journal
from engine.persistence.journal_observer import JournalObserver
from engine.persistence.journal_pages import JournalPages
from engine.persistence.lock_table import SqliteLockTable
from engine.persistence.opening import connect, open_in_memory, open_reader, open_store
from engine.persistence.plan_table import SqlitePlanTable
from engine.persistence.price_alerts import SqliteAlertTable
from engine.persistence.prices import PriceKeeper
from engine.persistence.rows import json_text
from engine.persistence.safety_page import SafetyPage
from engine.persistence.safety_table import SafetyTable
from engine.persistence.trades import StoredTrades
from engine.persistence.upkeep.archives import JournalArchives
from engine.persistence.upkeep.housekeeping import Housekeeper

_RUNS = "practice_runs"
HOUSEKEEPING_AFTER_S, HOUSEKEEPING_EVERY_S = 10.0, 3600.0
"""The window comes first."""


class Archive:
    """The store of a desk and its journal; `warnings` are what the user must know about how it was opened.

    `run` names the practice run that goes on, empty where there is none; `directory` is None for one in memory.
    """

    def __init__(
        self,
        database: Database,
        warnings: tuple[str, ...],
        at: datetime,
        open_page: Callable[[], SafetyPage] | None = None,
    ) -> None:
        """`open_page` opens the page beside a store on the disk that takes orders for safety which the store cannot."""
        self._database = database
        self.warnings = warnings
        self.run = ""
        self.journal = Journal(database)
        self.faults = database.faults
        self.directory: Path | None = None
        self.archives: JournalArchives | None = None
        self._housekeeper: Housekeeper | None = None
        self._reader: Database | None = None
        self.plans = SqlitePlanTable(database, self.journal)
        self.price_alerts = SqliteAlertTable(database, self.journal)
        self.locks = SafetyTable(SqliteLockTable(database, self.journal), open_page, at)

    @classmethod
    def open(cls, directory: Path | None, settings: Settings, clock: Clock) -> Archive:
        """Opens the store in `directory`, else in memory. Raises `DeskIsRunning` and `UnusableStore`."""
        if directory is None:
            archive = cls(open_in_memory(), (), clock.now())
        else:
            opened = open_store(directory, clock.now())
            archive = cls(opened.database, opened.warnings, clock.now(), lambda: SafetyPage(directory))
            archive.directory, archive.archives = directory, opened.archives
            archive._housekeeper = Housekeeper(opened.database, partial(connect, directory), opened.archives)
        archive.faults.on_row = lambda row: archive.journal.append(record_of(RowUnreadable(row), clock.now()))
        archive.use_settings(settings, clock.now())
        return archive

    def use_settings(
        self, settings: Settings, at: datetime, changes: tuple[Change, ...] = (), by: str = "desk"
    ) -> None:
        """Lets further records carry the hash of these settings; the changes are recorded with it."""
        details = {"by": by, "changes": [change._asdict() for change in changes]}
        self.journal.use_settings(json_text(settings.as_json()), at, details)

    def remembered(self, name: str) -> str | None:
        """What was remembered under that name, in this run or before."""
        return self.locks.remembered(name)

    def noted(self, kind: str) -> dict[str, Any] | None:
        """What the newest record of that kind holds; None where there is none."""
        found = self.journal.latest(kind)
        return None if found is None else found.payload

    def remember(self, name: str, value: str, record: JournalRecord) -> None:
        """Keeps `value` across a restart."""
        self.locks.remember(name, value, record)

    def assign_unknown(self, account: str, at: datetime) -> None:
        """What was written down before accounts were kept apart belongs to `account` from now on."""
        assign_unknown(self._database, self.journal, account, at)

    def trades(self, settings: Settings) -> StoredTrades:
        """Every trade that was ever closed, whichever run it belongs to."""
        return StoredTrades(self._reading(), SessionCalendar(settings.sessions, DayRoll.UTC_MIDNIGHT).session)

    def pages(self) -> JournalPages:
        """The journal for the user who leafs through it."""
        return JournalPages(self._reading(), self.journal.flush, self.archives)

    async def keep_house(self, machine: Clock, months: Callable[[], int]) -> None:
        """Looks after the store beside everything else, in the time of `machine`; ends only by cancellation.

        `months` is the number of months of the journal that stay in the store, besides the current one.
        """
        if self._housekeeper is None:
            return
        await asyncio.sleep(HOUSEKEEPING_AFTER_S)
        while True:
            await asyncio.to_thread(self._housekeeper.work, machine.now(), months())
            await asyncio.sleep(HOUSEKEEPING_EVERY_S)

    def _reading(self) -> Database:
        """A way in that holds no writer up."""
        if self._reader is None:
            self._reader = open_reader(self._database)
        return self._reader

    def begin_run(self, at: datetime) -> str:
        """A name for a practice run that no run before had.

        Jumping must not wait for the disk: where a power cut takes the name, it takes all that was written under it.
        """
        number = self._runs_before() + 1
        record = record_of(PracticeBegun(number), at)
        self.locks.remember(_RUNS, str(number), record, is_durable=False)
        self.run = f"p{number}-"
        return self.run

    def _runs_before(self) -> int:
        """The number of the newest run or more; each run has left a record in the journal."""
        remembered = self.locks.remembered(_RUNS) or "0"
        return int(remembered) if re.fullmatch("[0-9]{1,15}", remembered) else self.journal.newest()

    def listen(self, bus: Bus, clock: Clock) -> None:
        """Keeps what the desk that speaks on `bus` announces, in the time of `clock`, and the prices of each trade."""
        JournalObserver(self.journal, clock).listen(bus)
        PriceKeeper(self.journal, lambda: self.run).listen(bus)

    def close(self) -> None:
        if self._housekeeper is not None:
            self._housekeeper.stop()
        try:
            self.journal.flush()
        finally:
            self.locks.close()
            if self._reader is not None:
                self._reader.close()
            self._database.close()
