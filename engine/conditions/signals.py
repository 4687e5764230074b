"""Layer 3: what the candle itself must show."""

from __future__ import annotations

from config.settings import SymbolRules
from engine.conditions.condition import Case, Cases, Condition, at_least, at_most, not_ready
from engine.conditions.expression import NAN, Term, absent
from engine.conditions.facing import Facing


def _has_long_wick(m: Facing, rules: SymbolRules) -> Term:
    return m.wick >= rules.candle_signals.min_wick_bodies * m.body


def _long_wick_trap(m: Facing, rules: SymbolRules) -> Cases:
    return at_least(m.wick / m.body, rules.candle_signals.min_wick_bodies, _has_long_wick(m, rules))


def _micro_liquidity_sweep(m: Facing, _: SymbolRules) -> Cases:
    """Otherwise how far price was from taking the level, or how far beyond it the candle closed."""
    above, below = m.low - m.sweepable, m.sweepable - m.close
    return (
        Case("swept_no_volume", m.is_swept & absent(m.volume), m.sweep_confidence, NAN, True, "confidence"),
        Case("swept", m.is_swept, m.sweep_confidence, NAN, True, "confidence"),
        not_ready(m.sweepable),
        Case("not_taken", above >= 0.0, above, 0.0),
        Case("closed_through", below >= 0.0, below, 0.0),
        Case("other_side_surer", True),
    )


def _vwap_tap_rejection(m: Facing, rules: SymbolRules) -> Cases:
    """Came down from above VWAP to its band, closed above VWAP, and left a wick."""
    bodies, limit = m.wick / m.body, rules.candle_signals.min_wick_bodies
    return (
        not_ready(m.vwap, m.band_top, m.previous_close),
        Case("no_tap", m.low > m.band_top, m.low - m.band_top, 0.0),
        Case("behind_vwap", m.close <= m.vwap, m.vwap - m.close, 0.0),
        Case("came_from_behind", m.previous_close <= m.vwap, m.vwap - m.previous_close, 0.0),
        Case("rejected", _has_long_wick(m, rules), bodies, limit, True, "bodies"),
        Case("short_wick", True, bodies, limit, False, "bodies"),
    )


def _strong_engulfing(m: Facing, rules: SymbolRules) -> Cases:
    """Its body takes in that of the opposite candle before it."""
    opened, closed, limit = m.previous_open, m.previous_close, rules.candle_signals.engulfing_body_atr * m.atr14
    return (
        not_ready(closed, m.atr14),
        Case("previous_alike", closed >= opened, closed - opened, 0.0),
        Case("wrong_way", m.close <= m.open, m.open - m.close, 0.0),
        Case("opened_inside", m.open > closed, m.open - closed, 0.0),
        Case("closed_inside", m.close <= opened, opened - m.close, 0.0),
        Case("engulfed", m.body >= limit, m.body, limit, True),
        Case("small_body", True, m.body, limit),
    )


def _ob_retest(m: Facing, _: SymbolRules) -> Cases:
    """A block of the side was touched for the first time."""
    return (
        Case("retested", m.is_retested, 0.0, 0.0, True),
        Case("no_block", absent(m.fresh_gap), NAN, 0.0),
        Case("untouched", True, m.fresh_gap, 0.0),
    )


def _fresh_micro_choch(m: Facing, rules: SymbolRules) -> Cases:
    limit = rules.candle_signals.choch_max_age
    return Case("never", absent(m.choch_age), NAN, limit), *at_most(m.choch_age, limit)


def _session_momentum(m: Facing, rules: SymbolRules) -> Cases:
    """The close moved far enough in the trade's direction, in an active session."""
    move, limit = m.momentum, rules.candle_signals.momentum_atr * m.atr14
    return (
        not_ready(move, m.atr14),
        Case("at_least", (move >= limit) & m.is_active, move, limit, True),
        Case("below", m.is_active, move, limit),
        Case("other_hours", True, move, limit),
    )


def _increasing_volume(m: Facing, rules: SymbolRules) -> Cases:
    return (
        Case("no_volume", absent(m.volume)),
        not_ready(m.previous_volume),
        *at_least(m.volume, rules.candle_signals.volume_factor * m.previous_volume),
    )


def _cvd_divergence(m: Facing, _: SymbolRules) -> Cases:
    """Order flow diverges from price in favour of the side; there is none where the source has no order flow."""
    return (
        Case(UNTOLD, absent(m.order_flow)),
        Case("diverged", m.is_diverging, holds=True),
        Case("never", True),
    )


UNTOLD = "untold"
"""The case of a signal that is absent, and nothing to wait for."""

PRIMARY = (
    Condition("LONG_WICK_TRAP", "bodies", _long_wick_trap, "candle_signals", wants="≥"),
    Condition("MICRO_LIQUIDITY_SWEEP", "price", _micro_liquidity_sweep, "candle_signals"),
    Condition("VWAP_TAP_REJECTION", "price", _vwap_tap_rejection, "candle_signals", wants="≥"),
    Condition("STRONG_ENGULFING", "price", _strong_engulfing, "candle_signals", wants="≥"),
)
SECONDARY = (
    Condition("OB_RETEST", "price", _ob_retest, "candle_signals"),
    Condition("FRESH_MICRO_CHOCH", "candles", _fresh_micro_choch, "candle_signals"),
    Condition("SESSION_MOMENTUM", "price", _session_momentum, "candle_signals", wants="≥"),
    Condition("INCREASING_VOLUME", "volume", _increasing_volume, "candle_signals", is_of_side=False, wants="≥"),
    Condition("CVD_DIVERGENCE", "", _cvd_divergence, "candle_signals"),
)
