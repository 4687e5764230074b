from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.features.chart.model.candle_columns import seconds_of
from gui.features.chart.model.zone_offsets import zone_offsets
from gui.features.chart.view.scale import Scale
from gui.features.chart.view.ticks import price_step, price_ticks, time_ticks
from tests.examples import examples
from tests.whole import present

NEW_YORK = ZoneInfo("America/New_York")
ZONES = st.sampled_from([UTC, NEW_YORK, ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/London"), ZoneInfo("Asia/Kolkata")])


def minutes(start: datetime, count: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return seconds_of(start) + 60 * np.arange(count, dtype=np.int64)


def labels(start: datetime, count: int, step: float, zone: ZoneInfo | None = None) -> list[str]:
    return [tick.label for tick in time_ticks(minutes(start, count), 0, step, zone or UTC)]


# -- prices


@examples(100)
@given(st.floats(0.01, 1e6), st.floats(1e-3, 0.5), st.integers(120, 2000))
def test_that_price_marks_are_round_and_do_not_overlap(low: float, share: float, height: int) -> None:
    scale = Scale(0.0, 100.0, low, low * (1.0 + share), 800, height)
    step = price_step(scale.low, scale.high, height, 8)
    mantissa = step / 10.0 ** np.floor(np.log10(step) + 1e-9)
    assert min(abs(mantissa - round_) for round_ in (1.0, 2.0, 5.0, 10.0)) < 1e-6
    marks = price_ticks(scale, 8)
    assert np.all((marks >= low * (1 - 1e-9)) & (marks <= scale.high * (1 + 1e-9)))
    assert np.all(-np.diff(scale.y(marks)) >= (51.9 if height >= 312 else 25.9))


@given(st.floats(0.01, 1e6), st.floats(1e-3, 0.5))
def test_that_a_low_chart_has_price_marks_besides_one_below_the_quote(low: float, share: float) -> None:
    assert len(price_ticks(Scale(0.0, 100.0, low, low * (1.0 + share), 800, 160), 8)) >= 2


def test_that_price_marks_are_never_finer_than_the_instrument() -> None:
    assert price_step(2000.000, 2000.004, 800.0, 2) == pytest.approx(0.01)


# -- times


def test_that_times_are_marked_where_the_clock_is_round() -> None:
    assert labels(datetime(2026, 3, 2, 8, 7, tzinfo=UTC), 90, 6.0) == ["08:30", "09:00", "09:30"]


def test_that_a_new_day_is_marked_with_its_date() -> None:
    ticks = time_ticks(minutes(datetime(2026, 3, 2, 22, 30, tzinfo=UTC), 240), 0, 6.0, UTC)
    assert [(tick.label, tick.is_day) for tick in ticks if tick.index >= 60][:2] == [("23:30", False), ("3 Mar", True)]


def test_that_the_axis_counts_candles_so_a_weekend_takes_no_space() -> None:
    friday = minutes(datetime(2026, 3, 6, 20, 0, tzinfo=UTC), 115)
    sunday = minutes(datetime(2026, 3, 8, 22, 1, tzinfo=UTC), 115)
    ticks = time_ticks(np.concatenate((friday, sunday)), 0, 6.0, UTC)
    assert ("8 Mar", 115) in [(tick.label, tick.index) for tick in ticks]


def test_that_a_mark_shows_the_time_of_its_candle_where_the_round_minute_is_missing() -> None:
    times = np.concatenate(
        (minutes(datetime(2026, 3, 2, 8, 40, tzinfo=UTC), 15), minutes(datetime(2026, 3, 2, 9, 3, tzinfo=UTC), 40))
    )
    assert time_ticks(times, 0, 6.0, UTC)[0].label == "09:03"


@pytest.mark.parametrize(("hours", "count"), [(4, 17), (24, 3)])
def test_that_a_few_candles_of_a_long_time_frame_have_dates_too(hours: int, count: int) -> None:
    times = seconds_of(datetime(2026, 4, 14, tzinfo=UTC)) + 3600 * hours * np.arange(count, dtype=np.int64)
    ticks = time_ticks(times, 0, 6.0, UTC, 3600 * hours)
    assert ticks
    assert all(tick.is_day for tick in ticks)


def test_that_days_are_marked_alone_when_far_away() -> None:
    ticks = time_ticks(minutes(datetime(2026, 3, 2, tzinfo=UTC), 14 * 1440), 0, 0.07, UTC)
    assert all(tick.is_day for tick in ticks)
    assert len(ticks) > 5


@examples(60)
@given(st.integers(0, 400), st.integers(2, 5000), st.floats(0.05, 40.0), ZONES)
def test_that_time_marks_never_crowd(day: int, count: int, step: float, zone: ZoneInfo) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day, minutes=7 * day)
    rows = [tick.index for tick in time_ticks(minutes(start, count), 0, step, zone)]
    assert all((b - a) * step >= 50.0 for a, b in pairwise(rows))


@examples(40)
@given(st.integers(0, 700), st.integers(1, 90), ZONES)
def test_that_the_zones_clock_is_true_over_summer_time(day: int, days: int, zone: ZoneInfo) -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=day)
    times = minutes(start, days * 1440)[::97]
    plain = [
        int(present(datetime.fromtimestamp(int(each), UTC).astimezone(zone).utcoffset()).total_seconds())
        for each in times
    ]
    assert zone_offsets(times, zone).tolist() == plain
