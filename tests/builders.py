"""Builders that show only the detail that matters in a test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine.domain.market import Candle, DayRoll, Instrument, Quote

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

GOLD = Instrument(symbol="XAUUSD", digits=2, tick_size=0.01, day_roll=DayRoll.NEW_YORK_17)
BITCOIN = Instrument(symbol="BTCUSD", digits=2, tick_size=0.01, day_roll=DayRoll.UTC_MIDNIGHT)


def candle(
    minute: int = 0,
    *,
    open: float | None = None,
    high: float | None = None,
    low: float | None = None,
    close: float = 2000.0,
    volume: float = 100.0,
    spread: float | None = 0.2,
    taker_buy: float | None = None,
    start: datetime = MONDAY,
    symbol: str = "XAUUSD",
) -> Candle:
    """A candle `minute` minutes after `start`; what is not given lies as close to the close as it can."""
    opening = close if open is None else open
    return Candle(
        symbol=symbol,
        opened_at=start + timedelta(minutes=minute),
        open=opening,
        high=max(opening, close) if high is None else high,
        low=min(opening, close) if low is None else low,
        close=close,
        volume=volume,
        spread=spread,
        taker_buy=taker_buy,
    )


def quote(seconds: float = 0.0, *, bid: float = 2000.0, spread: float = 0.2, symbol: str = "XAUUSD") -> Quote:
    """A quote `seconds` after Monday's start."""
    return Quote(symbol=symbol, at=MONDAY + timedelta(seconds=seconds), bid=bid, ask=bid + spread)
