"""Dukascopy's candles as its web site exports them: minutes without trades are flat filler rows."""

from __future__ import annotations

from engine.adapters.recorded.columns import CandleColumns
from engine.adapters.recorded.format import Format, ParsedFile
from engine.adapters.recorded.tables import Table
from engine.domain.market import Instrument

LAYOUTS = ("%d.%m.%Y %H:%M:%S.%3f GMT%z", "%d.%m.%Y %H:%M:%S.%3f", "%d.%m.%Y %H:%M:%S")
TIME_COLUMNS = ("local_time", "gmt_time")
_NUMBERS = ("open", "high", "low", "close", "volume")


def _is_format_of(table: Table) -> bool:
    return table.first_of(*TIME_COLUMNS) is not None and {"open", "close"} <= set(table.names)


def _read(table: Table, _: Instrument) -> ParsedFile:
    time = table.one_of(*TIME_COLUMNS)
    columns = table.read(_NUMBERS, (time,), LAYOUTS)
    times = columns.times()
    opens, highs, lows, closes, volume = (columns.numbers(name) for name in _NUMBERS)
    candles = CandleColumns(at=times.wall, open=opens, high=highs, low=lows, close=closes, volume=volume)
    return ParsedFile(format=DUKASCOPY.name, columns=candles, offsets=times.offsets, has_fillers=True)


DUKASCOPY = Format(name="Dukascopy candles", is_format_of=_is_format_of, read=_read)
