"""The page that opens a recording: what it says of spread and volume, and what Enter does."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QGroupBox, QLabel
from pytestqt.qtbot import QtBot

from gui.features.opening.markets import read
from gui.features.opening.model import ChosenFile, FileFacts, OpeningModel
from gui.features.opening.view.dialog import OpeningDialog

HEADER = "time,open,high,low,close,tick_volume,spread\n"
ROWS = "".join(f"2026-03-24 17:{minute:02}:00,10.01,12,9,11,{{volume}},{minute % 2}\n" for minute in range(20))


def test_that_enter_opens_a_recording_of_which_everything_is_known(qtbot: QtBot) -> None:
    model, asked = OpeningModel([ChosenFile(path="gold.csv")], may_replace=True), list[bool]()
    model.asked_for.connect(asked.append)
    dialog = OpeningDialog(model)
    qtbot.addWidget(dialog)
    model.show_reading("gold.csv", 0.0)
    dialog.open()
    qtbot.waitExposed(dialog)
    model.show_facts([FileFacts(name="gold.csv", symbol="XAUUSD")])
    assert dialog.focusWidget() is dialog.beside
    QTest.keyClick(dialog.beside, Qt.Key.Key_Return)
    assert asked == [True]


def test_that_the_buttons_stay_on_the_screen_whatever_the_number_of_files(qtbot: QtBot) -> None:
    model = OpeningModel([ChosenFile(path=f"{each}.csv") for each in range(9)], may_replace=True)
    dialog = OpeningDialog(model)
    qtbot.addWidget(dialog)
    model.show_reading("0.csv", 0.0)
    dialog.open()
    qtbot.waitExposed(dialog)
    model.show_facts([FileFacts(name=file.path, symbol="XAUUSD") for file in model.files])
    qtbot.waitUntil(lambda: dialog.screen().availableGeometry().contains(dialog.frameGeometry()))
    model.show_fault("'Mars' is not a clock")
    qtbot.waitUntil(lambda: dialog.screen().availableGeometry().contains(dialog.frameGeometry()))
    assert dialog.rect().contains(QRect(dialog.beside.mapTo(dialog, QPoint()), dialog.beside.size()))
    last = dialog.findChildren(QGroupBox)[-1]
    dialog.files.ensureWidgetVisible(last)
    assert not last.visibleRegion().isEmpty()


def words_on_page(qtbot: QtBot, file: Path) -> list[str]:
    model = OpeningModel([ChosenFile(path=str(file))], may_replace=True)
    dialog = OpeningDialog(model)
    qtbot.addWidget(dialog)
    facts, _ = read(model.files[0])
    model.show_facts([facts])
    return [label.text() for label in dialog.findChildren(QLabel)]


@pytest.mark.parametrize("volume", [5, 0])
def test_that_the_page_says_whose_spread_is_used_and_what_the_file_lacks(
    qtbot: QtBot, tmp_path: Path, volume: int
) -> None:
    file = tmp_path / "xauusd.csv"
    file.write_text(HEADER + ROWS.format(volume=volume), encoding="utf-8")
    words = words_on_page(qtbot, file)
    assert "the file's, with the usual one of the hour where it says 0" in words
    assert "The spread of 10 of 20 candles is 0 in this file; the usual spread of their hour is used" in words
    assert ("No volume in this source" in words) is (volume == 0)
