"""Facts that hold for every market: both sides are judged alike, by the definition, and the explanation agrees."""

from __future__ import annotations

import operator
from typing import Any

import pytest
from hypothesis import given
from msgspec.structs import asdict, replace

from config.settings import SymbolRules
from engine.conditions.catalogue import headline, sentence
from engine.conditions.evaluator import Evaluator
from engine.conditions.layers import CONDITIONS
from engine.domain.judgement import Check, LiveState, SideJudgement
from engine.domain.market import Side
from engine.domain.snapshot import MarketSnapshot
from tests.builders import GOLD
from tests.conditions.markets import mirrored
from tests.conditions.plain import plain_judgement
from tests.conditions.random_markets import snapshots
from tests.examples import examples

pytestmark = pytest.mark.long

FINE_GOLD = replace(GOLD, tick_size=1.0 / 64.0)
RULES = SymbolRules()
evaluator = Evaluator(FINE_GOLD, RULES)


@examples(150)
@given(snapshots())
def test_that_a_market_turned_upside_down_is_judged_alike_for_the_other_side(snapshot: MarketSnapshot) -> None:
    judgement, reflected = evaluator.explain(snapshot), evaluator.explain(mirrored(snapshot))
    for side in Side:
        assert without_side(reflected.judgement.of(side)) == without_side(judgement.judgement.of(side.opposite))
        for layer, other in zip(reflected.of(side), judgement.of(side.opposite), strict=True):
            assert [measured(check) for check in layer.checks] == [measured(check) for check in other.checks]


@examples(150)
@given(snapshots())
def test_that_every_market_is_judged_by_the_plain_definition(snapshot: MarketSnapshot) -> None:
    judgement = evaluator.evaluate(snapshot)
    for side in Side:
        assert as_plain(judgement.of(side)) == plain_judgement(snapshot, side, RULES, FINE_GOLD.tick_size)


@examples(100)
@given(snapshots())
def test_that_what_is_explained_is_what_was_decided(snapshot: MarketSnapshot) -> None:
    explanation = evaluator.explain(snapshot, LiveState(quote_age_s=6.0, spread=0.25))
    for side in Side:
        verdict, layers = explanation.judgement.of(side), explanation.of(side)
        _, location, signals, confluence = layers
        failed = [check.name for layer in layers for check in layer.deciding if not check.is_passed]
        assert verdict.reason == (failed[0] if failed else None)
        assert verdict.near_miss == (failed[0] if len(failed) == 1 else None)
        assert [layer.is_passed for layer in layers] == [layer.is_passed for layer in verdict.layers]
        assert tuple(check.name for check in location.evidence if check.is_passed) == verdict.edges
        names = tuple(check.name for check in signals.evidence if check.is_passed)
        assert names == verdict.primary + verdict.secondary
        assert confluence.deciding[0].value == verdict.score


@examples(100)
@given(snapshots())
def test_that_every_check_has_a_sentence_and_an_honest_distance(snapshot: MarketSnapshot) -> None:
    explanation = evaluator.explain(snapshot, LiveState(quote_age_s=None, lock_left_s=12.5))
    for side in Side:
        assert headline(explanation, side)
        for layer in explanation.of(side):
            for check in layer.checks:
                assert "{" not in sentence(check)
                assert check.distance is None or check.distance >= 0.0
                assert not check.is_passed or check.distance == 0.0


@examples(200)
@given(snapshots())
def test_that_a_check_passes_only_where_its_value_stands_to_its_limit_as_it_wants(snapshot: MarketSnapshot) -> None:
    explanation = evaluator.explain(snapshot, LiveState(quote_age_s=4.0))
    compared = {"≥": operator.ge, "≤": operator.le, "<": operator.lt}
    for check in (check for side in Side for layer in explanation.of(side) for check in layer.checks):
        if check.is_passed and check.value is not None and check.limit is not None:
            assert compared[CONDITIONS[check.name].wants](check.value, check.limit)


def without_side(verdict: SideJudgement) -> dict[str, Any]:
    return {name: value for name, value in asdict(verdict).items() if name != "side"}


def measured(check: Check) -> tuple[Any, ...]:
    return (check.name, check.is_passed, check.value, check.limit, check.unit, check.case)


def as_plain(verdict: SideJudgement) -> dict[str, Any]:
    return {
        "edges": list(verdict.edges),
        "primary": list(verdict.primary),
        "secondary": list(verdict.secondary),
        "points": pytest.approx(asdict(verdict.points)),
        "score": pytest.approx(verdict.score),
        "reason": verdict.reason,
        "near_miss": verdict.near_miss,
        "is_a_plus": verdict.is_a_plus,
    }
