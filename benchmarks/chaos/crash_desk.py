"""The desk of `benchmarks.chaos.crash`: headless, on the store in a directory, made to be killed at any moment.

Of an order that never left before the end the broker can show nothing: once it was asked, the user settles it.

It prints one JSON object a line: `recovered` when it agrees with the broker and nothing is unknown, `halted` when a
halt is on record, `report` with the tickets that it leads.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta
from multiprocessing.connection import Client, Connection
from pathlib import Path
from typing import Final

from benchmarks.chaos.headless import SYMBOL, open_archive, open_desk, setup_on
from engine.clock import MarketClock
from engine.domain.market import Quote, Side
from engine.domain.messages.broker import BrokerRequest
from engine.domain.messages.commands import CloseTrade, Halt, ReleaseHalt, SetAuthority, SetAuto, SettleUnknownOrder
from engine.domain.messages.execution import (
    OrderFailed,
    OrderUnknown,
    PositionAdopted,
    Reconciled,
    ReconciliationStarted,
    TradeClosed,
    TradeOpened,
    UnknownOrdersChanged,
)
from engine.domain.messages.trading import TradingEvent
from engine.domain.orders import OrderTrace
from engine.domain.risk import Authority
from engine.market.state import MarketState
from engine.trading.broker import BrokerListener

SETUP_EVERY: Final = timedelta(seconds=1)


class RemoteBroker:
    """A broker in another process."""

    def __init__(self, line: Connection) -> None:
        self._line = line
        self.listener: BrokerListener | None = None

    def connect(self, listener: BrokerListener) -> None:
        self.listener = listener
        self._line.send(("connect", None))

    def send(self, request: BrokerRequest) -> None:
        self._line.send(("request", request))

    def withhold(self, reason: str, tokens: Collection[str] | None = None) -> None:
        """Nothing waits here."""


class Insight:
    """What the desk knows from its own events."""

    def __init__(self) -> None:
        self.is_reconciled = False
        self.tickets: set[int] = set()
        self.without_trace: tuple[str, ...] = ()
        self._unknown: set[str] = set()

    @property
    def is_whole(self) -> bool:
        return self.is_reconciled and not self._unknown

    def on_event(self, event: TradingEvent) -> None:
        match event:
            case ReconciliationStarted():
                self.is_reconciled = False
            case Reconciled(unknown=unknown):
                self.is_reconciled, self._unknown = True, set(unknown)
            case OrderUnknown(order=order):
                self._unknown.add(order.token)
            case UnknownOrdersChanged(orders=orders):
                nothing = (each for each in orders if each.trace is OrderTrace.NOTHING)
                self.without_trace = tuple(each.order.token for each in nothing)
            case OrderFailed(order=order):
                self._unknown.discard(order.token)
            case TradeOpened(trade=trade) | PositionAdopted(trade=trade):
                self.tickets.add(trade.ticket)
                self._unknown.discard(trade.order.token if trade.order else "")
            case TradeClosed(trade=closed):
                self.tickets.discard(closed.ticket)


class Desk:
    """Recovers first; on the command to trade it makes a setup a second and closes some of the positions."""

    def __init__(self, line: Connection, directory: Path, seed: int) -> None:
        self._line = line
        self._random = random.Random(seed)
        _, now = line.recv()
        self._started_at = now
        self._clock = MarketClock(now)
        self._market = MarketState()
        self._broker = RemoteBroker(line)
        self._insight = Insight()
        self._journal = (archive := open_archive(directory, self._clock)).journal
        self._trader = open_desk(archive, self._clock, self._market, self._broker, None, self._insight.on_event)
        self._is_trading = self._has_recovered = False
        self._setup_due_at = now

    async def run(self) -> None:
        """Until it is killed, or the broker is gone. The store is written off the loop, as behind a window."""
        writing = asyncio.create_task(self._journal.run())
        await asyncio.sleep(0)
        self._trader.start()
        with suppress(EOFError, ConnectionError):
            while True:
                await self._hear(*await asyncio.to_thread(self._line.recv))
        writing.cancel()

    async def _hear(self, word: str, value: object) -> None:
        if word == "quote" and isinstance(value, Quote):
            self._on_quote(value)
        elif word == "time" and isinstance(value, datetime):
            self._clock.set(value)
        elif word == "event":
            assert self._broker.listener is not None
            self._broker.listener(value)  # type: ignore[arg-type]
        elif word == "trade":
            self._trader.handle(ReleaseHalt())
            self._trader.handle(SetAuthority(Authority.AUTO))
            self._trader.handle(SetAuto(SYMBOL, True))
            self._is_trading = True
        elif word == "halt":
            self._trader.handle(Halt("before the end"))
            await asyncio.to_thread(self._journal.flush)
            _say(halted=True)
        elif word == "report":
            await asyncio.to_thread(self._journal.flush)  # what happened is written a moment later
            _say(report=sorted(self._insight.tickets))

    def _on_quote(self, quote: Quote) -> None:
        self._market.on_quote(quote)
        self._trader.on_quote(quote)
        for token in self._insight.without_trace:
            self._trader.handle(SettleUnknownOrder(token))
        if not self._has_recovered and self._insight.is_whole:
            self._has_recovered = True
            _say(recovered=(quote.at - self._started_at).total_seconds())
        if self._is_trading and quote.at >= self._setup_due_at:
            self._setup_due_at = quote.at + SETUP_EVERY
            side = self._random.choice((Side.BUY, Side.SELL))
            closed = setup_on(quote, side, f"signal-{quote.at:%H%M%S%f}")
            self._market.on_candle(closed.snapshot)
            self._trader.on_candle(closed)
        if self._is_trading and self._insight.tickets and self._random.random() < 0.02:
            self._trader.handle(CloseTrade(self._random.choice(sorted(self._insight.tickets))))


def _say(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--directory", type=Path, required=True)
    parser.add_argument("--seed", type=int, required=True)
    options = parser.parse_args()
    with Client(("127.0.0.1", options.port), authkey=bytes.fromhex(options.key)) as line:
        asyncio.run(Desk(line, options.directory, options.seed).run())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
