"""Binance klines, with taker-buy volume: the public archive's files without a header, and tables with one of many."""

from __future__ import annotations

from engine.adapters.recorded.columns import CandleColumns
from engine.adapters.recorded.format import Format, ParsedFile
from engine.adapters.recorded.tables import Table
from engine.domain.market import Instrument

_ARCHIVE = ("0", "1", "2", "3", "4", "5", "9")
_ARCHIVE_COLUMNS = 12
_MILLISECOND_DIGITS = 12


def _is_format_of(table: Table) -> bool:
    if table.has_header:
        return {"open_time", "open", "high", "low", "close", "volume"} <= set(table.names)
    first_cell = table.first_line.split(",")[0]
    is_instant = first_cell.isdigit() and len(first_cell) >= _MILLISECOND_DIGITS
    return len(table.names) == _ARCHIVE_COLUMNS and is_instant


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
    taker_buy = [name for name in table.names if "taker" in name and "quote" not in name]
    return ("open_time", "open", "high", "low", "close", "volume", *taker_buy[:1])


BINANCE = Format(name="Binance klines", is_format_of=_is_format_of, read=_read)
