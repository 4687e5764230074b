"""Facts about the running statistics of a spread."""

from __future__ import annotations

import math
import statistics
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.market.spread import SpreadTracker

SPREADS = st.lists(st.none() | st.sampled_from([0.0, 0.2, 0.25, 0.3]) | st.floats(1e-6, 1e6), max_size=60)


def tracker_after(*spreads: float | None, window: int = 100) -> SpreadTracker:
    tracker = SpreadTracker(window)
    for spread in spreads:
        tracker.update(spread)
    return tracker


def test_that_no_sample_gives_no_statistics() -> None:
    tracker = tracker_after()
    assert (tracker.mean, tracker.median, tracker.stdev, tracker.ratio) == (None, None, None, None)


def test_that_mean_median_and_population_deviation_are_those_of_the_samples() -> None:
    tracker = tracker_after(0.1, 0.4, 0.2, 0.1)
    assert tracker.mean == pytest.approx(0.2)
    assert tracker.median == pytest.approx(0.15)
    assert tracker.stdev == pytest.approx(math.sqrt((0.01 + 0.04 + 0.0 + 0.01) / 4))


def test_that_the_ratio_waits_for_ten_samples() -> None:
    assert tracker_after(*[0.2] * 9).ratio is None
    assert tracker_after(*[0.2] * 10).ratio == pytest.approx(1.0)


def test_that_the_newest_spread_counts_in_its_own_mean() -> None:
    assert tracker_after(*[0.2] * 9, 0.7).ratio == pytest.approx(0.7 / 0.25)


def test_that_a_candle_without_a_spread_is_no_sample_and_has_no_ratio() -> None:
    tracker = tracker_after(*[0.2] * 10, None)
    assert tracker.mean == pytest.approx(0.2)
    assert tracker.ratio is None
    tracker.update(0.4)
    assert tracker.ratio == pytest.approx(0.4 * 11 / 2.4)


def test_that_a_market_without_any_spread_has_no_ratio() -> None:
    tracker = tracker_after(*[0.0] * 20)
    assert tracker.mean == 0.0
    assert tracker.ratio is None


def test_that_a_spread_of_exactly_twice_the_mean_has_a_ratio_of_two() -> None:
    assert tracker_after(*[0.1] * 8, *[0.3] * 6, 0.4).ratio == 2.0


def test_that_a_spike_leaves_no_trace_once_it_has_left_the_window() -> None:
    tracker = tracker_after(1e9, *[0.5] * 10, window=10)
    assert (tracker.mean, tracker.median, tracker.stdev) == (0.5, 0.5, 0.0)


@given(SPREADS, st.integers(10, 20))
def test_that_the_statistics_are_those_of_the_last_samples(spreads: list[float | None], window: int) -> None:
    tracker = SpreadTracker(window)
    taken: list[float] = []
    for spread in spreads:
        tracker.update(spread)
        taken.extend([] if spread is None else [spread])
        seen = taken[-window:]
        if not seen:
            assert tracker.mean is None
            continue
        near = partial(pytest.approx, rel=1e-9, abs=1e-12 * max(seen))
        mean = math.fsum(seen) / len(seen)
        assert tracker.mean == near(mean)
        assert tracker.median == near(statistics.median(seen))
        assert tracker.stdev == near(statistics.pstdev(seen))
        if spread is None or len(seen) < 10 or mean == 0.0:
            assert tracker.ratio is None
        else:
            assert tracker.ratio == pytest.approx(spread / mean, rel=1e-9)
