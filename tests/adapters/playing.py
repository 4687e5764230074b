"""Playback in virtual time, and what is heard of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from engine.adapters.playback import Playback
from engine.clock import MarketClock
from engine.domain.market import Candle, MarketItem, Minute
from engine.market.feed import Market
from tests.adapters.virtual_time import VirtualLoop, in_virtual_time
from tests.builders import MONDAY


def playing(*markets: Market, speed: float = 1.0, start: datetime = MONDAY) -> Playback:
    return Playback(markets, MarketClock(start), speed=speed, start=start)


def at(minutes: float = 0, seconds: float = 0) -> datetime:
    return MONDAY + timedelta(minutes=minutes, seconds=seconds)


def time_of(item: MarketItem) -> datetime:
    return item.closed_at if isinstance(item, Candle) else item.at


Reaction = Callable[[Playback, MarketItem], None]


def heard(playback: Playback, react: Reaction = lambda *_: None) -> list[tuple[float, MarketItem]]:
    """All items of one run, with the seconds after which they came."""

    async def listen(loop: VirtualLoop) -> list[tuple[float, MarketItem]]:
        items: list[tuple[float, MarketItem]] = []
        async for item in playback.items():
            assert not isinstance(item, Minute)
            items.append((loop.time(), item))
            react(playback, item)
        return items

    return in_virtual_time(listen)


def heard_meanwhile(playback: Playback, *actions: tuple[float, Callable[[], None]]) -> list[tuple[float, MarketItem]]:
    """As `heard`, with actions after some seconds of real time."""

    async def listen(loop: VirtualLoop) -> list[tuple[float, MarketItem]]:
        for seconds, action in actions:
            loop.call_later(seconds, action)
        return [(loop.time(), item) async for item in playback.items() if not isinstance(item, Minute)]

    return in_virtual_time(listen)
