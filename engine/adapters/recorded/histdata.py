"""HistData's MetaTrader format: bid candles without header, volume or spread, in New York's standard time all year."""

from __future__ import annotations

import re

from engine.adapters.recorded.columns import CandleColumns
from engine.adapters.recorded.format import Format, ParsedFile
from engine.adapters.recorded.tables import Table
from engine.domain.market import Instrument

_FIRST_LINE = re.compile(r"\d{4}\.\d\d\.\d\d,\d\d:\d\d(,[^,]*){5}")


def _is_format_of(table: Table) -> bool:
    return not table.has_header and _FIRST_LINE.fullmatch(table.first_line) is not None


def _read(table: Table, _: Instrument) -> ParsedFile:
    columns = table.read(("2", "3", "4", "5", "6"), ("0", "1"), ("%Y.%m.%d %H:%M",))
    times = columns.times()
    opens, highs, lows, closes, volume = (columns.numbers(name) for name in "23456")
    candles = CandleColumns(at=times.wall, open=opens, high=highs, low=lows, close=closes, volume=volume)
    return ParsedFile(format=HISTDATA.name, columns=candles, clock="UTC-5")


HISTDATA = Format(name="HistData (MetaTrader format)", is_format_of=_is_format_of, read=_read)
