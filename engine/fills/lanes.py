"""Several markets in one stream of quotes and closed candles, in order of time; candles become quotes on the way."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Final, NamedTuple

from engine.domain.fills import Fills
from engine.domain.market import Candle, FeedItem, Minute
from engine.fills.minutes import CLOSING, closing_quote, opening_quote
from engine.market.feed import Market
from engine.market.item_order import order_of

_USUAL_CANDLES: Final = 20
_USUAL_SINCE: Final = timedelta(days=3)
"""The usual range is that of so many candles at most, none of them older: the same wherever playing began."""
_FEWEST_CANDLES: Final = 5

_Place = tuple[datetime, bool]
"""See `order_of`."""


class _Foreseen(NamedTuple):
    """What the broker has to know of a minute whose quotes were left out."""

    candle: Candle


class _Begins(NamedTuple):
    """A minute of which nothing was played yet."""

    minute: Minute


_Item = FeedItem | _Begins | _Foreseen


class Lanes:
    """The items of all markets from `instant` on.

    What a minute becomes is decided when it begins, and not before: `depends` tells whether anything depends on the
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
        self._lanes = [_Lane(market, instant, fills, depends) for market in markets]
        self._foresee = foresee
        places = ((lane.look_ahead(), number) for number, lane in enumerate(self._lanes))
        self._heap = [(place, number) for place, number in places if place is not None]
        heapq.heapify(self._heap)

    def __iter__(self) -> Iterator[FeedItem]:
        while self._heap:
            _, number = heapq.heappop(self._heap)
            lane = self._lanes[number]
            item = lane.take()
            if isinstance(item, _Foreseen):
                self._foresee(item.candle)
            elif item is not None:
                yield item
            if (place := lane.look_ahead()) is not None:
                heapq.heappush(self._heap, (place, number))

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
        self._usual = _UsualRange(market.candles_before(instant, instant - _USUAL_SINCE))
        self._next: deque[_Item] = deque()

    def look_ahead(self) -> _Place | None:
        """When its next item comes, or the minute begins that it plays next; None at its end."""
        if not self._next:
            following = next(self._items, None)
            if following is None:
                return None
            self._next.append(_Begins(following) if isinstance(following, Minute) else following)
        return _place_of(self._next[0])

    def take(self) -> FeedItem | _Foreseen | None:
        """The next item, after a look ahead; None where a minute has begun instead, whose items come next."""
        item = self._next.popleft()
        if not isinstance(item, _Begins):
            return item
        self._next.extend(self._played(item.minute))
        return None

    def _played(self, minute: Minute) -> Iterable[_Item]:
        candle, usual = minute.candle, self._usual
        played: Iterable[_Item]
        if self._is_worst:
            played = (opening_quote(candle), _Foreseen(candle), closing_quote(candle), candle)
        elif self._depends(self._symbol):
            played = (*self._paths.quotes(candle, usual.before(candle)), candle)
        else:
            played = (minute,)
        usual.take(candle)
        return played


class _UsualRange:
    """The median range of the last candles."""

    def __init__(self, candles: Iterable[Candle]) -> None:
        self._known = deque(((one.opened_at, one.high - one.low) for one in candles), maxlen=_USUAL_CANDLES)

    def take(self, candle: Candle) -> None:
        self._known.append((candle.opened_at, candle.high - candle.low))

    def before(self, candle: Candle) -> float | None:
        """In price units; None where too few candles are known, or most of them stood still."""
        since = candle.opened_at - _USUAL_SINCE
        ranges = [height for at, height in self._known if at >= since]
        return median(ranges) or None if len(ranges) >= _FEWEST_CANDLES else None


def _place_of(item: _Item) -> _Place:
    match item:
        case _Begins():
            return item.minute.candle.opened_at, True
        case _Foreseen():
            return item.candle.opened_at + CLOSING, True
        case _:
            return order_of(item)
