"""Paper trading on live prices: one account that goes on from run to run, as one at a broker does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

from config.settings import Settings
from engine.adapters.paper.account import PaperAccount
from engine.adapters.paper.broker import PaperBroker
from engine.adapters.paper.contracts import contract_for
from engine.adapters.paper.state import AccountFile
from engine.archive import Archive
from engine.clock import Clock
from engine.domain.contract import Contract
from engine.domain.market import CANDLE_LENGTH, Candle, minute_of
from engine.domain.messages.trading import TradingEvent
from engine.market.feed import Feed
from engine.market.state import MarketState
from engine.practice.trading import mode_switch, trading_store
from engine.trading.early import EarlyOrders
from engine.trading.exit_orders import ExitOrders
from engine.trading.risk.modes import ModeSwitch
from engine.trading.risk.other_desks import OtherDesks
from engine.trading.trader import Trader

_BEAT_S: Final = 0.1
_KEPT_EVERY_S: Final = 5.0
"""With an open position, so much of what it saw is lost at most when the desk is killed."""
_KEPT_FOR: Final = timedelta(days=7)
"""Deals are kept longer than a restart looks back."""

_log = logging.getLogger(__name__)


class PaperTrading:
    """Makes the trader of a live market with a paper account behind it.

    The account is kept in `directory`, in memory without one. Stops and targets that candles reach while the desk is
    closed, or while the feed is lost, count when the desk learns of those candles. No money is at stake: AUTO needs
    no permit. Raises `UnusableStore` where the account cannot be read.
    """

    def __init__(self, feed: Feed, settings: Settings, clock: Clock, archive: Archive, directory: Path | None) -> None:
        self._feed = feed
        self._clock = clock
        self._archive = archive
        self._file = AccountFile(directory)
        self.contracts: dict[str, Contract] = {}
        """The terms of each symbol; empty before the market is open."""
        paper = settings.paper
        self._account = PaperAccount(self.contracts, paper.starting_balance, paper.commission_per_lot)
        if (state := self._file.read()) is not None:
            self._account.restore(state)
        self._kept_changes = self._account.changes
        self._modes: ModeSwitch | None = None
        self._broker: PaperBroker | None = None

    def early(self) -> EarlyOrders:
        """Takes what the user orders for safety before the market is open."""
        return EarlyOrders(self._clock, self._archive.locks)

    def open(self, publish: Callable[[TradingEvent], None], settings: Settings, market: MarketState) -> Trader:
        """A trader that takes up orders, positions, plans and locks as the store and the account have them."""
        archive, clock = self._archive, self._clock
        self._end_broker()
        for source in self._feed.sources:
            self.contracts[source.symbol] = contract_for(source.instrument, settings.paper)
        broker = PaperBroker(self.contracts, settings.paper, clock, market, account=self._account)
        for source in self._feed.sources:
            self._catch_up(broker, source.symbol)
        if self._modes is None:
            self._modes = mode_switch(archive, settings, self.contracts)
        self._broker = broker
        exits, other_desks = ExitOrders(clock, archive.locks), OtherDesks.of_paper(archive.locks)
        return Trader(
            store=trading_store(archive, settings, archive.locks, self._modes, exits, other_desks),
            settings=settings,
            clock=clock,
            market=market,
            broker=broker,
            venue=broker,
            contracts=self.contracts,
            publish=publish,
        )

    def _catch_up(self, broker: PaperBroker, symbol: str) -> None:
        """Plays the whole minutes since the last quote that the account saw to its positions."""
        seen = self._account.seen_until.get(symbol)
        if seen is not None:
            for candle in self._feed.past(symbol, minute_of(seen) + CANDLE_LENGTH):
                broker.on_missed(candle)

    def on_missed(self, candle: Candle) -> None:
        """A minute whose prices did not come live."""
        if self._broker is not None:
            self._broker.on_missed(candle)

    async def run(self) -> None:
        """Answers what needs no quote, and keeps the account on disk; ends only by cancellation."""
        kept_at_s = 0.0
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_BEAT_S)
            if self._broker is not None:
                self._broker.on_time()
            is_due = bool(self._account.all_positions()) and loop.time() - kept_at_s >= _KEPT_EVERY_S
            if is_due or self._account.changes != self._kept_changes:
                kept_at_s = loop.time()
                await self._keep()

    async def _keep(self) -> None:
        changes, state = self._account.changes, self._account.state(self._clock.now() - _KEPT_FOR)
        try:
            await asyncio.to_thread(self._file.write, state)
            self._kept_changes = changes
        except OSError:
            _log.exception("the paper account cannot be written; the next attempt follows")

    def _end_broker(self) -> None:
        if self._broker is not None:
            self._broker.end()

    def close(self) -> None:
        """Ends orders that still wait, and keeps the account once more; what cannot be written is in the log."""
        self._end_broker()
        try:
            self._file.close(self._account.state(self._clock.now() - _KEPT_FOR))
        except OSError:
            _log.exception("the paper account cannot be written")
