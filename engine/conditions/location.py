"""Layer 2: price must be at a key level."""

from __future__ import annotations

from config.settings import SymbolRules
from engine.conditions.condition import Case, Cases, Condition, not_ready
from engine.conditions.expression import NAN, Term, absent, where
from engine.conditions.facing import Facing


def is_in_band(m: Facing) -> Term:
    """Whether the candle closed inside the micro band of VWAP."""
    return (m.band_bottom <= m.close) & (m.close <= m.band_top)


def _vwap_band(m: Facing, _: SymbolRules) -> Cases:
    distance, tolerance = abs(m.close - m.vwap), (m.band_top - m.band_bottom) / 2
    return (
        not_ready(m.band_top, m.vwap),
        Case("inside", is_in_band(m), distance, tolerance, True),
        Case("outside", True, distance, tolerance),
    )


def _at(support: Term, m: Facing, rules: SymbolRules) -> Cases:
    """The low reaches down to the support, and the close has not lost it; both within the tolerance."""
    tolerance = rules.location_filter.tolerance_atr * m.atr14
    above, below = m.low - support, support - m.close
    distance = where(below > above, below, above)
    is_at = (m.low <= support + tolerance) & (m.close >= support - tolerance)
    return (
        Case("no_level", absent(support), NAN, tolerance),
        not_ready(m.atr14),
        Case("at", is_at, distance, tolerance, True),
        Case("lost", below >= above, distance, tolerance),
        Case("short_of", True, distance, tolerance),
    )


def _ob_zone(m: Facing, _: SymbolRules) -> Cases:
    """The candle overlaps a block of the side that is valid and was known before it."""
    return (
        Case("in_zone", m.zone_gap <= 0.0, 0.0, 0.0, True),
        Case("no_block", absent(m.zone_gap), NAN, 0.0),
        Case("off_zone", True, m.zone_gap, 0.0),
    )


EDGES = (
    Condition("VWAP_BAND", "price", _vwap_band, "location_filter", is_of_side=False),
    Condition("PRIOR_SESSION", "price", lambda m, rules: _at(m.prior_session, m, rules), "location_filter"),
    Condition("INTRADAY_RANGE", "price", lambda m, rules: _at(m.day, m, rules), "location_filter"),
    Condition("OB_ZONE", "price", _ob_zone, "location_filter"),
    Condition("LIQUIDITY_CLUSTER", "price", lambda m, rules: _at(m.cluster, m, rules), "location_filter"),
)
