"""The terminal's prices as a `Feed`: quotes by polling the newest tick, candles as the broker closed them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from config.metatrader import MetaTraderSettings
from engine.adapters.mt5.calls import Answered, TerminalCall
from engine.adapters.mt5.clock.server_time import ServerTimes
from engine.adapters.mt5.market.announced_candles import AnnouncedCandles, minute_of
from engine.adapters.mt5.market.history import CandleHistory
from engine.adapters.mt5.market.symbol_keeper import SymbolKeeper, SymbolListener
from engine.adapters.mt5.market.terms import SymbolTerms
from engine.adapters.mt5.market.ticks import TickFilter
from engine.adapters.mt5.port import LinkReport, TerminalLink
from engine.clock import Clock
from engine.domain.contract import Contract
from engine.domain.market import CANDLE_LENGTH, Candle, MarketItem, Quote, Source
from engine.errors import InvalidMarketData

_CLOCK_PATIENCE_S: Final = 15.0
"""How long the first fresh tick is waited for before history is read by an assumed clock, as at a weekend."""
_BETWEEN_LOOKS_S: Final = 0.1
_GRACE_S: Final = 0.25
"""Ticks of a minute may reach the terminal after those of the next one began."""
_CANDLE_PATIENCE_S: Final = 1.0
_SILENT_GRACE: Final = timedelta(seconds=2)
"""Where no tick shows that a minute is over, the clock does, this much later."""
_LIVELY_S: Final = 2.0


class FeedListener(SymbolListener, Protocol):
    """Also receives ticks that cannot be used."""

    def refuse(self, symbol: str, reason: str) -> None: ...


class TerminalFeed:
    """Watches the symbols that `names` mean, and those in which the desk has positions.

    `listener` receives what the engine does not need. If the server's clock turns out to differ from the one used to
    read history, a missing symbol appears, or the user confirms another account, `items` ends and the market restarts.
    """

    def __init__(
        self,
        link: TerminalLink,
        times: ServerTimes,
        clock: Clock,
        settings: MetaTraderSettings,
        names: Sequence[str],
        held: Callable[[], Awaitable[Sequence[str] | None]],
        listener: FeedListener,
    ) -> None:
        self._link = link
        self._times = times
        self._clock = clock
        self._settings = settings
        self._listener = listener
        self._symbols = SymbolKeeper(link, clock, names, held, listener)
        self._history = CandleHistory(link, times)
        self._info = AnnouncedCandles()
        self._closed_until = datetime.min.replace(tzinfo=UTC)
        self._waits_since_s: float | None = None
        self.terms: Mapping[str, SymbolTerms] = self._symbols.terms
        self.contracts: Mapping[str, Contract] = self._symbols.contracts
        """The broker's terms by symbol; empty before `open`, and followed while prices come."""
        self._sources: tuple[Source, ...] = ()
        self.account = ""
        """Whose positions and prices are read; empty before `open`."""

    # -- opening ------------------------------------------------------------------------------------------------

    async def open(self) -> None:
        await self._readable()
        await self._symbols.find()
        self._link.watch_clock(list(self.terms))
        await self._measured()
        closed_by = minute_of(self._clock.now() - _SILENT_GRACE)
        count = self._settings.history_candles
        self._info = AnnouncedCandles(
            {symbol: await self._history.whole(terms, count, closed_by) for symbol, terms in self.terms.items()}
        )
        self._closed_until = closed_by
        self._sources = tuple(self._source(terms) for terms in self.terms.values())

    async def _readable(self) -> None:
        """Waits for as long as it takes: what is missing is shown by the link, with the way out."""
        is_readable = asyncio.Event()

        def look(report: LinkReport) -> None:
            if report.may_read:
                is_readable.set()

        stop = self._link.listen(look)
        await is_readable.wait()
        stop()
        self.account = str(self._link.report.account)

    async def _measured(self) -> None:
        waited_s = 0.0
        while self._times.measured is None and waited_s < _CLOCK_PATIENCE_S:
            await asyncio.sleep(_BETWEEN_LOOKS_S)
            waited_s += _BETWEEN_LOOKS_S

    def _source(self, terms: SymbolTerms) -> Source:
        account = self._link.report.account
        return Source(
            instrument=terms.instrument,
            format="MetaTrader 5",
            clock=self._times.current.words,
            name="" if account is None else account.server,
            has_volume=True,
            has_spread=True,
            has_aggressor_volume=False,
            has_quotes=True,
        )

    # -- what the engine hears ----------------------------------------------------------------------------------

    @property
    def sources(self) -> tuple[Source, ...]:
        return self._sources

    def history(self) -> Iterator[Candle]:
        return self._info.all()

    def past(self, symbol: str, since: datetime | None) -> Iterator[Candle]:
        return self._info.of(symbol, since)

    async def items(self) -> AsyncIterator[MarketItem]:
        keeping = asyncio.create_task(self._symbols.run())
        try:
            async for item in self._items(keeping):
                yield item
        finally:
            keeping.cancel()

    async def _items(self, keeping: asyncio.Task[None]) -> AsyncIterator[MarketItem]:
        words = self._times.current.words
        filters = {
            symbol: TickFilter(symbol, self._times, 0.0 if self._history.has_real_volume(symbol) else 1.0)
            for symbol in self.terms
        }
        held: list[Quote] = []
        moved_at_s = 0.0
        loop = asyncio.get_running_loop()
        while self._times.current.words == words and not (self._symbols.has_news or self._has_other_account()):
            if keeping.done():
                keeping.result()  # it ends only by a fault
            if self._link.report.may_read:
                fresh = await self._quotes(filters)
                moved_at_s = loop.time() if fresh else moved_at_s
                held = sorted([*held, *fresh], key=lambda quote: quote.at)
                candles = await self._candles_before(held)
                for item in self._in_order(candles, held):
                    yield item
                held = held if candles is None else []
            await asyncio.sleep(self._pause_s(loop.time() - moved_at_s))

    # -- parts --------------------------------------------------------------------------------------------------

    async def _quotes(self, filters: dict[str, TickFilter]) -> list[Quote]:
        answers = await asyncio.gather(
            *(self._link.call(TerminalCall(function="symbol_info_tick", arguments=(symbol,))) for symbol in filters)
        )
        now = self._clock.now()
        quotes = []
        for (symbol, ticks), answer in zip(filters.items(), answers, strict=True):
            if isinstance(answer, Answered):
                try:
                    quote = ticks.update(answer.value, now)
                except InvalidMarketData as error:
                    self._listener.refuse(symbol, str(error))
                else:
                    quotes += [quote] if quote is not None else []
        return quotes

    async def _candles_before(self, held: Sequence[Quote]) -> list[Candle] | None:
        """The candles of the minutes that have passed, all symbols, by time; None if they are not known yet."""
        by_clock = self._clock.now() - _SILENT_GRACE
        boundary = minute_of(max([by_clock, *(quote.at for quote in held)]))
        if boundary <= self._closed_until:
            return []
        await asyncio.sleep(_GRACE_S)
        lively = {*self._info.quoted, *(quote.symbol for quote in held)}
        closed: list[Candle] = []
        for symbol, terms in self.terms.items():
            newest = await self._history.newest(terms, self._count(symbol, boundary, symbol in lively), boundary)
            if newest is None and self._may_wait():
                return None
            closed += filter(self._info.is_new, newest or ())
        self._waits_since_s = None
        self._info.pass_over(closed)
        self._closed_until = boundary
        return sorted(closed, key=lambda candle: candle.opened_at)

    def _may_wait(self) -> bool:
        """For a while: where one symbol's candles cannot be had, the others' prices must not stand still for them."""
        now_s = asyncio.get_running_loop().time()
        if self._waits_since_s is None:
            self._waits_since_s = now_s
        return now_s - self._waits_since_s < _CANDLE_PATIENCE_S

    def _count(self, symbol: str, boundary: datetime, is_lively: bool) -> int:
        """Back to the last announced candle: a terminal that was away may have the gap later than the quotes."""
        since, latest = self._closed_until, self._info.latest_end(symbol)
        if is_lively and latest is not None:
            since = min(since, latest)
        return min((boundary - since) // CANDLE_LENGTH + 2, self._settings.history_candles)

    def _in_order(self, candles: list[Candle] | None, held: Sequence[Quote]) -> Iterator[MarketItem]:
        """Candles first; a quote of a minute that is closed already has nothing to say."""
        if candles is None:
            return
        for candle in candles:
            self._info.add(candle)
            yield candle
        for quote in held:
            if quote.at >= self._closed_until:
                self._info.note(quote)
                yield quote

    def _has_other_account(self) -> bool:
        """An account that is not confirmed does not count: the terminal may return to the old one."""
        report = self._link.report
        return report.may_read and str(report.account) != self.account

    def _pause_s(self, quiet_s: float) -> float:
        settings = self._settings
        return (settings.tick_poll_ms if quiet_s < _LIVELY_S else settings.idle_poll_ms) / 1000.0
