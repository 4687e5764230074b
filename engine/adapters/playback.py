"""Plays recorded and generated markets as if they were live: the user can pause, speed up, step and jump."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import datetime

from engine.adapters.pace import Pace
from engine.clock import MarketClock
from engine.domain.fills import USUAL_FILLS, Fills
from engine.domain.market import CANDLE_LENGTH, Candle, FeedItem, Quote, Source, minute_of
from engine.errors import UnreadableRecording
from engine.fills.lanes import Lanes
from engine.market.feed import Market
from engine.market.item_order import time_of

MAX_WAIT_S = 60.0
"""Seconds of real time that the user is made to wait for the next item; nights and weekends that take longer are
skipped."""
_SHORTEST_NAP_S = 0.004
_MAX_SPELL_S = 0.004
"""Seconds for which items may follow each other before the rest of the loop gets a turn."""
_LATEST_S = 1.0
"""Seconds that playback may be late and still catch up; a machine that slept longer goes on from where it was."""


class Playback:
    """A `Player` (see `engine.market.feed`) of one or more markets, merged by time, one symbol each.

    `speed` is market seconds per second, `math.inf` as fast as the listener follows. A pause, a new speed or a seek
    takes effect at the next item. `clock` is set to the time of each item before it is yielded: that of a quote, or
    the close of a candle.

    Minutes of which only the candle is known become quotes as `fills` says. As fast as the listener follows, the quotes
    within a minute are left out unless `depends` says that something depends on them; at any other speed they are all
    shown. `foresee` is for the broker: see `engine.fills.lanes`.
    """

    def __init__(
        self,
        markets: Sequence[Market],
        clock: MarketClock,
        *,
        speed: float,
        start: datetime | None = None,
        fills: Fills = USUAL_FILLS,
        depends: Callable[[str], bool] = lambda _: True,
        foresee: Callable[[Candle], None] = lambda _: None,
    ) -> None:
        """`start` is where history ends, if not where the markets open; raises `UnreadableRecording` if two markets
        are of one symbol and `InvalidConfiguration` if the speed is none."""
        _refuse_two_of_a_symbol(markets)
        self._markets = tuple(markets)
        self._clock = clock
        self._fills = fills
        self._depends = depends
        self._foresee = foresee
        self._start = self._within(start or _opening(markets))
        self._pace = Pace(speed, self._start)
        self._is_paused = False
        self._is_stepping = False
        self._step_ends_at: datetime | None = None
        self._run = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._breathed_at = 0.0
        clock.set(self._start)

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(market.source for market in self._markets)

    @property
    def first_at(self) -> datetime:
        """Opening instant of the first candle of all markets."""
        return min(market.first_at for market in self._markets)

    @property
    def last_at(self) -> datetime | None:
        """Opening instant of the last candle of all markets; None if one never ends."""
        ends = [market.last_at for market in self._markets]
        return None if None in ends else max(end for end in ends if end is not None)

    @property
    def position(self) -> datetime:
        """The time of the newest item, or where playing begins."""
        return self._clock.now()

    @property
    def is_paused(self) -> bool:
        return self._is_paused

    @property
    def speed(self) -> float:
        return self._pace.speed

    # -- what the user does -------------------------------------------------------------------------------------

    def pause(self) -> None:
        self._anchor()
        self._is_paused, self._is_stepping = True, False
        self._wake()

    def resume(self) -> None:
        self._anchor()
        self._is_stepping = False
        self._go_on()

    def step(self) -> None:
        """Plays to the end of the next closed candle as fast as it can, then holds."""
        self._is_stepping, self._step_ends_at = True, None
        self._go_on()

    def set_speed(self, speed: float) -> None:
        """Raises `InvalidConfiguration` if that is no speed."""
        self._anchor()
        self._pace = Pace(speed, self._pace.at, self._pace.now)
        self._wake()

    def seek(self, instant: datetime) -> None:
        """Ends the running `items()`; `history()` and a new `items()` then split at `instant`, a full minute."""
        self._start = self._within(instant)
        self._run += 1
        self._clock.set(self._start)
        self._wake()

    # -- what the engine hears ----------------------------------------------------------------------------------

    async def open(self) -> None:
        """Played markets are known beforehand."""

    def history(self) -> Iterator[Candle]:
        """Closed candles of all markets before the start, or the last seek, in order of time."""
        past = [market.candles_before(self._start) for market in self._markets]
        return past[0] if len(past) == 1 else heapq.merge(*past, key=lambda candle: candle.opened_at)

    def past(self, symbol: str, since: datetime | None) -> Iterator[Candle]:
        """Closed candles of `symbol` from `since`, or the very first, to where the market stands."""
        market = next(market for market in self._markets if market.source.symbol == symbol)
        return market.candles_before(minute_of(self.position), since)

    async def items(self) -> AsyncIterator[FeedItem]:
        """Quotes and closed candles from there on, each when its time has come; ends with the markets or a seek."""
        run = self._run
        self._loop = asyncio.get_running_loop()
        self._breathed_at = self._loop.time()
        self._pace.begin(self._start, self._breathed_at)
        lanes = Lanes(self._markets, self._start, self._fills, self._is_drawn, self._foresee)
        for item in lanes:
            at = time_of(item)
            if not self._may_follow_at_once():
                await self._until(at, run)
            if run != self._run:
                return
            self._clock.set(at)
            if self._is_stepping and self._ends_step(item, lanes):
                self.pause()
            yield item

    def _is_drawn(self, symbol: str) -> bool:
        return not self._pace.is_unbounded or self._is_stepping or self._depends(symbol)

    def _may_follow_at_once(self) -> bool:
        """Whether nothing waits and the loop has had its turn recently; what `_until` finds out at length."""
        assert self._loop is not None
        is_hurried = self._pace.is_unbounded and not self._is_paused
        return is_hurried and self._loop.time() - self._breathed_at <= _MAX_SPELL_S

    async def _until(self, at: datetime, run: int) -> None:
        """Returns when the market has reached `at` and the loop has had its turn, or a seek has ended this run."""
        assert self._loop is not None
        while run == self._run:
            now = self._loop.time()
            if self._is_paused:
                await self._rest(None)
            elif not self._is_stepping and at > self._pace.reached(now):
                await self._wait_for(at, now)
            elif now - self._breathed_at > _MAX_SPELL_S:
                await self._catch_breath(at, now)
            else:
                return

    async def _wait_for(self, at: datetime, now: float) -> None:
        wait = self._pace.wait_for(at, now)
        if wait > MAX_WAIT_S:
            self._pace.begin(at, now)
        else:
            await self._rest(max(wait, _SHORTEST_NAP_S))

    async def _catch_breath(self, at: datetime, now: float) -> None:
        if not self._pace.is_unbounded and self._pace.wait_for(at, now) < -_LATEST_S:
            self._pace.begin(at, now)
        await self._rest(0)

    async def _rest(self, seconds: float | None) -> None:
        """Gives the loop its turn for that long, or until the user does something."""
        assert self._loop is not None
        self._waiter = waiter = self._loop.create_future()
        timer = None if seconds is None else self._loop.call_later(seconds, self._wake)
        try:
            await waiter
        finally:
            if timer is not None:
                timer.cancel()
        self._breathed_at = self._loop.time()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # -- state --------------------------------------------------------------------------------------------------

    def _go_on(self) -> None:
        if self._is_paused and self._loop is not None:
            self._pace.begin(self._pace.at, self._loop.time())
        self._is_paused = False
        self._wake()

    def _anchor(self) -> None:
        """Remember how far the market has come, before what it depends on changes."""
        if self._loop is None or self._is_paused:
            return
        now = self._loop.time()
        follows_listener = self._is_stepping or self._pace.is_unbounded
        self._pace.begin(self.position if follows_listener else self._pace.reached(now), now)

    def _ends_step(self, item: FeedItem, lanes: Lanes) -> bool:
        """Whether `item` is the last of a minute: its closed candle or, where there is none, the first quote after."""
        at = time_of(item)
        if self._step_ends_at is None:
            self._step_ends_at = minute_of(at) + CANDLE_LENGTH if isinstance(item, Quote) else at
        return at >= self._step_ends_at and not lanes.closes_another(at)

    def _within(self, instant: datetime) -> datetime:
        last = self.last_at
        latest = instant if last is None else min(instant, last)
        return minute_of(max(latest, self.first_at))


def _opening(markets: Sequence[Market]) -> datetime:
    """Where every market has a past and a future, if there is such a place; else where the first one opens."""
    opens = [market.opens_at for market in markets]
    ends = [market.last_at for market in markets]
    latest = max(opens)
    return latest if all(end is None or latest <= end for end in ends) else min(opens)


def _refuse_two_of_a_symbol(markets: Sequence[Market]) -> None:
    by_symbol: dict[str, Source] = {}
    for source in (market.source for market in markets):
        if (other := by_symbol.setdefault(source.symbol, source)) is not source:
            raise UnreadableRecording(
                f"{other.name} and {source.name} are both of {source.symbol}; one recording for each symbol is allowed"
            )
