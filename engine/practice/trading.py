"""Paper trading while a market is played: one account through all jumps of a session, next to the store on the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from config.settings import Settings
from engine.adapters.paper.account import PaperAccount
from engine.adapters.paper.broker import PaperBroker
from engine.adapters.paper.contracts import contract_for
from engine.archive import Archive
from engine.clock import Clock
from engine.domain.account import PAPER_ACCOUNT
from engine.domain.contract import Contract
from engine.domain.facts import NoteWritten, TradeFinished
from engine.domain.fills import USUAL_FILLS, Fills
from engine.domain.journal import JournalRecord
from engine.domain.market import Candle, Source
from engine.domain.messages.trading import TradingEvent
from engine.domain.practice import PracticeSession, PracticeTrade
from engine.domain.records import record_of
from engine.domain.risk import Lock, LockName
from engine.domain.trade_facts import Annotation
from engine.market.state import MarketState
from engine.practice.session import SessionRecorder
from engine.trading.exit_orders import ExitOrders
from engine.trading.plans.table import PlanChange
from engine.trading.risk.auto_permits import AutoPermits
from engine.trading.risk.locks import Locks, LockTable
from engine.trading.risk.modes import ModeSwitch
from engine.trading.risk.other_desks import OtherDesks
from engine.trading.store import PracticePast, TradingStore
from engine.trading.trader import Trader


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
    """Makes a trader each time a played market begins, at the start and after each jump.

    Account, trades and what counts against the limits go on with the session. Nothing stays open through a jump.
    """

    def __init__(
        self, sources: Sequence[Source], settings: Settings, clock: Clock, archive: Archive, fills: Fills = USUAL_FILLS
    ) -> None:
        self._sources = tuple(sources)
        self._fills = fills
        self._clock = clock
        self._archive = archive
        self.recorder = SessionRecorder(clock)
        self.contracts = {source.symbol: self._terms(source, settings) for source in sources}
        self._modes: ModeSwitch | None = None
        self._broker: PaperBroker | None = None
        self._trader: Trader | None = None

    def open(self, publish: Callable[[TradingEvent], None], settings: Settings, market: MarketState) -> Trader:
        """A trader on the session's account. It knows what the session did, that the desk was halted, and which modes
        were chosen; nothing of another stretch is open."""
        for source in self._sources:
            self.contracts[source.symbol] = self._terms(source, settings)
        paper, state = settings.paper, self.recorder.account
        account = PaperAccount(self.contracts, paper.starting_balance, paper.commission_per_lot)
        if state is not None:
            account.restore(state)
        broker = PaperBroker(
            *(self.contracts, paper, self._clock, market), is_worst=self._fills.is_worst, account=account
        )
        store = self._store(settings)
        self.recorder.begin_stretch(store.scope, account.balance, publish)
        trader = Trader(
            store=store,
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

    def leave(self, is_over: bool) -> None:
        """Before a jump: orders on their way are refused, positions are closed at their newest quotes, whatever the
        latency, and the account is carried on; unless the session `is_over`."""
        broker, trader = self._broker, self._trader
        if broker is not None and trader is not None:
            trader.leave()
            broker.leave()
            self.recorder.end_stretch(broker.state)
            self._broker = self._trader = None
        if is_over:
            self.recorder.end_session()

    def resume(self, session: PracticeSession, notes: Iterable[Annotation]) -> tuple[Annotation, ...]:
        """Continues a session that was kept: its trades and notes are in the store, its account is where it was. To be
        called before the market opens; returns the notes as they are named from now on."""
        archive, now = self._archive, self._clock.now()
        run = archive.begin_run(now)
        kept = msgspec.structs.replace(session, trades=tuple(map(_renamed, session.trades)))
        names = {old.trade.trade_id: new.trade.trade_id for old, new in zip(session.trades, kept.trades, strict=True)}
        for each in kept.trades:
            record = record_of(TradeFinished(each.trade, ()), now, PAPER_ACCOUNT)
            archive.plans.commit(
                PlanChange(plan=None, was=None, record=record, trade=each.trade, run=run, account=PAPER_ACCOUNT)
            )
        named = tuple(
            msgspec.structs.replace(note, trade_id=names[note.trade_id]) for note in notes if note.trade_id in names
        )
        for note in named:
            archive.plans.annotate(note, record_of(NoteWritten(None, note.trade_id, "person", None, note, None), now))
        self.recorder.resume(kept, run)
        return named

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
        past = self.recorder.past(
            timedelta(seconds=settings.cooldown_seconds), timedelta(seconds=settings.risk_mitigation.cool_off_seconds)
        )
        return trading_store(archive, settings, locks, self._modes, exits, other_desks, practice=run, past=past)


def _renamed(one: PracticeTrade) -> PracticeTrade:
    """Under a plan that no run to come has: runs are counted from one again."""
    if not one.trade.plan_id:
        return one
    return msgspec.structs.replace(one, trade=msgspec.structs.replace(one.trade, plan_id=f"k-{one.trade.plan_id}"))


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
    permits: AutoPermits | None = None,
    past: PracticePast | None = None,
) -> TradingStore:
    """The durable side of a desk on `account`; a `practice` run is named, one on a broker's account is not. Without
    `permits` every symbol may trade without approval."""
    return TradingStore(
        table=archive.plans,
        locks=Locks(
            locks,
            timedelta(seconds=settings.cooldown_seconds),
            timedelta(seconds=settings.risk_mitigation.cool_off_seconds),
            account,
        ),
        modes=modes,
        permits=permits or AutoPermits(archive.locks, settings, {}),
        exits=exits,
        other_desks=other_desks,
        journal=archive.journal.append,
        life=timedelta(minutes=settings.execution.plan_expiry_minutes),
        practice=practice,
        account=account,
        past=past,
    )
