"""The form of a new study: what was written stays, and a complaint goes with its cause."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.features.lab.model.kinds import BY_NAME, KINDS
from tests.gui.lab.window import OpenLab


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


def test_that_a_missing_recording_is_no_longer_complained_about_once_one_is_added(lab: OpenLab, tmp_path: Path) -> None:
    form = lab.window.form
    form.run.click()
    lab.until(form.fields["files"].fault.text)
    form.inputs.files.add([str(tmp_path / "gold.csv")])
    assert form.fields["files"].fault.text() == ""
    assert form.fields["files"].fault.isHidden()
    lab.close()
