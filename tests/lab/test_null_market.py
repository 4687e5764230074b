"""Facts about the market without an edge."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from itertools import islice

import numpy as np
import pytest

from engine.domain.market import Candle, Minute, Quote
from engine.errors import DeskError
from engine.lab.null_market import NULL_SIZES, null_pair, null_walk
from engine.market.candles import CandleBuilder

WALK = null_walk("XAUUSD", 10_000, 5)


def test_that_the_walk_rises_as_often_and_as_far_as_it_falls() -> None:
    steps = np.diff(WALK.ticks.ravel()).astype(float)
    error = steps.std() / len(steps) ** 0.5
    assert abs(steps.mean()) < 3.0 * error
    assert abs((steps > 0).sum() - (steps < 0).sum()) < 3.0 * len(steps) ** 0.5
    by_minute = np.diff(WALK.ticks, axis=1).sum(axis=1).astype(float)
    assert abs(np.median(by_minute)) < 3.0 * 1.25 * by_minute.std() / len(by_minute) ** 0.5


def test_that_a_move_says_nothing_of_the_next_one() -> None:
    moves = np.diff(WALK.ticks[:, -1]).astype(float)
    shares = moves / np.abs(moves).mean()
    assert abs(np.corrcoef(np.sign(shares[1:]), np.sign(shares[:-1]))[0, 1]) < 0.03


def test_that_wild_minutes_follow_wild_ones() -> None:
    ranges = np.log(np.ptp(WALK.ticks, axis=1))
    assert np.corrcoef(ranges[1:], ranges[:-1])[0, 1] > 0.3
    assert np.corrcoef(ranges[30:], ranges[:-30])[0, 1] > 0.2


@pytest.mark.parametrize("symbol", NULL_SIZES)
def test_that_a_minute_is_as_large_as_the_symbol_s(symbol: str) -> None:
    pair = null_pair(symbol, 2)
    columns = pair.minutes.columns
    assert np.median(columns.high - columns.low) == pytest.approx(NULL_SIZES[symbol].minute_range, rel=0.35)


def test_that_a_seed_makes_one_walk_and_another_seed_another() -> None:
    again, other = null_walk("XAUUSD", 100, (5, 1)), null_walk("XAUUSD", 100, (5, 2))
    assert np.array_equal(null_walk("XAUUSD", 100, (5, 1)).ticks, again.ticks)
    assert not np.array_equal(again.ticks, other.ticks)


def test_that_the_minutes_are_the_candles_of_the_quotes() -> None:
    pair = null_pair("XAUUSD", 3)
    start = pair.starts_at
    builder, built = CandleBuilder("XAUUSD"), []
    for second, item in enumerate(islice(pair.quotes.items_from(start), 199 * 60 + 1)):
        assert isinstance(item, Quote)
        assert item.spread == 0.0
        assert item.at == start + timedelta(seconds=second)
        if (closed := builder.update(item)) is not None:
            built.append(closed)
    minutes = [item.candle for item in pair.minutes.items_from(start) if isinstance(item, Minute)]
    assert len(minutes) == 1440
    assert built == minutes[:199]
    assert list(pair.quotes.candles_before(start)) == list(pair.minutes.candles_before(start))


def test_that_both_markets_are_one_but_for_what_is_known_of_a_minute() -> None:
    pair = null_pair("XAUUSD", 3)
    assert pair.quotes.source.has_quotes
    assert not pair.minutes.source.has_quotes
    for field in fields(pair.quotes.columns):
        quotes, minutes = (getattr(market.columns, field.name) for market in (pair.quotes, pair.minutes))
        assert quotes is minutes or np.array_equal(quotes, minutes)
    last = list(pair.minutes.candles())[-1]
    assert isinstance(last, Candle)
    assert last.closed_at == pair.starts_at + timedelta(days=1)


def test_that_a_symbol_without_a_size_is_refused_by_name() -> None:
    with pytest.raises(DeskError, match="no null market of EURUSD: allowed are XAUUSD, BTCUSD"):
        null_pair("EURUSD", 1)
