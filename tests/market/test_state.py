"""The market now: one place that knows the newest quote and the last candle of each symbol."""

from __future__ import annotations

import pytest

from engine.market.state import MarketState
from tests.builders import candle, quote
from tests.conditions.markets import a_setup


def test_that_the_newest_quote_of_each_symbol_counts() -> None:
    market = MarketState()
    for new in (quote(1), quote(2, symbol="BTCUSD"), quote(3, bid=2001.0)):
        market.on_quote(new)
    assert market.quotes == {"XAUUSD": quote(3, bid=2001.0), "BTCUSD": quote(2, symbol="BTCUSD")}


def test_that_the_market_before_the_newest_quote_is_that_of_its_symbol() -> None:
    market = MarketState()
    market.on_quote(quote(1))
    assert market.before is None
    market.on_quote(quote(2, symbol="BTCUSD"))
    assert market.before is None
    market.on_quote(quote(3, bid=2001.0))
    assert market.before == quote(1)


def test_that_nothing_is_known_of_a_symbol_before_its_first_candle() -> None:
    market = MarketState()
    assert (market.atr1("XAUUSD"), market.spread_mean("XAUUSD")) == (None, None)
    assert not market.is_volume_low("XAUUSD")


def test_that_the_last_candle_of_a_symbol_counts() -> None:
    market = MarketState()
    market.on_candle(a_setup(candle=candle(0), atr1=0.4, spread_mean=0.3, spread_ratio=1.0))
    market.on_candle(a_setup(candle=candle(1), atr1=0.5, spread_mean=0.2, spread_ratio=None))
    assert market.atr1("XAUUSD") == 0.5
    assert market.spread_mean("XAUUSD") is None  # of too few samples


@pytest.mark.parametrize(
    ("volume", "mean", "is_low"), [(49.0, 100.0, True), (50.0, 100.0, False), (None, 100.0, False)]
)
def test_that_volume_is_low_below_half_its_mean(volume: float | None, mean: float, is_low: bool) -> None:
    market = MarketState()
    market.on_candle(a_setup(candle=candle(0, volume=volume), volume_mean_20=mean))
    assert market.is_volume_low("XAUUSD") is is_low
