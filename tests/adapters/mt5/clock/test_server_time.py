"""Facts about the trade server's clock: a wall clock written as if it were UTC, with summer time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.mt5.clock.server_time import ServerTime

WINTER, SUMMER = datetime(2026, 1, 15, 12, tzinfo=UTC), datetime(2026, 7, 15, 12, tzinfo=UTC)
BETWEEN_SWITCHES = datetime(2026, 3, 16, 12, tzinfo=UTC)
"""The USA is on summer time, Europe is not yet."""


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def wall(year: int, month: int, day: int, hour: int, minute: int) -> float:
    """Seconds that a server writes when its clock on the wall shows this."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(("offset", "at"), [(2, WINTER), (3, SUMMER), (3, BETWEEN_SWITCHES)])
def test_that_the_usual_server_keeps_new_york_and_seven_hours(offset: int, at: datetime) -> None:
    time = ServerTime(hours(offset), at)
    assert time.words == "New York + 7 h"
    assert time.past(wall(2026, 1, 5, 1, 0)) == datetime(2026, 1, 4, 23, 0, tzinfo=UTC)
    assert time.past(wall(2026, 7, 6, 1, 0)) == datetime(2026, 7, 5, 22, 0, tzinfo=UTC)


def test_that_a_server_two_hours_ahead_between_the_two_switches_keeps_european_summer_time() -> None:
    time = ServerTime(hours(2), BETWEEN_SWITCHES)
    assert time.words == "Europe/Athens"
    assert time.past(wall(2026, 7, 6, 3, 0)) == datetime(2026, 7, 6, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(("offset", "words"), [(0, "UTC"), (5.5, "UTC+5:30"), (-5, "UTC-5")])
def test_that_any_other_offset_stands_for_all_times(offset: float, words: str) -> None:
    time = ServerTime(hours(offset), WINTER)
    assert time.words == words
    for at in (WINTER, SUMMER):
        assert time.past((at + hours(offset)).timestamp()) == at


def test_that_live_ticks_are_placed_rightly_in_the_hour_that_the_server_repeats() -> None:
    """New York goes back at 06:00 UTC on 1 November 2026: the server shows 08:30 twice."""
    time = ServerTime(hours(3), SUMMER)
    stamp_ms = int(wall(2026, 11, 1, 8, 30) * 1000)
    for now in (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)):
        assert time.live(stamp_ms, now) == now


def test_that_an_hour_is_repeating_from_the_switch_on_until_it_is_over() -> None:
    time = ServerTime(hours(2), WINTER)
    switch = datetime(2026, 11, 1, 6, tzinfo=UTC)
    minute = timedelta(minutes=1)
    assert not time.is_repeating(switch - minute)
    assert time.is_repeating(switch)
    assert time.is_repeating(switch + hours(1) - minute)
    assert not time.is_repeating(switch + hours(1))
    assert not ServerTime(hours(0), WINTER).is_repeating(switch)


def test_that_of_two_instants_with_one_stamp_the_one_that_can_be_is_taken() -> None:
    time = ServerTime(hours(2), WINTER)
    stamp = wall(2026, 11, 1, 8, 30)
    assert time.past(stamp) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    opened_at = datetime(2026, 11, 1, 5, 50, tzinfo=UTC)
    assert time.past(stamp, not_before=opened_at) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


@given(
    st.integers(1_577_836_800, 1_893_456_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.sampled_from((timedelta(0), hours(2), hours(3))),
)
def test_that_an_instant_survives_the_way_to_the_server_and_back(at: datetime, offset: timedelta) -> None:
    time = ServerTime(offset, WINTER)
    assert time.live(time.stamp(at) * 1000, at) == at
    assert time.past(time.stamp(at)) in (at, at - hours(1))  # the first pass of an hour that comes twice
