"""Values that hold for a while, kept as runs."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.market import Session
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.runs import Runs
from tests.builders import GOLD
from tests.examples import examples
from tests.gui.chart.builders import quiet_hours

LEVEL = st.one_of(st.none(), st.sampled_from([1.0, 2.0, 3.0]))


def chart() -> ChartModel:
    return ChartModel(GOLD)


@examples(80)
@given(st.lists(st.lists(LEVEL, min_size=1, max_size=9), min_size=1, max_size=6))
def test_that_runs_read_as_the_plain_list_does(chunks: list[list[float | None]]) -> None:
    runs, plain = Runs(), [value for chunk in chunks for value in chunk]
    first = 0
    for chunk in chunks:
        runs.extend(first, np.array(chunk, np.float64))
        first += len(chunk)
    assert [_absent(runs.at(index)) for index in range(len(plain))] == plain
    assert len(runs.starts) == 1 + sum(a != b for a, b in pairwise(plain))


@examples(80)
@given(st.lists(LEVEL, min_size=1, max_size=30), st.data())
def test_that_the_runs_in_view_cover_the_view_without_a_gap(plain: list[float | None], data: st.DataObject) -> None:
    runs = Runs()
    runs.extend(0, np.array(plain, np.float64))
    first = data.draw(st.integers(0, len(plain) - 1))
    last = data.draw(st.integers(first, len(plain) - 1))
    starts, ends, values = runs.between(first, last, len(plain))
    assert starts[0] <= first
    assert ends[-1] > last
    assert starts[1:].tolist() == ends[:-1].tolist()
    painted = {index: _absent(value) for a, b, value in zip(starts, ends, values, strict=True) for index in range(a, b)}
    assert [painted[index] for index in range(first, last + 1)] == plain[first : last + 1]


def _absent(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def test_that_each_session_is_one_run() -> None:
    model = chart()
    model.append(quiet_hours(5, session=Session.ASIA))
    model.append(quiet_hours(5, first=5, session=Session.LONDON))
    assert model.sessions.starts.tolist() == [0, 5]
