"""Trials that are chosen based on earlier results, where the optional package is installed."""

from __future__ import annotations

import json

import pytest

from config.loader import shipped_settings
from engine.lab.search.space import Point, Space, parse_space
from engine.lab.search.tpe import ParzenEstimator, has_tpe

pytestmark = pytest.mark.skipif(not has_tpe(), reason="TPE needs the package optuna, which is not installed")
VALUES = {
    "execution.trailing_atr1": [0.1, 1.6, 0.1],
    "cooldown_seconds": [0, 300, 20],
    "execution.sizing": ["fixed", "risk"],
}


def space(values: dict[str, object] = VALUES) -> Space:
    return parse_space(json.dumps(values).encode(), "space.json", shipped_settings())


def score(point: Point) -> float | None:
    """Best in one corner; of one half of the space nothing is known."""
    trailing, cooldown, sizing = point.places
    return None if sizing else -abs(trailing - 12.0) - abs(cooldown - 3.0)


def searched(seed: int) -> list[Point]:
    searching, found = space(), list[Point]()
    estimator, latest = ParzenEstimator(searching, seed), list(searching.points(16))
    for _ in range(3):
        estimator.learn((point, score(point)) for point in latest)
        latest = estimator.propose(8)
        found += latest
    return found


def test_that_it_looks_where_results_were_good_and_repeats_nothing() -> None:
    found, even = searched(1), list(space().points(40))
    assert len({point.places for point in found}) == 24
    assert not {point.places for point in found} & {point.places for point in space().points(16)}
    known = sorted(value for point in found if (value := score(point)) is not None)
    by_sobol = sorted(value for point in even if (value := score(point)) is not None)
    assert len(known) > 16
    assert known[len(known) // 2] > by_sobol[len(by_sobol) // 2]


def test_that_the_same_seed_proposes_the_same() -> None:
    assert searched(2) == searched(2) != searched(3)


def test_that_it_ends_where_all_was_tried_or_contradicts_itself() -> None:
    few = space({"cooldown_seconds": [0, 10, 20], "execution.trailing": [True]})
    estimator = ParzenEstimator(few, 1)
    estimator.learn((point, 0.0) for point in few.points(1))
    assert len(estimator.propose(20)) == 2
    assert estimator.propose(20) == []
