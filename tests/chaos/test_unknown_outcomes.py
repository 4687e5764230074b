"""A handful of the benchmark's lost answers: each is found out rightly."""

from __future__ import annotations

import pytest

from benchmarks.chaos.unknown_outcome import FAULTS, results


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_that_what_became_of_an_order_without_an_answer_is_found_out_and_never_assumed(seed: int) -> None:
    figures = results(40, seed)
    assert figures["filled"] not in (0, 40)
    assert {name: figures[name] for name in FAULTS} == dict.fromkeys(FAULTS, 0)


def test_that_the_same_seed_gives_the_same_figures() -> None:
    assert results(10, 5) == results(10, 5)
