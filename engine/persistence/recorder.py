"""Records a running market, so that it can be played again to the same decisions."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count, islice
from pathlib import Path

from engine.clock import Clock
from engine.domain.market import CANDLE_LENGTH, Candle, MarketItem, Source, minute_of
from engine.market.feed import Feed
from engine.market.tape import CANDLE_OF_THE_PAST, TAPE_VERSION, TapeFacts, part_name
from engine.persistence.tape_rows import TapeRows, write_part

FLUSH_S = 5.0
"""So much of what was heard is lost at most when the desk is killed."""
ROWS_A_PART = 100_000
_CANDLES_A_SLICE = 250
_PLAIN = re.compile(r"[\w.]+")


@dataclass(slots=True)
class _Part:
    """The rows of an hour of one symbol, or of as much of it as one file takes."""

    number: int
    hour: datetime | None = None
    rows: TapeRows = field(default_factory=TapeRows)
    written: int = 0


@dataclass(slots=True)
class _Track:
    """One symbol of a tape: the part that grows, and those that are full but not written."""

    source: Source
    place: int
    past: Iterator[Candle]
    part: _Part = field(default_factory=lambda: _Part(1))
    full: list[_Part] = field(default_factory=list)

    def take(self, item: MarketItem) -> None:
        at = item.opened_at if isinstance(item, Candle) else item.at
        hour = at.replace(minute=0, second=0, microsecond=0)
        part = self.part
        if len(part.rows) and (hour != part.hour or len(part.rows) >= ROWS_A_PART):
            self.full.append(part)
            part = self.part = _Part(part.number + 1)
        part.hour = hour
        part.rows.add(item)

    @property
    def stem(self) -> str:
        """What the names of its files begin with: the symbol, as far as files can be named so."""
        symbol = self.source.symbol
        return symbol if _PLAIN.fullmatch(symbol) else f"{re.sub(r'[^A-Za-z0-9.]', '_', symbol)}~{self.place}"


class Recorder:
    """A `Tape` that writes what it hears while a person wants it to.

    A recording is a folder: for each symbol the closed candles before it began, then a part for each hour, each a
    whole Parquet file at any time. A seek ends it, since a market that jumps cannot be played again as one.
    """

    def __init__(self, feed: Feed, clock: Clock, changed: Callable[[], None] = lambda: None) -> None:
        self._feed = feed
        self._clock = clock
        self.changed = changed
        self._minute: list[MarketItem] = []
        self._minute_ends_at: datetime | None = None
        self._tracks: dict[str, _Track] = {}
        self._wakes = asyncio.Event()
        self._is_wanted = False
        self.folder: Path | None = None
        self.bytes = 0
        self.failure: str | None = None

    @property
    def is_recording(self) -> bool:
        return bool(self._tracks)

    # -- what the engine tells ----------------------------------------------------------------------------------

    def market_opens(self) -> None:
        self._minute, self._minute_ends_at = [], None
        self.stop()

    def take(self, item: MarketItem) -> None:
        at = item.closed_at if isinstance(item, Candle) else item.at
        if self._minute_ends_at is None or at >= self._minute_ends_at:
            self._minute = []
            self._minute_ends_at = minute_of(at) + CANDLE_LENGTH
        self._minute.append(item)
        if self._is_wanted:
            self._keep(item)

    def _keep(self, item: MarketItem) -> None:
        track = self._tracks[item.symbol]
        track.take(item)
        if track.full:
            self._wakes.set()

    # -- what a person asks for ---------------------------------------------------------------------------------

    def stop(self) -> None:
        """Ends the recording, once all that was heard until now is written."""
        self._is_wanted = False
        self._wakes.set()

    def record(self, folder: Path) -> Coroutine[None, None, None]:
        """Records from now on, beginning with the minute that is running, until `stop` or a seek.

        What is returned writes a new folder below `folder` and ends with the recording; `failure` says why if that was
        not asked for.
        """
        assert not self.is_recording, "one recording at a time"
        starts_at = minute_of(self._clock.now())
        self._begin(starts_at)
        return self._write_down(folder, starts_at)

    async def _write_down(self, folder: Path, starts_at: datetime) -> None:
        try:
            self.folder = await asyncio.to_thread(_new_folder, folder, starts_at, list(self._tracks))
            await self._write_past(self.folder, starts_at)
            self.changed()
            while self._is_wanted:
                await self._rest()
                await self._write(self.folder, starts_at)
            await self._write(self.folder, starts_at)
        except OSError as error:
            self.failure = f"the recording ended, since it cannot be written: {error.strerror or error}"
        finally:
            self._is_wanted = False
            self._tracks = {}
            self.changed()

    def _begin(self, starts_at: datetime) -> None:
        self._tracks = {
            source.symbol: _Track(source, place, self._feed.past(source.symbol, None))
            for place, source in enumerate(self._feed.sources)
        }
        self._is_wanted, self.bytes, self.failure = True, 0, None
        self._wakes.clear()
        for item in self._minute:
            if (item.opened_at if isinstance(item, Candle) else item.at) >= starts_at:
                self._keep(item)
        self.changed()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(FLUSH_S):
                await self._wakes.wait()
        except TimeoutError:
            pass
        self._wakes.clear()

    # -- files --------------------------------------------------------------------------------------------------

    async def _write_past(self, folder: Path, starts_at: datetime) -> None:
        for track in self._tracks.values():
            rows = TapeRows()
            while candles := list(islice(track.past, _CANDLES_A_SLICE)):
                for candle in candles:
                    if candle.opened_at < starts_at:
                        rows.add(candle, CANDLE_OF_THE_PAST)
                await asyncio.sleep(0)
            await self._write_part(folder, track, _Part(0, rows=rows), starts_at)

    async def _write(self, folder: Path, starts_at: datetime) -> None:
        """The parts that have grown since they were written."""
        for track in self._tracks.values():
            full, track.full = track.full, []
            for part in (*full, track.part):
                if len(part.rows) > part.written:
                    await self._write_part(folder, track, part, starts_at)
        self.changed()

    async def _write_part(self, folder: Path, track: _Track, part: _Part, starts_at: datetime) -> None:
        facts = TapeFacts(
            version=TAPE_VERSION, source=track.source, place=track.place, starts_at=starts_at, part=part.number
        )
        path = folder / part_name(track.stem, part.number)
        part.written = len(part.rows)
        before, size = await asyncio.to_thread(_replace_part, path, part.rows.packed(), facts)
        self.bytes += size - before


def _replace_part(path: Path, packed: bytes, facts: TapeFacts) -> tuple[int, int]:
    """The size of the file before and after."""
    before = path.stat().st_size if path.exists() else 0
    return before, write_part(path, packed, facts)


def _new_folder(below: Path, starts_at: datetime, symbols: list[str]) -> Path:
    """A folder that was not there, named after the market's time and the symbols."""
    name = f"{starts_at:%Y-%m-%d %H.%M} {' '.join(re.sub(r'[^A-Za-z0-9.]', '_', each) for each in symbols)}"
    for number in count(1):
        folder = below / (name if number == 1 else f"{name} ({number})")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        return folder
    raise AssertionError("counting never ends")
