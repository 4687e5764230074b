"""What a change would have done, asked in the settings dialog, with another program in the place of the study."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from config.changes import with_values
from config.settings import Settings
from gui.features.lab.model.shelf import StudyShelf
from gui.features.settings.model.change_effect import effect_of
from gui.features.settings.model.form import SettingsForm
from gui.features.settings.model.settings import SettingsModel
from gui.features.settings.model.what_if import WhatIfModel, WhatIfState
from gui.features.settings.view.what_if import RecordingChoice, WhatIfBar
from tests.fakes import source
from tests.gui.evidence.recording import record
from tests.gui.lab.samples import DIFF
from tests.gui.lab.window import PATIENCE_MS, as_study
from tests.gui.settings.settings_window import SPREAD

ANSWER = f"print(json.dumps({DIFF!r}))"
ENDLESS = "open('id', 'w').write(str(__import__('os').getpid()))\ntime.sleep(60)"


class Asked:
    """The bar of a dialog whose settings are edited."""

    def __init__(self, qtbot: QtBot, directory: Path) -> None:
        self.qtbot, self.directory = qtbot, directory
        self.settings = SettingsModel(Settings())
        self.form = SettingsForm(self.settings)
        self.model = WhatIfModel(self.form, self.settings, directory, {"XAUUSD": source()})
        self.bar = WhatIfBar(self.model)
        qtbot.addWidget(self.bar)

    def record(self) -> None:
        record(self.directory)

    def until(self, is_so: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(is_so()), timeout=PATIENCE_MS)

    def ask(self) -> None:
        self.bar.ask.click()
        self.until(lambda: self.model.state is not WhatIfState.RUNNING)


@pytest.fixture
def asked(qtbot: QtBot, tmp_path: Path) -> Iterator[Asked]:
    opened = Asked(qtbot, tmp_path)
    yield opened
    opened.model.close()


def test_that_a_change_is_compared_on_own_recordings_and_shown_in_the_lab(
    asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_study(tmp_path, monkeypatch, ANSWER)
    asked.record()
    assert not asked.bar.ask.isEnabled()
    asked.form.set(SPREAD, 0.4)
    asked.ask()
    assert asked.model.effect == effect_of(json.dumps(DIFF).encode())
    with asked.qtbot.waitSignal(asked.model.lab_wanted, timeout=PATIENCE_MS) as wanted:
        asked.bar.lab.click()
    (study,) = StudyShelf(tmp_path).listed()
    assert wanted.args == [study.key]
    asked.form.set(SPREAD, 0.5)
    assert asked.bar.words.text() == "The settings were edited after this comparison: run it again."


def test_that_an_answer_names_counts_first_checks_interval_and_what_it_stands_on() -> None:
    facts = dict(effect_of(json.dumps(DIFF).encode()).facts)
    assert facts["Setups"].endswith("1 same, 1 appeared, 0 vanished, 1 changed")
    assert "Spread 1" in facts["First check that differs"]
    assert "95 % interval" in facts["Change of R per day"]
    assert "n = " in facts["Change of R per day"]
    assert "candle paths, 8 paths, calibrated" in facts["Measured on"]


def test_that_nothing_runs_for_a_change_that_affects_no_trade_or_without_a_recording(
    asked: Asked,
) -> None:
    asked.form.set("interface.theme", "light")
    asked.ask()
    assert asked.bar.words.text() == "This change affects no trade of XAUUSD."
    asked.form.set(SPREAD, 0.4)
    asked.ask()
    assert asked.bar.words.text() == (
        "The desk has no recording of XAUUSD: record it (File, Record), or choose a file."
    )


def test_that_cancelling_ends_the_study_and_the_edited_settings_stay(
    asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_study(tmp_path, monkeypatch, ENDLESS)
    asked.bar.source.choose_file(str(tmp_path / "gold.csv"))
    asked.form.set(SPREAD, 0.4)
    asked.bar.ask.click()
    process = tmp_path / "id"
    asked.until(lambda: process.is_file() and process.read_text())
    asked.bar.cancel.click()
    assert asked.bar.words.text() == "Cancelled."
    asked.until(lambda: not psutil.pid_exists(int(process.read_text())))
    assert asked.form.settings == with_values(Settings(), {SPREAD: 0.4})


def test_that_a_damaged_result_is_one_sentence(asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_study(tmp_path, monkeypatch, "print('[[[')")
    asked.record()
    asked.form.set(SPREAD, 0.4)
    asked.ask()
    assert asked.bar.words.text().startswith("The result is damaged")


def test_that_the_name_of_a_chosen_recording_is_not_cut(qtbot: QtBot) -> None:
    choice = RecordingChoice()
    qtbot.addWidget(choice)
    before = choice.sizeHint().width()
    choice.choose_file("/recordings/XAUUSD_M1_202602160207_202602272357.csv")
    assert before < choice.sizeHint().width() <= choice.maximumWidth()
    assert choice.minimumWidth() < before
