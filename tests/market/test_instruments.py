from __future__ import annotations

import pytest

from engine.domain.market import DayRoll
from engine.market.instruments import instrument_for


@pytest.mark.parametrize(
    ("symbol", "digits"),
    [
        ("XAUUSD", 2),
        ("XAUUSDc", 2),
        ("XAGUSD", 3),
        ("EURUSD", 5),
        ("USDJPYm", 3),
        ("gbpjpy", 3),
        ("BTCUSDT", 2),
        ("XRPUSD", 5),
        ("US30", 2),
    ],
)
def test_that_the_prefix_of_a_symbol_shows_its_decimals(symbol: str, digits: int) -> None:
    instrument = instrument_for(symbol)
    assert (instrument.symbol, instrument.digits) == (symbol, digits)
    assert instrument.tick_size == float(f"0.{'0' * (digits - 1)}1")


@pytest.mark.parametrize("symbol", ["BTCUSD", "btcusdc", "BTCUSDT", "ETHUSD", "SOLUSDT", "DOTUSD"])
def test_that_crypto_days_roll_at_midnight_utc(symbol: str) -> None:
    assert instrument_for(symbol).day_roll is DayRoll.UTC_MIDNIGHT


@pytest.mark.parametrize("symbol", ["XAUUSD.", "XAGUSD", "EURUSD", "US30", "UNILEVER"])
def test_that_all_other_days_roll_with_new_york(symbol: str) -> None:
    assert instrument_for(symbol).day_roll is DayRoll.NEW_YORK_17
