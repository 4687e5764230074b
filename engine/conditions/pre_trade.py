"""Layer 1: is this a market to trade in at all? The same for both sides."""

from __future__ import annotations

from config.settings import SymbolRules
from engine.conditions.condition import Case, Cases, Condition, at_least, at_most, not_ready
from engine.conditions.expression import NAN, absent, counted, known, packed, where
from engine.conditions.facing import Facing
from engine.domain.judgement import LiveState


def _indicators_ready(m: Facing, _: SymbolRules) -> Cases:
    indicators = {"no_vwap": m.vwap, "no_atr14": m.atr14, "no_atr1": m.atr1, "no_range_avg": m.range_avg}
    count = 4.0 - counted(packed([absent(indicator) for indicator in indicators.values()]))
    missing = (Case(name, absent(indicator), count, 4.0) for name, indicator in indicators.items())
    return *missing, Case("ready", True, count, 4.0, True)


def _atr1_min(m: Facing, rules: SymbolRules) -> Cases:
    volatility = rules.pre_trade_filters.volatility
    minimum, mean = volatility.atr1_min, m.true_range_mean
    is_high = volatility.dynamic_threshold & (mean > volatility.dynamic_high_ratio * minimum)
    is_low = volatility.dynamic_threshold & (mean < volatility.dynamic_low_ratio * minimum)
    lowered = where(is_low, minimum * volatility.dynamic_low_factor, minimum)
    return not_ready(m.atr1), *at_least(m.atr1, where(is_high, minimum * volatility.dynamic_high_factor, lowered))


def _range_avg_min(m: Facing, rules: SymbolRules) -> Cases:
    return not_ready(m.range_avg), *at_least(m.range_avg, rules.pre_trade_filters.volatility.m1_range_avg_min)


def _spread_max(m: Facing, rules: SymbolRules) -> Cases:
    unknown = Case("unknown", absent(m.spread), holds=True)
    return unknown, *at_most(m.spread, rules.pre_trade_filters.spread.max_spread)


def _spread_ratio(m: Facing, rules: SymbolRules) -> Cases:
    spread, ratio = rules.pre_trade_filters.spread, m.spread_ratio
    is_low_volume = m.volume < spread.low_volume_fraction * m.volume_mean
    limit = where(is_low_volume, spread.max_ratio_low_volume, spread.max_ratio)
    is_narrow, has_no_volume = ratio <= limit, absent(m.volume)
    return (
        *_without_ratio(m),
        Case("at_most_no_volume", is_narrow & has_no_volume, ratio, limit, True),
        Case("at_most", is_narrow, ratio, limit, True),
        Case("above_no_volume", has_no_volume, ratio, limit),
        Case("above", True, ratio, limit),
    )


def _asian_expansion(m: Facing, rules: SymbolRules) -> Cases:
    ratio, limit = m.spread_ratio, rules.analysis.asian_expansion_ratio
    return (
        Case("other_hours", where(m.is_asian, False, True), ratio, NAN, True),
        *_without_ratio(m),
        Case("narrow", ratio < limit, ratio, limit, True),
        Case("expanded", True, ratio, limit),
    )


def _without_ratio(m: Facing) -> Cases:
    is_missing = absent(m.spread_ratio)
    return (
        Case("unknown", is_missing & absent(m.spread), holds=True),
        Case("no_spread", is_missing & (m.spread == 0.0) & (m.spread_mean == 0.0), holds=True),
        not_ready(m.spread_ratio),
    )


def _session_allowed(m: Facing, rules: SymbolRules) -> Cases:
    is_blocked = rules.pre_trade_filters.block_post_ny_session & m.is_post_ny
    return Case("blocked", is_blocked), Case("allowed", True, holds=True)


def _data_fresh(now: LiveState, rules: SymbolRules) -> Cases:
    age, limit = known(now.quote_age_s), rules.pre_trade_filters.max_quote_age_seconds
    return (
        Case("no_quote", absent(age), NAN, limit),
        Case("fresh", age < limit, age, limit, True),
        Case("stale", True, age, limit),
    )


def _not_locked(now: LiveState, _: SymbolRules) -> Cases:
    left = now.lock_left_s
    return Case("unlocked", left <= 0.0, left, 0.0, True), Case("locked", True, left, 0.0)


PRE_TRADE = (
    Condition("readings_ready", "readings", _indicators_ready, is_of_side=False, wants="≥"),
    Condition("atr1_min", "price", _atr1_min, is_of_side=False, wants="≥"),
    Condition("range_avg_min", "price", _range_avg_min, is_of_side=False, wants="≥"),
    Condition("spread_max", "price", _spread_max, is_of_side=False),
    Condition("spread_ratio", "times mean", _spread_ratio, is_of_side=False),
    Condition("asian_expansion", "times mean", _asian_expansion, is_of_side=False, wants="<"),
    Condition("session_allowed", "", _session_allowed, is_of_side=False),
)
LIVE = (
    Condition("data_fresh", "s", _data_fresh, is_of_side=False, wants="<"),
    Condition("not_locked", "s", _not_locked, is_of_side=False),
)
"""Checks of a `LiveState`, which judging recorded candles goes without."""
