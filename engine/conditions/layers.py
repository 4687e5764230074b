"""The four layers: combines all conditions of one side by the rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from config.settings import SymbolRules
from engine.conditions.condition import Condition, at_least
from engine.conditions.expression import Term, call, counted, packed, where
from engine.conditions.facing import Facing
from engine.conditions.location import EDGES, is_in_band
from engine.conditions.pre_trade import LIVE, PRE_TRADE
from engine.conditions.signals import PRIMARY, SECONDARY, UNTOLD
from engine.domain.judgement import Check, Layer, LayerChecks, Points
from engine.domain.market import Side


class Outcome(NamedTuple):
    """What one side amounts to: the edges, primary and secondary signals that count, as bits, and the score."""

    edges: Term
    primary: Term
    secondary: Term
    points: Term
    """`Points`."""
    score: Term


AT_AN_EDGE = Condition("edges", "edges", lambda it, _: at_least(counted(it.edges), 1.0), wants="≥")
ENOUGH_PRIMARY = Condition(
    "primary_signals",
    "signals",
    lambda it, rules: at_least(counted(it.primary), rules.candle_signals.min_primary),
    wants="≥",
)
ENOUGH_SECONDARY = Condition(
    "secondary_signals",
    "signals",
    lambda it, rules: at_least(counted(it.secondary), rules.candle_signals.min_secondary),
    wants="≥",
)
ENOUGH_POINTS = Condition(
    "score_min", "points", lambda it, rules: at_least(it.score, rules.confluence_scoring.min_score), wants="≥"
)
OF_SIDE = (
    (Layer.LOCATION, (AT_AN_EDGE,), EDGES),
    (Layer.SIGNALS, (ENOUGH_PRIMARY, ENOUGH_SECONDARY), (*PRIMARY, *SECONDARY)),
    (Layer.CONFLUENCE, (ENOUGH_POINTS,), ()),
)
"""Layers 2 to 4, each with the conditions of an `Outcome` that decide, in their order, and with what they count."""
DECIDING = tuple(each for _, deciding, _ in OF_SIDE for each in deciding)
CONDITIONS = {each.name: each for each in (*PRE_TRADE, *LIVE, *EDGES, *PRIMARY, *SECONDARY, *DECIDING)}
"""By name."""


def failed(conditions: Sequence[Condition], judged: Term, rules: SymbolRules) -> Term:
    """The conditions that fail, as bits."""
    return packed([True] * len(conditions)) - packed([each.holds(judged, rules) for each in conditions])


def outcome(m: Facing, rules: SymbolRules) -> Outcome:
    """What one side shows, and what that earns it."""
    edges, primary, secondary = (
        packed([each.is_on(rules) & each.holds(m, rules) for each in group]) for group in (EDGES, PRIMARY, SECONDARY)
    )
    points = _points(m, counted(edges), rules)
    maximum, score = rules.confluence_scoring.max_score, sum(points)
    return Outcome(edges, primary, secondary, call(Points, *points), where(score > maximum, maximum, score))


def _points(m: Facing, edges: Term, rules: SymbolRules) -> tuple[Term, Term, Term, Term, Term]:
    """What one side earns for its wick, near VWAP, at that many edges, for volatility and session."""
    scoring, stay = rules.confluence_scoring, m.band_persistence_s
    wick = where(m.wick >= scoring.wick_good_bodies * m.body, scoring.wick_good_points, 0.0)
    is_near = abs(m.close - m.vwap) <= scoring.vwap_near_bands * (m.band_top - m.band_bottom) / 2
    vwap = where(is_in_band(m), scoring.vwap_inside_points, where(is_near, scoring.vwap_near_points, 0.0))
    bonus = where(stay >= scoring.persistence_bonus_seconds, scoring.persistence_bonus, 1.0)
    bonus = where(stay >= scoring.persistence_long_seconds, scoring.persistence_long_bonus, bonus)
    return (
        where(m.wick >= scoring.wick_strong_bodies * m.body, scoring.wick_strong_points, wick),
        vwap * where(stay < scoring.persistence_min_seconds, 1.0, bonus),
        where(edges > 1.0, scoring.more_edges_points, where(edges > 0.0, scoring.one_edge_points, 0.0)),
        where(m.is_expanding, scoring.volatility_points, 0.0),
        where(m.is_active, scoring.session_points, 0.0),
    )


def checks(conditions: Iterable[Condition], side: Side, judged: Term, rules: SymbolRules) -> tuple[Check, ...]:
    """How they come out for one candle, but for those that are switched off and those that have no result."""
    found = (each.check(side, judged, rules) for each in conditions if each.is_on(rules))
    return tuple(check for check in found if check.case != UNTOLD)


def layers_of_side(m: Facing, found: Outcome, side: Side, rules: SymbolRules) -> tuple[LayerChecks, ...]:
    """Every check of layers 2 to 4 of one candle."""
    return tuple(
        LayerChecks(layer, checks(deciding, side, found, rules), checks(counting, side, m, rules))
        for layer, deciding, counting in OF_SIDE
    )
