"""The form of a new study: what was written stays, and a complaint goes with its cause."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.features.lab.model.kinds import BY_NAME, KINDS
from gui.features.lab.model.request import Searched, SettingsChoice, StudyRequest
from gui.features.lab.model.shelf import SPACE, StudyShelf
from tests.gui.desks_story import gold_rows
from tests.gui.lab.window import OpenLab, as_study


@pytest.fixture
def lab(qtbot: QtBot, tmp_path: Path) -> OpenLab:
    return OpenLab(qtbot, tmp_path)


def choose_kind(lab: OpenLab, name: str) -> None:
    lab.window.form.kind.setCurrentIndex(KINDS.index(BY_NAME[name]))


def test_that_the_symbol_of_the_recordings_stays_when_another_question_is_chosen(lab: OpenLab) -> None:
    symbol = lab.window.form.inputs.symbol
    symbol.setCurrentText("XAUUSD")
    choose_kind(lab, "gates")
    assert symbol.currentText() == "XAUUSD"
    lab.close()


def test_that_a_null_market_neither_takes_nor_changes_the_symbol_of_the_recordings(lab: OpenLab) -> None:
    symbol = lab.window.form.inputs.symbol
    symbol.setCurrentText("EURUSD")
    choose_kind(lab, "null")
    assert symbol.currentText() == "XAUUSD"
    symbol.setCurrentText("BTCUSD")
    choose_kind(lab, "evidence")
    assert symbol.currentText() == "EURUSD"
    lab.close()


@pytest.mark.parametrize(
    "request_of_user",
    [
        StudyRequest(
            kind="sweep",
            searched=(Searched("cooldown_seconds", "1, 2"), Searched("execution.trailing", "on, off")),
            heat=("execution.trailing", "cooldown_seconds"),
            trials=30,
            tpe=20,
            workers=2,
        ),
        StudyRequest(kind="walk", searched=(Searched("my_rules.unknown", "1"),), trials=30, workers=3),
        StudyRequest(kind="diff", other=SettingsChoice("preset", "atr_scaled"), day="2026-03-02"),
        StudyRequest(kind="ruin", risk_pct=0.5, horizon=60),
        StudyRequest(kind="null", symbol="BTCUSD", days=9, paths=8, every_candle=True, workers=1),
    ],
    ids=lambda request: request.kind,
)
def test_that_the_form_asks_what_it_was_filled_with(lab: OpenLab, request_of_user: StudyRequest) -> None:
    lab.window.form.show_request(request_of_user)
    assert lab.window.form.inputs.request(BY_NAME[request_of_user.kind]) == request_of_user
    lab.close()


def test_that_a_search_takes_its_settings_from_a_file_and_keeps_them_with_the_study(
    lab: OpenLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_study(tmp_path, monkeypatch, "print(json.dumps(sys.argv))")
    file = tmp_path / "space.json"
    file.write_text('{"cooldown_seconds": [30, 90, 30], "execution.trailing": [true, false]}')
    space = lab.window.form.inputs.space
    space.file_wanted.emit(file)
    lab.until(lambda: len(space.rows) == 2)
    assert space.rows == (Searched("cooldown_seconds", "30 to 90 step 30"), Searched("execution.trailing", "yes, no"))
    gold = gold_rows(tmp_path / "XAUUSD.csv", 10)
    study = lab.begin(StudyRequest(kind="sweep", files=(str(gold),), searched=space.rows))
    kept = StudyShelf(tmp_path).folder(study.key) / SPACE
    assert json.loads(kept.read_text()) == json.loads(file.read_text())
    lab.until(lambda: lab.study().state.is_over)
    lab.close()


def test_that_tab_goes_through_the_rows_of_a_search_in_the_order_in_which_they_stand(lab: OpenLab) -> None:
    lab.window.form.show_request(StudyRequest(kind="sweep"))
    space = lab.window.form.inputs.space
    rows = (Searched("cooldown_seconds", "1, 2"), Searched("execution.trailing", "on, off"))
    space.show_rows(rows)
    boxes = [row.setting for row in space.shown_rows]
    order = [lab.window.form.inputs.tpe, *boxes, space.add, space.from_file, lab.window.form.inputs.heat_x]
    chain: list[QWidget | None] = [order[0]]
    while (following := chain[-1]) is not None and following.nextInFocusChain() is not order[0]:
        chain.append(following.nextInFocusChain())
    assert [widget for widget in chain if widget in order] == order
    space.shown_rows[1].remove.click()
    space.shown_rows[0].remove.click()
    assert len(space.shown_rows) == 1
    assert space.rows == ()
    lab.close()


def test_that_a_missing_recording_is_no_longer_complained_about_once_one_is_added(lab: OpenLab, tmp_path: Path) -> None:
    form = lab.window.form
    form.run.click()
    lab.until(form.fields["files"].fault.text)
    form.inputs.files.add([str(tmp_path / "gold.csv")])
    assert form.fields["files"].fault.text() == ""
    assert form.fields["files"].fault.isHidden()
    lab.close()


def test_that_the_faulty_row_of_a_search_has_the_keyboard(lab: OpenLab, tmp_path: Path) -> None:
    gold = gold_rows(tmp_path / "XAUUSD.csv", 10)
    rows = (Searched("cooldown_seconds", "30, 60"), Searched("execution.trailing", "0.2, 0.4"))
    form = lab.window.form
    form.show_request(StudyRequest(kind="sweep", files=(str(gold),), searched=rows))
    form.run.click()
    lab.until(form.fields["space"].fault.text)
    assert lab.window.focusWidget() is form.inputs.space.shown_rows[1].values
    lab.close()
