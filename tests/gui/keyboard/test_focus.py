"""Whoever works without a mouse sees where the keyboard is, and comes everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QCheckBox,
    QDialog,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.theme import DARK, LIGHT, Theme, apply, style_sheet
from gui.widgets.focus import stops
from tests.gui.chart.builders import flush
from tests.gui.desk_window import DeskWindow

MARGIN = 4
"""Pixels around a control that may show that it has the keyboard."""
DIFFERENT = 20
"""Pixels, at least."""


def is_in_sight(widget: QWidget) -> bool:
    """Of a part that scrolls, what it shows: that covers it."""
    shown = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
    return not shown.visibleRegion().isEmpty()


def way_to(widget: QWidget) -> str:
    names: list[str] = []
    each: QWidget | None = widget
    while each is not None and len(names) < 4:
        names.append(each.objectName() or type(each).__name__)
        each = each.parentWidget()
    words = getattr(widget, "text", str)()
    return " < ".join(names) + f" {words!r}"


def picture(widget: QWidget) -> QImage:
    QApplication.processEvents()
    root = widget.window()
    area = widget.rect().adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)
    area.moveTopLeft(widget.mapTo(root, QPoint(0, 0)) - QPoint(MARGIN, MARGIN))
    return root.grab(area).toImage()


def looks_different(one: QImage, other: QImage) -> bool:
    different = 0
    for y in range(one.height()):
        if one.scanLine(y) != other.scanLine(y):
            different += sum(one.pixel(x, y) != other.pixel(x, y) for x in range(one.width()))
        if different >= DIFFERENT:
            return True
    return False


def unmarked(root: QWidget) -> Iterator[str]:
    """What looks the same with the keyboard as without."""
    for widget in stops(root):
        if not is_in_sight(widget):
            continue
        QTest.mouseMove(root, QPoint(0, 0))
        if (before := root.focusWidget()) is not None:
            before.clearFocus()
        without = picture(widget)
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        if not looks_different(without, picture(widget)):
            yield way_to(widget)


def unnamed(root: QWidget) -> Iterator[str]:
    """What a screen reader has no name for."""
    for widget in stops(root):
        interface = QAccessible.queryAccessibleInterface(widget)
        if not interface.text(QAccessible.Text.Name) and not isinstance(widget, QTabWidget):
            yield way_to(widget)


def desk_in_theme(qtbot: QtBot, qapp: QApplication, theme: Theme) -> DeskWindow:
    """As the program shows it."""
    apply(qapp, theme)
    desk = DeskWindow(qtbot)
    desk.window.setStyleSheet(style_sheet(theme))
    desk.window.resize(1600, 1000)
    desk.window.timeline.show()
    flush()
    return desk


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_that_all_that_takes_the_keyboard_shows_it_and_has_a_name(
    qtbot: QtBot, qapp: QApplication, theme: Theme
) -> None:
    desk = desk_in_theme(qtbot, qapp, theme)
    assert len(stops(desk.window)) > 20
    assert list(unmarked(desk.window)) == []
    for name in desk.window.panels:
        desk.window.panels.bring(name)
        flush()
        content = desk.window.panels.content(name)
        assert list(unmarked(content)) == []
        assert list(unnamed(desk.window)) == []


def _settings(desk: DeskWindow) -> None:
    desk.window.settings.action.trigger()


def _keys(desk: DeskWindow) -> None:
    desk.window.keyboard.show()


def _note(desk: DeskWindow) -> None:
    desk.desk.trading.notes.begin("plan-1", "BUY XAUUSD")


def _styles(desk: DeskWindow) -> None:
    desk.action("chart.styles").trigger()


@pytest.mark.parametrize("open_dialog", [_settings, _keys, _note, _styles])
def test_that_all_of_a_dialog_that_takes_the_keyboard_shows_it_and_has_a_name(
    qtbot: QtBot, qapp: QApplication, open_dialog: Callable[[DeskWindow], None]
) -> None:
    desk = desk_in_theme(qtbot, qapp, DARK)
    open_dialog(desk)
    flush()
    (dialog,) = [each for each in desk.window.findChildren(QDialog) if each.isVisible()]
    for check in dialog.findChildren(QCheckBox):
        check.setChecked(True)
    assert list(unmarked(dialog)) == []
    assert list(unnamed(dialog)) == []
    dialog.close()


def test_that_tab_goes_to_nothing_that_is_out_of_sight(qtbot: QtBot, qapp: QApplication) -> None:
    desk = desk_in_theme(qtbot, qapp, DARK)
    for name in desk.window.panels:
        desk.window.panels.bring(name)
    desk.window.deck.show_symbol(0)
    flush()
    first = desk.window.focusWidget()
    passed: list[QWidget] = []
    while not passed or (passed[-1] is not first and len(passed) < 200):
        QTest.keyClick(desk.window.focusWidget(), Qt.Key.Key_Tab)
        flush()
        passed.append(desk.window.focusWidget())
    assert passed[-1] is first
    assert [way_to(each) for each in passed if not is_in_sight(each)] == []
    assert len(passed) > 20


def test_that_a_control_that_gets_the_keyboard_is_scrolled_into_sight(qtbot: QtBot, qapp: QApplication) -> None:
    dialog = QDialog(desk_in_theme(qtbot, qapp, DARK).window)
    area, content = QScrollArea(dialog, widgetResizable=True), QWidget()
    column = QVBoxLayout(content)
    buttons = [QPushButton(str(number)) for number in range(40)]
    for button in buttons:
        column.addWidget(button)
    area.setWidget(content)
    dialog.resize(300, 400)
    dialog.show()
    dialog.activateWindow()
    flush()
    assert not is_in_sight(buttons[-1])
    buttons[-1].setFocus(Qt.FocusReason.BacktabFocusReason)
    assert is_in_sight(buttons[-1])
    dialog.close()
