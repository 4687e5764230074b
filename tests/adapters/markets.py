"""Small markets with a known past and future."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from engine.adapters.recorded.columns import CandleColumns, TickColumns, microseconds
from engine.adapters.recorded.recording import Recording
from engine.domain.market import Source
from engine.market.instruments import instrument_for
from tests.builders import MONDAY


def source_of(symbol: str, *, has_quotes: bool = False) -> Source:
    return Source(
        instrument=instrument_for(symbol),
        format="test",
        clock="UTC",
        name=f"{symbol}.csv",
        has_volume=True,
        has_spread=True,
        has_aggressor_volume=False,
        has_quotes=has_quotes,
    )


def market_of_candles(minutes: Sequence[int], *, symbol: str = "XAUUSD", spread: float | None = 0.5) -> Recording:
    """Rising candles (open 10, low 9, high 12, close 11) that open at those minutes after Monday's start."""
    ones = np.ones(len(minutes))
    columns = CandleColumns(
        at=np.array([microseconds(MONDAY + timedelta(minutes=minute)) for minute in minutes], dtype=np.int64),
        open=10 * ones,
        high=12 * ones,
        low=9 * ones,
        close=11 * ones,
        volume=8 * ones,
        spread=None if spread is None else spread * ones,
    )
    return Recording(source_of(symbol), columns)


def market_of_ticks(seconds: Sequence[float], *, symbol: str = "XAUUSD") -> Recording:
    """Quotes 10 to 10.5 at those seconds after Monday's start."""
    ticks = TickColumns(
        at=np.array([microseconds(MONDAY + timedelta(seconds=second)) for second in seconds], dtype=np.int64),
        bid=np.full(len(seconds), 10.0),
        ask=np.full(len(seconds), 10.5),
    )
    return Recording(source_of(symbol, has_quotes=True), ticks.closed_candles(), ticks)
