"""MetaTrader 5: bars from the history window's export, and `copy_rates` saved as CSV or Parquet."""

from __future__ import annotations

import numpy as np

from engine.adapters.recorded.columns import CandleColumns, Floats
from engine.adapters.recorded.format import SERVER_TIME, Format, ParsedFile
from engine.adapters.recorded.tables import Columns, Table
from engine.adapters.recorded.times import ISO_LAYOUTS, parts_of
from engine.domain.market import Instrument

_EXPORT_LAYOUTS = ("%Y.%m.%d %H:%M:%S", "%Y.%m.%d %H:%M")
_PRICES = ("open", "high", "low", "close")
_ENOUGH_FOR_DIGITS = 1000
_MAX_DIGITS = 6


def _is_export(table: Table) -> bool:
    return "<DATE>" in table.first_line.upper() and "bid" not in table.names


def _is_rates(table: Table) -> bool:
    return {"time", *_PRICES, "tick_volume"} <= set(table.names)


def _read_export(table: Table, instrument: Instrument) -> ParsedFile:
    return _read(EXPORT, table, instrument, time=("date", "time"), ticks="tickvol", real="vol")


def _read_rates(table: Table, instrument: Instrument) -> ParsedFile:
    return _read(RATES, table, instrument, time=("time",), ticks="tick_volume", real="real_volume")


EXPORT = Format(name="MetaTrader 5 export", is_format_of=_is_export, read=_read_export)
RATES = Format(name="MetaTrader 5 rates", is_format_of=_is_rates, read=_read_rates)


def _read(
    found: Format, table: Table, instrument: Instrument, *, time: tuple[str, ...], ticks: str, real: str
) -> ParsedFile:
    optional = [name for name in (real, "spread") if name in table.names]
    columns = table.read((*_PRICES, ticks, *optional), time, _EXPORT_LAYOUTS if len(time) > 1 else ISO_LAYOUTS)
    times = columns.times()
    opens, highs, lows, closes = prices = [columns.numbers(name) for name in _PRICES]
    candles = CandleColumns(
        at=times.wall,
        open=opens,
        high=highs,
        low=lows,
        close=closes,
        volume=_volume(columns, ticks, real if real in optional else None),
        spread=_spread(columns, prices, instrument) if "spread" in optional else None,
    )
    return ParsedFile(format=found.name, columns=candles, clock=SERVER_TIME, offsets=times.offsets)


def _volume(columns: Columns, ticks: str, real: str | None) -> Floats:
    """Real volume where the broker has any, else the number of ticks."""
    if real is not None and (volume := columns.numbers(real)).any():
        return volume
    return columns.numbers(ticks)


def _spread(columns: Columns, prices: list[Floats], instrument: Instrument) -> Floats:
    """The spread in price units; files state it in points."""
    return columns.numbers("spread") * _point_size(prices, instrument)


def _point_size(prices: list[Floats], instrument: Instrument) -> float:
    """The price of one point: the last decimal that the prices use, or the instrument's where that is unknown."""
    parts = [each[part] for each in prices for part in parts_of(each)]
    used = next((n for n in range(_MAX_DIGITS + 1) if all(_are_multiples(part, n) for part in parts)), None)
    if used is None:
        return instrument.tick_size
    digits = used if sum(map(len, prices)) >= _ENOUGH_FOR_DIGITS else max(used, instrument.digits)
    return float(f"1e-{digits}")


def _are_multiples(prices: Floats, digits: int) -> bool:
    scaled = prices * 10.0**digits
    return bool(np.all(np.abs(scaled - np.round(scaled)) <= 1e-6 + 1e-12 * np.abs(scaled)))
