"""A configuration is read strictly, its faults are described in words, and it is written whole or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from config import loader
from config.desk import InterfaceSettings
from config.faults import FaultyConfiguration
from config.loader import (
    UnsavedConfiguration,
    load_settings,
    parse_settings,
    save_settings,
    settings_hash,
    shipped_settings,
    user_file,
)
from config.migrations import NEWEST
from config.presets import PresetShelf
from config.settings import Settings
from engine.errors import InvalidConfiguration

ORIGINAL_STRATEGY = """
{"enabled": true, "symbols": ["BTCUSDc", "XAUUSDc"], "check_interval_seconds": 10, "cooldown_seconds": 30,
 "xauusd_rules": {"sl_range": [0.50, 1.20], "tp_range": [1.00, 2.50],
   "pre_trade_filters": {"volatility": {"atr1_min": 0.5, "m1_range_avg_min": 0.8}, "spread": {"max_spread": 0.25}}},
 "btcusd_rules": {"sl_range": [5.0, 10.0], "tp_range": [10.0, 25.0],
   "pre_trade_filters": {"volatility": {"atr1_min": 10.0, "m1_range_avg_min": 15.0}, "spread": {"max_spread": 15.0}}}}
"""

EURUSD: dict[str, Any] = {
    "sl_range": [0.0004, 0.0008],
    "tp_range": [0.0008, 0.0016],
    "pre_trade_filters": {
        "volatility": {"atr1_min": 0.0001, "m1_range_avg_min": 0.0001},
        "spread": {"max_spread": 0.0002},
    },
}


def parsed(said: object) -> Settings:
    return parse_settings(json.dumps(said).encode(), "my.json")


def faults(content: bytes) -> list[str]:
    with pytest.raises(FaultyConfiguration) as caught:
        parse_settings(content, "my.json")
    assert isinstance(caught.value, InvalidConfiguration)
    assert str(caught.value) == "\n".join(map(str, caught.value.faults))
    return [str(fault) for fault in caught.value.faults]


def faults_in(said: object) -> list[str]:
    return faults(json.dumps(said).encode())


@pytest.fixture
def own_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A per-user directory that does not exist yet."""
    directory = tmp_path / "config" / "microscalp"
    monkeypatch.setattr(loader, "user_config_path", lambda *_, **__: directory)
    return directory


# -- what is read -------------------------------------------------------------------------------------------------


def test_that_a_file_of_the_original_strategy_loads_as_it_is() -> None:
    assert parse_settings(ORIGINAL_STRATEGY.encode(), "my.json") == shipped_settings()


def test_that_what_a_file_does_not_say_keeps_its_default() -> None:
    settings = parsed({"btcusd_rules": {"pre_trade_filters": {"spread": {"max_spread": 20.0}}}})
    assert settings.btcusd_rules.pre_trade_filters.spread.max_spread == 20.0
    assert settings.btcusd_rules.pre_trade_filters.volatility.atr1_min == 10.0
    assert settings.btcusd_rules.vwap.tolerance_type == "atr_adjusted"
    assert settings.xauusd_rules == shipped_settings().xauusd_rules


def test_that_one_hour_of_a_session_can_be_moved() -> None:
    assert parsed({"sessions": {"asia": {"opens": "08:00"}}}).sessions.asia.zone == "Asia/Tokyo"


def test_that_rules_of_another_symbol_can_be_added() -> None:
    rules = parsed({"EURUSD_rules": EURUSD}).rules_for("EURUSDm")
    assert rules is not None
    assert rules.sl_range == (0.0004, 0.0008)


def test_that_rules_of_another_symbol_must_state_their_prices() -> None:
    found = faults_in({"eurusd_rules": {"sl_range": [0.0004, 0.0008]}})
    assert [fault.split()[1] for fault in found] == [
        "eurusd_rules.pre_trade_filters.volatility.atr1_min",
        "eurusd_rules.pre_trade_filters.volatility.m1_range_avg_min",
        "eurusd_rules.pre_trade_filters.spread.max_spread",
        "eurusd_rules.tp_range",
    ]


def test_that_a_key_of_rules_is_found_in_any_case() -> None:
    assert parsed({"XAUUSD_rules": {"reward_ratio": 3.0}}).xauusd_rules.reward_ratio == 3.0


def test_that_a_mark_before_utf8_text_does_no_harm() -> None:
    assert parse_settings(b"\xef\xbb\xbf{}", "my.json") == shipped_settings()


def test_that_the_users_own_file_is_read(own_directory: Path) -> None:
    assert load_settings() == shipped_settings()
    own_directory.mkdir(parents=True)
    user_file().write_text('{"cooldown_seconds": 45}')
    assert load_settings().cooldown_seconds == 45


# -- what is refused ----------------------------------------------------------------------------------------------

WRONG: list[tuple[object, str]] = [
    ({"xauusd_rules": {"vwap": {"tolerance": "0.5"}}}, 'xauusd_rules.vwap.tolerance is "0.5"; allowed is a number'),
    ({"cooldown_seconds": True}, "cooldown_seconds is true; allowed is a whole number at least 0, at most 86400"),
    ({"enabled": 1}, "enabled is 1; allowed is true or false"),
    ({"check_interval_seconds": 1.5}, "check_interval_seconds is 1.5; allowed is a whole number"),
    ({"check_interval_seconds": 0}, "check_interval_seconds is 0; allowed is a whole number at least 1, at most 300"),
    ({"xauusd_rules": {"stop_mode": "pips"}}, 'stop_mode is "pips"; allowed is one of "price", "atr"'),
    ({"xauusd_rules": {"sl_range": [1.2, 0.5]}}, "sl_range 1.2 comes before 0.5; allowed is the lower number first"),
    ({"xauusd_rules": {"sl_range": [0.5]}}, "sl_range.1 is missing; allowed is a list of 2 numbers"),
    ({"xauusd_rules": {"sl_range": 0.5}}, "sl_range is 0.5; allowed is a list of 2 numbers"),
    ({"xauusd_rules": {"sl_range": [0.5, "1"]}}, 'sl_range.1 is "1"; allowed is a list of 2 numbers'),
    ({"xauusd_rules": {"sl_range": {"0": 1}}}, 'sl_range is {"0": 1}; allowed is a list of 2 numbers'),
    ({"xauusd_rules": 3}, "xauusd_rules is 3; allowed is a group of settings in braces"),
    ({"symbols": "XAUUSD"}, 'symbols is "XAUUSD"; allowed is a list of texts'),
    ({"symbols": [""]}, 'symbols.0 is ""; allowed is a list of texts'),
    ({"execution": {"time_stop_minutes": -1}}, "allowed is a number above 0, at most 1440 or null"),
    ({"sessions": {"asia": {"opens": "8:00"}}}, 'opens is "8:00"; allowed is a text such as 08:30'),
    ({"sessions": {"asia": {"zone": "Mars"}}}, "'Mars' is not a time zone; allowed are IANA names"),
    ({"enabeld": True}, "enabeld is not a setting; did you mean enabled?"),
    ({"xauusd_rules": {"vwap": {"tolerence": 1}}}, "xauusd_rules.vwap.tolerence is not a setting; did you mean"),
    ({"xauusd_rules": {"zzz": 1}}, "xauusd_rules.zzz is not a setting; allowed are pre_trade_filters, "),
    ({"xausd_rules": {}}, "xausd_rules.sl_range is missing; it is in prices of this symbol"),
    ({"xausd_rules": {}}, "did you mean xauusd_rules?"),
    ({"xag rules_rules": {}}, "xag rules_rules is not a setting"),
    ({"interface": {"theme": "x" * 500}}, "xxx ...; allowed is one of"),
    ([], "is not a group of settings; allowed is one object in braces"),
    (None, "is not a group of settings"),
]


@pytest.mark.parametrize(("said", "message"), WRONG)
def test_that_a_wrong_value_is_reported_with_file_key_value_and_what_is_allowed(said: object, message: str) -> None:
    found = faults_in(said)
    assert any(message in fault for fault in found)
    assert all(fault.startswith("my.json: ") for fault in found)


BROKEN: list[tuple[bytes, str]] = [
    (b"", "line 1, column 1: is not JSON"),
    (b'{\n"enabled": ,\n}', "line 2, column 12: is not JSON"),
    (b'{"enabled": true', "is not JSON"),
    (b'{"enabled": true} {}', "is not JSON: Extra data"),
    (b'{"enabled": true, "enabled": false}', "enabled occurs more than once; allowed is once"),
    (b'{"xauusd_rules": {"vwap": {"tolerance": 0.001, "tolerance": 0.002}}}', "xauusd_rules.vwap.tolerance occurs"),
    (b'{"xauusd_rules": {}, "XAUUSD_rules": {}}', "xauusd_rules occurs more than once"),
    (b'{"feeds": {"speed": NaN}}', "feeds.speed is NaN; allowed is a number"),
    (b'{"xauusd_rules": {"sl_range": [0.5, Infinity]}}', "xauusd_rules.sl_range.1 is Infinity"),
    (b'{"feeds": {"speed": 1e999}}', "feeds.speed is Infinity"),
    (b'{"feeds": {"speed": ' + b"9" * 400 + b"}}", "feeds.speed is 999"),
    (b'{"feeds": {"demo_seed": ' + b"9" * 5000 + b"}}", "is not usable JSON"),
    (b'{"enabled": \xff}', "line 1: is not UTF-8 text (byte 0xff)"),
    ('{"enabled": true}'.encode("utf-16"), "is not UTF-8 text"),
    (b'{"a":' * 400 + b"1" + b"}" * 400, "is nested too deeply"),
    (b"[" * 200_000, "is nested too deeply"),
    (b" " * 1_000_001, "is too large; allowed are 1,000,000 bytes"),
    (b'{"symbols": ["\\ud800"]}', 'symbols.0 is "\\ud800"'),
    (b'{"\\ud800_rules": {}}', "is not a setting"),
]


@pytest.mark.parametrize(("content", "message"), BROKEN, ids=range(len(BROKEN)))
def test_that_a_damaged_file_is_refused_in_words(content: bytes, message: str) -> None:
    found = faults(content)
    assert any(message in fault for fault in found)
    assert "\n".join(found).encode("utf-8")


def test_that_all_faults_are_reported_at_once() -> None:
    found = faults(b'{"enabeld": 1, "cooldown_seconds": "x", "xauusd_rules": {"reward_ratio": -1, "reward_ratio": 0}}')
    assert len(found) == 4


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_that_a_file_that_cannot_be_read_is_reported_by_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(FaultyConfiguration, match=r"does not exist|cannot be read"):
        load_settings(tmp_path / name)


# -- what is written ----------------------------------------------------------------------------------------------


def quiet() -> Settings:
    return shipped_settings().model_copy(update={"interface": InterfaceSettings(sounds=False)})


def test_that_only_what_differs_from_the_defaults_is_written(own_directory: Path) -> None:
    save_settings(quiet())
    assert json.loads(user_file().read_text()) == {"version": NEWEST, "interface": {"sounds": False}}
    assert load_settings() == quiet()
    assert [file.name for file in own_directory.iterdir()] == [user_file().name]


def test_that_saving_the_defaults_again_forgets_the_changes(own_directory: Path) -> None:
    save_settings(quiet())
    save_settings(shipped_settings())
    assert load_settings() == shipped_settings()
    assert own_directory.is_dir()


def test_that_a_failed_write_leaves_the_old_file_and_nothing_else(
    own_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_settings(quiet())

    def full_disk(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(UnsavedConfiguration, match="No space left on device"):
        save_settings(shipped_settings())
    assert load_settings() == quiet()
    assert [file.name for file in own_directory.iterdir()] == [user_file().name]


def test_that_settings_cannot_be_written_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnsavedConfiguration):
        save_settings(quiet(), tmp_path / "file" / "settings.json")


# -- presets and identity -----------------------------------------------------------------------------------------


def test_that_the_atr_preset_moves_stops_and_nothing_else() -> None:
    shelf = PresetShelf(None)
    assert shelf.shipped == ("atr_scaled",)
    settings = shelf.laid_over(quiet(), "atr_scaled")
    own = {"stop_mode", "sl_range", "tp_range"}
    for rules, before in (
        (settings.xauusd_rules, quiet().xauusd_rules),
        (settings.btcusd_rules, quiet().btcusd_rules),
    ):
        assert rules.stop_mode == "atr"
        assert rules.model_dump(exclude=own) == before.model_dump(exclude=own)
    assert settings.interface == quiet().interface


def test_that_an_unknown_preset_is_reported_with_those_there_are() -> None:
    with pytest.raises(FaultyConfiguration, match="aggressive is no preset; allowed are atr_scaled"):
        PresetShelf(None).laid_over(shipped_settings(), "aggressive")


def test_that_equal_settings_have_the_same_hash_and_others_another() -> None:
    assert settings_hash(Settings()) == settings_hash(shipped_settings())
    assert len(settings_hash(Settings())) == 16
    assert settings_hash(quiet()) != settings_hash(shipped_settings())
    assert settings_hash(Settings.model_validate({"eur_rules": {}})) != settings_hash(Settings())
