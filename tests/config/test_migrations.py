"""Files of every older version are read as if they had been written today; one of a newer version is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from config.alerts import AlertRule
from config.desk import InterfaceSettings
from config.faults import FaultyConfiguration
from config.loader import export_settings, load_settings, parse_settings, save_settings, shipped_settings
from config.migrations import MIGRATIONS, NEWEST, VERSION_KEY
from config.presets import PresetShelf
from config.settings import Settings
from engine.errors import InvalidConfiguration

OLD_NAMES = b'{"interface": {"one_gate_away_notice": false, "one_gate_away_sound": true, "sounds": false}}'


# -- versions -----------------------------------------------------------------------------------------------------


def test_that_every_written_file_states_its_version(tmp_path: Path) -> None:
    shelf = PresetShelf(tmp_path / "presets")
    save_settings(shipped_settings(), tmp_path / "saved.json")
    export_settings(shipped_settings(), tmp_path / "exported.json")
    shelf.save("mine", shipped_settings())
    for file in (tmp_path / "saved.json", tmp_path / "exported.json", tmp_path / "presets" / "mine.json"):
        assert json.loads(file.read_text(encoding="utf-8"))[VERSION_KEY] == NEWEST
        assert load_settings(file) == shipped_settings()
    assert shelf.laid_over(shipped_settings(), "mine") == shipped_settings()


def test_that_the_version_is_no_setting() -> None:
    assert VERSION_KEY not in Settings.model_fields


@pytest.mark.parametrize("version", range(1, NEWEST + 1))
def test_that_a_file_of_any_version_is_read(version: int) -> None:
    said = {VERSION_KEY: version, "cooldown_seconds": 45}
    assert parse_settings(json.dumps(said).encode(), "mine.json").cooldown_seconds == 45


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS) + 1))
def test_that_names_of_today_count_in_a_file_of_any_version(version: int) -> None:
    plain = shipped_settings().model_copy(update={"interface": InterfaceSettings(theme="light")}).as_json()
    assert parse_settings(json.dumps({**plain, VERSION_KEY: version}).encode(), "mine.json").as_json() == plain
    assert parse_settings(json.dumps(plain).encode(), "by-hand.json").as_json() == plain


def test_that_a_file_of_a_newer_version_is_refused_for_that_alone() -> None:
    content = f'{{"version": {NEWEST + 1}, "of_tomorrow": 3, "enabled": "never"}}'.encode()
    with pytest.raises(FaultyConfiguration) as caught:
        parse_settings(content, "mine.json")
    assert str(caught.value) == (
        f"mine.json: version is {NEWEST + 1}: the file was written by a newer version of this program; "
        f"allowed is a whole number at least 1, at most {NEWEST}"
    )


@pytest.mark.parametrize("version", ['"2"', "true", "1.0", "0", "-1", "null", "[1]", "NaN"])
def test_that_a_version_is_a_whole_number(version: str) -> None:
    with pytest.raises(FaultyConfiguration, match=r"version is .*; allowed is a whole number at least 1, at most"):
        parse_settings(f'{{"version": {version}}}'.encode(), "mine.json")


def test_that_a_version_is_said_once() -> None:
    with pytest.raises(FaultyConfiguration, match="version occurs more than once"):
        parse_settings(b'{"version": 1, "version": 2}', "mine.json")


# -- from version 1: notices became alerts ------------------------------------------------------------------------


@pytest.mark.parametrize("content", [OLD_NAMES, OLD_NAMES.replace(b"{", b'{"version": 1, ', 1)])
def test_that_a_file_with_the_old_names_still_counts(content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    settings = parse_settings(content, "mine.json")
    assert settings.alerts.one_gate_away == AlertRule(toast=False, sound=True)
    assert settings.interface == InterfaceSettings(sounds=False)
    assert "mine.json: interface.one_gate_away_notice is called alerts.one_gate_away.toast now" in caplog.messages


def test_that_the_new_name_counts_where_both_are_there() -> None:
    both = b'{"interface": {"one_gate_away_sound": true}, "alerts": {"one_gate_away": {"sound": false}}}'
    assert not parse_settings(both, "mine.json").alerts.one_gate_away.sound


def test_that_a_file_that_is_saved_again_has_the_new_names(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    save_settings(parse_settings(OLD_NAMES, "mine.json"), file)
    said = json.loads(file.read_text(encoding="utf-8"))
    assert said["interface"] == {"sounds": False}
    assert said["alerts"] == {"one_gate_away": {"toast": False, "sound": True}}


def test_that_a_file_of_today_knows_no_old_names() -> None:
    content = OLD_NAMES.replace(b"{", b'{"version": 2, ', 1)
    with pytest.raises(FaultyConfiguration, match=r"interface\.one_gate_away_notice is not a setting"):
        parse_settings(content, "mine.json")


@pytest.mark.parametrize("alerts", ["5", '{"one_gate_away": 5}', "[]"])
def test_that_a_wrong_group_is_reported_even_beside_an_old_name(alerts: str) -> None:
    text = f'{{"interface": {{"one_gate_away_sound": true}}, "alerts": {alerts}}}'
    with pytest.raises(InvalidConfiguration, match="alerts"):
        parse_settings(text.encode(), "mine.json")


@pytest.mark.parametrize("interface", ["5", "null", "[]"])
def test_that_a_wrong_group_is_reported_where_old_names_were(interface: str) -> None:
    with pytest.raises(InvalidConfiguration, match=r"interface is .*; allowed is a group of settings in braces"):
        parse_settings(f'{{"interface": {interface}}}'.encode(), "mine.json")
