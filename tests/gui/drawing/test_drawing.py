"""Drawings as values, and the price of a line at an instant."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.features.drawing.model.axis import CandleAxis
from gui.features.drawing.model.drawing import Anchor, Drawing, Kind, fibonacci_price, price_at
from tests.examples import examples
from tests.gui.drawing.builders import anchor, drawing, level, trend

MINUTE = 60


def minute(number: int) -> int:
    return anchor(number).time_s


def test_that_a_horizontal_line_has_one_price_for_ever() -> None:
    assert price_at(level(2010.5), 0) == price_at(level(2010.5), minute(10**6)) == 2010.5


def test_that_a_trend_line_is_extrapolated_beyond_its_later_anchor_and_begins_at_the_earlier_one() -> None:
    rising = trend(anchor(0, 2000.0), anchor(10, 2001.0))
    assert price_at(rising, minute(5)) == pytest.approx(2000.5)
    assert price_at(rising, minute(30)) == pytest.approx(2003.0)
    assert price_at(rising, minute(-1)) is None
    drawn_backwards = trend(anchor(10, 2001.0), anchor(0, 2000.0))
    assert price_at(drawn_backwards, minute(30)) == pytest.approx(2003.0)


def test_that_a_ray_goes_from_its_first_anchor_through_the_second_one() -> None:
    to_the_left = drawing(Kind.RAY, anchor(10, 2001.0), anchor(0, 2000.0))
    assert price_at(to_the_left, minute(-20)) == pytest.approx(1998.0)
    assert price_at(to_the_left, minute(11)) is None


def test_that_an_upright_line_and_other_kinds_have_no_price() -> None:
    assert price_at(trend(anchor(5, 2000.0), anchor(5, 2001.0)), minute(5)) is None
    assert price_at(drawing(Kind.RECTANGLE, anchor(0), anchor(9, 2001.0)), minute(5)) is None


def test_that_a_line_across_a_weekend_is_as_straight_as_the_chart_that_leaves_it_out() -> None:
    friday, monday = np.arange(0, 600, 60), np.arange(180_000, 180_600, 60)
    axis = CandleAxis(np.concatenate([friday, monday]), None, MINUTE)
    line = trend(Anchor(540, 2000.0), Anchor(180_060, 2002.0))
    assert price_at(line, 180_000, axis.position) == pytest.approx(2001.0)
    assert price_at(line, 180_600, axis.position) == pytest.approx(2011.0)


def test_that_a_retracement_counts_back_from_its_second_anchor() -> None:
    rise = drawing(Kind.FIBONACCI, anchor(0, 2000.0), anchor(10, 2010.0))
    assert fibonacci_price(rise, 0.0) == 2010.0
    assert fibonacci_price(rise, 0.382) == pytest.approx(2006.18)
    assert fibonacci_price(rise, 1.0) == 2000.0


@pytest.mark.parametrize("kind", Kind)
def test_that_a_drawing_has_the_anchors_of_its_kind(kind: Kind) -> None:
    wrong = 3 - kind.anchors
    with pytest.raises(ValueError, match=f"has {kind.anchors} anchors, and {wrong} are given"):
        Drawing(id="a", kind=kind, anchors=(anchor(),) * wrong)


@st.composite
def axes(draw: st.DrawFn) -> CandleAxis:
    """Candles with gaps, of any time frame, with a forming one or without."""
    candle_s = draw(st.sampled_from([60, 300, 3_600, 86_400]))
    steps = draw(st.lists(st.integers(1, 50), max_size=20))
    times = candle_s * (1_000_000 + np.cumsum(np.array(steps, np.int64)))
    after = int(times[-1]) if steps else candle_s * 1_000_000
    forming = draw(st.none() | st.integers(1, 50))
    return CandleAxis(times, None if forming is None else after + candle_s * forming, candle_s)


@examples(50)
@given(axes(), st.integers(-100, 200))
def test_that_every_row_has_its_instant_and_every_instant_its_row(axis: CandleAxis, row: int) -> None:
    is_empty = not len(axis.times) and axis.forming_s is None
    assert axis.rows(axis.seconds(row)) == (0 if is_empty else row)


@examples(50)
@given(axes(), st.lists(st.integers(58_000_000, 90_000_000_000), min_size=2, max_size=30))
def test_that_later_instants_never_stand_further_left(axis: CandleAxis, instants: list[int]) -> None:
    assert (np.diff(axis.rows(sorted(instants))) >= 0).all()


@examples(50)
@given(axes(), st.integers(0, 59))
def test_that_an_instant_within_a_candle_is_at_that_candle(axis: CandleAxis, after: int) -> None:
    within = axis.times + after
    assert axis.rows(within).tolist() == list(range(len(axis.times)))
