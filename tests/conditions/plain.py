"""The four layers once more, written down straight from their definition, each side by itself, as an oracle."""

from __future__ import annotations

from typing import Any

from config.settings import SymbolRules
from engine.domain.market import Session, Side
from engine.domain.snapshot import MarketSnapshot
from engine.domain.structure import SweptSide

ACTIVE = {Session.LONDON, Session.OVERLAP, Session.NEW_YORK}


def plain_judgement(s: MarketSnapshot, side: Side, rules: SymbolRules, tick_size: float) -> dict[str, Any]:
    """What the definition says of one side: names, points, and every deciding check that fails, in order."""
    edges = plain_edges(s, side, rules)
    primary, secondary = plain_signals(s, side, tick_size)
    points = plain_points(s, side, len(edges), tick_size)
    score = min(8.0, sum(points.values()))
    failed = plain_pre_trade(s, rules)
    if not edges:
        failed.append("edges")
    if not primary:
        failed.append("primary_signals")
    if not secondary:
        failed.append("secondary_signals")
    if score < 5.0:
        failed.append("score_min")
    return {
        "edges": edges,
        "primary": primary,
        "secondary": secondary,
        "points": points,
        "score": score,
        "reason": failed[0] if failed else None,
        "near_miss": failed[0] if len(failed) == 1 else None,
        "is_a_plus": not failed and score >= 7.0,
    }


def plain_pre_trade(s: MarketSnapshot, rules: SymbolRules) -> list[str]:
    limits, c = rules.pre_trade_filters, s.candle
    failed = []
    if s.vwap is None or s.atr14 is None or s.atr1 is None or s.range_avg is None:
        failed.append("readings_ready")
    if s.atr1 is None or s.atr1 < limits.volatility.atr1_min:
        failed.append("atr1_min")
    if s.range_avg is None or s.range_avg < limits.volatility.m1_range_avg_min:
        failed.append("range_avg_min")
    if c.spread is not None:
        if c.spread > limits.spread.max_spread:
            failed.append("spread_max")
        is_free = c.spread == 0 and s.spread_mean == 0
        low_volume = s.volume_mean_20 is not None and c.volume is not None and c.volume < s.volume_mean_20 / 2
        if not is_free and (s.spread_ratio is None or s.spread_ratio > (2.0 if low_volume else 1.5)):
            failed.append("spread_ratio")
        is_asian = s.session in (Session.ASIA, Session.POST_NY)
        if is_asian and not is_free and (s.spread_ratio is None or s.spread_ratio >= 2.0):
            failed.append("asian_expansion")
    if s.session == Session.POST_NY:
        failed.append("session_allowed")
    return failed


def plain_edges(s: MarketSnapshot, side: Side, rules: SymbolRules) -> list[str]:
    c = s.candle
    tol = None if s.atr14 is None else rules.location_filter.tolerance_atr * s.atr14

    def at(low_level: float | None, high_level: float | None) -> bool:
        if tol is None:
            return False
        if side == Side.BUY:
            return low_level is not None and c.low <= low_level + tol and c.close >= low_level - tol
        return high_level is not None and c.high >= high_level - tol and c.close <= high_level + tol

    found = []
    if s.band_low is not None and s.band_high is not None and s.band_low <= c.close <= s.band_high:
        found.append("VWAP_BAND")
    if at(s.prior_session_low, s.prior_session_high):
        found.append("PRIOR_SESSION")
    if at(s.day_low, s.day_high):
        found.append("INTRADAY_RANGE")
    zones = [b for b in s.order_blocks if b.direction == side and b.known_at < c.opened_at]
    if any(c.low <= b.high and c.high >= b.low for b in zones):
        found.append("OB_ZONE")
    if (
        at(s.prior_day_low, s.prior_day_high)
        or any(at(level, None) for level in s.equal_lows)
        or any(at(None, level) for level in s.equal_highs)
    ):
        found.append("LIQUIDITY_CLUSTER")
    return found


def plain_wick(s: MarketSnapshot, side: Side, tick_size: float) -> tuple[float, float]:
    c = s.candle
    body = max(abs(c.close - c.open), tick_size)
    return (min(c.open, c.close) - c.low if side == Side.BUY else c.high - max(c.open, c.close)), body


def plain_signals(s: MarketSnapshot, side: Side, tick_size: float) -> tuple[list[str], list[str]]:
    c, p = s.candle, s.previous
    wick, body = plain_wick(s, side, tick_size)
    is_buy, is_long_wick = side == Side.BUY, wick >= 1.5 * body
    primary = ["LONG_WICK_TRAP"] if is_long_wick else []
    if s.sweep is not None and s.sweep.side == (SweptSide.SELL_SIDE if is_buy else SweptSide.BUY_SIDE):
        primary.append("MICRO_LIQUIDITY_SWEEP")
    if p is not None and s.vwap is not None and s.band_low is not None and s.band_high is not None and is_long_wick:
        tapped_above = c.low <= s.band_high and c.close > s.vwap and p.close > s.vwap
        tapped_below = c.high >= s.band_low and c.close < s.vwap and p.close < s.vwap
        if tapped_above if is_buy else tapped_below:
            primary.append("VWAP_TAP_REJECTION")
    if p is not None and s.atr14 is not None and body >= 0.5 * s.atr14:
        up = p.close < p.open and c.close > c.open and c.open <= p.close and c.close > p.open
        down = p.close > p.open and c.close < c.open and c.open >= p.close and c.close < p.open
        if up if is_buy else down:
            primary.append("STRONG_ENGULFING")
    secondary = ["OB_RETEST"] if any(b.direction == side for b in s.retests) else []
    age = s.choch_up_age if is_buy else s.choch_down_age
    if age is not None and age <= 5:
        secondary.append("FRESH_MICRO_CHOCH")
    if s.session in ACTIVE and s.momentum_15 is not None and s.atr14 is not None:
        moved = s.momentum_15 if is_buy else -s.momentum_15
        if moved >= 1.0 * s.atr14:
            secondary.append("SESSION_MOMENTUM")
    if p is not None and c.volume is not None and p.volume is not None and c.volume >= 1.2 * p.volume:
        secondary.append("INCREASING_VOLUME")
    if s.cvd is not None and side in s.cvd_divergences:
        secondary.append("CVD_DIVERGENCE")
    return primary, secondary


def plain_points(s: MarketSnapshot, side: Side, edges: int, tick_size: float) -> dict[str, float]:
    wick, body = plain_wick(s, side, tick_size)
    vwap = 0.0
    if s.vwap is not None and s.band_low is not None and s.band_high is not None:
        tolerance = (s.band_high - s.band_low) / 2
        distance = abs(s.candle.close - s.vwap)
        vwap = 2.0 if distance <= tolerance else 1.0 if distance <= 2 * tolerance else 0.0
        vwap *= 1.2 if s.band_persistence_s >= 90 else 1.1 if s.band_persistence_s >= 60 else 1.0
    return {
        "wick": 2.0 if wick >= 2 * body else 1.0 if wick >= 1.5 * body else 0.0,
        "vwap": vwap,
        "edges": float(min(edges, 2)),
        "volatility": 1.0 if s.is_expanding else 0.0,
        "session": 1.0 if s.session in ACTIVE else 0.0,
    }
