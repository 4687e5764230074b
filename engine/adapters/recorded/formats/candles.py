"""Candles of any table that says which columns they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.adapters.recorded.columns import CandleColumns
from engine.adapters.recorded.formats.format import Format, ParsedFile
from engine.adapters.recorded.formats.points import point_size
from engine.adapters.recorded.formats.roles import Roles, candle_roles, clock_of, has_candles
from engine.adapters.recorded.headers import named
from engine.adapters.recorded.tables.rows import Floats
from engine.adapters.recorded.tables.tables import Columns, Table
from engine.domain.market import Instrument

_DUKASCOPY_TIMES = ("localtime", "gmttime", "timeutc", "timegmt", "timeeet", "timecet")


def read_candles(
    table: Table, instrument: Instrument, name: str, *, clock: str | None = None, has_fillers: bool = False
) -> ParsedFile:
    """Candles by the columns that their names or places show; without a `clock` of its format it is asked for.

    A minute whose four prices are missing had no trade.
    """
    roles = candle_roles(table)
    optional = (roles.volume, roles.taker_buy, roles.ask_close, roles.spread)
    columns = table.read((), roles.times, [*roles.prices, *(name for name in optional if name is not None)])
    times = columns.times()
    opens, highs, lows, closes = prices = [columns.numbers(each) for each in roles.prices]
    kept = _with_prices(columns, roles, prices)
    spread, notes = _spread(table, columns, roles, prices, instrument)
    candles = CandleColumns(
        at=times.wall,
        open=opens,
        high=highs,
        low=lows,
        close=closes,
        volume=None if roles.volume is None else columns.numbers(roles.volume),
        spread=spread,
        taker_buy=None if roles.taker_buy is None else columns.numbers(roles.taker_buy),
    )
    return ParsedFile(
        format=name,
        columns=candles,
        clock=clock or clock_of(roles.times, times),
        offsets=times.offsets,
        has_fillers=has_fillers,
        notes=notes,
        kept=kept,
    )


def _with_prices(columns: Columns, roles: Roles, prices: list[Floats]) -> NDArray[np.bool_]:
    """Which rows have prices; raises `UnreadableRecording` at the first that has only some, or if none has any."""
    empty = np.array([np.isnan(each) for each in prices])
    is_empty: NDArray[np.bool_] = np.logical_and.reduce(empty)
    is_fault = np.logical_or.reduce(empty) & ~(is_empty & (not is_empty.all()))
    if is_fault.any():
        row = int(is_fault.argmax())
        name = roles.prices[int(empty[:, row].argmax())]
        raise columns.origin.error(f"{name} is missing or not a number", row)
    has_prices: NDArray[np.bool_] = ~is_empty
    return has_prices


def _spread(
    table: Table, columns: Columns, roles: Roles, prices: list[Floats], instrument: Instrument
) -> tuple[Floats | None, tuple[str, ...]]:
    """The spread in price units, and what to know of it: whole numbers above all others count points."""
    if roles.ask_close is not None:
        return columns.numbers(roles.ask_close) - prices[3], ()
    if roles.spread is None:
        return None, ()
    spread = np.nan_to_num(columns.numbers(roles.spread), nan=0.0)
    if (spread != np.round(spread)).any():
        return spread, ()
    point = point_size(table, roles.prices, prices, instrument)
    return spread * point, (f"the spread is read in points of {point:g}",)


def _is_dukascopy(table: Table) -> bool:
    return table.has_header and named(table.names, _DUKASCOPY_TIMES) is not None and has_candles(table)


def _read_dukascopy(table: Table, instrument: Instrument) -> ParsedFile:
    return read_candles(table, instrument, DUKASCOPY.name, has_fillers=True)


def _read_others(table: Table, instrument: Instrument) -> ParsedFile:
    return read_candles(table, instrument, f"candles by {candle_roles(table).time_words}")


DUKASCOPY = Format(name="Dukascopy candles", is_format_of=_is_dukascopy, read=_read_dukascopy)
OTHERS = Format(name="candles with named columns", is_format_of=has_candles, read=_read_others)
