"""HistData's generic ASCII, candles and ticks, in New York's standard time all year."""

from __future__ import annotations

import re
from typing import Final

from engine.adapters.recorded.columns import CandleColumns, TickColumns
from engine.adapters.recorded.formats.format import LOCAL_TIME, Format, ParsedFile
from engine.adapters.recorded.formats.metatrader import HISTDATA_CLOCK
from engine.adapters.recorded.tables.tables import Table
from engine.domain.market import Instrument

_CANDLE_NAMES: Final = ("0", "1", "2", "3", "4", "5")
_TICK_NAMES: Final = ("0", "1", "2", "3")
_MINUTE: Final = re.compile(r"\d{8} \d{6}")
_MILLISECOND: Final = re.compile(r"\d{8} \d{9}")


def _are_candles(table: Table) -> bool:
    return table.names == _CANDLE_NAMES and _MINUTE.fullmatch(_first_time(table)) is not None


def _are_ticks(table: Table) -> bool:
    return table.names == _TICK_NAMES and _MILLISECOND.fullmatch(_first_time(table)) is not None


def _first_time(table: Table) -> str:
    return table.first_cell("0") if table.sample else ""


def _read_candles(table: Table, _: Instrument) -> ParsedFile:
    """NinjaTrader writes the same form, with a volume and by a clock of the user."""
    columns = table.read(_CANDLE_NAMES[1:], _CANDLE_NAMES[:1])
    opens, highs, lows, closes, volume = (columns.numbers(name) for name in _CANDLE_NAMES[1:])
    at = columns.times().wall
    candles = CandleColumns(at=at, open=opens, high=highs, low=lows, close=closes, volume=volume)
    if volume.any():
        return ParsedFile(format="NinjaTrader candles", columns=candles, clock=LOCAL_TIME)
    return ParsedFile(format=CANDLES.name, columns=candles, clock=HISTDATA_CLOCK)


def _read_ticks(table: Table, _: Instrument) -> ParsedFile:
    columns = table.read(_TICK_NAMES[1:3], _TICK_NAMES[:1])
    ticks = TickColumns(at=columns.times().wall, bid=columns.numbers("1"), ask=columns.numbers("2"))
    return ParsedFile(format=TICKS.name, columns=ticks, clock=HISTDATA_CLOCK)


CANDLES = Format(name="HistData (ASCII)", is_format_of=_are_candles, read=_read_candles)
TICKS = Format(name="HistData ticks (ASCII)", is_format_of=_are_ticks, read=_read_ticks)
