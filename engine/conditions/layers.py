"""The four layers: what all conditions of one side amount to by the rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from config.settings import SymbolRules
from engine.conditions.condition import Condition, at_least
from engine.conditions.expression import Term, call, counted, packed, where
from engine.conditions.facing import Facing, Moment
from engine.conditions.location import EDGES, is_in_band
from engine.conditions.pre_trade import LIVE, PRE_TRADE
from engine.conditions.signals import PRIMARY, SECONDARY, UNTOLD
from engine.domain.judgement import Check, Layer, LayerChecks, Points, SideJudgement
from engine.domain.market import Side


class Tally(NamedTuple):
    """What was counted for one side: edges, primary and secondary signals, and the score."""

    edges: Term
    primary: Term
    secondary: Term
    score: Term


class Outcome(NamedTuple):
    """What one side amounts to: the bits of what holds in each group and of what fails in `DECIDING`, and the score."""

    edges: Term
    primary: Term
    secondary: Term
    failed: Term
    points: Term
    """`Points`."""
    score: Term


DECIDING = (
    Condition("edges", "edges", lambda tally, _: at_least(tally.edges, 1.0)),
    Condition(
        "primary_signals",
        "signals",
        lambda tally, rules: at_least(tally.primary, 1.0 * rules.candle_signals.min_primary),
    ),
    Condition(
        "secondary_signals",
        "signals",
        lambda tally, rules: at_least(tally.secondary, 1.0 * rules.candle_signals.min_secondary),
    ),
    Condition("score_min", "points", lambda tally, rules: at_least(tally.score, rules.confluence_scoring.min_score)),
)
"""What layers 2 to 4 demand of the `Tally` of a side, in the order in which it decides."""
DECIDING_NAMES = (("edges",), ("primary_signals", "secondary_signals"), ("score_min",))
"""Layer by layer."""


def failed(conditions: Sequence[Condition], judged: Term, rules: SymbolRules) -> Term:
    """The bits of the conditions that fail."""
    return packed([True] * len(conditions)) - packed([each.holds(judged, rules) for each in conditions])


def outcome(m: Facing, rules: SymbolRules) -> Outcome:
    """What layers 2 to 4 make of one side."""
    groups = (EDGES, PRIMARY, SECONDARY)
    edges, primary, secondary = (
        packed([_is_on(each, rules) & each.holds(m, rules) for each in group]) for group in groups
    )
    points = _points(m, counted(edges), rules)
    most, score = rules.confluence_scoring.max_score, sum(points)
    score = where(score > most, most, score)
    tally = Tally(counted(edges), counted(primary), counted(secondary), score)
    return Outcome(edges, primary, secondary, failed(DECIDING, tally, rules), call(Points, *points), score)


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


def checks_of_pre_trade(m: Facing, moment: Moment | None, rules: SymbolRules) -> LayerChecks:
    """Every check of layer 1, and of the present moment where it is given."""
    live = () if moment is None else _checks(LIVE, Side.BUY, moment, rules)
    return LayerChecks(Layer.PRE_TRADE, (*_checks(PRE_TRADE, Side.BUY, m, rules), *live), ())


def checks_of_side(m: Facing, verdict: SideJudgement, rules: SymbolRules) -> tuple[LayerChecks, ...]:
    """Every check of layers 2 to 4 of the side that was judged so."""
    side = verdict.side
    edges, primary, secondary = (float(len(names)) for names in (verdict.edges, verdict.primary, verdict.secondary))
    edge, *signals, score = _checks(DECIDING, side, Tally(edges, primary, secondary, verdict.score), rules)
    at_edges = _checks(switched_on(rules, EDGES), side, m, rules)
    found = _checks(switched_on(rules, (*PRIMARY, *SECONDARY)), side, m, rules)
    return (
        LayerChecks(Layer.LOCATION, (edge,), at_edges),
        LayerChecks(Layer.SIGNALS, tuple(signals), tuple(check for check in found if check.case != UNTOLD)),
        LayerChecks(Layer.CONFLUENCE, (score,), ()),
    )


def _checks(conditions: Iterable[Condition], side: Side, judged: Term, rules: SymbolRules) -> tuple[Check, ...]:
    return tuple(each.check(side, judged, rules) for each in conditions)


def switched_on(
    rules: SymbolRules, conditions: Sequence[Condition] = (*EDGES, *PRIMARY, *SECONDARY)
) -> tuple[Condition, ...]:
    """Those that count by the rules."""
    return tuple(each for each in conditions if _is_on(each, rules))


def _is_on(condition: Condition, rules: SymbolRules) -> Term:
    """Edges and signals can be switched off, each by its name."""
    return getattr(rules.location_filter if condition in EDGES else rules.candle_signals, condition.name.lower())
