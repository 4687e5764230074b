"""Stand-ins for the world outside: feeds with a script, an observer that remembers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from engine.domain.market import Candle, MarketItem, Source
from engine.domain.messages.engine import Event
from tests.builders import GOLD

T = TypeVar("T")


def source(**changes: Any) -> Source:
    """A source of gold with volume and spread."""
    fields: dict[str, Any] = {
        "instrument": GOLD,
        "format": "test",
        "clock": "UTC",
        "name": "test",
        "has_volume": True,
        "has_spread": True,
        "has_aggressor_volume": False,
    }
    return Source(**(fields | changes))


class ScriptedPlayer:
    """A player whose past and future are given; each seek moves on to the next script."""

    def __init__(
        self, *scripts: tuple[Sequence[Candle], Sequence[MarketItem]], source: Source, beside: tuple[Source, ...] = ()
    ) -> None:
        self._scripts = list(scripts)
        self.sources = (source, *beside)
        self.is_paused = False
        self.speed = 1.0
        self.sought: list[datetime] = []

    async def open(self) -> None:
        """Its scripts are known beforehand."""

    def history(self) -> Iterator[Candle]:
        return iter(self._scripts[0][0])

    async def items(self) -> AsyncIterator[MarketItem]:
        for item in self._scripts[0][1]:
            yield item

    def past(self, symbol: str, since: datetime | None) -> Iterator[Candle]:
        past = self._scripts[0][0]
        return (candle for candle in past if candle.symbol == symbol and (since is None or candle.opened_at >= since))

    def pause(self) -> None:
        self.is_paused = True

    def resume(self) -> None:
        self.is_paused = False

    def step(self) -> None:
        self.is_paused = True

    def set_speed(self, speed: float) -> None:
        self.speed = speed

    def seek(self, instant: datetime) -> None:
        self.sought.append(instant)
        self._scripts.pop(0)


class Witness:
    """An observer that records all events."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def __call__(self, event: Event) -> None:
        self.events.append(event)

    def of(self, kind: type[T]) -> list[T]:
        return [event for event in self.events if isinstance(event, kind)]
