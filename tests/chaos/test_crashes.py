"""A few of what the benchmarks do by the hundred: desks that are killed, and clicks in a race."""

from __future__ import annotations

import pytest

from benchmarks.chaos import approval_races, crash

pytestmark = pytest.mark.long


def test_that_kills_lose_nothing_and_double_nothing() -> None:
    figures = crash.results(3, seed=11)
    assert {name: figures[name] for name in crash.COUNTED} == dict.fromkeys(crash.COUNTED, 0)
    assert figures["runs"] == 3


@pytest.mark.parametrize("seed", [1, 2])
def test_that_no_click_in_a_race_makes_a_wrong_order(seed: int) -> None:
    figures = approval_races.results(25, seed)
    assert {name: figures[name] for name in approval_races.COUNTED} == dict.fromkeys(approval_races.COUNTED, 0)
    assert figures["orders"]
