"""The ports through which prices reach the engine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Protocol, runtime_checkable

from engine.domain.market import Candle, FeedItem, Source


class Market(Protocol):
    """One symbol whose prices are known ahead: a recording, or the demo market. Plain iteration, no waiting.

    The same instant always splits into the same past and the same future.
    """

    @property
    def source(self) -> Source: ...

    @property
    def first_at(self) -> datetime:
        """Opening instant of the first candle."""

    @property
    def last_at(self) -> datetime | None:
        """Opening instant of the last candle; None where the market never ends."""

    @property
    def opens_at(self) -> datetime:
        """Where a desk without a start time begins to play: everything before is history."""

    def candles_before(self, instant: datetime, since: datetime | None = None) -> Iterator[Candle]:
        """Closed candles that opened before `instant` (a full minute), oldest first; from `since` on, if given."""

    def items_from(self, instant: datetime) -> Iterator[FeedItem]:
        """Items from `instant` on, in order of time: quotes, and closed candles where the market has them beside its
        quotes; minutes where it has only candles."""


class Feed(Protocol):
    """Prices of all symbols as they come, merged by time: what a running engine listens to."""

    async def open(self) -> None:
        """Waits until sources and history are known: for as long as it takes where they come from a broker."""

    @property
    def sources(self) -> tuple[Source, ...]: ...

    def history(self) -> Iterator[Candle]:
        """Closed candles of all symbols before the first item, in order of time."""

    def items(self) -> AsyncIterator[FeedItem]:
        """The live stream; it ends where the market ends.

        A feed that lives by the machine's clock yields the closed candle of each minute itself, before any quote of
        a later one, and those of a gap as soon as it can tell them.
        """

    def past(self, symbol: str, since: datetime | None) -> Iterator[Candle]:
        """Closed candles of `symbol` from `since`, or the very first, to where the market stands."""


@runtime_checkable
class Player(Feed, Protocol):
    """A feed of played markets, which the user can pause, speed up and jump in."""

    @property
    def is_paused(self) -> bool: ...

    @property
    def speed(self) -> float: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def step(self) -> None:
        """Plays to the end of the next closed candle, then holds."""

    def set_speed(self, speed: float) -> None: ...

    def seek(self, instant: datetime) -> None:
        """Ends the running `items()`; `history()` and a new `items()` then split at `instant`."""
