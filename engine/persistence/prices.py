"""Minute prices around trades, for the charts of reports."""

from __future__ import annotations

import sqlite3
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import Final

from engine.bus import Bus
from engine.domain.market import Candle
from engine.domain.messages.engine import CandleClosed, Event, HistoryRead, MarketOpened
from engine.domain.messages.execution import TradeClosed
from engine.domain.trade_facts import MinutePrices
from engine.errors import UnusableStore
from engine.persistence.database import Database
from engine.persistence.journal import Journal
from engine.persistence.rows import instant, number, stamp

MAX_CANDLES: Final = 1440
"""Candles kept before a trade, at most: those of a day. Where nothing is traded nothing is kept."""

_KEEP = "INSERT OR IGNORE INTO prices_of_trades (run, symbol, at, low, high, close) VALUES (?, ?, ?, ?, ?, ?)"
_READ = (
    "SELECT at, low, high, close FROM prices_of_trades WHERE run = ? AND symbol = ? AND at >= ? AND at < ? ORDER BY at"
)


class PriceKeeper:
    """Collects candles, and stores those around a trade once it is closed; `run` names the run that goes on."""

    def __init__(self, journal: Journal, run: Callable[[], str]) -> None:
        self._journal = journal
        self._run = run
        self._unwritten: dict[str, deque[Candle]] = _no_candles()

    def listen(self, bus: Bus) -> None:
        bus.subscribe(self._hear, MarketOpened, HistoryRead, CandleClosed, TradeClosed)

    def _hear(self, event: Event) -> None:
        match event:
            case CandleClosed(snapshot=snapshot):
                self._unwritten[snapshot.candle.symbol].append(snapshot.candle)
            case HistoryRead(candles=candles):
                for closed in candles:
                    self._unwritten[closed.snapshot.candle.symbol].append(closed.snapshot.candle)
            case MarketOpened():
                self._unwritten = _no_candles()
            case TradeClosed(trade=trade):
                self._write(self._unwritten[trade.symbol])

    def _write(self, candles: deque[Candle]) -> None:
        """What a store that is written at once cannot take now waits for the next trade."""
        run = self._run()
        rows = [(run, each.symbol, stamp(each.opened_at), each.low, each.high, each.close) for each in candles]

        def keep(sql: sqlite3.Connection) -> None:
            sql.executemany(_KEEP, rows)

        with suppress(UnusableStore):
            self._journal.write_beside(keep)
            candles.clear()


def read_prices(database: Database, run: str, symbol: str, since: datetime, until: datetime) -> Iterable[MinutePrices]:
    """The minutes kept that opened from `since` on, before `until`, in order."""
    found = database.read(_READ, (run, symbol, stamp(since), stamp(until)))
    return database.faults.read("prices_of_trades", found, _minute_of, name=lambda row: row["at"])


def _minute_of(row: sqlite3.Row) -> MinutePrices:
    low, high, close = (number(row[name]) for name in ("low", "high", "close"))
    return MinutePrices(at=instant(row["at"]), low=low, high=high, close=close)


def _no_candles() -> dict[str, deque[Candle]]:
    return defaultdict(lambda: deque(maxlen=MAX_CANDLES))
