"""One candle as the user reads it: its prices and what was known at its close."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from engine.domain.market import Session

SESSION_TITLES = {
    Session.ASIA: "Asia",
    Session.LONDON: "London",
    Session.OVERLAP: "London / New York",
    Session.NEW_YORK: "New York",
    Session.POST_NY: "Post New York",
    Session.OFF: "",
}
SESSIONS = tuple(SESSION_TITLES)
"""The order in which a chart numbers the sessions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandleReadout:
    """Prices and ranges in price units; None where an indicator was not warmed up or the source has no value.

    `change` is the close against the previous close, None for the first candle. The indicators of a forming candle are
    those of the last closed one.
    """

    index: int
    opened_at: datetime
    is_forming: bool
    open: float
    high: float
    low: float
    close: float
    volume: float | None
    change: float | None
    spread: float | None
    session: str
    vwap: float | None
    vwap_sigma: float | None
    atr1: float | None
    atr14: float | None
    range_avg: float | None


def known(value: float) -> float | None:
    """A number of a column, None where it holds none."""
    return None if math.isnan(value) else float(value)


def price_text(price: float, digits: int) -> str:
    """A price with the instrument's digits, thousands apart: `4,712.30`."""
    return f"{price:,.{digits}f}"


def volume_text(volume: float) -> str:
    """A volume in few digits: `0.125`, `845`, `12.4K`, `1.02M`."""
    for size, letter in ((1e9, "B"), (1e6, "M"), (1e4, "K")):
        if volume >= size:
            return f"{volume / (1e3 if letter == 'K' else size):.3g}{letter}"
    return f"{volume:,.0f}" if volume == int(volume) or volume >= 1000.0 else f"{volume:.3g}"
