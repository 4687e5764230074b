"""Bid and ask at each change, by named columns; as lists in dukascopy-node's order."""

from __future__ import annotations

from typing import Final

from engine.adapters.recorded.columns import TickColumns
from engine.adapters.recorded.formats.format import Format, ParsedFile
from engine.adapters.recorded.formats.roles import clock_of, tick_roles, time_columns
from engine.adapters.recorded.tables.tables import Table
from engine.domain.market import Instrument

_NAME: Final = "bid/ask ticks"


def _is_format_of(table: Table) -> bool:
    return table.has_header and tick_roles(table) is not None and bool(time_columns(table))


def _read(table: Table, _: Instrument) -> ParsedFile:
    bid, ask = tick_roles(table) or ("bid", "ask")
    time = time_columns(table)
    columns = table.read((bid, ask), time)
    times = columns.times()
    ticks = TickColumns(at=times.wall, bid=columns.numbers(bid), ask=columns.numbers(ask))
    return ParsedFile(
        format=f"{_NAME} ({bid}, {ask} by {' and '.join(time)})",
        columns=ticks,
        clock=clock_of(time, times),
        offsets=times.offsets,
    )


TICKS = Format(name=_NAME, is_format_of=_is_format_of, read=_read)
