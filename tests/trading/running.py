"""A desk as it runs behind a window: its store is written by a thread, off the loop."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

from config.desk import PaperSettings
from config.settings import Settings
from engine.adapters.paper.broker import PaperBroker
from engine.clock import MarketClock
from engine.domain.messages.broker import BrokerRequest, SubmitOrder
from engine.market.state import MarketState
from engine.persistence.opening import DATABASE_FILE
from tests.builders import GOLD_CONTRACT, MONDAY
from tests.trading.desks import TradingDesk, settings

AT_ONCE_S = 0.2
"""A tenth of what a writer waits for the store; the loop itself needs some milliseconds."""


class Outbox(PaperBroker):
    """The paper broker, which also keeps what it was asked for, and how many intents lay on the disk at each order."""

    def __init__(self, clock: MarketClock, directory: Path, paper: PaperSettings | None = None) -> None:
        super().__init__({"XAUUSD": GOLD_CONTRACT}, paper or settings().paper, clock, MarketState())
        self._directory = directory
        self.requests: list[BrokerRequest] = []
        self.intents_at_orders: list[int] = []

    def send(self, request: BrokerRequest) -> None:
        self.requests.append(request)
        if isinstance(request, SubmitOrder):
            self.intents_at_orders.append(on_disk(self._directory, "SELECT count(*) FROM intents"))
        super().send(request)

    def asked(self, kind: type[BrokerRequest]) -> int:
        return sum(isinstance(request, kind) for request in self.requests)


@asynccontextmanager
async def running(directory: Path, chosen: Settings | None = None) -> AsyncIterator[tuple[TradingDesk, Outbox]]:
    """A desk that has agreed with its broker."""
    clock = MarketClock(MONDAY)
    broker = Outbox(clock, directory, None if chosen is None else chosen.paper)
    desk = TradingDesk(directory, settings=chosen, broker=broker, clock=clock)
    writing = asyncio.create_task(desk.archive.journal.run())
    await asyncio.sleep(0)
    try:
        desk.start()
        await written(desk)
        yield desk, broker
        await written(desk)
    finally:
        desk.trader.stop()
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        desk.close()


async def written(desk: TradingDesk) -> None:
    """Waits until all that waited to be written is, and the desk has heard of it."""
    await asyncio.to_thread(desk.archive.journal.flush)
    await asyncio.sleep(0.01)


def on_disk(directory: Path, query: str) -> int:
    """What another program reads now."""
    with closing(sqlite3.connect(directory / DATABASE_FILE)) as sql:
        return int(sql.execute(query).fetchone()[0])


def seconds(act: Callable[[], object]) -> float:
    """How long the loop stands still for it."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
