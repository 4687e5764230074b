"""The lab's window, as a user goes through it."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from config.changes import with_values
from config.loader import export_settings, load_settings
from config.presets import PresetShelf
from config.settings import Settings
from gui.features.lab.model.request import SettingsChoice, StudyRequest
from gui.features.lab.model.shelf import RECORD, SETTINGS, StudyShelf
from gui.features.lab.model.study import Study, StudyState
from gui.features.lab.view.pictures.heat import HeatView
from gui.features.lab.view.preset_dialog import PresetDialog
from tests.gui.desks_story import gold_rows
from tests.gui.lab.samples import DIFF, NULL, SWEEP
from tests.gui.lab.window import OpenLab, as_study, keep, words_in

pytestmark = pytest.mark.long

REQUEST = StudyRequest(kind="null", symbol="XAUUSD", days=1)
AT_WORK = """print(json.dumps({"progress": {"done": 12, "total": 40, "left_s": 12.4, "what": "days"}}), file=sys.stderr)
sys.stderr.flush()
"""


@pytest.fixture
def lab(qtbot: QtBot, tmp_path: Path) -> Iterator[OpenLab]:
    opened = OpenLab(qtbot, tmp_path)
    yield opened
    opened.close()


def test_that_a_study_shows_its_progress_and_then_its_answer(
    lab: OpenLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = (
        f"while not {str(tmp_path / 'go')!r} in map(str, __import__('pathlib').Path({str(tmp_path)!r}).iterdir()): "
    )
    as_study(tmp_path, monkeypatch, f"{AT_WORK}{answer}time.sleep(0.01)\nprint('''{json.dumps(NULL)}''')")
    study = lab.begin(REQUEST)
    lab.until(lambda: "12 of 40 days, about 12 s left" in words_in(lab.window.state))
    assert lab.window.list.key == study.key
    (tmp_path / "go").write_text("")
    lab.until(lambda: lab.window.pages.currentWidget() is lab.window.answer)
    assert lab.study().state is StudyState.DONE
    assert "Undecided" in words_in(lab.window.answer)
    assert "45 trades on 1 day" in words_in(lab.window.answer)
    assert StudyShelf(tmp_path).listed() == [lab.study()]


def test_that_a_real_study_of_a_recording_shows_what_the_command_line_finds(
    lab: OpenLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    gold = gold_rows(tmp_path / "XAUUSD.csv", 400)
    lab.begin(StudyRequest(kind="evidence", files=(str(gold),)))
    lab.until(lambda: lab.window.pages.currentWidget() is lab.window.answer)
    words = words_in(lab.window.answer)
    assert "Unproven" in words
    assert "Nothing is proven yet: these settings were not adopted" in words
    details = [tab.title for tab in lab.window.answer.page.tabs] if lab.window.answer.page else []
    assert details == ["Overview", "Session", "Score", "Signal", "Exit", "Days", "Details"]
    assert (tmp_path / "lab").is_dir()


def test_that_a_real_study_is_cancelled_within_half_a_second(lab: OpenLab) -> None:
    study = lab.begin(null_of(1_000))
    lab.until(lambda: lab.studies.process_id)
    process = psutil.Process(lab.studies.process_id)
    lab.until(lambda: process.children() or process.cpu_times().user > 0.3)
    began = process.children(recursive=True)
    clicked_s = time.monotonic()
    lab.window.actions_of.cancel.trigger()
    assert lab.studies.studies[study.key].state is StudyState.CANCELLED
    lab.until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)
    assert time.monotonic() - clicked_s < 0.5
    lab.until(lambda: not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in began))
    assert "run it again to go on" in words_in(lab.window.state)


def null_of(days: int) -> StudyRequest:
    return StudyRequest(kind="null", symbol="XAUUSD", days=days)


def test_that_a_study_that_fails_says_why_in_its_own_words(
    lab: OpenLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "XAUUSD.csv, line 12: the high is below the low"
    as_study(tmp_path, monkeypatch, f"sys.stderr.write(json.dumps({{'say': {words!r}}}) + '\\n'); sys.exit(2)")
    lab.begin(REQUEST)
    lab.until(lambda: lab.study().state is StudyState.FAILED)
    assert words in words_in(lab.window.state)


def test_that_a_study_that_waits_begins_when_the_one_before_it_is_cancelled(
    lab: OpenLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_study(tmp_path, monkeypatch, "sys.stdin.read()")
    first = lab.begin(REQUEST)
    lab.window.new_study()
    second = lab.begin(REQUEST)
    assert lab.studies.studies[second.key].state is StudyState.WAITING
    lab.studies.cancel(first.key)
    lab.until(lambda: lab.studies.studies[second.key].state is StudyState.RUNNING)


def test_that_a_study_run_again_has_the_settings_that_it_had(
    lab: OpenLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_study(tmp_path, monkeypatch, f"print('''{json.dumps(NULL)}''')")
    study = lab.begin(REQUEST)
    lab.until(lambda: lab.study().state is StudyState.DONE)
    before = (lab.studies.shelf.folder(study.key) / SETTINGS).read_text()
    lab.studies.current = PresetShelf(None).laid_over(Settings(), "atr_scaled")
    started = lab.study().record
    lab.window.actions_of.again.trigger()
    lab.until(lambda: lab.study().state is StudyState.DONE and lab.study().record != started)
    assert list(lab.studies.studies) == [study.key]
    assert (lab.studies.shelf.folder(study.key) / SETTINGS).read_text() == before


def test_that_bad_input_is_said_beside_its_field_and_nothing_runs(lab: OpenLab) -> None:
    gone = SettingsChoice("file", str(lab.folder / "gone.json"))
    lab.window.form.show_request(StudyRequest(kind="null", symbol="EURUSD", settings=gone, days=1))
    lab.window.form.inputs.symbol.setCurrentText("EURUSD")
    lab.window.form.run.click()
    lab.until(lambda: not lab.window.form.fields["symbol"].fault.isHidden())
    assert "EURUSD" in lab.window.form.fields["symbol"].fault.text()
    assert lab.window.form.fields["settings"].fault.text().endswith("does not exist")
    assert lab.window.form.run.isEnabled()
    assert lab.studies.studies == {}


def test_that_a_damaged_study_says_so_and_is_deleted_after_a_question(qtbot: QtBot, tmp_path: Path) -> None:
    key = keep(tmp_path, "null", NULL)
    (StudyShelf(tmp_path).folder(key) / RECORD).write_text("{")
    lab = OpenLab(qtbot, tmp_path)
    lab.choose(key)
    assert "This study cannot be read" in words_in(lab.window.state)
    assert not lab.window.actions_of.again.isEnabled()
    lab.window.actions_of.delete.trigger()
    box = lab.window.findChild(QMessageBox)
    assert box is not None
    next(button for button in box.findChildren(QPushButton) if button.text() == "Delete").click()
    lab.until(lambda: not lab.studies.studies)
    assert lab.window.pages.currentWidget() is lab.window.form
    assert StudyShelf(tmp_path).listed() == []
    lab.close()


def test_that_a_damaged_result_is_reported_and_can_be_run_again(qtbot: QtBot, tmp_path: Path) -> None:
    key = keep(tmp_path, "evidence", {"trades": "many"})
    lab = OpenLab(qtbot, tmp_path)
    lab.choose(key)
    lab.until(lambda: "The result is damaged" in words_in(lab.window.state))
    assert lab.window.actions_of.again.isEnabled()
    lab.close()


def test_that_tables_are_exported_and_answers_copied_as_pictures(qtbot: QtBot, tmp_path: Path) -> None:
    key = keep(tmp_path, "diff", DIFF, other=SettingsChoice("preset", "atr_scaled"))
    lab = OpenLab(qtbot, tmp_path)
    lab.open_answer(key)
    table = lab.window.answer.table
    assert table is not None
    for name in ("setups.csv", "setups.parquet"):
        lab.answers.export(table, tmp_path / name)
        lab.until_said(f"{tmp_path / name} was written")
    rows = list(csv.DictReader((tmp_path / "setups.csv").read_text().splitlines()))
    assert [(row["side"], row["status"], row["r_b"]) for row in rows] == [
        ("BUY", "appears", "1.5"),
        ("SELL", "ends differently", "0.5"),
    ]
    lab.window.actions_of.picture.trigger()
    assert not QGuiApplication.clipboard().pixmap().isNull()
    lab.close()


def test_that_a_row_of_a_comparison_leads_to_its_mark_and_a_mark_to_a_replay(qtbot: QtBot, tmp_path: Path) -> None:
    gold = gold_rows(tmp_path / "XAUUSD.csv", 400).read_text().replace("2026.03.03", "2026.02.16")
    (tmp_path / "XAUUSD.csv").write_text(gold)
    key = keep(tmp_path, "diff", DIFF, files=(str(tmp_path / "XAUUSD.csv"),), clock="UTC")
    lab = OpenLab(qtbot, tmp_path)
    lab.open_answer(key)
    comparison = lab.window.answer._comparison()
    assert comparison is not None
    lab.until(lambda: comparison.chart._candles is not None)
    wanted: list[tuple[StudyRequest, object]] = []
    lab.window.replay_wanted.connect(lambda request, at: wanted.append((request, at)))
    lab.window.answer.tabs.setCurrentIndex(1)
    setups = lab.window.answer.shown
    assert setups is not None
    assert setups.table is not None
    setups.table.acted.emit(0, 0)
    assert lab.window.answer.tabs.currentIndex() == 0
    QTest.keyClick(comparison.chart, Qt.Key.Key_Return)
    ((request, at),) = wanted
    assert request.files == (str(tmp_path / "XAUUSD.csv"),)
    assert str(at) == "2026-02-16 05:00:00+00:00"
    comparison.after.click()
    lab.until(lambda: "None of the recordings has candles of 2026-02-17" in comparison.chart.silence)
    lab.close()


def test_that_a_study_answered_for_the_settings_is_shown_in_a_lab_that_is_open(qtbot: QtBot, tmp_path: Path) -> None:
    lab = OpenLab(qtbot, tmp_path)
    request = StudyRequest(kind="diff", files=("gone.csv",))
    edited = with_values(Settings(), {"cooldown_seconds": 60})
    key = StudyShelf(tmp_path).add_answered(request, Settings(), edited, json.dumps(DIFF).encode())
    lab.studies._show([Study(key=key, record=None)])  # it was being written when the list was read
    lab.window.show_study(key)
    lab.until(lambda: lab.window.pages.currentWidget() is lab.window.answer)
    record = lab.study().record
    assert record is not None
    assert record.request.other is not None
    assert load_settings(Path(record.request.other.name)) == edited
    assert record.request.settings_words == "current settings and edited settings"
    lab.close()


def test_that_a_cell_of_the_heat_map_chooses_a_configuration_which_becomes_a_preset(
    qtbot: QtBot, tmp_path: Path
) -> None:
    key = keep(tmp_path, "sweep", SWEEP)
    export_settings(Settings(), StudyShelf(tmp_path).folder(key) / SETTINGS)
    lab = OpenLab(qtbot, tmp_path)
    lab.open_answer(key)
    assert not lab.window.actions_of.preset.isEnabled()
    heat = lab.window.answer.findChild(HeatView)
    assert heat is not None
    QTest.mouseClick(heat, Qt.MouseButton.LeftButton, pos=heat.rect().center())
    assert lab.window.answer.row == 1
    lab.window.actions_of.preset.trigger()
    dialog = lab.window.findChild(PresetDialog)
    assert dialog is not None
    dialog.name.setText("atr_scaled")
    assert "comes with the program" in dialog.fault.text()
    dialog.name.setText("patient")
    dialog.save.click()
    lab.until_said("Saved as preset patient.")
    kept = PresetShelf(tmp_path / "presets").laid_over(Settings(), "patient")
    assert (kept.cooldown_seconds, kept.execution.trailing_atr1) == (1, 0.5)
    lab.close()
