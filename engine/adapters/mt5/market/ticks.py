"""Filters ticks: stale, crossed and absurd ones never become a quote."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from engine.adapters.mt5.clock.server_time import ServerTimes
from engine.adapters.mt5.market.terms import Fields
from engine.domain.market import Quote
from engine.errors import InvalidMarketData

OLDEST: Final = timedelta(seconds=60)
"""An older tick is that of a market that rests, or that was cut off."""
_FARTHEST_AHEAD: Final = timedelta(seconds=5)
_LARGEST_JUMP: Final = 0.01
"""Share of the price that no honest tick moves at once; the next one has to say the same before it is believed."""


class TickFilter:
    """One symbol's ticks, each used once. `update` raises `InvalidMarketData` for one that cannot be used."""

    def __init__(self, symbol: str, times: ServerTimes, volume: float = 1.0) -> None:
        """`volume` is what each tick counts: 0 if the symbol's volume is in lots, which only candles have."""
        self._symbol = symbol
        self._times = times
        self._volume = volume
        self._seen: tuple[int, float, float] | None = None
        self._last: Quote | None = None
        self._doubted: Quote | None = None

    def update(self, tick: Fields, now: datetime) -> Quote | None:
        """The quote of a tick; None if it was seen before, is too old, or has to be confirmed by the next."""
        seen = (int(tick["time_msc"]), float(tick["bid"]), float(tick["ask"]))
        if seen == self._seen:
            return None
        self._seen = seen
        at = self._times.current.live(seen[0], now)
        quote = Quote(symbol=self._symbol, at=at, bid=seen[1], ask=seen[2], volume=self._volume)
        if quote.at - now > _FARTHEST_AHEAD:
            raise InvalidMarketData(f"{self._symbol}: a tick of {quote.at} is ahead of the time, {now}")
        if now - quote.at > OLDEST:
            return None
        return self._believed(quote)

    def _believed(self, quote: Quote) -> Quote | None:
        last, doubted = self._last, self._doubted
        self._doubted = None
        if last is not None and quote.at < last.at:
            raise InvalidMarketData(f"{self._symbol}: a tick of {quote.at} came after {last.at}")
        is_known = last is None or _is_near(quote, last)
        if is_known or (doubted is not None and _is_near(quote, doubted)):
            self._last = quote
            return quote
        self._doubted = quote
        return None


def _is_near(quote: Quote, other: Quote) -> bool:
    return abs(quote.bid - other.bid) <= _LARGEST_JUMP * other.bid and quote.spread <= _LARGEST_JUMP * other.bid
