"""The market from one side of a trade: everything that conditions refer to, as terms."""

from __future__ import annotations

from math import inf
from operator import contains
from types import SimpleNamespace

from msgspec.structs import replace

from engine.conditions.expression import NAN, Symbol, Term, call, known, where
from engine.domain.judgement import LiveState
from engine.domain.market import Candle, Session, Side
from engine.domain.snapshot import MarketSnapshot
from engine.domain.structure import OrderBlock, SweptSide

BUY, SELL = Side.BUY, Side.SELL
ACTIVE_SESSIONS = (Session.LONDON, Session.OVERLAP, Session.NEW_YORK)
ASIAN_SESSIONS = (Session.ASIA, Session.POST_NY)
_NO_CANDLE = SimpleNamespace(open=NAN, close=NAN, volume=NAN)
_NO_SWEEP = SimpleNamespace(side=None, confidence=NAN)


def at_live_spread(snapshot: MarketSnapshot, live: LiveState | None) -> MarketSnapshot:
    """The spread of `live`, where it has one, takes the place of the candle's."""
    if live is None or live.spread is None:
        return snapshot
    mean = snapshot.spread_mean
    ratio = live.spread / mean if mean and snapshot.spread_ratio is not None else None
    return replace(snapshot, candle=replace(snapshot.candle, spread=live.spread), spread_ratio=ratio)


class Facing:
    """Numbers and flags of one candle, or columns of them; what is not known is NaN.

    Every condition is written once, for BUY: for SELL each price is reflected (p becomes -p), so that a high becomes a
    low, resistance becomes support, and rounding stays exactly alike. Levels are the supports the side trades from.
    """

    def __init__(self, side: Side, snapshot: Term, tick_size: Term) -> None:
        is_buy, sign = side is BUY, 1.0 if side is BUY else -1.0
        s, candle, previous = snapshot, snapshot.candle, known(snapshot.previous, _NO_CANDLE)

        def price(for_buy: Term, for_sell: Term) -> Term:
            return for_buy if is_buy else -for_sell

        # the candle and the one before
        self.open, self.close = price(candle.open, candle.open), price(candle.close, candle.close)
        self.low = price(candle.low, candle.high)
        body = abs(self.close - self.open)
        self.body = where(body > tick_size, body, tick_size)
        self.wick = where(self.open < self.close, self.open, self.close) - self.low
        """On the trade's far side: the lower one for BUY."""
        self.volume, self.volume_mean = known(candle.volume), known(s.volume_mean_20)
        self.previous_open, self.previous_volume = price(previous.open, previous.open), known(previous.volume)
        self.previous_close = price(previous.close, previous.close)

        # volatility, spread and hours
        self.atr1, self.atr14, self.range_avg = known(s.atr1), known(s.atr14), known(s.range_avg)
        self.true_range_mean, self.is_expanding = known(s.true_range_mean_30), known(s.is_expanding, False)
        momentum = known(s.momentum_15)
        self.momentum = price(momentum, momentum)
        self.spread, self.spread_ratio = known(candle.spread), known(s.spread_ratio)
        self.spread_mean = known(s.spread_mean)
        self.is_active = call(contains, ACTIVE_SESSIONS, s.session)
        self.is_asian = call(contains, ASIAN_SESSIONS, s.session)
        self.is_post_ny = s.session == Session.POST_NY

        # VWAP and levels
        vwap = known(s.vwap)
        self.vwap, self.band_persistence_s = price(vwap, vwap), s.band_persistence_s
        band = known(s.band_low), known(s.band_high)
        self.band_bottom, self.band_top = price(*band), price(*reversed(band))
        self.prior_session = price(known(s.prior_session_low), known(s.prior_session_high))
        self.day = price(known(s.day_low), known(s.day_high))
        clusters = (s.equal_lows, s.prior_day_low) if is_buy else (s.equal_highs, s.prior_day_high)
        self.cluster = call(_nearest, *clusters, self.low, self.close, sign)
        """Of the equal lows and the prior day's low the one that the candle is nearest to being at."""

        # findings
        self.zone_gap = call(_zone_gaps, s.order_blocks, candle)[0 if is_buy else 1]
        """To the nearest order block of the side that was known before the candle; 0 or less where they overlap."""
        self.fresh_gap = call(_fresh_gap, s.order_blocks, candle, side)
        """To the nearest of those blocks that is still untouched."""
        self.is_retested = call(_has_block, s.retests, side)
        sweep = known(s.sweep, _NO_SWEEP)
        self.sweep_confidence = sweep.confidence
        self.is_swept = sweep.side == (SweptSide.SELL_SIDE if is_buy else SweptSide.BUY_SIDE)
        """The liquidity on the trade's far side was swept."""
        self.sweepable = price(known(s.sweepable_low), known(s.sweepable_high))
        self.choch_age = known(s.choch_up_age if is_buy else s.choch_down_age)
        self.order_flow, self.is_diverging = known(s.cvd), call(contains, s.cvd_divergences, side)


def facings_of_symbol(name: str, tick_size: Term) -> dict[Side, Facing]:
    """Both sides of a snapshot that a compiled function is going to have under that name."""
    return {side: Facing(side, Symbol(name, is_fixed=False), tick_size) for side in Side}


def _nearest(levels: tuple[float, ...], prior: float | None, low: float, close: float, sign: float) -> float:
    """The support that price is nearest to being at: its low must reach down to it, its close must not have lost it.

    Of two equally near ones the lower; NaN without any. `levels` and `prior` are not reflected yet: `sign` does it.
    """
    nearest, closest = NAN, inf
    for each in levels if prior is None else (*levels, prior):
        level = sign * each
        distance = max(low - level, level - close)
        if distance < closest or (distance == closest and level < nearest):
            nearest, closest = level, distance
    return nearest


def _zone_gaps(blocks: tuple[OrderBlock, ...], candle: Candle) -> tuple[float, float]:
    """How far the candle is from the nearest block for BUY, and for SELL, that was known before it; NaN without any."""
    low, high, opened_at = candle.low, candle.high, candle.opened_at
    buy = sell = inf
    for block in blocks:
        gap = low - block.high if low > block.high else block.low - high
        if block.direction is BUY:
            if gap < buy and block.known_at < opened_at:
                buy = gap
        elif gap < sell and block.known_at < opened_at:
            sell = gap
    return buy if buy < inf else NAN, sell if sell < inf else NAN


def _fresh_gap(blocks: tuple[OrderBlock, ...], candle: Candle, side: Side) -> float:
    """How far the candle's near extreme is from the nearest block of the side that nothing has touched."""
    known_before = [block for block in blocks if block.direction is side and block.known_at < candle.opened_at]
    fresh = [block for block in known_before if block.is_fresh]
    return min((candle.low - block.high if side is BUY else block.low - candle.high for block in fresh), default=NAN)


def _has_block(blocks: tuple[OrderBlock, ...], side: Side) -> bool:
    return bool(blocks) and any(block.direction is side for block in blocks)
