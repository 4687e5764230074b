"""Facts about the path that a recorded candle is played as."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.market import Candle, Instrument
from engine.fills.minutes import closing_quote, opening_quote
from engine.fills.paths import CandlePaths
from engine.market.candles import CandleBuilder
from engine.market.instruments import instrument_for
from tests.builders import BITCOIN, GOLD, candle
from tests.examples import examples

PRICES = st.integers(1, 400)


@st.composite
def candles(draw: st.DrawFn) -> Candle:
    """Candles on the grid, of any shape, also such that do not move."""
    low, *rest = sorted(draw(st.lists(PRICES, min_size=4, max_size=4)))
    high = rest.pop()
    opens, closes = draw(st.permutations([*rest, low, high]))[:2]
    return candle(draw(st.integers(0, 10_000)), open=opens / 100, high=high / 100, low=low / 100, close=closes / 100)


@examples(300)
@given(candles(), st.one_of(st.none(), st.floats(0.001, 50.0)), st.integers(0, 2**31))
def test_that_a_path_opens_closes_and_turns_exactly_where_its_candle_does(
    one: Candle, usual: float | None, seed: int
) -> None:
    bids = CandlePaths(GOLD, seed).bids(one, usual)
    assert len(bids) == 60
    assert (bids[0], bids[-1]) == (one.open, one.close)
    assert (max(bids), min(bids)) == (one.high, one.low)


@examples(200)
@given(candles(), st.integers(0, 2**31))
def test_that_every_price_of_a_path_is_on_the_tick_grid(one: Candle, seed: int) -> None:
    bids = CandlePaths(GOLD, seed).bids(one, 0.5)
    assert all(bid == round(bid, 2) for bid in bids)


@examples(200)
@given(st.lists(st.floats(1.0, 1.2), min_size=4, max_size=4), st.integers(0, 2**31))
def test_that_prices_of_a_candle_off_the_grid_are_kept_as_they_are(prices: list[float], seed: int) -> None:
    low, opens, closes, high = sorted(prices)
    one = candle(open=opens, high=high, low=low, close=closes)
    bids = CandlePaths(GOLD, seed).bids(one, None)
    assert (bids[0], bids[-1], max(bids), min(bids)) == (opens, closes, high, low)
    assert all(bid in prices or bid == pytest.approx(round(bid, 2), abs=1e-12) for bid in bids)


def test_that_the_quotes_of_a_path_come_every_second_and_build_their_candle() -> None:
    one = candle(7, open=2000.0, high=2001.5, low=1999.2, close=2000.8, volume=90.0, spread=0.3)
    quotes = CandlePaths(GOLD, 1).quotes(one, 2.0)
    assert [quote.at - one.opened_at for quote in quotes] == [timedelta(seconds=second) for second in range(60)]
    builder = CandleBuilder("XAUUSD")
    for quote in quotes:
        builder.update(quote)
    built = builder.close_by(one.closed_at)
    assert built is not None
    assert (built.open, built.high, built.low, built.close) == (one.open, one.high, one.low, one.close)
    assert built.volume == pytest.approx(one.volume)
    assert {round(quote.spread, 9) for quote in quotes} == {0.3}


def test_that_first_and_last_quote_are_known_without_the_path() -> None:
    one = candle(3, open=2000.0, high=2001.5, low=1999.2, close=2000.8, spread=0.3)
    quotes = CandlePaths(GOLD, 1).quotes(one, 2.0)
    assert (quotes[0], quotes[-1]) == (opening_quote(one), closing_quote(one))


def test_that_a_seed_draws_one_path_for_ever() -> None:
    """A change of this changes every figure that was ever simulated: it wants a new version of the fill model."""
    one = candle(0, open=2000.0, high=2001.0, low=1999.5, close=2000.5)
    ticks = [round((bid - 2000.0) * 100) for bid in CandlePaths(GOLD, 1).bids(one, 1.2)]
    assert ticks == EVER


EVER = [
    *(0, -13, -6, -24, -28, -46, -50, -25, -26, -10, -4, -4, 14, 24, 38, 56, 63, 53, 58, 70),
    *(76, 69, 51, 61, 43, 65, 55, 71, 70, 82, 94, 100, 71, 55, 61, 53, 45, 36, 47, 30),
    *(38, 27, 19, 14, -5, -11, -20, -9, -33, -46, -22, 8, 10, 21, 32, 38, 46, 52, 52, 50),
]


def test_that_a_price_of_any_size_that_a_recording_may_have_is_drawn() -> None:
    coin = instrument_for("SHIBUSD")
    for size in (1e-8, 1.0, 9.9e11):
        one = candle(open=size, high=size * 1.01, low=size * 0.99, close=size, symbol="SHIBUSD")
        bids = CandlePaths(coin, 1).bids(one, None)
        assert (bids[0], bids[-1], max(bids), min(bids)) == (one.open, one.close, one.high, one.low)


def test_that_another_seed_minute_or_symbol_draws_another_path() -> None:
    one = candle(0, open=2000.0, high=2001.0, low=1999.5, close=2000.5)
    later = candle(1, open=2000.0, high=2001.0, low=1999.5, close=2000.5)
    drawn = [
        CandlePaths(GOLD, 1).bids(one, 1.2),
        CandlePaths(GOLD, 2).bids(one, 1.2),
        CandlePaths(GOLD, 1).bids(later, 1.2),
        CandlePaths(BITCOIN, 1).bids(one, 1.2),
    ]
    assert len({tuple(bids) for bids in drawn}) == 4


def test_that_a_broker_s_own_name_of_a_symbol_changes_nothing() -> None:
    one = candle(0, open=2000.0, high=2001.0, low=1999.5, close=2000.5)
    other: Instrument = instrument_for("GOLD")
    assert CandlePaths(other, 1).bids(one, 1.2) == CandlePaths(GOLD, 1).bids(one, 1.2)


# -- walks that follow from no rule of ours: what comes out has to be as fair as what went in -------------------------


def walked(minutes: int, seed: int) -> np.ndarray:
    """Bids of a market that only walks, shape (minutes, 60), in ticks of a cent, with volatility that changes."""
    random = np.random.default_rng(seed)
    volatility = 8.0 * np.exp(0.35 * random.standard_normal(minutes))
    steps = random.standard_normal((minutes, 60)) * volatility[:, None]
    return np.rint(steps.cumsum().reshape(minutes, 60) + 1_000_000.0)


def test_that_a_trailing_stop_earns_nothing_on_the_paths_of_a_market_that_only_walks() -> None:
    """The four corners of the same candles pay it a third of the risk."""
    truth = walked(12_000, seed=3)
    lows, highs = truth.min(axis=1), truth.max(axis=1)
    usual = float(np.median(highs - lows))
    paths = CandlePaths(GOLD, 1)
    drawn = np.array(
        [
            paths.bids(_candle(minute, truth[minute, 0], highs[minute], lows[minute], truth[minute, -1]), usual / 100)
            for minute in range(len(truth))
        ]
    )
    gained = _trailed(np.rint(drawn * 100), 0.8 * usual, 0.3 * usual) - _trailed(truth, 0.8 * usual, 0.3 * usual)
    error = gained.std() / len(gained) ** 0.5
    assert abs(gained.mean()) < 2.6 * error
    assert error < 0.01


def _candle(minute: int, opens: float, high: float, low: float, closes: float) -> Candle:
    return candle(minute, open=opens / 100, high=high / 100, low=low / 100, close=closes / 100)


def _trailed(bids: np.ndarray, risk: float, behind: float) -> np.ndarray:
    """R of buying at every open, with a stop, and half the risk later one that trails, until the minute ends."""
    moves = bids - bids[:, :1]
    best = np.maximum.accumulate(moves, axis=1)
    stops = np.where(best >= 0.5 * risk, best - behind, -risk)
    stops = np.maximum.accumulate(stops, axis=1)
    is_out = moves[:, 1:] <= stops[:, :-1]
    ends = np.where(is_out.any(axis=1), is_out.argmax(axis=1) + 1, bids.shape[1] - 1)
    result: np.ndarray = moves[np.arange(len(bids)), ends] / risk
    return result
