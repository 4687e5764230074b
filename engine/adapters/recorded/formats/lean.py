"""LEAN's minutes of bid and ask: milliseconds since midnight; the date is in the file name."""

from __future__ import annotations

import re

import numpy as np

from engine.adapters.recorded.columns import CandleColumns
from engine.adapters.recorded.formats.format import Format, ParsedFile
from engine.adapters.recorded.tables.tables import Table
from engine.adapters.recorded.times import DAY
from engine.domain.market import Instrument

_COLUMNS = 11
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])([0-3]\d)(?!\d)")
_BID = ("1", "2", "3", "4")
_BID_CLOSE, _ASK_CLOSE = "4", "9"


def _is_format_of(table: Table) -> bool:
    first_cell = table.first_cell("0") if table.sample and not table.has_header else ""
    return len(table.names) == _COLUMNS and first_cell.isdigit() and int(first_cell) * 1000 < DAY


def _read(table: Table, _: Instrument) -> ParsedFile:
    columns = table.read(("0", *_BID, _ASK_CLOSE))
    since_midnight = columns.numbers("0") * 1000
    outside = (since_midnight < 0) | (since_midnight >= DAY)
    if outside.any():
        raise columns.origin.error("its time is not milliseconds since midnight", int(outside.argmax()))
    opens, highs, lows, closes = (columns.numbers(name) for name in _BID)
    candles = CandleColumns(
        at=_midnight(table) + since_midnight.astype(np.int64),
        open=opens,
        high=highs,
        low=lows,
        close=closes,
        volume=np.zeros(len(columns)),
        spread=columns.numbers(_ASK_CLOSE) - columns.numbers(_BID_CLOSE),
    )
    return ParsedFile(format=LEAN.name, columns=candles)


def _midnight(table: Table) -> int:
    """The day in the innermost name that holds one, in microseconds since 1970."""
    for name in reversed(table.file_names):
        if date := _DATE.search(name):
            try:
                return int(np.datetime64("-".join(date.groups()), "us").astype(np.int64))
            except ValueError:
                continue
    raise table.origin.error("is LEAN minute data without a date in its name, such as 20140506_quote.csv")


LEAN = Format(name="LEAN bid/ask minutes", is_format_of=_is_format_of, read=_read)
