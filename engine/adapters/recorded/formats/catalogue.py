"""All formats; the first one that recognises a table reads it."""

from __future__ import annotations

from typing import Final

from engine.adapters.recorded.formats import histdata
from engine.adapters.recorded.formats.binance import BINANCE
from engine.adapters.recorded.formats.candles import DUKASCOPY, OTHERS
from engine.adapters.recorded.formats.format import Format
from engine.adapters.recorded.formats.lean import LEAN
from engine.adapters.recorded.formats.metatrader import EXPORT, HEADERLESS, RATES, TICK_EXPORT
from engine.adapters.recorded.formats.ticks import TICKS
from engine.adapters.recorded.headers import named
from engine.adapters.recorded.tables.tables import Table

FORMATS: Final = (
    *(EXPORT, TICK_EXPORT, RATES, HEADERLESS, histdata.CANDLES, histdata.TICKS),
    *(DUKASCOPY, BINANCE, LEAN, OTHERS, TICKS),
)
_AMOUNTS: Final = ("qty", "quantity", "amount", "size", "volume")


def format_of(table: Table) -> Format:
    """Raises `UnreadableRecording` for a table of no known format."""
    for each in FORMATS:
        if each.is_format_of(table):
            return each
    what = "holds trades without bid and ask" if _are_trades(table) else f"begins with '{table.first_line[:80]}'"
    known = ", ".join(each.name for each in FORMATS)
    raise table.origin.error(f"{what}, which is not a supported format; supported are {known}")


def _are_trades(table: Table) -> bool:
    return "price" in table.names and named(table.names, _AMOUNTS) is not None
