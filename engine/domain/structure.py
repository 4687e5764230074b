"""Findings in price: each with the candle at which it became known. Times are candle opens, aware UTC."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from engine.domain.market import Side


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"


class SweptSide(StrEnum):
    """The liquidity that was taken: a sell-side sweep is bullish, a buy-side sweep is bearish."""

    SELL_SIDE = "sell_side"
    BUY_SIDE = "buy_side"


class BreakKind(StrEnum):
    BOS = "bos"
    CHOCH = "choch"


class Swing(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A local extreme at candle `candle_time`, known two candles later at `known_at`."""

    is_high: bool
    price: float
    candle_time: datetime
    known_at: datetime


class Sweep(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Price went through `level` and closed back; `confidence` in 0..1. Known at the close of its own candle."""

    side: SweptSide
    level: float
    confidence: float
    known_at: datetime


class StructureBreak(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A close at `known_at` beyond the swing of price `level` at `swing_time`."""

    event: BreakKind
    direction: Direction
    level: float
    swing_time: datetime
    known_at: datetime


class OrderBlock(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The zone `low`..`high` left by candle `candle_time`, known since `known_at`; `strength` in 0..1."""

    direction: Side
    low: float
    high: float
    candle_time: datetime
    known_at: datetime
    strength: float
    is_fresh: bool
