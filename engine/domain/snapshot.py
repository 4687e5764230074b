"""Everything that is known about a symbol at the close of one candle."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from engine.domain.market import Candle, Session, Side
from engine.domain.structure import Direction, OrderBlock, StructureBreak, Sweep, Swing


class MarketSnapshot(msgspec.Struct, frozen=True):
    """All indicators after `candle`. One that is not warmed up is None, never zero; prices are in price units.

    Every number is known at the close of `candle`; findings carry their own `known_at`.
    """

    candle: Candle
    previous: Candle | None
    session: Session
    trading_day: date
    is_ready: bool
    """VWAP, ATR(14), ATR(1) and average range are all ready."""

    # volatility
    atr1: float | None
    atr14: float | None
    range_avg: float | None
    is_expanding: bool | None
    true_range_mean_30: float | None
    momentum_15: float | None
    """Close minus the close 15 candles before."""
    volume_mean_20: float | None
    """Mean volume of the 20 candles before this one."""

    # VWAP
    vwap: float | None
    vwap_sigma: float | None
    band_low: float | None
    band_high: float | None
    """Edges of the micro band, VWAP -+ tolerance."""
    band_persistence_s: float
    """Seconds that closes have stayed inside the micro band, 60 x (n - 1)."""
    vwap_anchored_at: datetime
    """Opening instant of the trading day's first candle."""

    # levels
    day_high: float | None
    day_low: float | None
    prior_day_high: float | None
    prior_day_low: float | None
    prior_session_high: float | None
    prior_session_low: float | None
    equal_highs: tuple[float, ...]
    equal_lows: tuple[float, ...]

    # structure
    swings: tuple[Swing, ...]
    """Swings that became known at this candle."""
    structure: StructureBreak | None
    """The break made by this candle."""
    structure_direction: Direction | None
    choch: StructureBreak | None
    """The latest change of character."""
    choch_age: int | None
    """Candles since `choch`; 0 at its own candle."""
    sweep: Sweep | None
    order_blocks: tuple[OrderBlock, ...]
    """Blocks that are valid after this candle, oldest first."""
    retests: tuple[OrderBlock, ...]
    """Blocks touched for the first time by this candle and still valid after it."""

    # spread and order flow
    spread_mean: float | None
    spread_median: float | None
    spread_stdev: float | None
    spread_ratio: float | None
    is_asian_expansion: bool
    cvd: float | None
    cvd_divergence: Side | None
    """The side whose divergence still counts, the newest one if both do."""

    # each side by itself
    choch_up_age: int | None = None
    """Candles since the latest change of character up; 0 at its own candle."""
    choch_down_age: int | None = None
    """Candles since the latest change of character down."""
    sweepable_high: float | None = None
    """Highest high of the candles before this one whose liquidity it could sweep."""
    sweepable_low: float | None = None
    """Lowest low of the same candles."""
    cvd_divergences: tuple[Side, ...] = ()
    """Every side whose divergence still counts, the newest first."""
