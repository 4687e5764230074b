"""The minute of a recorded candle as its player sees it, without the path: its first and its last quote."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from engine.domain.market import Candle, Quote

SECONDS: Final = 60
"""Quotes of a drawn minute, one at each whole second."""
CLOSING: Final = timedelta(seconds=SECONDS - 1)
"""When the last quote of a minute comes, after its opening: a decision on the closed candle stands on a fresh quote."""


def closing_quote(candle: Candle) -> Quote:
    """The last quote of the minute, whatever its path."""
    bid = candle.close
    return Quote(
        symbol=candle.symbol,
        at=candle.opened_at + CLOSING,
        bid=bid,
        ask=bid + (candle.spread or 0.0),
        volume=(candle.volume or 0.0) / SECONDS,
    )


def opening_quote(candle: Candle) -> Quote:
    """The first quote of the minute, whatever its path."""
    bid, volume = candle.open, (candle.volume or 0.0) / SECONDS
    return Quote(symbol=candle.symbol, at=candle.opened_at, bid=bid, ask=bid + (candle.spread or 0.0), volume=volume)
