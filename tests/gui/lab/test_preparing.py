"""What the user asks of a study: bad input is refused field by field, good input becomes a command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from config.loader import export_settings
from config.presets import PresetShelf
from config.settings import Settings
from gui.features.lab.model.preparing import RefusedRequest, ready, recordings_in
from gui.features.lab.model.request import Searched, SettingsChoice, StudyRequest, arguments, for_form
from tests.gui.desks_story import gold_rows

SHELF = PresetShelf(None)


def refused(**asked: Any) -> dict[str, str]:
    with pytest.raises(RefusedRequest) as found:
        ready(StudyRequest(**asked), Settings(), SHELF)
    return found.value.faults


@pytest.fixture
def gold(tmp_path: Path) -> str:
    return str(gold_rows(tmp_path / "XAUUSD.csv", 10))


def test_that_every_fault_is_said_beside_its_field(tmp_path: Path) -> None:
    gone = SettingsChoice("file", str(tmp_path / "gone.json"))
    faults = refused(kind="sweep", clock="half past", settings=gone)
    assert set(faults) == {"files", "clock", "space", "settings"}
    assert faults["files"] == "Add at least one recording."
    assert faults["clock"].startswith("'half past' is not a clock; allowed are ")
    assert faults["settings"].endswith("gone.json: does not exist")


def test_that_a_recording_that_was_moved_is_named(gold: str) -> None:
    assert refused(kind="evidence", files=(gold, "/gone.csv")) == {"files": "/gone.csv does not exist."}


def test_that_a_recording_that_does_not_say_its_symbol_is_asked_for_it_beside_the_field(tmp_path: Path) -> None:
    unnamed = str(gold_rows(tmp_path / "rates.csv", 10))
    assert refused(kind="evidence", files=(unnamed,)) == {
        "symbol": "rates.csv does not state its symbol: enter it here, such as XAUUSD."
    }
    ready(StudyRequest(kind="evidence", files=(unnamed,), symbol="XAUUSD"), Settings(), SHELF)


def test_that_a_market_without_an_edge_exists_for_gold_and_bitcoin_only() -> None:
    assert "EURUSD" in refused(kind="null", symbol="EURUSD", days=1)["symbol"]


def test_that_a_drift_since_no_day_is_refused_and_one_since_a_day_is_asked_for(gold: str, tmp_path: Path) -> None:
    assert list(refused(kind="drift", files=(gold,), since="yesterday")) == ["since"]
    asked = StudyRequest(kind="drift", files=(gold,), since="2026-03-02")
    ready(asked, Settings(), SHELF)
    assert "--since=2026-03-02" in arguments(asked, tmp_path, tmp_path / "settings.json", None)


def test_that_a_comparison_with_the_same_settings_is_refused(gold: str) -> None:
    assert "other" in refused(kind="diff", files=(gold,), other=SettingsChoice())


def test_that_a_heat_map_is_over_two_settings_that_are_searched(gold: str) -> None:
    rows = (Searched("cooldown_seconds", "1, 2"), Searched("execution.trailing", "on, off"))
    same, other = ("cooldown_seconds", "cooldown_seconds"), ("cooldown_seconds", "enabled")
    assert list(refused(kind="sweep", files=(gold,), searched=rows, heat=same)) == ["heat_y"]
    assert list(refused(kind="sweep", files=(gold,), searched=rows, heat=other)) == ["heat_x"]
    ready(StudyRequest(kind="sweep", files=(gold,), searched=rows, heat=(same[0], rows[1].key)), Settings(), SHELF)


def test_that_an_invalid_day_is_refused_beside_its_field(gold: str) -> None:
    other = SettingsChoice("preset", "atr_scaled")
    assert refused(kind="diff", files=(gold,), other=other, day="Monday") == {
        "day": "Monday is not a date such as 2026-03-02."
    }


def test_that_presets_and_files_are_laid_over_and_read(gold: str, tmp_path: Path) -> None:
    export_settings(Settings(), tmp_path / "mine.json")
    preset, file = SettingsChoice("preset", "atr_scaled"), SettingsChoice("file", str(tmp_path / "mine.json"))
    found = ready(StudyRequest(kind="diff", files=(gold,), settings=preset, other=file), Settings(), SHELF)
    assert found.settings == SHELF.laid_over(Settings(), "atr_scaled")
    assert found.other == Settings()


def test_that_the_command_line_has_what_the_kind_of_study_takes() -> None:
    rows = (Searched("a", "1, 2"), Searched("b", "3, 4"))
    request = StudyRequest(
        kind="sweep", files=("-a.csv",), symbol="XAUUSD", trials=64, tpe=20, searched=rows, heat=("b", "a"), workers=2,
        days=9, horizon=9, every_candle=True,
    )  # fmt: skip
    assert arguments(request, Path("data"), Path("c.json"), None, Path("s.json")) == (
        *("sweep", "--symbol=XAUUSD", "--seed=1", "--paths=1", "--trials=64", "--tpe=20", "--space=s.json"),
        *("--workers=2", "--data-dir=data", "--config=c.json", "--heat", "b", "a"),
        *("--json", "--progress=json", "--", "-a.csv"),
    )


def test_that_a_search_of_an_older_version_reads_its_own_file() -> None:
    request = StudyRequest(kind="walk", files=("a.csv",), trials=64, space="s.json")
    assert "--space=s.json" in arguments(request, Path("data"), Path("c.json"), None)


def test_that_a_comparison_names_two_files_of_settings() -> None:
    request = StudyRequest(kind="diff", files=("a.csv",), other=SettingsChoice("preset", "atr_scaled"))
    line = arguments(request, Path("data"), Path("a.json"), Path("b.json"))
    assert "--a=a.json" in line
    assert "--b=b.json" in line
    assert not any(word.startswith("--config") for word in line)


def test_that_a_folder_stands_for_the_recordings_in_it(tmp_path: Path) -> None:
    for name in ("b.csv", "a.parquet", "notes.md"):
        (tmp_path / name).write_text("")
    (tmp_path / "c.csv").mkdir()
    assert [Path(path).name for path in recordings_in([tmp_path, tmp_path / "b.csv"])] == ["a.parquet", "b.csv"]


def test_that_the_form_names_its_field_where_the_command_line_names_an_option() -> None:
    assert for_form("give the day with --since") == "give the day in the field Since"
