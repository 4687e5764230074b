"""A candle as one side of a trade sees it."""

from __future__ import annotations

import msgspec

from engine.domain.market import Side
from engine.domain.snapshot import MarketSnapshot

BUY, SELL = Side.BUY, Side.SELL
NO_LEVELS: tuple[float, ...] = ()


class Facing(msgspec.Struct, frozen=True, gc=False):
    """The prices that one side judges by, so that every rule is written once, for BUY.

    For SELL each price is reflected (p becomes -p): a high becomes a low, resistance becomes support, and rounding
    stays exactly alike. Levels are the supports that the side trades from.
    """

    side: Side
    open: float
    low: float
    close: float
    body: float
    """At least one tick."""
    wick: float
    """On the trade's far side: the lower one for BUY."""
    vwap: float | None
    band_top: float | None
    """Edge of the micro band that price meets first when it comes back to the band."""
    prior_session: float | None
    day: float | None
    clusters: tuple[float, ...]
    momentum: float | None


def facing_buy(snapshot: MarketSnapshot, body: float) -> Facing:
    """The prices as they are; `body` in price units, at least one tick."""
    candle, lows, prior_low = snapshot.candle, snapshot.equal_lows, snapshot.prior_day_low
    opening, low, close = candle.open, candle.low, candle.close
    return Facing(
        BUY,
        opening,
        low,
        close,
        body,
        opening - low if opening < close else close - low,
        snapshot.vwap,
        snapshot.band_high,
        snapshot.prior_session_low,
        snapshot.day_low,
        lows if prior_low is None else (*lows, prior_low),
        snapshot.momentum_15,
    )


def facing_sell(snapshot: MarketSnapshot, body: float) -> Facing:
    """The prices reflected; `body` in price units, at least one tick."""
    candle, highs, prior_high = snapshot.candle, snapshot.equal_highs, snapshot.prior_day_high
    opening, high, close = candle.open, candle.high, candle.close
    clusters = highs if prior_high is None else (*highs, prior_high)
    vwap, band_top, momentum = snapshot.vwap, snapshot.band_low, snapshot.momentum_15
    session, day = snapshot.prior_session_high, snapshot.day_high
    return Facing(
        SELL,
        -opening,
        -high,
        -close,
        body,
        high - opening if opening > close else high - close,
        None if vwap is None else -vwap,
        None if band_top is None else -band_top,
        None if session is None else -session,
        None if day is None else -day,
        tuple([-level for level in clusters]) if clusters else NO_LEVELS,
        None if momentum is None else -momentum,
    )
