"""Paper trading while a market is played: a fresh account for each run, beside the store on the disk."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from config.changes import Change
from config.settings import Settings
from engine.adapters.paper.broker import PaperBroker
from engine.adapters.paper.contracts import contract_for
from engine.bus import Bus
from engine.clock import Clock
from engine.domain.account import PAPER_ACCOUNT
from engine.domain.contract import Contract
from engine.domain.facts import PracticeBegun, RowUnreadable
from engine.domain.fills import USUAL_FILLS, Fills
from engine.domain.journal import JournalRecord
from engine.domain.market import Candle, DayRoll, Source
from engine.domain.records import record_of
from engine.domain.risk import Lock, LockName
from engine.domain.trading_messages import TradingEvent
from engine.market.sessions import SessionCalendar
from engine.market.state import MarketState
from engine.persistence.accounts import assign_unknown
from engine.persistence.database import Database
from engine.persistence.journal import Journal
from engine.persistence.journal_observer import JournalObserver
from engine.persistence.journal_pages import JournalPages
from engine.persistence.lock_table import SqliteLockTable
from engine.persistence.opening import connect, open_in_memory, open_reader, open_store
from engine.persistence.plan_table import SqlitePlanTable
from engine.persistence.prices import PriceKeeper
from engine.persistence.rows import json_text
from engine.persistence.safety_page import SafetyPage
from engine.persistence.safety_table import SafetyTable
from engine.persistence.trades import StoredTrades
from engine.persistence.upkeep.archives import JournalArchives
from engine.persistence.upkeep.housekeeping import Housekeeper
from engine.trading.exit_orders import ExitOrders
from engine.trading.risk.locks import LockBook, LockTable
from engine.trading.risk.modes import ModeSwitch
from engine.trading.risk.other_desks import OtherDesks
from engine.trading.store import TradingStore
from engine.trading.trader import Trader

_RUNS = "practice_runs"
HOUSEKEEPING_AFTER_S, HOUSEKEEPING_EVERY_S = 10.0, 3600.0
"""The window comes first."""


class Archive:
    """The store of a desk and its journal; `warnings` are what the user must know about how it was opened.

    `run` names the practice run that goes on, empty where there is none.
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
        self.archives: JournalArchives | None = None
        self._housekeeper: Housekeeper | None = None
        self._reader: Database | None = None
        self.plans = SqlitePlanTable(database, self.journal)
        self.locks = SafetyTable(SqliteLockTable(database, self.journal), open_page, at)

    @classmethod
    def open(cls, directory: Path | None, settings: Settings, clock: Clock) -> Archive:
        """In `directory`, or in memory where none is given. Raises `DeskIsRunning` and `UnusableStore`."""
        if directory is None:
            archive = cls(open_in_memory(), (), clock.now())
        else:
            opened = open_store(directory, clock.now())
            archive = cls(opened.database, opened.warnings, clock.now(), lambda: SafetyPage(directory))
            archive.archives = opened.archives
            archive._housekeeper = Housekeeper(opened.database, partial(connect, directory), opened.archives)
        archive.faults.on_row = lambda row: archive.journal.append(record_of(RowUnreadable(row), clock.now()))
        archive.use_settings(settings, clock.now())
        return archive

    def use_settings(
        self, settings: Settings, at: datetime, changes: tuple[Change, ...] = (), by: str = "desk"
    ) -> None:
        """From now on records carry the hash of these settings; the changes that led to them are recorded with it."""
        told = {"by": by, "changes": [change._asdict() for change in changes]}
        self.journal.use_settings(json_text(settings.as_json()), at, told)

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

        `months` tells how many months of the journal stay in the store, besides that of the day.
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

        Winding must not wait for the disk: where a power cut takes the name, it takes all that was written under it.
        """
        number = self._runs_before() + 1
        record = record_of(PracticeBegun(number), at)
        self.locks.remember(_RUNS, str(number), record, is_durable=False)
        self.run = f"p{number}-"
        return self.run

    def _runs_before(self) -> int:
        """At least the number of the newest run; each has left a record in the journal."""
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


class _PracticeLocks:
    """The locks that a played market takes up: a halt holds on, but times of other runs mean nothing.

    A Flatten ends with the paper account that it empties.
    """

    def __init__(self, table: LockTable, journal: Callable[[JournalRecord], None]) -> None:
        self._table = table
        self._journal = journal

    @property
    def is_behind(self) -> bool:
        return self._table.is_behind

    @property
    def unwritten(self) -> str:
        return self._table.unwritten

    def catch_up(self, at: datetime) -> None:
        self._table.catch_up(at)

    def locks(self) -> tuple[Lock, ...]:
        return tuple(lock for lock in self._table.locks() if lock.name is LockName.HALT)

    def hold(self, lock: Lock, record: JournalRecord) -> None:
        if lock.name is LockName.HALT:
            self._table.hold(lock, record)
        else:
            self._journal(record)

    def lift(self, lock: Lock, record: JournalRecord) -> None:
        if lock.name is LockName.HALT:
            self._table.lift(lock, record)
        else:
            self._journal(record)


class PracticeTrading:
    """Makes a trader with a paper account of its own each time a played market begins."""

    def __init__(
        self, sources: Sequence[Source], settings: Settings, clock: Clock, archive: Archive, fills: Fills = USUAL_FILLS
    ) -> None:
        self._sources = tuple(sources)
        self._fills = fills
        self._clock = clock
        self._archive = archive
        self.contracts = {source.symbol: self._terms(source, settings) for source in sources}
        self._modes: ModeSwitch | None = None
        self._broker: PaperBroker | None = None
        self._trader: Trader | None = None

    def open(self, publish: Callable[[TradingEvent], None], settings: Settings, market: MarketState) -> Trader:
        """A trader that knows nothing of the runs before, but that the desk was halted and which modes were chosen."""
        for source in self._sources:
            self.contracts[source.symbol] = self._terms(source, settings)
        broker = PaperBroker(self.contracts, settings.paper, self._clock, market, is_worst=self._fills.is_worst)
        trader = Trader(
            store=self._store(settings),
            settings=settings,
            clock=self._clock,
            market=market,
            broker=broker,
            venue=broker,
            contracts=self.contracts,
            publish=publish,
        )
        self._broker, self._trader = broker, trader
        return trader

    def foresee(self, candle: Candle) -> None:
        """What the broker has to know of a minute whose quotes were left out."""
        if self._broker is not None:
            self._broker.foresee(candle)

    def depends_on(self, symbol: str) -> bool:
        """Whether anything depends on the prices within the minutes of that symbol."""
        broker, trader = self._broker, self._trader
        return broker is None or trader is None or broker.depends_on(symbol) or trader.depends_on(symbol)

    def _terms(self, source: Source, settings: Settings) -> Contract:
        fill_model = self._fills.model_of(has_quotes=source.has_quotes)
        return contract_for(source.instrument, settings.paper, fill_model)

    def _store(self, settings: Settings) -> TradingStore:
        archive = self._archive
        if self._modes is None:
            self._modes = mode_switch(archive, settings, self.contracts)
        locks, exits = _PracticeLocks(archive.locks, archive.journal.append), ExitOrders(self._clock, None)
        other_desks = OtherDesks.of_paper(archive.locks)
        run = archive.begin_run(self._clock.now())
        return trading_store(archive, settings, locks, self._modes, exits, other_desks, practice=run)


def mode_switch(
    archive: Archive, settings: Settings, contracts: Mapping[str, Contract], account: str = PAPER_ACCOUNT
) -> ModeSwitch:
    """The modes in which a desk on the symbols of `contracts` begins; what is remembered is that of the account."""
    autos = frozenset(symbol for symbol, terms in contracts.items() if settings.is_auto(symbol, terms.stands_for))
    return ModeSwitch(archive.locks, autos, may_remember=settings.execution.remember_auto, account=account)


def trading_store(
    archive: Archive,
    settings: Settings,
    locks: LockTable,
    modes: ModeSwitch,
    exits: ExitOrders,
    other_desks: OtherDesks,
    practice: str = "",
    account: str = PAPER_ACCOUNT,
) -> TradingStore:
    """The durable side of a desk on `account`; a `practice` run is named, one on a broker's account is not."""
    return TradingStore(
        table=archive.plans,
        locks=LockBook(
            locks,
            timedelta(seconds=settings.cooldown_seconds),
            timedelta(seconds=settings.risk_mitigation.cool_off_seconds),
            account,
        ),
        modes=modes,
        exits=exits,
        other_desks=other_desks,
        journal=archive.journal.append,
        life=timedelta(minutes=settings.execution.plan_expiry_minutes),
        practice=practice,
        account=account,
    )
