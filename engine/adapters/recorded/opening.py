"""Opens a recording: detects its format, symbol and clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain
from pathlib import Path

import numpy as np

from engine.adapters.recorded.checks import LARGEST, check_candles, check_ticks, check_timeframe
from engine.adapters.recorded.columns import CandleColumns, TickColumns
from engine.adapters.recorded.content import Content
from engine.adapters.recorded.file_times import instants_of_file
from engine.adapters.recorded.folders import contents_of
from engine.adapters.recorded.formats import format_of
from engine.adapters.recorded.formats.format import ParsedFile
from engine.adapters.recorded.origin import Origin, Place
from engine.adapters.recorded.parts import Part, joined, part_of
from engine.adapters.recorded.recording import Recording
from engine.adapters.recorded.spreads import spread_in_use
from engine.adapters.recorded.symbols import symbol_of
from engine.adapters.recorded.tables.binary_tables import MAX_ROWS
from engine.adapters.recorded.tables.containers import table_of
from engine.adapters.recorded.tape import open_tape, tape_part
from engine.adapters.recorded.times import Microseconds
from engine.domain.market import NO_VOLUME, Instrument, Source
from engine.errors import UnreadableRecording
from engine.market.instruments import instrument_for
from engine.market.tape import OPENER, recordings_in


def open_recording(
    path: Path, *, symbol: str | None = None, clock: str | None = None, spread: float | None = None
) -> Recording:
    """Open one recording: a file of any known format, or a zip or folder of several of one symbol.

    What was detected is in the recording's `source`. `clock` overrides that of the file: UTC, UTC+3, an IANA zone or
    ny-close. `spread` (price units) is that of every candle, and overrides the file; ticks have their own. Raises
    `UnreadableRecording`, with file and line, for all that cannot be played faithfully.
    """
    recording = _opened(path, symbol, clock, spread)
    recording.path = path
    _give_back_memory()
    return recording


def _give_back_memory() -> None:
    """Arrow keeps the memory of files it has read: 25 MB after 100,000 candles of Parquet."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()


def _opened(path: Path, symbol: str | None, clock: str | None, spread: float | None) -> Recording:
    origin = Origin(file=str(path))
    if spread is not None and not 0 <= spread < LARGEST:
        raise origin.error(f"a spread of {spread} is not possible; allowed are 0 and more, below {LARGEST:.0e}")
    own = recordings_in(path)
    if len(own) > 1:
        raise origin.error(f"holds recordings of {len(own)} symbols; give one file of each, such as {own[0].name}")
    path = own[0] if path.is_dir() or path.suffix.lower() == OPENER else path
    contents = contents_of(path)
    first = next(contents)
    if (facts := tape_part(first)) is not None and not path.is_dir():
        return open_tape(path, facts, symbol, clock)
    symbol, part = _parsed(chain((first,), contents), origin, symbol)
    return _recording(part, path.name, instrument_for(symbol), clock, spread)


def _parsed(contents: Iterable[Content], origin: Origin, given: str | None) -> tuple[str, Part]:
    """The symbol of all files, and their prices."""
    symbol, parts, rows = given, list[Part](), 0
    for content in contents:
        try:
            table = table_of(content)
            known = format_of(table)
            found = given or symbol_of(table)
            symbol = symbol or found
            if found != symbol:
                raise table.origin.error(f"is for {found}, another file for {symbol}; open each symbol separately")
            if tape_part(content) is not None:
                raise table.origin.error("is a part of a desk's own recording; open the folder that it is in")
            with np.errstate(all="ignore"):  # absurd numbers are reported by the checks, with their line
                parts.append(part_of(known.read(table, instrument_for(symbol)), table.origin))
        except UnreadableRecording:
            content.check()  # what is wrong with the file as a whole is reported first
            raise
        rows += len(parts[-1].parsed.columns)
        if rows > MAX_ROWS:
            raise origin.error(f"has more than {MAX_ROWS:,} rows in its files together; open a part of them")
    assert symbol is not None
    return symbol, joined(parts, origin)


def _recording(part: Part, name: str, instrument: Instrument, clock: str | None, spread: float | None) -> Recording:
    parsed = part.parsed
    with np.errstate(all="ignore"):
        times = instants_of_file(parsed, clock, instrument, part.place)
        columns, ticks, format_words = _checked(parsed, times.utc, part.place)
    if columns.volume is not None and not columns.volume.any():
        columns = replace(columns, volume=None)  # a column of zeros means that there is none
    columns, spread_words, spread_note = spread_in_use(columns, None if ticks else spread, instrument.day_roll)
    notes = (times.note, *parsed.notes, spread_note, NO_VOLUME if columns.volume is None else "")
    source = Source(
        instrument=instrument,
        format=format_words,
        clock=times.words,
        name=name,
        has_volume=columns.volume is not None,
        has_spread=columns.spread is not None,
        has_aggressor_volume=columns.taker_buy is not None,
        has_quotes=ticks is not None,
        spread_from=spread_words,
        notes=tuple(note for note in notes if note),
    )
    return Recording(source, columns, ticks, is_clock_assumed=times.is_assumed)


def _checked(parsed: ParsedFile, utc: Microseconds, place: Place) -> tuple[CandleColumns, TickColumns | None, str]:
    """Closed candles, the ticks they came from if any, and the format in words."""
    wall = parsed.columns.at
    if isinstance(parsed.columns, TickColumns):
        ticks = replace(parsed.columns, at=utc)
        check_ticks(ticks, wall, place)
        candles = ticks.closed_candles()
        if not len(candles):
            raise place.error("ends within its first minute; a recording needs at least one full candle")
        return candles, ticks, parsed.format
    candles = replace(parsed.columns, at=utc)
    check_candles(candles, wall, place)
    check_timeframe(candles, place)
    if parsed.has_fillers and candles.volume is not None:
        return _without_fillers(candles, parsed.format, place)
    return candles, None, parsed.format


def _without_fillers(candles: CandleColumns, format_words: str, place: Place) -> tuple[CandleColumns, None, str]:
    is_filler = (candles.volume == 0) & (candles.high == candles.low)
    if is_filler.all():
        raise place.error("holds only candles without volume that stand for minutes without a trade")
    if is_filler.any():
        format_words = f"{format_words}, {is_filler.sum()} without trades left out"
    return candles.rows(~is_filler), None, format_words
