from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.recorded import open_recording
from engine.adapters.recorded.columns import TickColumns, instant_of, instants_of, microseconds
from engine.adapters.recorded.recording import Recording
from engine.domain.market import Candle, MarketItem, Minute, Quote
from engine.market.candles import CandleBuilder
from tests.adapters.markets import market_of_candles, market_of_ticks, source_of
from tests.adapters.recorded import samples
from tests.adapters.recorded.samples import written
from tests.builders import MONDAY
from tests.examples import examples


def time_of(item: MarketItem | Minute) -> float:
    """Seconds after which it is known, or begins."""
    match item:
        case Minute():
            at = item.candle.opened_at
        case Candle():
            at = item.closed_at
        case _:
            at = item.at
    return (at - MONDAY).total_seconds()


def test_that_a_recording_of_candles_has_only_minutes() -> None:
    recording = market_of_candles([0, 1, 5])
    assert list(recording.items_from(recording.first_at)) == [Minute(candle) for candle in recording.candles()]


@examples(60)
@given(
    st.lists(
        st.tuples(st.integers(0, 90_000_000), st.floats(0.01, 1e6), st.floats(0, 10)),
        min_size=2,
        max_size=80,
    )
)
def test_that_candles_of_recorded_ticks_are_those_of_the_candle_builder(steps: list[tuple[int, float, float]]) -> None:
    waits, bids, spreads = (np.array(column) for column in zip(*steps, strict=True))
    ticks = TickColumns(at=microseconds(MONDAY) + np.cumsum(waits), bid=bids, ask=bids + spreads)
    recording = Recording(source_of("XAUUSD"), ticks.closed_candles(), ticks)
    builder = CandleBuilder("XAUUSD")
    quotes = (
        Quote(symbol="XAUUSD", at=instant_of(at), bid=bid, ask=ask)
        for at, bid, ask in zip(ticks.at.tolist(), ticks.bid.tolist(), ticks.ask.tolist(), strict=True)
    )
    assert list(recording.candles()) == [candle for quote in quotes if (candle := builder.update(quote))]


@given(st.lists(st.one_of(st.just(60_000_000), st.integers(0, 10**12)), max_size=30))
def test_that_the_instants_of_a_recording_are_those_of_its_rows(steps: list[int]) -> None:
    at = microseconds(MONDAY) + np.cumsum(np.array(steps, dtype=np.int64))
    assert instants_of(at) == [instant_of(each) for each in at.tolist()]


@pytest.mark.parametrize("market", [market_of_candles(range(40)), market_of_ticks(range(0, 2400, 11))])
def test_that_an_instant_splits_a_recording_into_past_and_future(market: Recording) -> None:
    whole = list(market.items_from(market.first_at))
    for minute in range(0, 42, 7):
        instant = MONDAY + timedelta(minutes=minute)
        assert all(candle.closed_at <= instant for candle in market.candles_before(instant))
        future = list(market.items_from(instant))
        assert future == whole[len(whole) - len(future) :]
        assert all(time_of(item) >= minute * 60 for item in future)
    past = list(market.candles_before(MONDAY + timedelta(days=1)))
    assert past == list(market.candles())


@pytest.mark.parametrize(("candles", "history"), [(1, 0), (3, 0), (4, 1), (400, 100), (2000, 500), (9000, 500)])
def test_that_a_desk_opens_after_a_quarter_or_500_candles(candles: int, history: int) -> None:
    market = market_of_candles(range(candles))
    assert len(list(market.candles_before(market.opens_at))) == history


def test_that_a_year_of_minutes_stays_below_50_mb(tmp_path: Path) -> None:
    recording = open_recording(written(tmp_path, "BTCUSDT.csv", samples.BINANCE_ARCHIVE))
    columns = recording.columns
    arrays = (columns.at, columns.open, columns.high, columns.low, columns.close, columns.volume, columns.taker_buy)
    bytes_per_candle = sum(array.nbytes for array in arrays if array is not None) / len(columns)
    assert bytes_per_candle * 366 * 1440 < 50e6
