"""The result that every reader returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.adapters.recorded.clocks import NY_CLOSE
from engine.adapters.recorded.columns import CandleColumns, TickColumns
from engine.adapters.recorded.tables import Table
from engine.adapters.recorded.times import Microseconds
from engine.domain.market import Instrument

SERVER_TIME = NY_CLOSE
"""A MetaTrader server's clock: found from the daily break where possible, New York + 7 h otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFile:
    """The prices of a file by the file's own clock.

    `clock` is that of its format; `offsets` (microseconds) are those that its rows state, if any. `has_fillers`: flat
    candles without volume stand for minutes in which nothing happened.
    """

    format: str
    columns: CandleColumns | TickColumns
    clock: str = "UTC"
    offsets: Microseconds | None = None
    has_fillers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format: whether a table is of it, and how to read it. Readers raise `UnreadableRecording`."""

    name: str
    is_format_of: Callable[[Table], bool]
    read: Callable[[Table, Instrument], ParsedFile]
