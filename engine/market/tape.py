"""Recordings of a running market: the values in them, and the format of their parts."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

import msgspec

from engine.domain.market import MarketItem, Source

TAPE_VERSION: Final = 1
FACTS_KEY: Final = b"microscalp"
"""Where a part's file keeps its `TapeFacts`, as JSON."""

OPENER: Final = ".microscalp"
"""Ending of the file in a recording's folder by whose double click the desk plays it."""

NUMBERS: Final = ("bid", "ask", "open", "high", "low", "close", "volume", "spread", "taker_buy")
"""Columns of floats beside `time_us` and `kind`; not a number where a row has none."""

CANDLE_OF_THE_PAST, QUOTE, CANDLE = range(3)
"""Kinds of rows: `time_us` is when a quote came, or when a candle opened."""

_PART = re.compile(r"(?P<stem>.+)-(?P<part>\d{4,})\.parquet")


class Tape(Protocol):
    """Receives everything that the engine accepts, in order, and changes nothing."""

    def market_opens(self) -> None:
        """A market starts, again after each seek: what comes does not follow what came."""

    def add(self, item: MarketItem) -> None: ...


class TapeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What each part says about its recording. Parts count from 0, which holds the candles before the tape began."""

    version: int
    source: Source
    place: int
    """The place of the symbol among those that were taped together."""
    starts_at: datetime
    part: int


def part_name(stem: str, part: int) -> str:
    """The name of a part's file."""
    return f"{stem}-{part:04}.parquet"


def recordings_in(path: Path) -> list[Path]:
    """What to open for a path: of a desk's own recording the first part of each symbol, whichever part or folder of it
    or the file that opens it, that is; anything else as it is."""
    if path.suffix.lower() == OPENER:
        path = path.parent
    if path.is_dir():
        return sorted(path.glob(part_name("*", 0))) or [path]
    stem = stem_of(path.name)
    first = path if stem is None else path.with_name(part_name(stem, 0))
    return [first if first.is_file() else path]


def stem_of(name: str) -> str | None:
    """What the names of all parts of that symbol begin with; None where the name is not that of a part."""
    found = _PART.fullmatch(name)
    return None if found is None else found["stem"]
