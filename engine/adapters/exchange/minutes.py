"""Candles made of trades, whatever the order and however often they come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Final

from engine.adapters.exchange.messages import Trade
from engine.domain.market import Candle, minute_of

_MAX_MINUTES: Final = 180
"""Kept while nobody asks for them, as long as history cannot be read."""


class _Minute:
    """The trades of one minute; their numbers tell which came first and which came twice."""

    __slots__ = ("bought", "first", "high", "last", "low", "numbers", "volume")

    def __init__(self) -> None:
        self.numbers: set[int] = set()
        self.first: Trade | None = None
        self.last: Trade | None = None
        self.high = self.low = self.volume = self.bought = 0.0

    def add(self, trade: Trade) -> bool:
        """Whether the trade was not known yet."""
        if trade.number in self.numbers:
            return False
        self.numbers.add(trade.number)
        if trade.amount > 0.0:
            self._count(trade)
        return True

    def _count(self, trade: Trade) -> None:
        price = trade.price
        if self.first is None or self.last is None:
            self.first = self.last = trade
            self.high = self.low = price
        elif trade.number < self.first.number:
            self.first = trade
        elif trade.number > self.last.number:
            self.last = trade
        self.high, self.low = max(self.high, price), min(self.low, price)
        self.volume += trade.amount
        self.bought += trade.amount if trade.is_buyer else 0.0


class TradedMinutes:
    """Minutes of one symbol as its trades make them, until they are dropped."""

    def __init__(self, symbol: str) -> None:
        self._symbol = symbol
        self._minutes: dict[datetime, _Minute] = {}

    def add(self, trade: Trade) -> bool:
        """Whether the trade was not known yet."""
        opened_at = minute_of(trade.at)
        minute = self._minutes.get(opened_at)
        if minute is None:
            minute = self._minutes[opened_at] = _Minute()
            if len(self._minutes) > _MAX_MINUTES:
                del self._minutes[min(self._minutes)]
        return minute.add(trade)

    def candle(self, opened_at: datetime) -> Candle | None:
        """The candle of a minute; None where nothing was traded in it."""
        minute = self._minutes.get(opened_at)
        if minute is None or minute.first is None or minute.last is None:
            return None
        return Candle(
            symbol=self._symbol,
            opened_at=opened_at,
            open=minute.first.price,
            high=minute.high,
            low=minute.low,
            close=minute.last.price,
            volume=minute.volume,
            taker_buy=minute.bought,
        )

    def candles(self) -> list[Candle]:
        """Every candle, oldest first."""
        return [candle for at in sorted(self._minutes) if (candle := self.candle(at)) is not None]

    def has_gap(self, opened_at: datetime) -> bool:
        """Whether numbers are missing in the minute, or between it and the ones that are known before and after."""
        runs = [(min(numbers), max(numbers), len(numbers)) for numbers in self._around(opened_at)]
        are_whole = all(last - first + 1 == count for first, last, count in runs)
        are_joined = all(before[1] + 1 == after[0] for before, after in pairwise(runs))
        return not (are_whole and are_joined)

    def _around(self, opened_at: datetime) -> Iterator[set[int]]:
        """Numbers of the minute, between those of the last known one before and the first one after."""
        known = sorted(self._minutes)
        before = [at for at in known if at < opened_at][-1:]
        after = [at for at in known if at > opened_at][:1]
        at_edge = {at: self._minutes[at].numbers for at in (*before, *after)}
        if before:
            yield {max(at_edge[before[0]])}
        if opened_at in self._minutes:
            yield self._minutes[opened_at].numbers
        if after:
            yield {min(at_edge[after[0]])}

    def drop_before(self, opened_at: datetime) -> None:
        """Forgets the minutes before that one, except the last of them, which the next one has to join."""
        for at in sorted(self._minutes)[:-1]:
            if at < opened_at and any(at < other < opened_at for other in self._minutes):
                del self._minutes[at]
