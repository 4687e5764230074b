"""The minute of a recorded candle without its path: only its first and its last quote."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from engine.domain.market import Candle, Quote

SECONDS: Final = 60
"""Quotes of a drawn minute, one at each whole second."""
DECIMALS: Final = 9
"""Sums of prices are rounded here: below any tick."""
CLOSING: Final = timedelta(seconds=SECONDS - 1)
"""When the last quote of a minute comes, after its opening: a decision on the closed candle stands on a fresh quote."""


def ask_of(bid: float, spread: float) -> float:
    """The ask that lies `spread` above, without the noise that sums of floats leave on the tick grid."""
    return max(bid, round(bid + spread, DECIMALS))


def closing_quote(candle: Candle) -> Quote:
    """The last quote of the minute, whatever its path."""
    return _quote(candle, candle.opened_at + CLOSING, candle.close)


def opening_quote(candle: Candle) -> Quote:
    """The first quote of the minute, whatever its path."""
    return _quote(candle, candle.opened_at, candle.open)


def _quote(candle: Candle, at: datetime, bid: float) -> Quote:
    ask, volume = ask_of(bid, candle.spread or 0.0), (candle.volume or 0.0) / SECONDS
    return Quote(symbol=candle.symbol, at=at, bid=bid, ask=ask, volume=volume)
