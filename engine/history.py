"""The history of a market before its live feed: all of it feeds the indicators, the end of it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import islice
from typing import Final, NamedTuple

from engine.domain.market import CANDLE_LENGTH, Candle
from engine.domain.messages import CandleClosed
from engine.market.feed import Feed
from engine.watch import Watch

CHUNK: Final = 100
"""Candles read between two looks at the rest of the loop: some four milliseconds, most of them to judge."""
SHOWN: Final = timedelta(days=14)
"""How much of a played market is shown before the place it jumped to: a window takes four times as long to show a
candle as the engine to read it, and the user who jumps to the next setup waits for both."""

_DAWN = datetime.min.replace(tzinfo=UTC)


class HistoryChunk(NamedTuple):
    """Candles as they were read, and those of them that are shown, with their judgements."""

    read: tuple[CandleClosed, ...]
    shown: tuple[CandleClosed, ...]


_NOTHING: Final = HistoryChunk((), ())


def history_of(
    feed: Feed, watches: Mapping[str, Watch], winds_to: datetime | None, left: Mapping[str, Watch]
) -> Iterator[HistoryChunk]:
    """Reads the past of every symbol in order of time, a chunk with each step; a step may also return none.

    `winds_to` is where a played market stands, and `left` are the watches over it before it was wound: what they have
    read is not read again. None shows everything, as of a broker that was asked for so much.
    """
    shown_from: dict[str, datetime] = {}
    for symbol in watches:
        shown_from[symbol] = _shown_from(feed, symbol, winds_to)
        yield _NOTHING  # the demo market has to paint a day for each of these
    candles = _unread(feed, {symbol: watches[symbol].resume(left[symbol], shown_from[symbol]) for symbol in left})
    while chunk := tuple(islice(candles, CHUNK)):
        shown = [candle.opened_at >= shown_from[candle.symbol] for candle in chunk]
        read = tuple(
            watches[candle.symbol].read(candle) if is_shown else watches[candle.symbol].read_unjudged(candle)
            for candle, is_shown in zip(chunk, shown, strict=True)
        )
        yield HistoryChunk(read, tuple(closed for closed, is_shown in zip(read, shown, strict=True) if is_shown))


def _shown_from(feed: Feed, symbol: str, winds_to: datetime | None) -> datetime:
    """A symbol that ended long before is shown from its beginning: nothing else would be left of it."""
    if winds_to is None:
        return _DAWN
    since = winds_to - SHOWN
    return _DAWN if next(feed.past(symbol, since), None) is None else since


def _unread(feed: Feed, last_read: Mapping[str, datetime | None]) -> Iterator[Candle]:
    """The candles of the past that come after the last one read of each symbol."""
    if not any(last_read.values()):
        return feed.history()
    pasts = (feed.past(symbol, None if at is None else at + CANDLE_LENGTH) for symbol, at in last_read.items())
    return merge(*pasts, key=lambda candle: candle.opened_at)
