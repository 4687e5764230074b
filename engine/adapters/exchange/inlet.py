"""One market of an exchange: its sockets, quotes, candles and the state of its connection."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import aiohttp

from config.desk import ExchangeSettings
from engine.adapters.exchange.candles import CandleDesk
from engine.adapters.exchange.messages import (
    UNREADABLE,
    BestPrices,
    Channel,
    ExchangeMarket,
    Kline,
    Message,
    Trade,
)
from engine.adapters.exchange.quotes import QuoteMaker
from engine.adapters.exchange.rest import ExchangeFault, RestClient, until_answered, words_of
from engine.adapters.exchange.sockets import ExchangeSocket
from engine.adapters.exchange.standstill import Standstill
from engine.clock import Clock
from engine.domain.market import Candle, Quote, minute_of
from engine.errors import InvalidMarketData

_LOOK_S: Final = 0.25
_TIMES_PER_S: Final = 10.0
_PAUSE_S: Final = 0.5
"""Seconds between two requests for candles that the exchange does not have yet."""
_SURELY_KNOWN: Final = timedelta(seconds=60)
"""Time after a candle's end within which the exchange lists it, if there is one."""


_MAX_CLOCK_DOUBT: Final = timedelta(hours=1)
"""Data of an exchange with a time further away than this belongs to another day."""
MAX_AHEAD: Final = timedelta(seconds=30)
"""How far the time of data may lie ahead of the exchange's clock as it was measured."""
_MAX_QUOTES: Final = 100_000


class CandlesMissing(ExchangeFault):
    """Quotes come, but indicators cannot be computed."""


class MarketInlet:
    """Runs while `run` runs; `is_news` is set whenever there is something to process."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        market: ExchangeMarket,
        settings: ExchangeSettings,
        clock: Clock,
        is_news: asyncio.Event,
        refuse: Callable[[str, str], None],
        changed: Callable[[], None],
        stall_s: float,
        standstill: Standstill,
    ) -> None:
        """`refuse` is called for implausible data, `changed` when the state of the connection changes."""
        rest_url, ws_url = market.at(settings)
        self.market = market
        self.candles = CandleDesk(market.symbol, marks_closed=market.marks_closed)
        self.quotes: deque[Quote] = deque(maxlen=_MAX_QUOTES)
        """Quotes not handed on yet, oldest first."""
        self._fault: ExchangeFault | None = ExchangeFault(f"connecting to {market.venue}")
        self.rest = RestClient(session, market.venue, rest_url, market.requests_per_s)
        self.timer = RestClient(session, market.venue, rest_url, _TIMES_PER_S)
        """Requests only the time, so that it never waits for another answer."""
        self._clock = clock
        self._is_news = is_news
        self._refuse, self._changed = refuse, changed
        self._maker = QuoteMaker(market.symbol)
        self._heard_at: dict[Channel, datetime] = {}
        self._is_time_doubtful = False
        """Whether the newest data had a time that the clock contradicts: then nobody knows how old quotes are."""
        self._sockets = [
            ExchangeSocket(session, market.venue, ws_url, channel, self, stall_s, standstill)
            for channel in market.channels
        ]

    @property
    def fault(self) -> ExchangeFault | None:
        """What is wrong with the connection; None while all channels are connected and every candle is known."""
        if self._fault is None and self.candles.hole is not None:
            return CandlesMissing(self.candles.hole.words)
        return self._fault

    async def run(self) -> None:
        """Ends only by cancellation."""
        async with asyncio.TaskGroup() as tasks:
            for socket in self._sockets:
                tasks.create_task(socket.run())
            tasks.create_task(self._refill())

    def reconnect(self) -> None:
        for socket in self._sockets:
            socket.reconnect()

    def skip_quotes(self, until: datetime) -> datetime:
        """Drops waiting quotes of minutes whose candles are history; returns the first such minute, or `until`."""
        since = min(minute_of(self.quotes[0].at), until) if self.quotes else until
        while self.quotes and self.quotes[0].at < until:
            self.quotes.popleft()
        return since

    # -- history ------------------------------------------------------------------------------------------------

    async def read_history(self, since: datetime, until: datetime) -> list[Candle]:
        """Repeats the request until it is answered; errors are shown meanwhile."""
        candles = await until_answered(self._ask(since, until), self.show_fault)
        self.candles.begin(candles[-1] if candles else None, until)
        if len(self._heard_at) == len(self._sockets):
            self._fault = None
            self._changed()
        return candles

    def _ask(self, since: datetime, until: datetime) -> Callable[[], Awaitable[list[Candle]]]:
        return partial(self.market.read_history, self.market, self.rest.get, since, until)

    def show_fault(self, fault: ExchangeFault) -> None:
        """The connection is not whole until an answer or a frame says otherwise."""
        self._fault = fault
        self._changed()

    async def _refill(self) -> None:
        """Requests the candles that were missed."""
        while True:
            await asyncio.sleep(_LOOK_S)
            wanted = self.candles.wanted(self._clock.now())
            if wanted is None:
                continue
            since, until = wanted
            found = await until_answered(self._ask(since, until), lambda _: None)
            known_until = found[-1].closed_at if found else since
            if self._clock.now() >= until + _SURELY_KNOWN:
                known_until = until
            self.candles.refill(found, known_until)
            self._is_news.set()
            await asyncio.sleep(_PAUSE_S)

    # -- what the sockets say -----------------------------------------------------------------------------------

    def on_connected(self, channel: Channel) -> None:
        now = self._clock.now()
        self._heard_at[channel] = now
        if channel.has_trades:
            self.candles.connect(now)
        if channel.has_quotes:
            self._maker.restart()
        if len(self._heard_at) == len(self._sockets):
            self._fault = None
        self._changed()

    def on_lost(self, channel: Channel, fault: ExchangeFault) -> None:
        since = self._heard_at.pop(channel, None)
        if channel.has_trades and since is not None:
            self.candles.lose(since)
        self._fault = fault
        self._changed()

    def on_frame(self, channel: Channel, text: str, *, is_late: bool) -> None:
        now = self._clock.now()
        if is_late and channel.has_quotes:
            self.candles.skip_quotes(self._heard_at.get(channel, now), now)
        self._heard_at[channel] = now
        symbol = self.market.symbol
        try:
            for message in self.market.parse(symbol, text):
                if not (is_late and isinstance(message, BestPrices)):  # nobody knows how old they are
                    self._on_message(message, now)
        except InvalidMarketData as error:
            self._refuse(symbol, str(error))
        except UNREADABLE as error:
            self._refuse(symbol, f"{symbol}: a message cannot be read: {words_of(error)}")

    def _on_message(self, message: Message, now: datetime) -> None:
        match message:
            case BestPrices():
                if self._is_time_doubtful:
                    return
                if message.at is not None:
                    self._check_time(message.at, now)
                at = now if message.at is None else min(message.at, now)
                if at < self.candles.settled_until:  # the candle of its minute knows what it reached
                    return
                quote = self._maker.on_best(message, at, self.candles.last_price)
                if quote is None:
                    return
                self.candles.on_quote(quote.at, quote.spread)
                self.quotes.append(quote)
            case Trade():
                self._check_time(message.at, now)
                if self.candles.on_trade(message):
                    self._maker.on_traded(message.amount)
                return
            case Kline():
                candle = message.candle
                self._check_time(candle.closed_at if message.is_closed else candle.opened_at, now)
                self.candles.on_kline(message)
                if not message.is_closed and self.market.marks_closed:
                    return
        self._is_news.set()

    def _check_time(self, at: datetime, now: datetime) -> None:
        self._is_time_doubtful = not -_MAX_CLOCK_DOUBT <= at - now <= MAX_AHEAD
        if self._is_time_doubtful:
            raise InvalidMarketData(f"{self.market.symbol}: a message has the time {at}, but it is {now} now")
