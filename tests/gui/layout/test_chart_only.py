"""One key leaves the charts alone, and brings the rest back as it was."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.chart.builders import flush
from tests.gui.layout.desk import Desk


def press(desk: Desk) -> None:
    desk.window.activateWindow()
    QTest.keyClick(desk.window, Qt.Key.Key_F11)
    flush()


def test_that_the_key_hides_panels_but_not_what_stops_trading(qtbot: QtBot, path: Path) -> None:
    desk = Desk(qtbot, path)
    window, height = desk.window, desk.window.deck.height()
    press(desk)
    assert window.panels["conditions"].isHidden()
    assert window.modes.isVisible()
    assert window.account.isVisible()
    assert window.statusBar().isVisible()  # where messages are
    assert window.deck.height() > height
    press(desk)
    assert window.panels["conditions"].isVisible()
    assert window.deck.height() == height


def test_that_the_next_run_and_a_loaded_layout_have_their_panels(qtbot: QtBot, path: Path) -> None:
    desk = Desk(qtbot, path)
    desk.window.layouts.save_as("whole")
    press(desk)
    desk.rest()
    desk.window.layouts.load("whole")
    assert desk.window.panels["conditions"].isVisible()
    assert not desk.window.chart_only.action.isChecked()
    press(desk)
    desk.rest()
    desk.window.hide()
    assert Desk(qtbot, path).window.panels["conditions"].isVisible()
