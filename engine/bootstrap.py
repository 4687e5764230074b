"""Puts the engine together: the only place that names concrete adapters."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from config.desk import FeedsSettings
from config.settings import Settings
from engine.adapters.calendar.keeper import CalendarKeeper
from engine.adapters.machine import Machine
from engine.adapters.playback import Playback
from engine.archive import Archive
from engine.bus import Bus
from engine.clock import Clock, MarketClock, SteadyClock
from engine.domain.account import PAPER_ACCOUNT
from engine.domain.contract import Contract
from engine.domain.fills import USUAL_FILLS, Fills
from engine.domain.market import Source
from engine.engine import TradingEngine
from engine.errors import UnreadableRecording
from engine.live import LiveTrading
from engine.market.feed import Market
from engine.market.symbol_list import KnownSymbols, OfferedSymbol, SymbolList
from engine.market.tape import recordings_in
from engine.persistence.desks.installation import open_installation
from engine.persistence.desks.presence import AccountPresence
from engine.persistence.tape.recorder import Recorder
from engine.practice.trading import PracticeTrading
from engine.price_alerts.desk import PriceAlertDesk
from engine.pulse import Pulse
from engine.real_time import real_time_engine
from engine.settings_store import SettingsStore
from engine.symbol_state import SymbolState

if TYPE_CHECKING:
    from engine.adapters.mt5.clock.monitor import ClockMonitor
    from engine.adapters.mt5.market.feed import TerminalFeed
    from engine.adapters.mt5.port import SupervisedLink
    from engine.adapters.mt5.trade.broker import TerminalBroker
    from engine.trading.risk.auto_permits import SettingsHash

MAX_LOOK_INTERVAL: Final = timedelta(seconds=1)
"""What others trade on the account has to be seen within this time, independent of the position poll interval."""

LIVE_STORE: Final = "live"
"""Directory of the store of a desk on a broker's account, next to that of the demo market and replays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketChoice:
    """What the user asked to see: recordings, or the demo market where no file is named."""

    files: tuple[Path, ...] = ()
    symbols: tuple[str, ...] = ()
    clock: str | None = None
    spread: float | None = None
    seed: int = FeedsSettings().demo_seed

    def recordings(self) -> list[tuple[Path, str | None]]:
        """What to open with which symbol: a folder of a desk's own recording counts as one of each symbol in it.

        Raises `UnreadableRecording` for symbols that belong to no file.
        """
        if len(self.symbols) > len(self.files):
            raise UnreadableRecording(
                f"--symbol names {len(self.symbols)} symbols for {len(self.files)} files: give one for each file"
            )
        symbols = [*self.symbols, *[None] * (len(self.files) - len(self.symbols))]
        found: dict[Path, str | None] = {}
        for path, symbol in zip(self.files, symbols, strict=True):
            inside = recordings_in(path)
            if symbol is not None and len(inside) > 1:
                raise UnreadableRecording(f"{path}: holds recordings of {len(inside)} symbols; leave out --symbol")
            found |= dict.fromkeys(inside, symbol)
        return list(found.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayedDesk:
    """An engine on a played market, with what a window or a command needs to drive it."""

    engine: TradingEngine
    bus: Bus
    player: Playback
    clock: MarketClock
    markets: tuple[Market, ...]
    settings: Settings
    settings_store: SettingsStore
    archive: Archive
    contracts: Mapping[str, Contract]
    recorder: Recorder
    symbols: SymbolList
    practice: PracticeTrading

    async def run(self) -> None:
        """Ends only by cancellation, or by a fault."""
        await self.engine.run()


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveDesk:
    """An engine on a broker's account; `contracts` is filled once the broker has reported its terms."""

    engine: TradingEngine
    bus: Bus
    link: SupervisedLink
    broker: TerminalBroker
    feed: TerminalFeed
    clock: Clock
    settings: Settings
    settings_store: SettingsStore
    archive: Archive
    contracts: Mapping[str, Contract]
    recorder: Recorder
    symbols: SymbolList
    clock_monitor: ClockMonitor
    presence: AccountPresence

    async def run(self) -> None:
        """Runs the connection to the broker, its answers, the clock check and the engine; ends only by cancellation.

        A part that fails is restarted: the link with another worker, the broker with the requests that come from then
        on. A request that was under way gets no answer, and its outcome counts as unknown.
        """
        keep = self.engine.survival.keep
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(keep("The connection to the broker", self.link.run))
                tasks.create_task(keep("The handling of broker requests", self.broker.run))
                tasks.create_task(keep("The clock check", self.clock_monitor.run))
                tasks.create_task(self.engine.run())
        finally:
            self.presence.leave()


def user_data_directory() -> Path:
    """Where the user's desk keeps its store, unless configured otherwise; it need not exist."""
    from platformdirs import user_data_path

    return user_data_path("microscalp", appauthor=False)


def open_markets(choice: MarketChoice, before_each: Callable[[int], None] | None = None) -> tuple[Market, ...]:
    """Opens the recordings, files and folders, or the demo market. Raises `UnreadableRecording`.

    `before_each` hears the place of each file before it is read; what it raises ends the reading.
    """
    if not choice.files:
        from engine.adapters.demo_market import demo_markets

        return tuple(demo_markets(choice.seed))
    from engine.adapters.recorded import open_recording

    recordings = []
    for place, (path, symbol) in enumerate(choice.recordings()):
        if before_each is not None:
            before_each(place)
        recordings.append(open_recording(path, symbol=symbol, clock=choice.clock, spread=choice.spread))
    return tuple(sorted(recordings, key=lambda recording: recording.place))


def build_engine(
    markets: Sequence[Market],
    settings: Settings,
    *,
    speed: float,
    start: datetime | None = None,
    directory: Path | None = None,
    fills: Fills = USUAL_FILLS,
    is_reported: bool = True,
    calendar: Path | None = None,
) -> PlayedDesk:
    """An engine that trades on paper and plays `markets` at `speed` market seconds per second, candles as `fills` says.

    Plans, locks and journal are kept in `directory`, or in memory where none is given, with the prices around each
    trade if it `is_reported`. The economic calendar is read from the folder `calendar`.
    Raises `DeskIsRunning` and `UnusableStore`. Not for the event loop.
    """
    from engine.adapters.mt5.link.account_memory import AccountMemory

    if not fills.is_worst and not all(market.source.has_quotes for market in markets):
        from engine.fills.walks import walk_library

        walk_library()  # the first path must not wait for it
    clock = MarketClock(start or markets[0].opens_at)
    archive = Archive.open(directory, settings, clock)
    if directory is not None and AccountMemory(directory).confirmed is None:
        archive.assign_unknown(PAPER_ACCOUNT, clock.now())
    practice = PracticeTrading([market.source for market in markets], settings, clock, archive, fills)
    player = Playback(
        *(markets, clock),
        speed=speed,
        start=start,
        fills=fills,
        depends=lambda symbol: recorder.is_recording or practice.depends_on(symbol) or alerts.depends_on(symbol),
        foresee=practice.foresee,
    )
    bus = Bus()
    if is_reported:
        archive.listen(bus, clock)
    recorder = Recorder(player, clock)
    store = SettingsStore(settings, archive, clock.now(), may_resume=False)
    pulse = Pulse(
        *(Machine(), clock, lambda: store.in_force.health),
        safety=archive.locks.signs,
        store=lambda: archive.faults.signs,
        risk=lambda: store.in_force.risk_mitigation,
    )
    alerts = PriceAlertDesk(archive.price_alerts, clock, bus.publish, lambda: store.in_force.alerts, is_played=True)
    news = CalendarKeeper(calendar, lambda: store.in_force.calendar, reads_terminal=directory is not None)
    practice.recorder.listen(bus)
    engine = TradingEngine(
        *(player, bus, clock, SymbolState, practice.open, store, alerts),
        tape=recorder,
        pulse=pulse,
        calendar=news,
        leave=practice.leave,
    )
    return PlayedDesk(
        engine=engine,
        bus=bus,
        player=player,
        clock=clock,
        markets=tuple(markets),
        settings=store.in_force,
        settings_store=store,
        archive=archive,
        contracts=practice.contracts,
        recorder=recorder,
        symbols=KnownSymbols(_played(market.source) for market in markets),
        practice=practice,
    )


def _played(source: Source) -> OfferedSymbol:
    return OfferedSymbol(
        name=source.symbol,
        description=f"{source.format}, {source.name}",
        digits=source.instrument.digits,
    )


def build_live_engine(
    settings: Settings,
    *,
    directory: Path | None,
    shared: Path | None = None,
    settings_hash: SettingsHash | None = None,
    calendar: Path | None = None,
) -> LiveDesk:
    """An engine on the account of a MetaTrader terminal. Raises `DeskIsRunning` and `UnusableStore`.

    With `settings_hash` a symbol trades without approval only while its settings are proven or allowed by the user.

    In the folder `shared` each desk of the user notes which account it trades; without it no other desk is noticed.
    The economic calendar is kept in the folder `calendar`.
    """
    from engine.adapters.mt5.clock.memory import ClockMemory
    from engine.adapters.mt5.link.account_memory import AccountMemory
    from engine.adapters.mt5.link.supervisor import TerminalSupervisor

    machine = SteadyClock()
    memory = AccountMemory(directory)
    clocks = ClockMemory(directory)
    link = TerminalSupervisor(settings.metatrader, memory, machine, symbols=settings.symbols, clocks=clocks)
    desk = live_desk(
        *(link, machine, settings),
        directory=directory,
        shared=shared,
        settings_hash=settings_hash,
        calendar=calendar,
    )
    if memory.confirmed is not None:
        desk.archive.assign_unknown(str(memory.confirmed), machine.now())
    return desk


def live_desk(
    link: SupervisedLink,
    machine: SteadyClock,
    settings: Settings,
    *,
    directory: Path | None,
    shared: Path | None = None,
    settings_hash: SettingsHash | None = None,
    calendar: Path | None = None,
) -> LiveDesk:
    """An engine behind a link to a terminal, in the time of `machine`; otherwise as `build_live_engine`."""
    from engine.adapters.mt5.clock.monitor import ClockMonitor
    from engine.adapters.mt5.clock.server_time import BrokerClock, ServerTimes
    from engine.adapters.mt5.link.gateway import Gateway, link_signs
    from engine.adapters.mt5.market.feed import TerminalFeed
    from engine.adapters.mt5.market.symbol_list import TerminalSymbols
    from engine.adapters.mt5.trade.broker import TerminalBroker
    from engine.adapters.mt5.trade.terminal_records import TerminalRecords

    terminal, bus = settings.metatrader, Bus()
    archive = Archive.open(directory, settings, machine)
    installation = open_installation(archive, directory, machine.now())
    store = SettingsStore(settings, archive, machine.now(), may_resume=True)
    times = ServerTimes(link)
    clock = BrokerClock(machine, times)
    archive.listen(bus, clock)
    records = TerminalRecords(link, times, clock, settings.execution.magic)
    gateway = Gateway(link, bus.publish)
    feed = TerminalFeed(link, times, clock, terminal, settings.symbols, records.symbols_of_ours, gateway)
    look_every = min(timedelta(milliseconds=terminal.position_poll_ms), MAX_LOOK_INTERVAL)
    broker = TerminalBroker(link, records, feed.terms, clock, look_every, lambda: feed.account)
    presence = AccountPresence(shared, installation.name)
    trading = LiveTrading(
        *(broker, feed.contracts, clock, archive, installation, presence),
        account=lambda: feed.account,
        settings_hash=settings_hash,
    )
    recorder = Recorder(feed, clock)
    engine = real_time_engine(
        *(feed, bus, clock, store, archive, recorder),
        open_trading=trading.open,
        early=trading.early(),
        gateway=gateway.handle,
        signs=lambda: link_signs(link.report, machine.wall_ahead + (machine.now() - clock.now())),
        calendar=CalendarKeeper(calendar, lambda: store.in_force.calendar),
    )
    return LiveDesk(
        engine=engine,
        bus=bus,
        link=link,
        broker=broker,
        feed=feed,
        clock=clock,
        settings=settings,
        settings_store=store,
        archive=archive,
        contracts=feed.contracts,
        recorder=recorder,
        symbols=TerminalSymbols(link),
        clock_monitor=ClockMonitor(machine, link),
        presence=presence,
    )
