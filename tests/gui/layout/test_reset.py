"""A reset leads back to the first arrangement, and no window leaves the screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDockWidget, QMainWindow, QToolBar, QWidget
from pytestqt.qtbot import QtBot

from gui.desk_model import DeskModel
from gui.features.layout.file import VERSION, LayoutFile
from gui.theme import DARK
from gui.widgets.place import fit_to_screen, largest_size
from gui.window import MainWindow
from tests.builders import BITCOIN
from tests.fakes import source
from tests.gui.chart.builders import flush, quiet_hours

# -- reset, screens


def parts_in_sight(window: MainWindow) -> dict[str, bool]:
    parts: list[QWidget] = [*window.findChildren(QDockWidget), *window.findChildren(QToolBar)]
    return {part.objectName(): part.isVisible() for part in parts}


def first_window(qtbot: QtBot, path: Path) -> MainWindow:
    """As a start makes it: shown at once, filled a moment later."""
    model = DeskModel()
    window = MainWindow(DARK, LayoutFile(path))
    model.setParent(window)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.populate(model)
    window.begin_layouts()
    model.open([source(), source(instrument=BITCOIN)])
    for chart in model.charts.values():
        chart.append(quiet_hours(60))
    flush()
    return window


def test_that_a_reset_gives_exactly_the_first_arrangement(qtbot: QtBot, path: Path) -> None:
    window = first_window(qtbot, path)
    first, size = parts_in_sight(window), window.size()
    assert first["modes"]
    assert first["player"]
    assert first["trading"]
    window.panels["trading"].hide()
    window.panels["conditions"].setFloating(True)
    window.player.hide()
    window.resize(900, 600)
    flush()
    window.layout_menu.reset.trigger()
    flush()
    assert parts_in_sight(window) == first
    assert window.size() == size
    assert not window.panels["conditions"].isFloating()


def test_that_a_reset_in_a_later_run_gives_the_first_arrangement_too(qtbot: QtBot, path: Path) -> None:
    window = first_window(qtbot, path)
    first, size = parts_in_sight(window), window.size()
    window.resize(900, 600)
    window.panels["trading"].hide()
    flush()
    window.close()
    again = first_window(qtbot, path)
    assert again.size() == QSize(900, 600)
    again.layout_menu.reset.trigger()
    flush()
    assert parts_in_sight(again) == first
    assert again.size() == size


def test_that_nothing_hides_halt_and_flatten(qtbot: QtBot, path: Path) -> None:
    window = first_window(qtbot, path)
    bar = window.trading.modes
    bar.toggleViewAction().trigger()
    bar.hide()
    assert bar.isVisible()
    without = QMainWindow()
    qtbot.addWidget(without)
    hidden = QToolBar()
    hidden.setObjectName("modes")
    without.addToolBar(hidden)
    hidden.hide()
    assert window.restoreState(without.saveState(VERSION), VERSION)
    flush()
    assert window.trading.modes.halt.isVisible()
    assert window.trading.modes.flatten.isVisible()


@pytest.mark.parametrize(
    "frame",
    [QRect(-300, 50, 1000, 700), QRect(1500, 700, 900, 700), QRect(0, 0, 4000, 3000), QRect(9000, 9000, 800, 600)],
)
def test_that_a_window_of_a_larger_screen_is_wholly_on_the_one_that_is_there(qtbot: QtBot, frame: QRect) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    window.setGeometry(frame)
    assert fit_to_screen(window)
    assert QGuiApplication.primaryScreen().availableGeometry().contains(window.frameGeometry())
    assert not fit_to_screen(window)


def test_that_a_window_is_not_moved_more_than_it_has_to_be(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    window.setGeometry(QRect(100, 500, 900, 700))
    left = window.frameGeometry().left()
    fit_to_screen(window)
    assert window.frameGeometry().left() == left
    assert window.size() == QSize(900, 700)


def test_that_the_first_window_is_no_larger_than_its_screen(qtbot: QtBot) -> None:
    window = MainWindow(DARK)
    qtbot.addWidget(window)
    screen = window.screen().availableGeometry().size()
    assert window.width() <= screen.width()
    assert window.height() <= screen.height()
    assert largest_size(window.screen()).height() < screen.height()
