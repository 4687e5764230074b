"""Findings on the chart: where each stands, and from when to when."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.structure import BreakKind, SweptSide
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.findings import STILL_VALID
from tests.builders import GOLD
from tests.examples import examples
from tests.gui.chart.builders import block, quiet_hours, snapshot, structure_break, sweep, swing


def chart() -> ChartModel:
    return ChartModel(GOLD)


def test_that_an_order_block_stands_from_where_it_was_known_to_where_it_ended() -> None:
    model = chart()
    model.append(quiet_hours(10))
    model.append(quiet_hours(5, first=10, order_blocks=(block(formed=8, known=10),)))
    zones = model.findings.order_blocks
    assert (zones.start.values.tolist(), zones.end.values.tolist()) == ([10], [STILL_VALID])
    model.append(quiet_hours(5, first=15))
    assert (zones.start.values.tolist(), zones.end.values.tolist()) == ([10], [15])
    assert (zones.low.values[0], zones.high.values[0]) == (1999.8, 2000.2)


def test_that_an_order_block_is_fresh_until_it_is_touched() -> None:
    model = chart()
    model.append(quiet_hours(4, order_blocks=(block(known=0),)))
    zones = model.findings.order_blocks
    assert zones.touched.values.tolist() == [STILL_VALID]
    model.append(quiet_hours(3, first=4, order_blocks=(block(known=0, is_fresh=False),)))
    assert zones.touched.values.tolist() == [4]


def test_that_a_swing_is_marked_at_its_own_candle_though_known_later() -> None:
    model = chart()
    model.append(quiet_hours(8))
    model.append([snapshot(8, swings=(swing(6, price=2001.0), swing(6, price=1999.0, is_high=False)))])
    swings = model.findings.swings
    assert swings.index.values.tolist() == [6, 6]
    assert swings.is_high.values.tolist() == [True, False]


def test_that_a_swing_before_the_first_candle_of_the_chart_is_left_out() -> None:
    model = chart()
    model.append([snapshot(10, swings=(swing(8, price=2001.0),))])
    assert model.findings.swings.index.count == 0


def test_that_a_sweep_is_marked_on_the_side_that_was_swept() -> None:
    model = chart()
    model.append([snapshot(0, sweep=sweep(0, side=SweptSide.BUY_SIDE, level=2001.0))])
    model.append([snapshot(1, sweep=sweep(1, side=SweptSide.SELL_SIDE, level=1999.0))])
    sweeps = model.findings.sweeps
    assert sweeps.is_high.values.tolist() == [True, False]
    assert sweeps.price.values.tolist() == [2001.0, 1999.0]


def test_that_a_break_of_structure_reaches_from_its_swing_to_its_candle() -> None:
    model = chart()
    model.append(quiet_hours(9))
    model.append([snapshot(9, structure=structure_break(9, swung=4, level=2001.0, event=BreakKind.CHOCH))])
    breaks = model.findings.breaks
    assert (breaks.start.values.tolist(), breaks.end.values.tolist()) == ([4], [9])
    assert breaks.is_choch.values.tolist() == [True]
    assert breaks.between(0, 3) == slice(0, 0)
    assert breaks.between(0, 4) == slice(0, 1)
    assert breaks.between(10, 20) == slice(1, 1)


def test_that_equal_highs_stand_for_as_long_as_they_are_reported() -> None:
    model = chart()
    model.append(quiet_hours(3))
    model.append(quiet_hours(4, first=3, equal_highs=(2001.0,)))
    model.append(quiet_hours(2, first=7))
    levels = model.findings.equal_levels
    assert (levels.start.values.tolist(), levels.end.values.tolist()) == ([3], [7])


@examples(60)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=25), st.integers(0, 90), st.integers(0, 40))
def test_that_no_zone_in_view_is_overlooked(spans: list[tuple[int, int]], first: int, width: int) -> None:
    model = chart()
    spans = sorted(spans)
    for minute in range(95):
        standing = tuple(
            block(formed=number, known=start)
            for number, (start, length) in enumerate(spans)
            if start <= minute < start + length
        )
        model.append([snapshot(minute, order_blocks=standing)])
    zones = model.findings.order_blocks
    rows = zones.between(first, first + width)
    found = set(range(zones.start.count)[rows])
    ends = np.where(zones.end.values == STILL_VALID, 95, zones.end.values)
    touching = np.flatnonzero((zones.start.values <= first + width) & (ends >= first))
    assert found >= set(touching.tolist())
