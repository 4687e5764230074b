"""Every control of the window and of its dialogs says what it does, and every empty place what to do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QGraphicsView,
    QHeaderView,
    QLineEdit,
    QListView,
    QMenu,
    QSlider,
    QTabBar,
    QTableView,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.features.opening.model import ChosenFile, FileFacts, OpeningModel
from gui.features.opening.view.dialog import OpeningDialog
from gui.features.opening.view.opening_page import OpeningPage
from gui.features.replay.view.playback_bar import GoToDialog
from gui.widgets.actions import make_action
from gui.widgets.late import Late
from tests.gui.chart.builders import flush
from tests.gui.desk_window import DeskWindow
from tests.gui.trading.window import TradingWindow

POLISHED, STYLED = Qt.WidgetAttribute.WA_WState_Polished, Qt.WidgetAttribute.WA_StyledBackground
CONTROLS = (QAbstractButton, QComboBox, QLineEdit, QAbstractSpinBox, QSlider)
OF_QT = ("qt_", "ScrollLeftButton", "ScrollRightButton")
"""Names of parts that Qt puts into its own widgets."""


def silent_controls(root: QWidget) -> Iterator[str]:
    """Controls without a tip, each with the way to it."""
    for kind in CONTROLS:
        for control in root.findChildren(kind):
            if _is_shown(control.toolTip(), getattr(control, "text", str)()) or _is_part_of_a_control(control):
                continue
            yield f"{_way_to(control)}: {getattr(control, 'text', str)()!r}"


def _is_shown(tip: str, words: str) -> bool:
    """Qt takes the words of an action for its tip where nobody gave one."""
    return tip.strip() not in ("", words.replace("&", "").removesuffix("…").strip())


def _is_part_of_a_control(control: QWidget) -> bool:
    """A line edit within a spin box, a button that Qt made: the whole has the tip."""
    parent = control.parentWidget()
    return control.objectName().startswith(OF_QT) or isinstance(
        parent, (QComboBox, QAbstractSpinBox, QTabBar, QLineEdit, QTableView, QHeaderView)
    )


def silent_heads(root: QWidget) -> Iterator[str]:
    for table in root.findChildren(QTableView):
        if (model := table.model()) is None or table.horizontalHeader().isHidden():
            continue
        for column in range(model.columnCount()):
            if not model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole):
                title = model.headerData(column, Qt.Orientation.Horizontal)
                yield f"{_way_to(table)}: column {title!r}"


def silent_actions(root: QWidget) -> Iterator[str]:
    """Of the menus."""
    for menu in root.findChildren(QMenu):
        for action in menu.actions():
            if action.isSeparator() or action.menu() is not None or not action.text():
                continue
            if not _is_shown(action.toolTip(), action.text()):
                yield f"menu {menu.title()!r}: {action.text()!r}"


def _way_to(widget: QWidget) -> str:
    names = []
    each: QWidget | None = widget
    while each is not None:
        names.append(each.objectName() or type(each).__name__)
        each = each.parentWidget()
    return " < ".join(names[:4])


@pytest.fixture
def desk(qtbot: QtBot) -> DeskWindow:
    return DeskWindow(qtbot)


def look_everywhere(desk: DeskWindow) -> None:
    """Parts that nobody has looked at are not there."""
    for panel in desk.window.panels.values():
        panel.show()
    tabs = desk.window.trading.tabs
    for place in range(tabs.count()):
        tabs.setCurrentIndex(place)
    flush()
    assert all(late.is_made for late in desk.window.findChildren(Late))


def test_that_every_control_of_the_window_has_a_tip(desk: DeskWindow) -> None:
    look_everywhere(desk)
    assert len(desk.window.findChildren(QAbstractButton)) > 40
    assert list(silent_controls(desk.window)) == []


def test_that_no_part_that_scrolls_paints_a_ground_of_its_own(desk: DeskWindow) -> None:
    look_everywhere(desk)
    _settings(desk)
    flush()
    areas = [each for each in desk.window.findChildren(QAbstractScrollArea) if each.testAttribute(POLISHED)]
    areas = [each for each in areas if not isinstance(each, QGraphicsView | QListView)]  # charts, and lists of choices
    assert len(areas) > 10
    assert [_way_to(each) for each in areas if each.viewport().testAttribute(STYLED)] == []


def test_that_a_button_that_says_nothing_is_found(desk: DeskWindow) -> None:
    silent, described = QToolButton(desk.window), QToolButton(desk.window)
    silent.setDefaultAction(QAction("Buy now", silent))
    described.setDefaultAction(make_action(described, "test.buy", "Buy now", "Buys at the market", list))
    assert list(silent_controls(desk.window)) == ["QToolButton < MainWindow: 'Buy now'"]


def test_that_every_column_of_a_table_has_a_tooltip(desk: DeskWindow) -> None:
    look_everywhere(desk)
    assert list(silent_heads(desk.window)) == []


def test_that_every_action_of_the_menus_says_what_it_does(desk: DeskWindow) -> None:
    assert list(silent_actions(desk.window)) == []


def _settings(desk: DeskWindow) -> None:
    desk.window.settings.action.trigger()


def _keys(desk: DeskWindow) -> None:
    desk.window.keyboard.show()


def _about(desk: DeskWindow) -> None:
    desk.action("help.about").trigger()


def _recording(desk: DeskWindow) -> None:
    model = OpeningModel([ChosenFile(path="gold.csv")], may_replace=True, parent=desk.window)
    OpeningDialog(model, desk.window).open()
    model.show_facts([FileFacts(name="gold.csv", has_spread=False, is_clock_assumed=True)])


def _note(desk: DeskWindow) -> None:
    desk.desk.trading.notes.begin("plan-1", "BUY XAUUSD")


def _go_to(desk: DeskWindow) -> None:
    GoToDialog(desk.desk.playback, parent=desk.window).open()


def test_that_every_control_of_a_dialog_has_a_tip(desk: DeskWindow) -> None:
    for open_dialog in (_settings, _keys, _note, _about, _recording, _go_to):
        open_dialog(desk)
        flush()
        dialogs = [each for each in desk.window.findChildren(QDialog) if each.isVisible()]
        assert dialogs, open_dialog
        for dialog in dialogs:
            assert [*silent_controls(dialog), *silent_heads(dialog)] == []
            dialog.close()
        flush()


def test_that_every_control_of_a_plan_and_of_a_card_that_waits_has_a_tip(qtbot: QtBot) -> None:
    trading = TradingWindow(qtbot)
    trading.propose()
    trading.controls.tabs.plans.new_plan.click()
    dialog = trading.controls.plan_dialog
    assert dialog is not None
    assert trading.controls.desk.cards
    for part in (dialog, trading.controls.desk, trading.controls.modes):
        assert list(silent_controls(part)) == []
    dialog.close()


def test_that_the_page_of_an_opening_says_what_each_way_out_does(desk: DeskWindow) -> None:
    page = OpeningPage(desk.window)
    assert list(silent_controls(page)) == []
