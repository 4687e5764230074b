"""The crosshair and the prices in view by keys alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from gui.features.drawing.model.drawing import Kind
from tests.gui.chart.builders import flush
from tests.gui.chart.view.hand import hover
from tests.gui.desk_window import DeskWindow

ALT, CTRL, SHIFT = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
GOLD = "XAUUSD"


class Keys:
    """A user of the gold chart who has no mouse."""

    def __init__(self, desk: DeskWindow) -> None:
        self.desk, self.view, self.model = desk, desk.window.deck.views[0], desk.desk.charts[GOLD]
        self.view.setFocus()
        flush()

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier, times: int = 1) -> None:
        for _ in range(times):
            QTest.keyClick(self.view.plot, key, modifiers)
        flush()

    @property
    def copied(self) -> str:
        self.press(Qt.Key.Key_C, CTRL)
        return QGuiApplication.clipboard().text()


@pytest.fixture
def keys(qtbot: QtBot) -> Keys:
    return Keys(DeskWindow(qtbot))


def test_that_the_crosshair_goes_from_candle_to_candle_and_the_conditions_follow(keys: Keys) -> None:
    newest = keys.model.end - 1
    keys.press(Qt.Key.Key_Left, ALT)
    assert keys.view.plot.hovered_row == newest
    keys.press(Qt.Key.Key_Left, ALT, times=3)
    assert keys.view.plot.hovered_row == newest - 3
    keys.press(Qt.Key.Key_Right, ALT, times=9)
    assert keys.view.plot.hovered_row == newest
    keys.press(Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    assert keys.view.plot.crossed_price is None


def test_that_the_crosshair_takes_the_view_along(keys: Keys) -> None:
    keys.press(Qt.Key.Key_Left, ALT)
    keys.press(Qt.Key.Key_Left, ALT, times=250)
    row, camera = keys.view.plot.hovered_row, keys.view.plot.camera
    assert row == keys.model.end - 251
    assert camera.first <= row <= camera.last


def test_that_the_price_at_the_crosshair_is_copied_planned_and_drawn_at(keys: Keys) -> None:
    keys.press(Qt.Key.Key_Up, ALT)
    close = keys.model.prices_of(keys.model.end - 1)[-1]
    keys.press(Qt.Key.Key_Up, ALT, times=7)
    price = keys.model.on_step(close + 7 * keys.model.tick_size)
    assert keys.copied == f"{price:.{keys.model.digits}f}"
    keys.press(Qt.Key.Key_PageDown, ALT)
    lower = float(keys.copied)
    assert lower < price - 7 * keys.model.tick_size
    asked: list[float] = []
    keys.model.alerts.asked.connect(asked.append)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), keys.view.mapToGlobal(QPoint(5, 5)))
    keys.view.plot.pressed_price = 1.0  # where the mouse was pressed an hour ago
    keys.view.contextMenuEvent(event)
    keys.view.price_actions.alert.trigger()
    assert asked == [lower]
    keys.view.findChildren(QMenu)[-1].close()
    keys.press(Qt.Key.Key_H, ALT)
    keys.press(Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    (drawn,) = keys.model.drawings.all
    assert (drawn.kind, drawn.last.price) == (Kind.HORIZONTAL_LINE, lower)


def test_that_the_menu_of_the_chart_has_a_key_for_keyboards_without_a_menu_key(keys: Keys) -> None:
    keys.press(Qt.Key.Key_F10, SHIFT)
    (menu,) = [each for each in keys.view.findChildren(QMenu) if each.isVisible()]
    assert keys.view.price_actions.alert in menu.actions()
    menu.close()


def test_that_a_mouse_that_rests_on_the_chart_leaves_the_crosshair_to_the_keys(keys: Keys) -> None:
    hover(keys.view, QPoint(200, 50))
    keys.press(Qt.Key.Key_Left, ALT, times=2)
    price, row = keys.view.plot.crossed_price, keys.view.plot.hovered_row
    for event in (QEvent.Type.Leave, QEvent.Type.Enter):  # a menu opens above the mouse, and closes
        QApplication.sendEvent(keys.view.plot, QEvent(event))
    QTest.mouseMove(keys.view.plot.viewport(), QPoint(200, 50))
    assert (keys.view.plot.crossed_price, keys.view.plot.hovered_row) == (price, row)
    hover(keys.view, QPoint(201, 50))
    assert keys.view.plot.hovered_row != row


def test_that_prices_are_scrolled_and_scaled_by_keys(keys: Keys) -> None:
    camera = keys.view.plot.camera
    low, high = camera.low, camera.high
    keys.press(Qt.Key.Key_Up, SHIFT)
    assert (camera.low > low, camera.high > high, camera.is_auto_price) == (True, True, False)
    keys.press(Qt.Key.Key_Down, SHIFT)
    assert (camera.low, camera.high) == pytest.approx((low, high))
    keys.press(Qt.Key.Key_Up, CTRL)
    assert camera.high - camera.low < high - low
    keys.press(Qt.Key.Key_Down, CTRL)
    keys.press(Qt.Key.Key_0, CTRL)
    assert (camera.low, camera.high, camera.is_auto_price) == pytest.approx((low, high, True))
