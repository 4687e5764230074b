"""The result that every reader returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.adapters.recorded.columns import CandleColumns, TickColumns
from engine.adapters.recorded.tables.tables import Table
from engine.adapters.recorded.times import Microseconds
from engine.domain.market import Instrument

SERVER_TIME: Final = "server"
"""A MetaTrader server's clock: found from the breaks of the market where possible, assumed otherwise."""
LOCAL_TIME: Final = "local"
"""A clock that the file does not state: found from the breaks of the market where possible, assumed otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFile:
    """The prices of a file by the file's own clock, in the order of its rows.

    `clock` is that of its format, such as UTC; `offsets` (microseconds) are those that its rows state, if any.
    `has_fillers`: flat candles without volume stand for minutes in which nothing happened. `notes` say what a user has
    to know of how it was read. `kept` are the rows that count, all unless given: the others hold no price.
    """

    format: str
    columns: CandleColumns | TickColumns
    clock: str = "UTC"
    offsets: Microseconds | None = None
    has_fillers: bool = False
    notes: tuple[str, ...] = ()
    kept: NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format: whether a table is of it, and how to read it. Readers raise `UnreadableRecording`."""

    name: str
    is_format_of: Callable[[Table], bool]
    read: Callable[[Table, Instrument], ParsedFile]
