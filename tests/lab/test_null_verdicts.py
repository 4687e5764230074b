"""The verdict on trades of the simulator, on markets whose truth is known; benchmarks.lab_null has the long form."""

from __future__ import annotations

from functools import cache

import pytest

from benchmarks.lab_null import Played, played, row
from benchmarks.lab_statistics import market_days
from engine.lab.verdict import FIRST_LOOK_DAYS

pytestmark = pytest.mark.long

SEEDS = (1, 2)


@cache
def markets() -> tuple[Played, ...]:
    return tuple(played(seed, FIRST_LOOK_DAYS) for seed in SEEDS)


def test_that_simulated_trades_of_a_market_without_an_edge_prove_none() -> None:
    found = row("none", [market.null for market in markets()], market_days(FIRST_LOOK_DAYS))
    assert (found["positive"], found["negative"], found["of"]) == (0, 0, len(SEEDS))


def test_that_a_rule_that_looks_two_seconds_ahead_is_found_within_the_trades_that_the_formula_names() -> None:
    found = row("planted", [market.planted for market in markets()], market_days(FIRST_LOOK_DAYS))
    assert 0.08 < float(str(found["mean R"])) < 0.25
    assert found["within the trades needed"] == found["positive"] == len(SEEDS)
