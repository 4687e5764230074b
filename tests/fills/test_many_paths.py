"""Many paths at once are those that are drawn one by one, to the last bit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.recorded import open_recording
from engine.adapters.recorded.columns import microseconds
from engine.domain.market import Candle, Instrument
from engine.fills.many_paths import CandleRows, ManyPaths, asks_of, usual_ranges
from engine.fills.minutes import ask_of
from engine.fills.paths import CandlePaths
from engine.fills.usual import UsualRange
from engine.market.instruments import instrument_for
from tests.builders import GOLD, candle
from tests.examples import examples
from tests.fills.test_paths import candles
from tests.recordings import recording


def rows_of(some: Sequence[Candle], usual: Sequence[float | None]) -> CandleRows:
    return CandleRows(
        minutes=np.array([microseconds(one.opened_at) // 60_000_000 for one in some]),
        open=np.array([one.open for one in some]),
        high=np.array([one.high for one in some]),
        low=np.array([one.low for one in some]),
        close=np.array([one.close for one in some]),
        usual=np.array(usual, dtype=np.float64),
    )


def drawn_twice(
    instrument: Instrument, some: Sequence[Candle], usual: Sequence[float | None], seed: int
) -> tuple[list[list[float]], list[list[float]]]:
    one_by_one = CandlePaths(instrument, seed)
    singly = [list(one_by_one.bids(each, known)) for each, known in zip(some, usual, strict=True)]
    return singly, ManyPaths(instrument, seed).bids(rows_of(some, usual)).tolist()


@examples(30)
@given(
    st.lists(st.tuples(candles(), st.one_of(st.none(), st.floats(0.001, 50.0))), min_size=1, max_size=20),
    st.integers(0, 2**31),
)
def test_that_candles_of_any_shape_have_the_same_paths(some: list[tuple[Candle, float | None]], seed: int) -> None:
    singly, at_once = drawn_twice(GOLD, [one for one, _ in some], [usual for _, usual in some], seed)
    assert at_once == singly


@examples(30)
@given(st.lists(st.floats(1.0, 1.2), min_size=4, max_size=4), st.integers(0, 2**31))
def test_that_prices_off_the_grid_have_the_same_paths(prices: list[float], seed: int) -> None:
    low, opens, closes, high = sorted(prices)
    one = candle(open=opens, high=high, low=low, close=closes)
    singly, at_once = drawn_twice(GOLD, [one, one], [None, 0.1], seed)
    assert at_once == singly


@pytest.mark.parametrize(
    ("name", "symbol"),
    [("XAUUSD_M1_202602160207_202602272357.csv", "XAUUSD"), ("BTCUSDT-1m-2026-03.zip", "BTCUSDT")],
)
def test_that_minutes_of_a_real_recording_have_the_same_paths_and_usual_ranges(name: str, symbol: str) -> None:
    opened = open_recording(recording(name), symbol=symbol)
    columns = opened.columns.rows(slice(0, 1_000))
    some, before = list(columns.candles(symbol)), UsualRange(())
    usual = []
    for one in some:
        usual.append(before.before(one))
        before.add(one)
    known = usual_ranges(columns.at, columns.high, columns.low)
    assert [None if np.isnan(each) else each for each in known.tolist()] == usual
    singly, at_once = drawn_twice(instrument_for(symbol), some, usual, 3)
    assert at_once == singly


@examples(60)
@given(st.lists(st.floats(1e-6, 1e8), min_size=1, max_size=5), st.one_of(st.just(0.0), st.floats(1e-9, 100.0)))
def test_that_asks_are_those_of_one_bid_after_the_other(bids: list[float], spread: float) -> None:
    halves = [*bids, 2000.0000000005, 0.0000000015]
    found = asks_of(np.array([halves, halves]), np.array([spread, 0.33])).tolist()
    assert found == [[ask_of(bid, each) for bid in halves] for each in (spread, 0.33)]


@pytest.mark.parametrize("count", [1, 4, 5, 6, 25])
def test_that_a_recording_of_few_candles_has_the_usual_ranges_of_one_after_the_other(count: int) -> None:
    some, before = [candle(minute, high=2001.0 + minute, low=1999.0) for minute in range(count)], UsualRange(())
    usual = []
    for one in some:
        usual.append(before.before(one))
        before.add(one)
    rows = rows_of(some, usual)
    known = usual_ranges(rows.minutes * 60_000_000, rows.high, rows.low).tolist()
    assert [None if np.isnan(each) else each for each in known] == usual


def test_that_a_recording_that_stands_still_has_no_usual_range() -> None:
    still = np.full(5, 2000.0)
    assert np.isnan(usual_ranges(np.arange(5) * 60_000_000, still, still)).all()
