"""Candles already announced, and minutes for which the terminal had none in time."""

from __future__ import annotations

import bisect
import heapq
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from engine.domain.market import Candle, Quote

_MAX_KEPT: Final = 120_000
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)


class AnnouncedCandles:
    """Announced candles by symbol, oldest first; `past` are those before the first quote."""

    def __init__(self, past: Mapping[str, list[Candle]] | None = None) -> None:
        self._past = dict(past or {})
        self._quoted: dict[str, datetime] = {}
        self._made: dict[str, datetime] = {}

    def all(self) -> Iterator[Candle]:
        """Every symbol's, by time."""
        return heapq.merge(*self._past.values(), key=lambda candle: candle.opened_at)

    def of(self, symbol: str, since: datetime | None) -> Iterator[Candle]:
        candles = self._past.get(symbol, [])
        start = 0 if since is None else bisect.bisect_left(candles, since, key=lambda candle: candle.opened_at)
        return iter(candles[start:])

    @property
    def quoted(self) -> Collection[str]:
        """Symbols that had a quote in the minute that is not closed yet."""
        return self._quoted.keys()

    def latest_end(self, symbol: str) -> datetime | None:
        """When the newest candle closed; None before the first."""
        past = self._past[symbol]
        return past[-1].closed_at if past else None

    def is_new(self, candle: Candle) -> bool:
        """Whether it comes after all that is known of its symbol."""
        past = self._past[candle.symbol]
        return candle.opened_at > max(
            self._made.get(candle.symbol, _EARLIEST), past[-1].opened_at if past else _EARLIEST
        )

    def pass_over(self, announced: Collection[Candle]) -> None:
        """The minute is over, and `announced` are its candles and those before it.

        Where the terminal lags behind, the minute's candle is that of its quotes; the broker's would be another.
        """
        known = {(candle.symbol, candle.opened_at) for candle in announced}
        self._made |= {symbol: minute for symbol, minute in self._quoted.items() if (symbol, minute) not in known}
        self._quoted.clear()

    def add(self, candle: Candle) -> None:
        past = self._past[candle.symbol]
        past.append(candle)
        del past[:-_MAX_KEPT]

    def note(self, quote: Quote) -> None:
        """A quote of the minute that is not closed yet."""
        self._quoted[quote.symbol] = minute_of(quote.at)


def minute_of(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)
