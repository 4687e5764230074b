"""The output lines of `microscalp setups`; a separate module, so that a starting window imports no more than this."""

from __future__ import annotations

from datetime import datetime

import msgspec

from engine.domain.market import Side


class FoundSetup(msgspec.Struct, frozen=True, tag="setup"):
    """A setup, by when its candle opened."""

    candle_time: datetime
    symbol: str
    side: Side
    is_a_plus: bool


class SearchProgress(msgspec.Struct, frozen=True, tag="progress"):
    """How much of the market is read, 0..1."""

    share: float


SearchLine = FoundSetup | SearchProgress
