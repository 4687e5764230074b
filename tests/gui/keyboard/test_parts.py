"""Keys go from part to part of the window, and give a panel more or less room."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QWidget

from gui.features.trading.view.table import TradeTable
from tests.gui.chart.builders import flush
from tests.gui.desk_window import DeskWindow

SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


def part(desk: DeskWindow) -> str:
    """Where the keyboard is."""
    each: QWidget | None = QApplication.focusWidget()
    names = {desk.window.deck: "charts", desk.window.modes: "modes", desk.window.player: "player"}
    while each is not None:
        if each in names:
            return names[each]
        if isinstance(each, QDockWidget):
            return each.objectName()
        each = each.parentWidget()
    return ""


def press(desk: DeskWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> str:
    QTest.keyClick(QApplication.focusWidget() or desk.window, key, modifiers)
    flush()
    return part(desk)


@pytest.fixture
def at_chart(desk: DeskWindow) -> DeskWindow:
    desk.window.deck.show_symbol(0)
    flush()
    return desk


def test_that_f6_goes_round_all_parts_of_the_window_and_back(at_chart: DeskWindow) -> None:
    way = [press(at_chart, Qt.Key.Key_F6) for _ in range(5)]
    assert way == ["trading", "conditions", "modes", "player", "charts"]
    assert press(at_chart, Qt.Key.Key_F6, SHIFT) == "player"


def test_that_a_panel_that_a_key_shows_has_the_keyboard_and_gives_it_back_to_the_chart(at_chart: DeskWindow) -> None:
    for name in ("calendar", "priceAlerts", "journal", "health", "practice", "alerts"):
        at_chart.window.panels[name].toggleViewAction().trigger()
        flush()
        assert part(at_chart) == name
    at_chart.window.panels["alerts"].toggleViewAction().trigger()
    flush()
    assert part(at_chart) == "charts"


def test_that_charts_only_takes_the_keyboard_of_a_panel_to_the_chart(at_chart: DeskWindow) -> None:
    assert press(at_chart, Qt.Key.Key_F6) == "trading"
    press(at_chart, Qt.Key.Key_F11)
    assert QApplication.focusWidget() is at_chart.window.deck.views[0].plot


def test_that_keys_make_a_panel_taller_wider_and_smaller_again(at_chart: DeskWindow) -> None:
    at_chart.window.resize(1600, 1000)
    flush()
    trading, conditions = at_chart.window.panels["trading"], at_chart.window.panels["conditions"]
    height, width = trading.height(), conditions.width()
    press(at_chart, Qt.Key.Key_F6)
    press(at_chart, Qt.Key.Key_Up, ALT | SHIFT)
    assert trading.height() > height
    press(at_chart, Qt.Key.Key_Down, ALT | SHIFT)
    assert trading.height() == height
    press(at_chart, Qt.Key.Key_F6)
    press(at_chart, Qt.Key.Key_Right, ALT | SHIFT)
    assert conditions.width() > width
    press(at_chart, Qt.Key.Key_Left, ALT | SHIFT)
    assert conditions.width() == width


def test_that_a_panel_floats_and_comes_back_without_the_mouse(at_chart: DeskWindow) -> None:
    press(at_chart, Qt.Key.Key_F6)
    at_chart.action("panel.float").trigger()
    flush()
    assert at_chart.window.panels["trading"].isFloating()
    assert part(at_chart) == "trading"
    at_chart.action("panel.float").trigger()
    flush()
    assert not at_chart.window.panels["trading"].isFloating()


def test_that_a_table_that_a_key_reaches_shows_the_row_that_arrows_move_from(at_chart: DeskWindow) -> None:
    at_chart.window.panels["health"].toggleViewAction().trigger()
    flush()
    table = QApplication.focusWidget()
    assert isinstance(table, TradeTable)
    chosen = [index.row() for index in table.selectionModel().selectedRows()]
    assert chosen == ([0] if table.model().rowCount() else [])
