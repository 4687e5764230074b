"""Records a running market, so that it can be replayed to the same decisions."""

from __future__ import annotations

import asyncio
import errno
import logging
import re
from collections.abc import Callable, Coroutine
from datetime import datetime
from itertools import islice
from pathlib import Path

from config.atomic_file import reason_of
from config.private_files import make_private_directory, make_private_file
from engine.clock import Clock
from engine.domain.market import CANDLE_LENGTH, Candle, MarketItem, minute_of
from engine.market.feed import Feed
from engine.market.tape import CANDLE_OF_THE_PAST, OPENER, TAPE_VERSION, TapeFacts, part_name
from engine.persistence.tape.rows import TapeRows, write_part
from engine.persistence.tape.tracks import Part, Track

FLUSH_S = 5.0
"""So much of what was heard is lost at most when the desk is killed."""
MAX_WAITING_BYTES = 64_000_000
"""So much is kept in memory while files cannot be written: hours of two busy symbols."""
_MAX_FOLDERS = 1_000
_CANDLES_A_SLICE = 250
_OPENS = "Open this file with Microscalp to play the recording in its folder.\n"


_log = logging.getLogger(__name__)


class Recorder:
    """A `Tape` that writes what it hears while the user wants it to.

    A recording is a folder: for each symbol the closed candles before it began, then a part for each hour, each a
    whole Parquet file at any time. A seek ends it, since a market that jumps cannot be played again as one.
    """

    def __init__(self, feed: Feed, clock: Clock, changed: Callable[[], None] = lambda: None) -> None:
        self._feed = feed
        self._clock = clock
        self.changed = changed
        self._minute: list[MarketItem] = []
        self._minute_ends_at: datetime | None = None
        self._tracks: dict[str, Track] = {}
        self._wakes = asyncio.Event()
        self._is_wanted = False
        self.folder: Path | None = None
        self.bytes = 0
        self.failure: str | None = None

    @property
    def is_recording(self) -> bool:
        return bool(self._tracks)

    # -- events of the engine ----------------------------------------------------------------------------------

    def market_opens(self) -> None:
        self._minute, self._minute_ends_at = [], None
        self.stop()

    def add(self, item: MarketItem) -> None:
        at = item.closed_at if isinstance(item, Candle) else item.at
        if self._minute_ends_at is None or at >= self._minute_ends_at:
            self._minute = []
            self._minute_ends_at = minute_of(at) + CANDLE_LENGTH
        self._minute.append(item)
        if self._is_wanted:
            self._keep(item)

    def _keep(self, item: MarketItem) -> None:
        track = self._tracks[item.symbol]
        track.add(item)
        if track.full:
            self._wakes.set()

    # -- what the user asks for ---------------------------------------------------------------------------------

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
            await self._gather_past(starts_at)
            while self._is_wanted:
                await self._write_what_can_be(self.folder, starts_at)
                await self._rest()
            await self._write(self.folder, starts_at)
            self.failure = None
        except OSError as error:
            self.failure = f"the recording ended because it cannot be written: {reason_of(error)}"
        except Exception as error:
            _log.exception("a recording failed")
            self.failure = f"the recording ended unexpectedly ({type(error).__name__}: {error}); the log says where"
        finally:
            self._is_wanted = False
            self._tracks = {}
            self.changed()

    def _begin(self, starts_at: datetime) -> None:
        self._tracks = {
            source.symbol: Track(source, place, self._feed.past(source.symbol, None))
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

    async def _gather_past(self, starts_at: datetime) -> None:
        """Each symbol's candles from before the recording become its first part."""
        for track in self._tracks.values():
            rows = TapeRows()
            while candles := list(islice(track.past, _CANDLES_A_SLICE)):
                for candle in candles:
                    if candle.opened_at < starts_at:
                        rows.add(candle, CANDLE_OF_THE_PAST)
                await asyncio.sleep(0)
            track.full.insert(0, Part(rows=rows))

    async def _write_what_can_be(self, folder: Path, starts_at: datetime) -> None:
        """Keeps what cannot be written now for the next attempt; raises where that grows too much."""
        try:
            await self._write(folder, starts_at)
            self.failure = None
        except OSError as error:
            if sum(track.waiting_bytes for track in self._tracks.values()) > MAX_WAITING_BYTES:
                raise
            self.failure = f"the recording cannot be written now, and goes on in memory: {reason_of(error)}"
        self.changed()

    async def _write(self, folder: Path, starts_at: datetime) -> None:
        """The parts that have grown since they were written. Raises `OSError`, and what is not written is kept."""
        refusals: list[OSError] = []
        for track in self._tracks.values():
            try:
                await self._write_track(folder, track, starts_at)
            except OSError as error:
                refusals.append(error)
        if refusals:
            raise refusals[0]

    async def _write_track(self, folder: Path, track: Track, starts_at: datetime) -> None:
        while (part := track.next_to_write()) is not None:
            try:
                await self._write_part(folder, track, part, starts_at)
            except OSError:
                if not part.written:
                    raise
                track.go_on_beside(part)  # another program has its file open: the next file takes the rest
            if part is track.part:
                return

    async def _write_part(self, folder: Path, track: Track, part: Part, starts_at: datetime) -> None:
        number, rows = track.number_of(part), len(part.rows)
        facts = TapeFacts(
            version=TAPE_VERSION, source=track.source, place=track.place, starts_at=starts_at, part=number
        )
        path = folder / part_name(track.stem, number)
        before, size = await asyncio.to_thread(_replace_part, path, part.rows.packed(), facts)
        part.written = rows
        self.bytes += size - before


def _replace_part(path: Path, packed: bytes, facts: TapeFacts) -> tuple[int, int]:
    """The size of the file before and after."""
    before = path.stat().st_size if path.exists() else 0
    return before, write_part(path, packed, facts)


def _new_folder(below: Path, starts_at: datetime, symbols: list[str]) -> Path:
    """A folder that was not there, named after the market's time and the symbols."""
    name = f"{starts_at:%Y-%m-%d %H.%M} {' '.join(re.sub(r'[^A-Za-z0-9.]', '_', each) for each in symbols)}"
    make_private_directory(below)
    for number in range(1, _MAX_FOLDERS + 1):
        folder = below / (name if number == 1 else f"{name} ({number})")
        if not folder.exists():
            make_private_directory(folder)
            opener = folder / f"{folder.name}{OPENER}"
            make_private_file(opener)
            opener.write_text(_OPENS, encoding="utf-8")
            return folder
    raise FileExistsError(errno.EEXIST, f"there are {_MAX_FOLDERS:,} recordings of this minute", str(below))
