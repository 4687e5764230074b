"""Bid and ask at each change: Parquet, CSV and dukascopy-node's JSON."""

from __future__ import annotations

from engine.adapters.recorded.columns import TickColumns
from engine.adapters.recorded.dukascopy import LAYOUTS as DUKASCOPY_LAYOUTS
from engine.adapters.recorded.dukascopy import TIME_COLUMNS as DUKASCOPY_TIMES
from engine.adapters.recorded.format import Format, ParsedFile
from engine.adapters.recorded.tables import Table
from engine.adapters.recorded.times import ISO_LAYOUTS
from engine.domain.market import Instrument

_BIDS = ("bid", "bidprice", "bid_price")
_ASKS = ("ask", "askprice", "ask_price")
_TIMES = ("time_us", "recv_us", "time_ms", "timestamp", "time", "datetime", *DUKASCOPY_TIMES)


def _is_format_of(table: Table) -> bool:
    if "<DATE>" in table.first_line.upper():  # MetaTrader's export of ticks leaves out what did not change
        return False
    return None not in (table.first_of(*_BIDS), table.first_of(*_ASKS), table.first_of(*_TIMES))


def _read(table: Table, _: Instrument) -> ParsedFile:
    bid, ask, time = table.one_of(*_BIDS), table.one_of(*_ASKS), table.one_of(*_TIMES)
    columns = table.read((bid, ask), (time,), (*ISO_LAYOUTS, *DUKASCOPY_LAYOUTS))
    times = columns.times()
    ticks = TickColumns(at=times.wall, bid=columns.numbers(bid), ask=columns.numbers(ask))
    return ParsedFile(format=f"bid/ask ticks ({bid}, {ask} by {time})", columns=ticks, offsets=times.offsets)


TICKS = Format(name="bid/ask ticks", is_format_of=_is_format_of, read=_read)
