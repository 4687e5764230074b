"""One symbol's recorded prices as a market that can be played from any minute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from engine.adapters.recorded.columns import CHUNK, CandleColumns, TickColumns, instant_of
from engine.domain.market import Candle, FeedItem, Minute, Quote, Source

_HISTORY_CANDLES = 500


class Recording:
    """A `Market` (see `engine.market.feed`) whose prices lie in arrays.

    A recording of candles yields minutes, whose quotes are made by the player; a recording of ticks its quotes.
    """

    path: Path | None = None
    """The file it was opened from; for one of the desk's own recordings, any of its parts or their folder."""
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

    def items_from(self, instant: datetime) -> Iterator[FeedItem]:
        if self._ticks is not None:
            return self._quotes_of(self._ticks, instant)
        columns = self._columns.rows(slice(self._columns.first_from(instant), None))
        return map(Minute, columns.candles(self._source.symbol))

    def _quotes_of(self, ticks: TickColumns, instant: datetime) -> Iterator[Quote]:
        symbol = self._source.symbol
        for start in range(ticks.first_from(instant), len(ticks), CHUNK):
            chunk = ticks.rows(slice(start, start + CHUNK))
            volumes = [1.0] * len(chunk) if chunk.volume is None else chunk.volume.tolist()
            rows = zip(chunk.at.tolist(), chunk.bid.tolist(), chunk.ask.tolist(), volumes, strict=True)
            for at, bid, ask, volume in rows:
                yield Quote(symbol=symbol, at=instant_of(at), bid=bid, ask=ask, volume=volume)
