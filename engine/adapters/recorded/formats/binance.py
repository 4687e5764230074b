"""Binance klines, with taker-buy volume: the public archive's files without a header, and tables with one of many."""

from __future__ import annotations

from engine.adapters.recorded.columns import CandleColumns
from engine.adapters.recorded.formats.format import Format, ParsedFile
from engine.adapters.recorded.headers import named
from engine.adapters.recorded.tables.tables import Table
from engine.domain.market import Instrument

_ARCHIVE = ("0", "1", "2", "3", "4", "5", "9")
_ARCHIVE_COLUMNS = 12
_MILLISECOND_DIGITS = 12
_HEADER = ("opentime", "open", "high", "low", "close", "volume")


def _is_format_of(table: Table) -> bool:
    if table.has_header:
        return all(named(table.names, (name,)) for name in _HEADER)
    first_cell = table.first_cell("0") if len(table.names) == _ARCHIVE_COLUMNS else ""
    return first_cell.partition(".")[0].isdigit() and len(first_cell) >= _MILLISECOND_DIGITS


def _read(table: Table, _: Instrument) -> ParsedFile:
    time, *amounts = _named(table) if table.has_header else _ARCHIVE
    columns = table.read(amounts, (time,))
    times = columns.times()
    opens, highs, lows, closes, volume, *taker_buy = (columns.numbers(name) for name in amounts)
    candles = CandleColumns(
        at=times.wall,
        open=opens,
        high=highs,
        low=lows,
        close=closes,
        volume=volume,
        taker_buy=taker_buy[0] if taker_buy else None,
    )
    return ParsedFile(format=BINANCE.name, columns=candles, offsets=times.offsets)


def _named(table: Table) -> tuple[str, ...]:
    """The columns by name; taker-buy volume in coins is spelt differently in each table."""
    found = [name for each in _HEADER if (name := named(table.names, (each,))) is not None]
    taker_buy = [name for name in table.names if "taker" in name and "quote" not in name]
    return (*found, *taker_buy[:1])


BINANCE = Format(name="Binance klines", is_format_of=_is_format_of, read=_read)
