"""A recorder that hears a scripted market, and what it wrote, heard again."""

from __future__ import annotations

import asyncio
from pathlib import Path

from engine.adapters.recorded import open_recording
from engine.clock import MarketClock
from engine.domain.market import Candle, FeedItem, MarketItem
from engine.persistence.tape.recorder import Recorder
from tests.builders import MONDAY, candle
from tests.fakes import ScriptedPlayer, source


class Scene:
    """A recorder that hears a scripted gold market, whose past is two candles."""

    def __init__(self, *, has_volume: bool = True) -> None:
        past = [candle(minute, volume=100.0 if has_volume else None) for minute in (-2, -1)]
        self.player = ScriptedPlayer((past, []), source=source(has_volume=has_volume))
        self.clock = MarketClock(MONDAY)
        self.recorder = Recorder(self.player, self.clock)
        self.recorder.market_opens()

    def hear(self, *items: MarketItem) -> None:
        for item in items:
            self.clock.set(item.closed_at if isinstance(item, Candle) else item.at)
            self.recorder.add(item)

    def recorded(self, folder: Path, *items: MarketItem) -> Path:
        """The first part of a recording of `items`, heard while it runs."""

        async def whole() -> None:
            writing = asyncio.create_task(self.recorder.record(folder))
            self.hear(*items)
            await asyncio.sleep(0)
            self.recorder.stop()
            await writing

        asyncio.run(whole())
        assert self.recorder.folder is not None
        return self.recorder.folder / "XAUUSD-0000.parquet"


def heard_again(part: Path) -> list[FeedItem]:
    tape = open_recording(part)
    return list(tape.items_from(tape.opens_at))
