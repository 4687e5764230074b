"""The desk's own recordings: a recorded market, in parts that belong together."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.adapters.recorded.checks import check_candles, check_ticks
from engine.adapters.recorded.columns import CandleColumns, Floats, TickColumns
from engine.adapters.recorded.content import Content
from engine.adapters.recorded.origin import Origin, reason
from engine.adapters.recorded.packing import read_content
from engine.adapters.recorded.recording import Recording
from engine.adapters.recorded.tables.rows import Rows
from engine.adapters.recorded.times import Microseconds
from engine.domain.market import FeedItem, Minute, Source
from engine.market.instruments import instrument_for
from engine.market.item_order import order_of
from engine.market.tape import (
    CANDLE,
    CANDLE_OF_THE_PAST,
    FACTS_KEY,
    NUMBERS,
    QUOTE,
    TAPE_VERSION,
    TapeFacts,
    part_name,
    stem_of,
)

_OPTIONAL = ("volume", "spread", "taker_buy")
_CANDLE_NUMBERS = ("open", "high", "low", "close", *_OPTIONAL)


@dataclass(frozen=True, slots=True)
class _Heard:
    """What came while the tape ran."""

    quotes: TickColumns
    candles: CandleColumns


class Tape(Recording):
    """A market as a desk heard it: the same quotes and, where its feed had them, the same closed candles.

    Candles from before the tape began are played as those of any recording of candles.
    """

    def __init__(self, facts: TapeFacts, source: Source, columns: CandleColumns, heard: _Heard) -> None:
        super().__init__(source, columns, heard.quotes)
        self._quotes, self._heard_candles = heard.quotes, heard.candles
        self._starts_at = facts.starts_at
        self.place = facts.place

    @property
    def opens_at(self) -> datetime:
        """Where the recording began."""
        return self._starts_at

    def items_from(self, instant: datetime) -> Iterator[FeedItem]:
        symbol, columns, heard = self.source.symbol, self.columns, self._heard_candles
        before = slice(columns.first_from(instant), columns.first_from(self._starts_at))
        past = map(Minute, columns.rows(before).candles(symbol))
        heard = heard.rows(slice(heard.first_from(max(instant, self._starts_at)), None))
        both: Iterator[FeedItem] = heapq.merge(
            heard.candles(symbol), self._quotes_of(self._quotes, instant), key=order_of
        )
        return chain(past, both)


def tape_part(content: Content) -> TapeFacts | None:
    """What a file says about the recording that it is a part of; None for a file of another kind.

    Raises `UnreadableRecording` for a part that this desk cannot read.
    """
    if content.parquet is None or FACTS_KEY not in content.parquet:
        return None
    from pyarrow import ArrowException, BufferReader, parquet

    try:
        metadata = parquet.read_schema(BufferReader(content.parquet)).metadata or {}
        return msgspec.json.decode(metadata[FACTS_KEY], type=TapeFacts) if FACTS_KEY in metadata else None
    except (ArrowException, OSError, msgspec.DecodeError) as error:
        raise content.origin.error(f"is a damaged part of a desk's recording ({reason(error)})") from error


def open_tape(path: Path, facts: TapeFacts, symbol: str | None, clock: str | None) -> Tape:
    """All parts of the tape that `path` is one of. Raises `UnreadableRecording`."""
    origin = Origin(file=str(path), unit="row")
    if facts.version != TAPE_VERSION:
        raise origin.error(f"was recorded in format {facts.version}; this desk reads format {TAPE_VERSION}")
    if clock is not None:
        raise origin.error("is a desk's own recording, whose times are UTC: leave out the clock")
    source = facts.source if symbol is None else msgspec.structs.replace(
        facts.source, instrument=instrument_for(symbol)
    )  # fmt: skip
    past, heard = _joined([_rows(part, facts) for part in _parts(path, facts, origin)], facts.source)
    columns = _closed(past, heard, origin, facts.source)
    _check(columns, heard.quotes, origin)
    source = msgspec.structs.replace(source, name=path.parent.name, format=f"recording of {source.format}")
    return Tape(facts, source, columns, heard)


def _parts(path: Path, facts: TapeFacts, origin: Origin) -> list[Path]:
    """The parts, oldest first; none may be missing before the last one."""
    stem = stem_of(path.name)
    if stem is None:
        raise origin.error(
            f"is a part of a desk's recording under another name; it was {part_name(facts.source.symbol, facts.part)}"
        )
    parts = sorted(each for each in path.parent.glob("*.parquet") if stem_of(each.name) == stem)
    for number, each in enumerate(parts):
        if each.name != part_name(stem, number):
            raise origin.error(f"belongs to a recording whose part {part_name(stem, number)} is missing")
    return parts


def _rows(path: Path, tape: TapeFacts) -> Rows:
    content = read_content(path)
    origin = replace(content.origin, unit="row")
    facts = tape_part(content)
    if facts is None or _as_part(facts, 0) != _as_part(tape, 0):
        raise origin.error("is a part of another recording; keep each recording in a folder of its own")
    from pyarrow import ArrowException, BufferReader, parquet

    try:
        table = parquet.ParquetFile(BufferReader(content.parquet)).read(
            ["time_us", "kind", *NUMBERS], use_threads=False
        )
    except (ArrowException, OSError, ValueError, KeyError) as error:
        raise origin.error(f"is a damaged part of a desk's recording ({reason(error)})") from error
    return Rows(origin=origin, arrow=table)


def _as_part(facts: TapeFacts, part: int) -> TapeFacts:
    """The facts as another part states them."""
    return msgspec.structs.replace(facts, part=part)


# -- rows -------------------------------------------------------------------------------------------------------------


def _joined(parts: list[Rows], source: Source) -> tuple[CandleColumns, _Heard]:
    """The candles of the past, and what was heard."""
    kind, at, *numbers = (
        np.concatenate([part.values(name) for part in parts]) for name in ("kind", "time_us", *NUMBERS)
    )
    named = dict(zip(NUMBERS, numbers, strict=True))
    is_quote = kind == QUOTE
    quotes = TickColumns(at=at[is_quote], **{name: named[name][is_quote] for name in ("bid", "ask", "volume")})
    if not source.has_volume:
        named["volume"] = np.full(len(at), np.nan)
    past, heard = (_candles(at, named, kind == each) for each in (CANDLE_OF_THE_PAST, CANDLE))
    return past, _Heard(quotes, heard)


def _candles(at: Microseconds, numbers: dict[str, Floats], rows: NDArray[np.bool_]) -> CandleColumns:
    return CandleColumns(at=at[rows], **{name: numbers[name][rows] for name in _CANDLE_NUMBERS})


def _closed(past: CandleColumns, heard: _Heard, origin: Origin, source: Source) -> CandleColumns:
    """All closed candles: of the past, as heard and, for the minutes in which none was heard, made of the quotes."""
    layers = [past, heard.candles]
    if len(heard.quotes):
        built = heard.quotes.closed_candles()
        nothing = np.full(len(built), np.nan)
        volume = built.volume if source.has_volume else nothing
        layers.append(replace(built, volume=volume, taker_buy=nothing))
    at = np.concatenate([layer.at for layer in layers])
    _, rows = np.unique(at, return_index=True)  # the first layer that knows a minute has it
    if not len(rows):
        raise origin.error("holds no closed candle; a recording needs at least one")
    numbers = {name: np.concatenate([getattr(layer, name) for layer in layers])[rows] for name in _CANDLE_NUMBERS}
    given = {name: values for name, values in numbers.items() if name not in _OPTIONAL or not np.isnan(values).all()}
    return CandleColumns(at=at[rows], **given)


def _check(columns: CandleColumns, quotes: TickColumns, origin: Origin) -> None:
    given = {name: np.nan_to_num(values) for name in _OPTIONAL if (values := getattr(columns, name)) is not None}
    check_candles(replace(columns, **given), columns.at, origin)
    check_ticks(quotes, quotes.at, origin)
