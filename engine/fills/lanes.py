"""Merges several markets into one stream of quotes and closed candles, by time; candles become quotes on the way."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from engine.domain.fills import Fills
from engine.domain.market import Candle, FeedItem, Minute
from engine.fills.minutes import CLOSING, closing_quote, opening_quote
from engine.fills.usual import USUAL_SINCE, UsualRange
from engine.market.feed import Market
from engine.market.item_order import order_of

_Place = tuple[datetime, bool]
"""See `order_of`."""


class _Foreseen(NamedTuple):
    """What the broker has to know of a minute whose quotes were left out."""

    candle: Candle


_Item = FeedItem | _Foreseen


class Lanes:
    """The items of all markets from `instant` on.

    What a minute becomes is decided when it begins, and not before: `depends` says whether anything depends on the
    prices within the minute that the symbol's market begins. Where nothing does, it comes whole, when it closes.
    `foresee` hears of each candle whose quotes were left out so that the stop comes first, before its last quote: for
    the broker alone.
    """

    def __init__(
        self,
        markets: Sequence[Market],
        instant: datetime,
        fills: Fills,
        depends: Callable[[str], bool],
        foresee: Callable[[Candle], None],
    ) -> None:
        if len({market.source.has_quotes for market in markets}) > 1:
            depends = _always  # the quotes of one market close the candles of another
        self._lanes = [_Lane(market, instant, fills, depends) for market in markets]
        self._foresee = foresee
        self._heap = [(lane.place, number) for number, lane in enumerate(self._lanes) if lane.look_ahead()]
        heapq.heapify(self._heap)

    def __iter__(self) -> Iterator[FeedItem]:
        heap, lanes = self._heap, self._lanes
        while heap:
            _, number = heap[0]
            lane = lanes[number]
            item = lane.pop()
            if item is None:
                heapq.heapreplace(heap, (lane.place, number))
                continue
            heapq.heappop(heap)
            if isinstance(item, _Foreseen):
                self._foresee(item.candle)
            else:
                yield item
            if lane.look_ahead():
                heapq.heappush(heap, (lane.place, number))

    def closes_another(self, at: datetime) -> bool:
        """Whether the next item is a candle that closes at this instant too."""
        return bool(self._heap) and self._heap[0][0] == (at, False)


class _Lane:
    """One market."""

    def __init__(self, market: Market, instant: datetime, fills: Fills, depends: Callable[[str], bool]) -> None:
        self._symbol = market.source.symbol
        self._items = market.items_from(instant)
        from engine.fills.paths import CandlePaths  # numpy stays off the way to the first window

        self._paths = CandlePaths(market.source.instrument, fills.seed)
        self._is_worst = fills.is_worst
        self._depends = depends
        self._past = partial(market.candles_before, instant, instant - USUAL_SINCE)
        self._usual: UsualRange | None = None
        self._next: deque[_Item] = deque()
        self._minute: Minute | None = None
        """What is played next, of which nothing was played yet."""
        self.place: _Place = instant, True

    def look_ahead(self) -> bool:
        """Sets the place of the next item, or of the minute that is played next; False at the end."""
        if self._next:
            self.place = _place_of(self._next[0])
            return True
        following = next(self._items, None)
        if following is None:
            return False
        if isinstance(following, Minute):
            self._minute = following
            self.place = following.candle.opened_at, True
        else:
            self._next.append(following)
            self.place = order_of(following)
        return True

    def pop(self) -> FeedItem | _Foreseen | None:
        """The next item, after a look ahead; None where a minute has begun instead, whose items come next."""
        if self._minute is None:
            return self._next.popleft()
        self._begin(self._minute)
        self._minute = None
        self.place = _place_of(self._next[0])
        return None

    def _begin(self, minute: Minute) -> None:
        candle, played = minute.candle, self._next
        if self._is_worst:
            played.extend((opening_quote(candle), _Foreseen(candle), closing_quote(candle), candle))
            return
        if self._usual is None:  # a market of ticks never needs it
            self._usual = UsualRange(self._past())
        if self._depends(self._symbol):
            played.extend(self._paths.quotes(candle, self._usual.before(candle)))
            played.append(candle)
        else:
            played.append(minute)
        self._usual.add(candle)


def _always(_: str) -> bool:
    return True


def _place_of(item: _Item) -> _Place:
    return (item.candle.opened_at + CLOSING, True) if isinstance(item, _Foreseen) else order_of(item)
