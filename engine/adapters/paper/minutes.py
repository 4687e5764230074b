"""Lets the paper broker know what a recorded candle holds before the quotes it was expanded into are played."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from engine.domain.market import Candle, MarketItem, Quote, Source
from engine.market.feed import Market


class MinutesAhead:
    """The same `Market`; `tell` hears each closed candle before the first quote of its minute is played.

    Only for the broker that fills on those quotes: to anyone who decides it would be the future.
    """

    def __init__(self, market: Market, tell: Callable[[Candle], None]) -> None:
        self._market = market
        self._tell = tell

    @property
    def source(self) -> Source:
        return self._market.source

    @property
    def first_at(self) -> datetime:
        return self._market.first_at

    @property
    def last_at(self) -> datetime | None:
        return self._market.last_at

    @property
    def opens_at(self) -> datetime:
        return self._market.opens_at

    def candles_before(self, instant: datetime, since: datetime | None = None) -> Iterator[Candle]:
        return self._market.candles_before(instant, since)

    def items_from(self, instant: datetime) -> Iterator[MarketItem]:
        return announced(self._market.items_from(instant), self._tell)


def announced(items: Iterable[MarketItem], tell: Callable[[Candle], None]) -> Iterator[MarketItem]:
    """The items of one symbol, unchanged; `tell` hears of a closed candle when the first quote of its minute is taken.

    Items are taken up to a minute ahead, which a market known ahead does not mind.
    """
    quotes: list[Quote] = []
    for item in items:
        if isinstance(item, Candle):
            tell(item)
            yield from quotes
            quotes = []
            yield item
        else:
            if quotes and item.at.minute != quotes[0].at.minute:
                yield from quotes
                quotes = []
            quotes.append(item)
    yield from quotes
