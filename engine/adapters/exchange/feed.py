"""Public prices of an exchange as a `Feed`: live quotes, and each minute's closed candle before later quotes."""

from __future__ import annotations

import asyncio
import bisect
import heapq
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final, Protocol

import aiohttp

from config.desk import ExchangeSettings
from engine.adapters.exchange.candles import CandleDesk
from engine.adapters.exchange.clock import ExchangeClock
from engine.adapters.exchange.inlet import MarketInlet
from engine.adapters.exchange.memory import CandleMemory, Remembered
from engine.adapters.exchange.messages import UNREADABLE, ExchangeMarket
from engine.adapters.exchange.rest import Backoff, ExchangeFault, words_of
from engine.adapters.exchange.standstill import Standstill
from engine.domain.market import CANDLE_LENGTH, Candle, MarketItem, Source, minute_of

_BEAT_S: Final = 0.05
"""How often, in seconds, the clock is checked when no message arrives: a minute ends without one."""
_CLOCK_EVERY_S: Final = 300.0
_OTHERS_PATIENCE_S: Final = 10.0
"""How long to wait for the other markets once one is ready; a later one restarts the feed."""
_REFILL_PATIENCE_S: Final = 10.0
_MAX_KEPT: Final = 120_000
_ITEMS_A_SLICE: Final = 50
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)


class FeedListener(Protocol):
    """Receives rejected quotes and connection changes, which the engine does not need."""

    def refuse(self, symbol: str, reason: str) -> None: ...

    def follow(self, inlets: Sequence[MarketInlet]) -> None:
        """The state of a connection has changed."""


class ExchangeFeed:
    """The markets of one exchange. `run` keeps the connections; they are opened before history is read, so that no
    trade lies between.

    Where prices had to go on without a candle that was missed, or without a market, `items` ends once it is known, and
    everything begins again with its whole history.
    """

    def __init__(
        self,
        markets: Sequence[ExchangeMarket],
        settings: ExchangeSettings,
        clock: ExchangeClock,
        listener: FeedListener,
        memory: CandleMemory,
        stall_s: float,
        missed: Callable[[Candle], None] = lambda _: None,
        patience_s: float = _REFILL_PATIENCE_S,
    ) -> None:
        """`missed` is called with each candle whose prices were not received live, before anything later. For a candle
        that has to be requested prices are held back for `patience_s`, then they continue without it: positions have
        to be managed. Until it is known, nothing may be judged by its symbol's candles: see `missing_candles`."""
        self._patience_s = patience_s
        self._markets = tuple(markets)
        self._settings = settings
        self._clock = clock
        self._listener = listener
        self._memory = memory
        self._since = _EARLIEST
        self._stall_s = stall_s
        self._standstill = Standstill()
        self.missed = missed
        self.inlets: tuple[MarketInlet, ...] = ()
        self._open: tuple[MarketInlet, ...] = ()
        self._late: tuple[asyncio.Task[list[Candle]], ...] = ()
        self._past: dict[str, list[Candle]] = {}
        self._closed_until = _EARLIEST
        self._waits_since_s: float | None = None
        self._is_news = asyncio.Event()
        self._is_ready = asyncio.Event()

    async def run(self) -> None:
        """Keeps the connections; ends only by cancellation."""
        async with aiohttp.ClientSession(auto_decompress=False) as session:  # see `RestClient`
            self.inlets = tuple(self._inlet(session, market) for market in self._markets)
            self._listener.follow(self.inlets)
            self._is_ready.set()
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._keep_clock())
                    tasks.create_task(self._standstill.run())
                    for inlet in self.inlets:
                        tasks.create_task(inlet.run())
            finally:
                self._is_ready.clear()
                self._cancel_late()

    def _inlet(self, session: aiohttp.ClientSession, market: ExchangeMarket) -> MarketInlet:
        return MarketInlet(
            *(session, market, self._settings, self._clock, self._is_news, self._listener.refuse),
            changed=lambda: self._listener.follow(self.inlets),
            stall_s=self._stall_s,
            standstill=self._standstill,
        )

    async def _keep_clock(self) -> None:
        while True:
            await asyncio.sleep(_CLOCK_EVERY_S)
            await self._measure_clock(lambda inlet, fault: self._listener.refuse(inlet.market.symbol, str(fault)))
            if self._closed_until > _EARLIEST:
                await self.remember()

    async def _measure_clock(self, heard: Callable[[MarketInlet, ExchangeFault], None]) -> bool:
        """Whether one of the markets said the time; otherwise the clock stays as it was, and `heard` is called.

        The second of two answers is used: the first one includes the time to open a connection.
        """
        for inlet in self.inlets:
            try:
                for _ in range(2):
                    await self._clock.measure(partial(inlet.market.read_clock, inlet.timer.get))
            except ExchangeFault as fault:
                heard(inlet, fault)
            except UNREADABLE as error:
                heard(inlet, ExchangeFault(f"the time of {inlet.market.venue} cannot be used: {words_of(error)}"))
            else:
                return True
        return False

    def reconnect(self) -> None:
        """Reconnects at once, because the user does not want to wait."""
        for inlet in self.inlets:
            inlet.reconnect()

    # -- what the engine hears ----------------------------------------------------------------------------------

    async def open(self) -> None:
        await self._is_ready.wait()
        await self._measured()
        until = minute_of(self._clock.now())
        since = until - self._settings.history_days * 24 * 60 * CANDLE_LENGTH
        self._cancel_late()
        holes = {inlet.market.symbol: hole for inlet in self._open if (hole := inlet.candles.hole) is not None}
        reads = {inlet: asyncio.create_task(self._read(inlet, since, until)) for inlet in self.inlets}
        self._late = tuple(reads.values())
        await asyncio.wait(self._late, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait(self._late, timeout=_OTHERS_PATIENCE_S)
        self._open = tuple(inlet for inlet, read in reads.items() if read.done())
        self._late = tuple(read for read in reads.values() if not read.done())
        self._past = {inlet.market.symbol: reads[inlet].result() for inlet in self._open}
        self._since, self._closed_until = since, until
        for inlet in self._open:
            symbol, skipped = inlet.market.symbol, inlet.skip_quotes(until)
            for candle in self.past(symbol, min(holes[symbol].since, skipped) if symbol in holes else skipped):
                if candle.opened_at >= skipped or candle.opened_at < holes[symbol].until:
                    self.missed(candle)
        await self.remember()

    async def _measured(self) -> None:
        """Waits until the exchange's clock is known: by a wrong one, old candles would count as new."""
        backoff = Backoff()
        while not await self._measure_clock(MarketInlet.show_fault) and self._clock.offset is None:
            await asyncio.sleep(backoff.next_s())

    def _cancel_late(self) -> None:
        for read in self._late:
            read.cancel()
        self._late = ()

    async def _read(self, inlet: MarketInlet, since: datetime, until: datetime) -> list[Candle]:
        kept = await asyncio.to_thread(self._memory.read, inlet.market, since, until)
        if kept is None:
            return await inlet.read_history(since, until)
        return [*kept.candles, *await inlet.read_history(kept.until, until)]

    async def remember(self) -> None:
        """Keeps what is known for the next start; where it cannot be kept, that start asks for it again."""
        if any(inlet.candles.hole is not None for inlet in self._open):
            return
        for inlet in self._open:
            known = Remembered(self._since, self._closed_until, list(self._past[inlet.market.symbol]))
            try:
                await asyncio.to_thread(self._memory.write, inlet.market, known)
            except OSError:
                return

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(inlet.market.source for inlet in self._open)

    def history(self) -> Iterator[Candle]:
        return heapq.merge(*self._past.values(), key=lambda candle: candle.opened_at)

    def missing_candles(self, symbol: str) -> str:
        """Which candles of the symbol prices continued without, in words; empty where every one is known."""
        holes = (inlet.candles.hole for inlet in self._open if inlet.market.symbol == symbol)
        return next((hole.words for hole in holes if hole is not None), "")

    def past(self, symbol: str, since: datetime | None) -> Iterator[Candle]:
        candles = self._past.get(symbol, [])
        start = 0 if since is None else bisect.bisect_left(candles, since, key=lambda candle: candle.opened_at)
        return iter(candles[start:])

    async def items(self) -> AsyncIterator[MarketItem]:
        count = 0
        while not self._can_mend():
            for item in self._due():
                yield item
                count += 1
                if count % _ITEMS_A_SLICE == 0:
                    await asyncio.sleep(0)
            await self._wait()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(_BEAT_S):
                await self._is_news.wait()
        except TimeoutError:
            pass
        self._is_news.clear()

    def _due(self) -> Iterator[MarketItem]:
        """Closed candles of all symbols, minute after minute, and the quotes of the minute that runs."""
        now = self._clock.now()
        while True:
            yield from self._quotes_before(self._closed_until + CANDLE_LENGTH)
            if (candles := self._closed_at(self._closed_until, now)) is None:
                return
            self._closed_until += CANDLE_LENGTH
            yield from candles

    def _closed_at(self, opened_at: datetime, now: datetime) -> list[Candle] | None:
        """The candles of that minute; None while it runs or one of them is waited for."""
        if now < opened_at + CANDLE_LENGTH:
            return None
        desks = [inlet.candles for inlet in self._open]
        if self._has_to_wait(desks, [desk for desk in desks if not desk.is_settled(opened_at, now)]):
            return None
        self._waits_since_s = None
        candles = []
        for desk in desks:
            settled = desk.settle(opened_at)
            if desk.hole is not None:
                self._listener.follow(self.inlets)
            if settled.candle is not None:
                self._keep(settled.candle)
                candles.append(settled.candle)
                if settled.was_missed:
                    self.missed(settled.candle)
        return candles

    def _has_to_wait(self, desks: Sequence[CandleDesk], unsettled: Sequence[CandleDesk]) -> bool:
        """Whether prices are held back for candles that are not known yet: not for longer than the patience, not again
        for a market that prices continued without, and not while no market is connected."""
        waited_for = [desk for desk in unsettled if desk.hole is None]
        if not any(desk.is_connected for desk in desks):
            self._waits_since_s = None
            return bool(waited_for)
        if not waited_for:
            return False
        now_s = asyncio.get_running_loop().time()
        if self._waits_since_s is None:
            self._waits_since_s = now_s
        return now_s - self._waits_since_s < self._patience_s

    def _keep(self, candle: Candle) -> None:
        past = self._past[candle.symbol]
        past.append(candle)
        del past[:-_MAX_KEPT]

    def _quotes_before(self, instant: datetime) -> Iterator[MarketItem]:
        waiting = [inlet.quotes for inlet in self._open]
        while True:
            fronts = [quotes for quotes in waiting if quotes and quotes[0].at < instant]
            if not fronts:
                return
            yield min(fronts, key=lambda quotes: quotes[0].at).popleft()

    def _can_mend(self) -> bool:
        """Whether the market has to begin again, with what is known now, or on connections that replaced the old."""
        is_mended = any(inlet.candles.can_mend or inlet not in self.inlets for inlet in self._open)
        return is_mended or any(read.done() for read in self._late)
