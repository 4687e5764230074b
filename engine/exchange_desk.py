"""Puts together what an exchange's public prices need: the prices alone, or a desk that trades them on paper."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from config.settings import Settings
from engine.adapters.calendar.keeper import CalendarKeeper
from engine.archive import Archive
from engine.bus import Bus
from engine.clock import SteadyClock
from engine.domain.contract import Contract
from engine.domain.messages.engine import Event
from engine.engine import TradingEngine
from engine.errors import UnknownSymbol
from engine.market.symbol_list import KnownSymbols, SymbolList
from engine.paper import PaperTrading
from engine.persistence.tape.recorder import Recorder
from engine.real_time import real_time_engine
from engine.settings_store import SettingsStore

if TYPE_CHECKING:
    from engine.adapters.exchange.clock import ExchangeClock
    from engine.adapters.exchange.feed import ExchangeFeed
    from engine.adapters.exchange.gateway import ExchangeGateway

STALL_S: Final = 10.0
"""A connection that says nothing for so long is taken for dead, whatever it answers to pings."""
PAPER_STORE: Final = "paper"
"""Folder of the stores of desks on live prices with a paper account, one for each exchange, in the data folder."""
PRICE_MEMORY: Final = "exchange"
"""Folder of candles that were read before, in the data folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangePrices:
    """The prices of an exchange while `feed.run` runs, with the clock that they are stamped by."""

    feed: ExchangeFeed
    gateway: ExchangeGateway
    clock: ExchangeClock


def exchange_prices(
    exchange: str,
    settings: Settings,
    names: Sequence[str],
    publish: Callable[[Event], None],
    *,
    directory: Path | None = None,
    machine: SteadyClock | None = None,
    stall_s: float = STALL_S,
) -> ExchangePrices:
    """The markets that `names` mean; candles are kept in `directory`, and a connection that is silent for `stall_s` is
    given up. Raises `UnknownSymbol` where there is none."""
    from engine.adapters.exchange.clock import ExchangeClock
    from engine.adapters.exchange.feed import ExchangeFeed
    from engine.adapters.exchange.gateway import ExchangeGateway
    from engine.adapters.exchange.memory import CandleMemory
    from engine.adapters.exchange.table import listed

    found = listed(exchange, names)
    if not found.markets:
        raise UnknownSymbol("; ".join(found.missing) or "no symbol is named")
    clock = ExchangeClock(machine or SteadyClock())
    gateway = ExchangeGateway(clock, publish, found.missing)
    feed = ExchangeFeed(
        found.markets, settings.feeds.exchange, clock, gateway, CandleMemory(directory), stall_s=stall_s
    )
    gateway.reconnect = feed.reconnect
    return ExchangePrices(feed=feed, gateway=gateway, clock=clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperDesk:
    """An engine on an exchange's live prices, with a paper account; `contracts` is filled once the market is open."""

    engine: TradingEngine
    bus: Bus
    prices: ExchangePrices
    trading: PaperTrading
    settings: Settings
    settings_store: SettingsStore
    archive: Archive
    contracts: Mapping[str, Contract]
    recorder: Recorder
    symbols: SymbolList

    async def run(self) -> None:
        """Runs the connection, the account and the engine; ends only by cancellation. A part that fails is
        restarted."""
        keep = self.engine.survival.keep
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(keep("The connection to the exchange", self.prices.feed.run))
                tasks.create_task(keep("The paper account", self.trading.run))
                tasks.create_task(self.engine.run())
        finally:
            self.trading.close()


def build_exchange_desk(
    exchange: str,
    settings: Settings,
    names: Sequence[str],
    *,
    directory: Path | None,
    memory: Path | None = None,
    machine: SteadyClock | None = None,
    stall_s: float = STALL_S,
    calendar: Path | None = None,
) -> PaperDesk:
    """An engine on the markets that `names` mean. Raises `UnknownSymbol`, `DeskIsRunning` and `UnusableStore`.

    Plans, locks, journal and the account are kept in `directory`, or in memory where none is given; candles that were
    read in `memory`, the economic calendar in `calendar`.
    """
    from engine.adapters.exchange.table import offered

    machine, bus = machine or SteadyClock(), Bus()
    prices = exchange_prices(
        *(exchange, settings, names, bus.publish), directory=memory, machine=machine, stall_s=stall_s
    )
    clock, feed, gateway = prices.clock, prices.feed, prices.gateway
    archive = Archive.open(directory, settings, clock)
    try:
        trading = PaperTrading(feed, settings, clock, archive, directory)
    except BaseException:
        archive.close()
        raise
    feed.missed = trading.on_missed
    archive.listen(bus, clock)
    store = SettingsStore(settings, archive, clock.now(), may_resume=True)
    recorder = Recorder(feed, clock)
    engine = real_time_engine(
        *(feed, bus, clock, store, archive, recorder),
        open_trading=trading.open,
        early=trading.early(),
        gateway=gateway.handle,
        signs=gateway.signs,
        calendar=CalendarKeeper(calendar, lambda: store.in_force.calendar),
        missing_candles=feed.missing_candles,
    )
    return PaperDesk(
        engine=engine,
        bus=bus,
        prices=prices,
        trading=trading,
        settings=settings,
        settings_store=store,
        archive=archive,
        contracts=trading.contracts,
        recorder=recorder,
        symbols=KnownSymbols(offered(exchange)),
    )
