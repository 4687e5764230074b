"""The history of a market before its live feed: all of it feeds the indicators, the end of it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import islice
from typing import Final, NamedTuple

from engine.domain.market import CANDLE_LENGTH, Candle
from engine.domain.messages.engine import CandleClosed
from engine.market.feed import Feed
from engine.symbol_state import SymbolState

CHUNK: Final = 100
"""Candles read between two looks at the rest of the loop: some four milliseconds, most of them to judge."""
SHOWN: Final = timedelta(days=14)
"""How much of a played market is shown before the place it jumped to: a window takes four times as long to show a
candle as the engine to read it, and the user who jumps to the next setup waits for both."""

_EARLIEST = datetime.min.replace(tzinfo=UTC)


class HistoryChunk(NamedTuple):
    """Candles as they were read, and those of them that are shown, with their judgements."""

    read: tuple[CandleClosed, ...]
    shown: tuple[CandleClosed, ...]


_NOTHING: Final = HistoryChunk((), ())


def history_of(
    feed: Feed, states: Mapping[str, SymbolState], jumps_to: datetime | None, previous: Mapping[str, SymbolState]
) -> Iterator[HistoryChunk]:
    """Reads the past of every symbol in order of time, a chunk with each step; a step may also return none.

    `jumps_to` is where a played market starts after a jump; None shows all candles, for example those requested from a
    broker. `previous` are the states before the jump: their indicators are reused as far as they go.
    """
    shown_from: dict[str, datetime] = {}
    for symbol in states:
        shown_from[symbol] = _shown_from(feed, symbol, jumps_to)
        yield _NOTHING  # the demo market has to paint a day for each of these
    candles = _unread(
        feed, {symbol: states[symbol].resume(previous[symbol], shown_from[symbol]) for symbol in previous}
    )
    while chunk := tuple(islice(candles, CHUNK)):
        shown = [candle.opened_at >= shown_from[candle.symbol] for candle in chunk]
        read = tuple(
            states[candle.symbol].update(candle) if is_shown else states[candle.symbol].update_unjudged(candle)
            for candle, is_shown in zip(chunk, shown, strict=True)
        )
        yield HistoryChunk(read, tuple(closed for closed, is_shown in zip(read, shown, strict=True) if is_shown))


def _shown_from(feed: Feed, symbol: str, jumps_to: datetime | None) -> datetime:
    """Where candles are shown from; a symbol without recent candles is shown from its first one."""
    if jumps_to is None:
        return _EARLIEST
    since = jumps_to - SHOWN
    return _EARLIEST if next(feed.past(symbol, since), None) is None else since


def _unread(feed: Feed, last_read: Mapping[str, datetime | None]) -> Iterator[Candle]:
    """The candles of the past that come after the last one read of each symbol."""
    if not any(last_read.values()):
        return feed.history()
    pasts = (feed.past(symbol, None if at is None else at + CANDLE_LENGTH) for symbol, at in last_read.items())
    return merge(*pasts, key=lambda candle: candle.opened_at)
