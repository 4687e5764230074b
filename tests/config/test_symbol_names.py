"""Facts about the names that brokers give to gold and bitcoin, and about those that mean something else."""

from __future__ import annotations

from typing import Any

import pytest

from config.limits import limits_in, relaxed
from config.settings import Settings, SymbolRules
from config.symbol_names import meaning_of, means, pair_in
from engine.market.instruments import instrument_for

GOLD_NAMES = (
    "XAUUSD", "XAUUSDm", "XAUUSD.", "xauusd", "GOLD", "GOLD#", "GOLDm#", "GOLDmicro", "gold", "#XAUUSD", "mXAUUSD",
    "XAU/USD", "XAU_USD", "frxXAUUSD", "GOLDUSD",
)  # fmt: skip
BITCOIN_NAMES = (
    "BTCUSD", "BTCUSDm", "#BTCUSD", "CRYPTO.BTCUSD", "BITCOIN", "Bitcoin", "mBTCUSD", "BTC", "XBTUSD", "cryBTCUSD",
    "BTC/USD", "BTCUSDT",
)  # fmt: skip


@pytest.mark.parametrize("symbol", GOLD_NAMES)
def test_that_gold_is_judged_by_its_rules_under_every_name_of_a_broker(symbol: str) -> None:
    settings, gold = Settings(), instrument_for(symbol)
    assert settings.rules_for(gold.symbol, gold.stands_for) is settings.xauusd_rules
    assert gold.day_roll == "new_york_17"


@pytest.mark.parametrize("symbol", BITCOIN_NAMES)
def test_that_bitcoin_has_its_rules_and_its_day_under_every_name_of_a_broker(symbol: str) -> None:
    settings, bitcoin = Settings(), instrument_for(symbol)
    assert settings.rules_for(bitcoin.symbol, bitcoin.stands_for) is settings.btcusd_rules
    assert bitcoin.day_roll == "utc_midnight"


@pytest.mark.parametrize(
    "symbol",
    ["XAUEUR", "GOLDEUR", "BTCEUR", "WBTCUSD", "BITCOINCASH", "Bitcoin Cash", "Gold Fields", "GOLDMAN", "XAUT"],
)
def test_that_what_is_like_gold_or_bitcoin_and_is_not_has_no_rules_of_theirs(symbol: str) -> None:
    assert Settings().rules_for(symbol, meaning_of(symbol)) is None


@pytest.mark.parametrize(
    ("found", "meaning"),
    [
        ({"path": "Stocks\\NYSE\\GOLD"}, ""),
        ({"is_share": True}, ""),
        ({"base": "XAG", "profit": "USD"}, ""),
        ({"base": "USD", "profit": "EUR"}, "XAUEUR"),
        ({"base": "XAU", "profit": "USC"}, "XAUUSD"),
    ],
)
def test_that_the_brokers_own_fields_count_as_well_as_the_name(found: dict[str, Any], meaning: str) -> None:
    assert meaning_of("GOLD", **found) == meaning


def test_that_a_currency_pair_in_a_folder_of_shares_is_not_a_share() -> None:
    assert meaning_of("XAUUSD", path="Equity CFDs\\Metals\\XAUUSD") == "XAUUSD"


def test_that_the_brokers_currency_shows_gold_under_a_name_that_says_nothing() -> None:
    assert meaning_of("METAL-1", base="XAU", profit="USD") == "XAUUSD"
    assert meaning_of("XAUG", base="XAU", profit="USD") == ""


def test_that_a_pair_of_currencies_is_found_behind_a_prefix() -> None:
    assert pair_in("mEURUSD.r") == ("EUR", "USD")
    assert pair_in("US30") is None


def test_that_a_users_rules_for_the_brokers_own_name_come_first() -> None:
    special = SymbolRules(sl_range=(0.6, 1.1))
    assert Settings.model_validate({"gold_rules": special}).rules_for("GOLD", "XAUUSD") is special


def test_that_rules_for_another_name_of_gold_are_no_way_around_the_wait() -> None:
    in_force = limits_in(Settings())
    loose = SymbolRules.model_validate({"pre_trade_filters": {"spread": {"max_spread": 5.0}}})
    wanted = Settings.model_validate({"gold_rules": loose})
    assert relaxed(in_force, wanted) == {"gold_rules.pre_trade_filters.spread.max_spread": 5.0}


def test_that_automatic_trading_and_silence_name_what_a_symbol_stands_for() -> None:
    settings = Settings.model_validate(
        {"execution": {"auto_symbols": ["xauusd"]}, "alerts": {"setup": {"silent_symbols": ["XAUUSD"]}}}
    )
    assert settings.is_auto("GOLD#", "XAUUSD")
    assert settings.alerts.setup.is_silent_for("GOLD#", "XAUUSD")
    assert not settings.is_auto("GOLD#")


def test_that_a_name_in_the_settings_means_the_symbol_of_the_same_pair() -> None:
    assert means("XAUUSDc", "GOLD#", "XAUUSD")
    assert means("BTCUSDc", "BTCUSDT", "BTCUSD")
    assert means("us30.cash", "US30.cash", "")
    assert not means("XAUEUR", "GOLD#", "XAUUSD")
    assert means("EURUSDc", "EURUSDm", "")
    assert not means("US500", "US30", "")
