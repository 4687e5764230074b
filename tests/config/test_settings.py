"""Every setting is declared once, described, bounded, and checked against its neighbours."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from config.conditions import CandleSignals, ConfluenceScoring, LocationFilter, VolatilityFilter
from config.fields import EVERYTHING, Kind
from config.health import HealthSettings
from config.indicators import SessionHours
from config.loader import shipped_settings
from config.section import Section
from config.settings import BITCOIN_RULES, Settings, SymbolRules
from config.trading import RiskMitigation

FIELDS = {field.key: field for field in EVERYTHING.everything() if field.key}


@pytest.mark.parametrize("path", FIELDS)
def test_that_every_setting_has_a_title_and_one_sentence_of_help(path: str) -> None:
    assert FIELDS[path].title
    assert FIELDS[path].about.endswith(".")


@pytest.mark.parametrize("path", [path for path, field in FIELDS.items() if field.kind in (Kind.WHOLE, Kind.NUMBER)])
def test_that_every_number_is_bounded_on_both_sides(path: str) -> None:
    assert FIELDS[path].bounds.keys() & {"ge", "gt"}
    assert FIELDS[path].bounds.keys() & {"le", "lt"}


def test_that_settings_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValidationError):
        shipped_settings().xauusd_rules.sl_range = (1.0, 2.0)


# -- defaults -----------------------------------------------------------------------------------------------------


def test_that_the_shipped_file_says_what_the_declared_defaults_are() -> None:
    assert shipped_settings() == Settings()


def test_that_gold_and_bitcoin_have_the_numbers_of_the_strategy() -> None:
    gold, bitcoin = shipped_settings().xauusd_rules, shipped_settings().btcusd_rules
    assert (gold.sl_range, gold.tp_range, gold.stop_mode) == ((0.5, 1.2), (1.0, 2.5), "price")
    assert (bitcoin.sl_range, bitcoin.tp_range) == ((5.0, 10.0), (10.0, 25.0))
    assert gold.vwap.tolerance_type == "fixed"
    assert (bitcoin.vwap.tolerance_type, bitcoin.vwap.atr_multiplier) == ("atr_adjusted", 0.15)
    assert bitcoin.pre_trade_filters.spread.max_spread == 15.0


def test_that_nothing_trades_without_approval_by_default() -> None:
    settings = shipped_settings()
    assert not settings.is_auto("XAUUSD")
    assert not settings.execution.remember_auto


# -- rules of a symbol --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("symbol", ["XAUUSD", "XAUUSDc", "XAUUSDm", "XAUUSD.", "xauusd.raw"])
def test_that_a_broker_symbol_belongs_to_the_rules_it_starts_with(symbol: str) -> None:
    assert shipped_settings().rules_for(symbol) is shipped_settings().xauusd_rules


@pytest.mark.parametrize("symbol", ["EURUSD", "XAU", "", "cXAUUSD"])
def test_that_a_symbol_without_rules_is_watched_without_trading(symbol: str) -> None:
    assert shipped_settings().rules_for(symbol) is None


def test_that_the_longest_fitting_rules_count() -> None:
    special = SymbolRules(sl_range=(0.6, 1.1))
    settings = Settings.model_validate({"xau_rules": SymbolRules(sl_range=(0.7, 1.0)), "xauusdm_rules": special})
    assert settings.rules_for("XAUUSDm") is special
    assert settings.rules_for("XAUUSD") is settings.xauusd_rules
    assert settings.rules_for("XAUEUR") is settings.rules["xau"]


def test_that_a_symbol_can_be_automatic_by_its_beginning() -> None:
    settings = Settings.model_validate({"execution": {"auto_symbols": ["xauusd"]}})
    assert settings.is_auto("XAUUSDc")
    assert not settings.is_auto("BTCUSDc")


def test_that_settings_take_no_further_key_but_rules() -> None:
    for key in ("sounds", "XAG_rules"):
        with pytest.raises(ValidationError, match="is not a setting"):
            Settings.model_validate({key: SymbolRules()})


# -- neighbours ---------------------------------------------------------------------------------------------------

CONTRADICTIONS: list[tuple[type[Section], dict[str, Any], str]] = [
    (SymbolRules, {"sl_range": (1.2, 0.5)}, "the lower number first"),
    (SymbolRules, {"tp_range": (0.4, 2.5)}, "targets at least as far as stops"),
    (SymbolRules, {"tp_range": (0.5, 1.1)}, "targets at least as far as stops"),
    (SymbolRules, {"micro_ob_atr_min": 0.4}, "micro_ob_atr_min 0.4 is above micro_ob_atr_max 0.3"),
    (SymbolRules, {"micro_ob_pct_min": 0.01}, "micro_ob_pct_min 0.01 is above micro_ob_pct_max 0.0005"),
    (VolatilityFilter, {"dynamic_low_ratio": 2.0}, "dynamic_low_ratio 2 is above dynamic_high_ratio 1.5"),
    (CandleSignals, {"cvd_divergence": False, "min_secondary": 5}, "only 4 of"),
    (CandleSignals, {"min_primary": 4, "long_wick_trap": False}, "only 3 of"),
    (ConfluenceScoring, {"min_score": 7.5}, "min_score 7.5 is above a_plus_score 7"),
    (ConfluenceScoring, {"max_score": 6.0}, "a_plus_score 7 is above max_score 6"),
    (ConfluenceScoring, {"more_edges_points": 0.5}, "one_edge_points 1 is above more_edges_points 0.5"),
    (
        ConfluenceScoring,
        {"min_score": 20.0, "a_plus_score": 20.0, "max_score": 20.0},
        "min_score 20 cannot be reached; allowed is at most 8.4",
    ),
    (RiskMitigation, {"max_positions_per_symbol": 4}, "max_positions_per_symbol 4 is above max_positions 3"),
    (RiskMitigation, {"max_trades_per_hour": 50}, "max_trades_per_hour 50 is above max_trades_per_day 40"),
    (SessionHours, {"zone": "UTC", "opens": "08:00", "closes": "08:00"}, "cannot open and close"),
    (SessionHours, {"zone": "Mars/Base", "opens": "08:00", "closes": "09:00"}, "is not a time zone"),
]


@pytest.mark.parametrize(("section", "values", "message"), CONTRADICTIONS)
def test_that_settings_which_contradict_each_other_are_refused(
    section: type[Section], values: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        section(**values)


def test_that_a_strategy_without_any_edge_is_refused() -> None:
    edges = ("vwap_band", "prior_session", "intraday_range", "ob_zone", "liquidity_cluster")
    with pytest.raises(ValidationError, match="every key level is switched off"):
        LocationFilter(**dict.fromkeys(edges, False))


def test_that_both_contradictions_of_one_group_are_reported() -> None:
    with pytest.raises(ValidationError, match=r"micro_ob_atr_min.*tp_range"):
        SymbolRules(micro_ob_atr_min=0.4, tp_range=(0.4, 2.5))


def test_that_bitcoins_rules_are_golds_but_for_its_prices() -> None:
    own = {"pre_trade_filters", "sl_range", "tp_range", "vwap"}
    assert BITCOIN_RULES.model_dump(exclude=own) == SymbolRules().model_dump(exclude=own)


def test_that_every_doubtful_vital_is_below_the_bad_one() -> None:
    doubtful = [name for name in HealthSettings.model_fields if "_warn_" in name]
    assert HealthSettings.ascending == tuple((name, name.replace("_warn_", "_bad_")) for name in doubtful)
