"""MetaTrader: bars and ticks from the history window's export, and `copy_rates` saved as a table."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from engine.adapters.recorded.columns import CandleColumns, TickColumns
from engine.adapters.recorded.formats.format import SERVER_TIME, Format, ParsedFile
from engine.adapters.recorded.formats.points import point_size
from engine.adapters.recorded.formats.roles import time_columns
from engine.adapters.recorded.tables.rows import Floats
from engine.adapters.recorded.tables.tables import Columns, Table
from engine.domain.market import Instrument

HISTDATA_CLOCK: Final = "UTC-5"
"""HistData keeps New York's standard time all year."""
_PRICES: Final = ("open", "high", "low", "close")
_MT4_NAMES: Final = ("0", "1", "2", "3", "4", "5", "6")
_MT4_DATE: Final = re.compile(r"\d{4}\.\d\d\.\d\d")
_MT4_TIME: Final = re.compile(r"\d\d:\d\d")
_MT4: Final = "MetaTrader 4 export"
_HISTDATA: Final = "HistData (MetaTrader format)"


def _is_export(table: Table) -> bool:
    return "<DATE>" in table.first_line.upper() and "bid" not in table.names and "open" in table.names


def _is_tick_export(table: Table) -> bool:
    return "<DATE>" in table.first_line.upper() and {"time", "bid", "ask"} <= set(table.names)


def _is_rates(table: Table) -> bool:
    return {*_PRICES, "tick_volume"} <= set(table.names) and bool(time_columns(table))


def _is_headerless(table: Table) -> bool:
    if table.names != _MT4_NAMES or not table.sample:
        return False
    return bool(_MT4_DATE.fullmatch(table.first_cell("0")) and _MT4_TIME.fullmatch(table.first_cell("1")))


def _read_export(table: Table, instrument: Instrument) -> ParsedFile:
    return _read(EXPORT, table, instrument, times=("date", "time"), ticks="tickvol", real="vol")


def _read_rates(table: Table, instrument: Instrument) -> ParsedFile:
    return _read(RATES, table, instrument, times=time_columns(table), ticks="tick_volume", real="real_volume")


def _read_headerless(table: Table, _: Instrument) -> ParsedFile:
    """A MetaTrader 4 export, or HistData in its form, whose volume is always 0."""
    columns = table.read(_MT4_NAMES[2:], _MT4_NAMES[:2])
    times = columns.times()
    opens, highs, lows, closes, volume = (columns.numbers(name) for name in _MT4_NAMES[2:])
    candles = CandleColumns(at=times.wall, open=opens, high=highs, low=lows, close=closes, volume=volume)
    if volume.any():
        return ParsedFile(format=_MT4, columns=candles, clock=SERVER_TIME)
    return ParsedFile(format=_HISTDATA, columns=candles, clock=HISTDATA_CLOCK)


def _read_ticks(table: Table, _: Instrument) -> ParsedFile:
    """A cell is empty where nothing changed; rows without a new bid or ask are trades of an exchange."""
    columns = table.read((), ("date", "time"), ("bid", "ask"))
    times, bid, ask = columns.times(), columns.numbers("bid"), columns.numbers("ask")
    is_quote = ~(np.isnan(bid) & np.isnan(ask))
    bid, ask = _carried_forward(bid), _carried_forward(ask)
    kept = is_quote & ~np.isnan(bid) & ~np.isnan(ask)
    if not kept.any():
        raise columns.origin.error("holds no row after which bid and ask are both known")
    ticks = TickColumns(at=times.wall, bid=bid, ask=ask)
    return ParsedFile(format=TICK_EXPORT.name, columns=ticks, clock=SERVER_TIME, kept=kept)


EXPORT = Format(name="MetaTrader 5 export", is_format_of=_is_export, read=_read_export)
TICK_EXPORT = Format(name="MetaTrader 5 tick export", is_format_of=_is_tick_export, read=_read_ticks)
RATES = Format(name="MetaTrader 5 rates", is_format_of=_is_rates, read=_read_rates)
HEADERLESS = Format(name=f"{_MT4}, {_HISTDATA}", is_format_of=_is_headerless, read=_read_headerless)


def _read(
    found: Format, table: Table, instrument: Instrument, *, times: tuple[str, ...], ticks: str, real: str
) -> ParsedFile:
    optional = [name for name in (real, "spread") if name in table.names]
    columns = table.read((*_PRICES, ticks, *optional), times)
    read = columns.times()
    opens, highs, lows, closes = prices = [columns.numbers(name) for name in _PRICES]
    spread: Floats | None = None
    if "spread" in optional:
        point = point_size(table, _PRICES, prices, instrument, is_export=found is EXPORT)
        spread = columns.numbers("spread") * point
    candles = CandleColumns(
        at=read.wall,
        open=opens,
        high=highs,
        low=lows,
        close=closes,
        volume=_volume(columns, ticks, real if real in optional else None),
        spread=spread,
    )
    return ParsedFile(format=found.name, columns=candles, clock=SERVER_TIME, offsets=read.offsets)


def _volume(columns: Columns, ticks: str, real: str | None) -> Floats:
    """Real volume where the broker has any, else the number of ticks."""
    if real is not None and (volume := columns.numbers(real)).any():
        return volume
    return columns.numbers(ticks)


def _carried_forward(values: Floats) -> Floats:
    """Each missing value replaced by the last one before it."""
    known = np.maximum.accumulate(np.where(np.isnan(values), -1, np.arange(len(values))))
    return np.where(known < 0, np.nan, values[known])
