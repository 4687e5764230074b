"""One symbol's recorded prices as a market that can be played from any minute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain

from engine.adapters.recorded.columns import CHUNK, CandleColumns, TickColumns, instant_of
from engine.domain.market import Candle, MarketItem, Quote, Source

_HISTORY_CANDLES = 500
_CORNERS_AT = tuple(timedelta(seconds=second) for second in (0, 20, 40, 59))
"""The last corner lies just before the close, so that a decision on the closed candle stands on a fresh quote."""


class Recording:
    """A `Market` (see `engine.market.feed`) whose prices lie in arrays.

    A recording of candles plays each as four quotes within its minute (open, low, high, close when it rises, open,
    high, low, close when it falls), then the closed candle itself. A recording of ticks plays quotes.
    """

    place = 0
    """Among recordings that were made together: the lower one is heard first at the same instant."""

    def __init__(
        self,
        source: Source,
        columns: CandleColumns,
        ticks: TickColumns | None = None,
        *,
        is_clock_assumed: bool = False,
    ) -> None:
        """`is_clock_assumed`: the clock is the usual one of such files, and nothing in this one confirms it."""
        self._source = source
        self._columns = columns
        self._ticks = ticks
        self.is_clock_assumed = is_clock_assumed

    @property
    def source(self) -> Source:
        return self._source

    @property
    def columns(self) -> CandleColumns:
        """All closed candles as arrays."""
        return self._columns

    @property
    def first_at(self) -> datetime:
        return instant_of(int(self._columns.at[0]))

    @property
    def last_at(self) -> datetime:
        return instant_of(int(self._columns.at[-1]))

    @property
    def opens_at(self) -> datetime:
        """Leaves the smaller of 500 candles and a quarter of the recording as history."""
        return instant_of(int(self._columns.at[min(_HISTORY_CANDLES, len(self._columns) // 4)]))

    def candles(self) -> Iterator[Candle]:
        """All closed candles, oldest first."""
        return self._columns.candles(self._source.symbol)

    def candles_before(self, instant: datetime, since: datetime | None = None) -> Iterator[Candle]:
        first = 0 if since is None else self._columns.first_from(since)
        return self._columns.rows(slice(first, self._columns.first_from(instant))).candles(self._source.symbol)

    def items_from(self, instant: datetime) -> Iterator[MarketItem]:
        if self._ticks is not None:
            return self._quotes(self._ticks, self._ticks.first_from(instant))
        columns = self._columns.rows(slice(self._columns.first_from(instant), None))
        return chain.from_iterable(map(played, columns.candles(self._source.symbol)))

    def _quotes(self, ticks: TickColumns, first: int) -> Iterator[Quote]:
        symbol = self._source.symbol
        for start in range(first, len(ticks), CHUNK):
            chunk = ticks.rows(slice(start, start + CHUNK))
            volumes = [1.0] * len(chunk) if chunk.volume is None else chunk.volume.tolist()
            rows = zip(chunk.at.tolist(), chunk.bid.tolist(), chunk.ask.tolist(), volumes, strict=True)
            for at, bid, ask, volume in rows:
                yield Quote(symbol=symbol, at=instant_of(at), bid=bid, ask=ask, volume=volume)


def played(candle: Candle) -> tuple[MarketItem, ...]:
    """The quotes that stand for a closed candle, then the candle itself; the order of high and low is a guess."""
    symbol, opened_at, spread, volume = candle.symbol, candle.opened_at, candle.spread or 0.0, candle.volume / 4
    early, late = (candle.low, candle.high) if candle.close >= candle.open else (candle.high, candle.low)
    first, second, third, fourth = _CORNERS_AT

    def quote(after: timedelta, bid: float) -> Quote:
        return Quote(symbol=symbol, at=opened_at + after, bid=bid, ask=bid + spread, volume=volume)

    return (
        quote(first, candle.open),
        quote(second, early),
        quote(third, late),
        quote(fourth, candle.close),
        candle,
    )
