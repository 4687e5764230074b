"""What the lab keeps between runs: the candles of each recording, and their indicators as columns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, NamedTuple, TypeVar

import msgspec

from config.settings import Settings
from engine.adapters.recorded import Recording
from engine.adapters.recorded.columns import CandleColumns
from engine.conditions.facing import Facing
from engine.domain.market import Instrument, Side, Source
from engine.errors import MissingRecording
from engine.indicators.analyzer import Analyzer
from engine.lab.columns import BLOCK_ROWS, Block, Column, blocks_of, column_names, facings_of
from engine.lab.entries import Entry, EntryStore
from engine.lab.identity import indicator_hash, recording_hash
from engine.symbol_indicators import indicator_settings

Value = TypeVar("Value")

MAX_BYTES: Final = 4 * 1024**3
"""About sixty years of one symbol by one set of indicator settings."""
_FORMAT: Final = 1
_OPEN_RECORDINGS: Final = 2
_OPEN_COLUMNS: Final = 4
_CANDLES: Final = ("at", "open", "high", "low", "close", "volume", "spread", "taker_buy")


class _CandleFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a file of candles says of itself; who made it is known by the hash of its candles alone."""

    format: int
    source: Source
    is_clock_assumed: bool


class _ColumnFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a file of columns says of itself: nothing else may be read as these columns."""

    format: int
    recording_hash: str
    indicator_hash: str
    names: tuple[str, ...]


class Part(NamedTuple):
    """Some rows of a recording, and what each side sees there."""

    rows: slice
    facings: dict[Side, Facing]


@dataclass(frozen=True, slots=True)
class Columns:
    """A recording with its indicators, which are read from disk as they are needed."""

    recording: Recording
    recording_hash: str
    indicator_hash: str
    _entry: Entry

    def __len__(self) -> int:
        return len(self.recording.columns)

    @property
    def source(self) -> Source:
        return self.recording.source

    def parts(self) -> Iterator[Part]:
        """The recording from its beginning to its end, some thousand candles at a time."""
        first = 0
        for block in self._entry.blocks():
            end = first + len(block["at"])
            yield Part(slice(first, end), facings_of(block))
            first = end

    def whole(self, *names: str) -> tuple[Column, ...]:
        """Columns of the whole recording, such as `atr1`, `session` or `trading_day`: see `blocks_of`."""
        found = self._entry.columns(names)
        return tuple(found[name] for name in names)


class _Recent(Generic[Value]):
    """What was asked for last, by key; as much as is worth its memory."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._values: dict[str, Value] = {}

    def get(self, key: str) -> Value | None:
        return self._values.get(key)

    def put(self, key: str, value: Value) -> None:
        self._values.pop(key, None)
        self._values[key] = value
        while len(self._values) > self._count:
            del self._values[next(iter(self._values))]


class ColumnCache:
    """Recordings by their hash, and their columns by settings, in a folder that processes may share.

    A process that has the hash needs nothing else. What is damaged or of another version is made again. What was asked
    for last stays open, and is not checked again.
    """

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES) -> None:
        self.folder = folder
        self._entries = EntryStore(folder, max_bytes)
        self._recordings: _Recent[Recording] = _Recent(_OPEN_RECORDINGS)
        self._columns: _Recent[Columns] = _Recent(_OPEN_COLUMNS)

    def put(self, recording: Recording) -> str:
        """Keeps the candles of a recording; returns its hash. Raises `UnusableCache`."""
        found = recording_hash(recording)
        if self._recording(found) is None:
            facts = _CandleFacts(format=_FORMAT, source=recording.source, is_clock_assumed=recording.is_clock_assumed)
            self._entries.write(found, msgspec.json.encode(facts), _candle_blocks(recording.columns))
        return found

    def recording(self, found: str) -> Recording:
        """The candles with that hash. Raises `MissingRecording` where they are not kept, or not any more."""
        recording = self._recordings.get(found) or self._recording(found)
        if recording is None:
            raise MissingRecording(f"the lab does not have the candles of recording {found} any more: read them again")
        self._recordings.put(found, recording)
        return recording

    def columns(self, found: str, settings: Settings) -> Columns:
        """The recording with the indicators of these settings; made and kept where they are not there yet.

        Raises `MissingRecording` and `UnusableCache`.
        """
        recording = self.recording(found)
        key = columns_key(found, settings, recording.source.instrument)
        _, indicators = key.split("-")
        columns = self._columns.get(key) or Columns(recording, found, indicators, self._entry(key, recording, settings))
        self._columns.put(key, columns)
        return columns

    def _entry(self, key: str, recording: Recording, settings: Settings) -> Entry:
        found, indicators = key.split("-")
        facts = _ColumnFacts(format=_FORMAT, recording_hash=found, indicator_hash=indicators, names=column_names())
        described = msgspec.json.encode(facts)
        return self._entries.find(key, described) or self._entries.write(
            key, described, _column_blocks(recording, settings)
        )

    def _recording(self, found: str) -> Recording | None:
        """None as well where the kept candles are others than the hash says; those are removed."""
        if (entry := self._entries.find(found)) is None:
            return None
        with suppress(msgspec.DecodeError, TypeError):
            facts = msgspec.json.decode(entry.facts, type=_CandleFacts)
            columns = CandleColumns(**entry.columns())
            recording = Recording(facts.source, columns, is_clock_assumed=facts.is_clock_assumed)
            if facts.format == _FORMAT and recording_hash(recording) == found:
                return recording
        self._entries.discard(found)
        return None


def columns_key(found: str, settings: Settings, instrument: Instrument) -> str:
    """The key of the columns of a recording in the cache; the key of its candles is their hash alone."""
    return f"{found}-{indicator_hash(settings, instrument)}"


def cache_directory() -> Path:
    """Where the user's lab keeps what it can make again; it need not exist."""
    from platformdirs import user_cache_path

    return user_cache_path("microscalp", appauthor=False) / "lab"


def _candle_blocks(columns: CandleColumns) -> Iterator[Block]:
    kept = {name: values for name in _CANDLES if (values := getattr(columns, name)) is not None}
    for start in range(0, len(columns), BLOCK_ROWS):
        yield {name: values[start : start + BLOCK_ROWS] for name, values in kept.items()}


def _column_blocks(recording: Recording, settings: Settings) -> Iterator[Block]:
    source = recording.source
    used = indicator_settings(settings, source.instrument)
    analyzer = Analyzer(source, used.rules, used.sessions)
    return blocks_of(map(analyzer.update, recording.candles()), source.instrument.tick_size)
