"""A feed in the time of the strict fake's world, and all its items."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from config.metatrader import MetaTraderSettings
from engine.adapters.mt5.clock.server_time import ServerTimes
from engine.adapters.mt5.market.feed import TerminalFeed
from engine.domain.market import Candle, MarketItem, Quote
from tests.adapters.mt5.linked import PATIENCE_S
from tests.adapters.mt5.links import DirectLink, SimulatorClock
from tests.fake_metatrader5.simulator import Clock, SimulatorClient, World, exness_bitcoin, exness_gold

GOLD, BITCOIN = "XAUUSDm", "BTCUSDm"
EXCHANGE = 3
MINUTE = datetime(2026, 2, 17, 14, 0, tzinfo=UTC)
START = MINUTE + timedelta(seconds=5)
OFFSET = timedelta(hours=2)
QUIET = {"seed": None, "history_minutes": 30, "gap_probability": 0.0}


def world(**changes: Any) -> World:
    symbols = (exness_gold(**QUIET), exness_bitcoin(**QUIET))
    fields: dict[str, Any] = {"symbols": symbols, "clock": Clock(start=START, is_manual=True)}
    return World(**(fields | changes))


class Ears:
    def __init__(self) -> None:
        self.refused: list[str] = []
        self.missed: list[str] = []
        self.doubts: dict[str, str] = {}

    def refuse(self, symbol: str, reason: str) -> None:
        self.refused.append(f"{symbol}: {reason}")

    def miss(self, reason: str) -> None:
        self.missed.append(reason)

    def found(self, reason: str) -> None:
        self.missed.remove(reason)

    def doubt(self, symbol: str, sentence: str) -> None:
        self.doubts[symbol] = sentence


class Listening:
    """A feed that is listened to; `step` moves the world on and lets the feed look at it."""

    def __init__(self, simulator: SimulatorClient, names: tuple[str, ...]) -> None:
        self.simulator, self.ears = simulator, Ears()
        self.link = DirectLink(simulator, OFFSET)
        self.feed = TerminalFeed(
            self.link,
            ServerTimes(self.link),
            SimulatorClock(simulator),
            MetaTraderSettings(tick_poll_ms=5, idle_poll_ms=5, history_candles=500),
            names,
            self._held,
            self.ears,
        )
        self.is_held_known = True
        self.items: list[MarketItem] = []
        self._listening: asyncio.Task[None] | None = None

    async def _held(self) -> tuple[str, ...] | None:
        if not self.is_held_known:
            self.is_held_known = True
            return None
        return tuple({each["symbol"] for each in self.simulator.positions()})

    async def begin(self) -> None:
        """What the market said last before the start is left out."""
        await self.feed.open()
        self._listening = asyncio.create_task(self._listen())
        await self.look()
        self.items.clear()

    async def _listen(self) -> None:
        async for item in self.feed.items():
            self.items.append(item)

    async def tick(self, bid: float, symbol: str = GOLD, seconds: float = 1.0) -> None:
        self.simulator.advance(seconds)
        self.simulator.push(symbol, bid, bid + 0.2)
        await self.look()

    async def look(self) -> None:
        """Until the feed has asked everything once more since now."""
        asked = len(self.link.asked)
        async with asyncio.timeout(PATIENCE_S):
            while len(self.link.asked) < asked + 3 * len(self.feed.terms):
                await asyncio.sleep(0.002)

    async def until(self, kind: type, count: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while sum(isinstance(item, kind) for item in self.items) < count:
                await asyncio.sleep(0.002)

    def stop(self) -> None:
        if self._listening is not None:
            self._listening.cancel()

    @property
    def has_ended(self) -> bool:
        return self._listening is not None and self._listening.done()

    @property
    def candles(self) -> list[Candle]:
        return [item for item in self.items if isinstance(item, Candle)]

    @property
    def quotes(self) -> list[Quote]:
        return [item for item in self.items if isinstance(item, Quote)]


@asynccontextmanager
async def listening(
    simulator: SimulatorClient, names: tuple[str, ...] = (GOLD, BITCOIN), is_open: bool = True, **changes: Any
) -> AsyncIterator[Listening]:
    simulator.reset(world(**changes))
    listener = Listening(simulator, names)
    if is_open:
        await listener.begin()
    try:
        yield listener
    finally:
        listener.stop()
