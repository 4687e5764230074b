"""When a price has crossed a level."""

from __future__ import annotations

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from engine.domain.price_alerts import Crossing
from engine.price_alerts.crossings import Crossings

LEVEL = 2000.0


def crossings_of(*prices: float, side: int = 0) -> list[Crossing | None]:
    crossings = Crossings(side)
    return [crossings.update(price, LEVEL) for price in prices]


def test_that_a_price_that_jumps_over_the_level_crosses_it_once() -> None:
    assert crossings_of(1990.0, 2010.0, 2011.0, 1980.0) == [None, Crossing.UP, None, Crossing.DOWN]


def test_that_a_touch_counts_as_a_crossing_and_going_on_beyond_it_as_no_second_one() -> None:
    assert crossings_of(1999.0, 2000.0, 2000.0, 2001.0) == [None, Crossing.UP, None, None]


def test_that_a_price_that_left_the_level_after_a_touch_can_touch_it_again() -> None:
    assert crossings_of(1999.0, 2000.0, 1999.0, 2000.0) == [None, Crossing.UP, None, Crossing.UP]


def test_that_the_first_price_only_says_on_which_side_it_is() -> None:
    assert crossings_of(2000.0, 2000.0, 2001.0, 1999.0) == [None, None, None, Crossing.DOWN]


def test_that_a_side_that_is_known_from_before_makes_the_first_price_a_crossing() -> None:
    assert crossings_of(2001.0, side=-1) == [Crossing.UP]
    assert crossings_of(2001.0, side=1) == [None]


def test_that_a_level_that_moves_through_the_price_is_crossed_by_it() -> None:
    crossings = Crossings()
    assert [crossings.update(2000.0, level) for level in (2001.0, 1999.0, 2001.0)] == [
        None,
        Crossing.UP,
        Crossing.DOWN,
    ]


@given(st.lists(st.sampled_from([-2.0, -1.0, 0.0, 1.0, 2.0])))
def test_that_each_passage_and_each_touch_is_reported_exactly_once(offsets: list[float]) -> None:
    sides = [(offset > 0) - (offset < 0) for offset in offsets]
    runs = [side for side, _ in groupby(sides)]
    expected, last = [], 0
    for number, side in enumerate(runs):
        came_through_a_touch = number > 1 and runs[number - 1] == 0
        if last and side != last and not came_through_a_touch:
            expected.append(Crossing.UP if last < 0 else Crossing.DOWN)
        last = side or last
    assert [each for each in crossings_of(*(LEVEL + offset for offset in offsets)) if each is not None] == expected
