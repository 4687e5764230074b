"""Opens a recording: detects its format, symbol and clock."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.adapters.recorded.binance import BINANCE
from engine.adapters.recorded.checks import LARGEST, check_candles, check_ticks
from engine.adapters.recorded.clocks import file_clock, offset_words
from engine.adapters.recorded.columns import CandleColumns, TickColumns
from engine.adapters.recorded.containers import table_of
from engine.adapters.recorded.content import Content, read_content
from engine.adapters.recorded.dukascopy import DUKASCOPY
from engine.adapters.recorded.format import SERVER_TIME, Format, ParsedFile
from engine.adapters.recorded.histdata import HISTDATA
from engine.adapters.recorded.lean import LEAN
from engine.adapters.recorded.metatrader import EXPORT, RATES
from engine.adapters.recorded.origin import Origin
from engine.adapters.recorded.recording import Recording
from engine.adapters.recorded.server_time import server_clock
from engine.adapters.recorded.spreads import spread_in_use
from engine.adapters.recorded.symbols import symbol_in
from engine.adapters.recorded.tables import Table
from engine.adapters.recorded.tape import open_tape, tape_part
from engine.adapters.recorded.ticks import TICKS
from engine.adapters.recorded.times import Microseconds
from engine.domain.market import NO_VOLUME, Source
from engine.errors import UnknownSymbol, UnreadableRecording
from engine.market.instruments import instrument_for

FORMATS = (EXPORT, RATES, HISTDATA, DUKASCOPY, BINANCE, TICKS, LEAN)


def open_recording(
    path: Path, *, symbol: str | None = None, clock: str | None = None, spread: float | None = None
) -> Recording:
    """Open one recorded file of any known format; what was detected is in the recording's `source`.

    `clock` overrides that of the file: UTC, UTC+3, an IANA zone or ny-close. `spread` (price units) is that of every
    candle, and overrides the file; ticks have their own. Raises `UnreadableRecording`, with file and line, for all
    that cannot be played faithfully.
    """
    recording = _opened(path, symbol, clock, spread)
    _give_back_memory()
    return recording


def _give_back_memory() -> None:
    """Arrow keeps the memory of files it has read: 25 MB after 100,000 candles of Parquet."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()


def _opened(path: Path, symbol: str | None, clock: str | None, spread: float | None) -> Recording:
    if spread is not None and not 0 <= spread < LARGEST:
        raise Origin(file=str(path)).error(
            f"a spread of {spread} is not possible; allowed are 0 and more, below {LARGEST:.0e}"
        )
    content = read_content(path)
    if (part := tape_part(content)) is not None:
        return open_tape(path, part, symbol, clock)
    try:
        return _read(content, path.name, symbol, clock, spread)
    except UnreadableRecording:
        content.check()  # what is wrong with the file as a whole is reported first
        raise


def _read(content: Content, name: str, symbol: str | None, clock: str | None, spread: float | None) -> Recording:
    table = table_of(content)
    found = _format_of(table)
    instrument = instrument_for(_symbol(table, symbol))
    with np.errstate(all="ignore"):  # absurd numbers are reported by the checks, with their line
        parsed = found.read(table, instrument)
        utc, clock_words, is_clock_assumed = _utc(parsed, clock, table.origin)
        columns, ticks, format_words = _checked(parsed, utc, table.origin)
    if columns.volume is not None and not columns.volume.any():
        columns = replace(columns, volume=None)  # a column of zeros means that there is none
    columns, spread_words, spread_note = spread_in_use(columns, None if ticks else spread, instrument.day_roll)
    volume_note = NO_VOLUME if columns.volume is None else ""
    source = Source(
        instrument=instrument,
        format=format_words,
        clock=clock_words,
        name=name,
        has_volume=columns.volume is not None,
        has_spread=columns.spread is not None,
        has_aggressor_volume=columns.taker_buy is not None,
        has_quotes=ticks is not None,
        spread_from=spread_words,
        notes=tuple(note for note in (spread_note, volume_note) if note),
    )
    return Recording(source, columns, ticks, is_clock_assumed=is_clock_assumed)


def _format_of(table: Table) -> Format:
    for each in FORMATS:
        if each.is_format_of(table):
            return each
    what = "holds trades without bid and ask" if _are_trades(table) else f"begins with '{table.first_line[:80]}'"
    known = ", ".join(each.name for each in FORMATS)
    raise table.origin.error(f"{what}, which is not a supported format; supported are {known}")


def _are_trades(table: Table) -> bool:
    return "price" in table.names and table.first_of("qty", "quantity", "amount", "size", "volume") is not None


def _symbol(table: Table, given: str | None) -> str:
    if given:
        return given
    if "symbol" in table.names:
        return table.only_text("symbol")
    found = symbol_in(table.file_names)
    if found is None:
        raise UnknownSymbol(str(table.origin.error("has no symbol in its name; give it, such as --symbol XAUUSD")))
    return found


def _utc(parsed: ParsedFile, given: str | None, origin: Origin) -> tuple[Microseconds, str, bool]:
    """Instants in UTC, in words by which clock they were read, and whether that was only assumed."""
    wall, offsets = parsed.columns.at, parsed.offsets
    if given is not None:
        clock = file_clock(given, origin)
        return clock.utc(wall, origin), f"{clock.words} (given)", False
    if parsed.clock != SERVER_TIME:
        if offsets is not None:
            return wall - offsets, f"{offset_words(offsets)} (stated in each row)", False
        clock = file_clock(parsed.clock, origin)
        return clock.utc(wall, origin), clock.words, False
    if offsets is not None and offsets.any():
        return wall - offsets, f"{offset_words(offsets)} (stated in the file)", False
    clock, why, is_assumed = server_clock(wall, origin)
    doubt = "" if offsets is None else "; the file's own label UTC is not trusted"
    return clock.utc(wall, origin), f"{clock.words} ({why}{doubt})", is_assumed


def _checked(parsed: ParsedFile, utc: Microseconds, origin: Origin) -> tuple[CandleColumns, TickColumns | None, str]:
    """Closed candles, the ticks they came from if any, and the format in words."""
    wall = parsed.columns.at
    if isinstance(parsed.columns, TickColumns):
        ticks = replace(parsed.columns, at=utc)
        check_ticks(ticks, wall, origin)
        candles = ticks.closed_candles()
        if not len(candles):
            raise origin.error("ends within its first minute; a recording needs at least one full candle")
        return candles, ticks, parsed.format
    candles = replace(parsed.columns, at=utc)
    check_candles(candles, wall, origin)
    format_words = parsed.format
    if parsed.has_fillers:
        candles, format_words = _without_fillers(candles, format_words, origin)
    return candles, None, format_words


def _without_fillers(candles: CandleColumns, format_words: str, origin: Origin) -> tuple[CandleColumns, str]:
    is_filler = (candles.volume == 0) & (candles.high == candles.low)
    if is_filler.all():
        raise origin.error("holds only candles without volume that stand for minutes without a trade")
    return candles.rows(~is_filler), f"{format_words}, {is_filler.sum()} fillers left out"
