"""A row of buttons in any width."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from gui.theme import DARK, style_sheet
from gui.theme.icons import tinted_icon
from gui.widgets.action_row import ActionRow
from tests.gui.chart.builders import flush


def row_of(qtbot: QtBot, count: int = 6) -> tuple[ActionRow, list[QAction]]:
    row = ActionRow("view")
    row.setStyleSheet(style_sheet(DARK))
    qtbot.addWidget(row)
    actions = [QAction(f"Button number {place}", row) for place in range(count)]
    for action in actions:
        row.add(action)
        action.setIcon(tinted_icon("halt", DARK.text))
    row.show()
    return row, actions


def test_that_words_give_way_to_icons_and_icons_to_a_menu_that_lists_the_rest(qtbot: QtBot) -> None:
    row, actions = row_of(qtbot)
    for width in range(1200, 20, -40):
        row.resize(width, 30)
        flush()
        shown = [action for action in actions if row.button(action).isVisible()]
        assert [*shown, *row.hidden_actions] == actions
        assert row.more.isVisible() == bool(row.hidden_actions)
        for action in shown:
            button = row.button(action)
            assert button.width() >= button.sizeHint().width()
            assert button.geometry().right() <= row.width()


def test_that_a_menu_behind_the_mark_opens_as_a_menu(qtbot: QtBot) -> None:
    row, actions = row_of(qtbot)
    menu = QMenu("More", row)
    row.add(menu.menuAction(), actions[0])
    row.resize(30, 30)
    flush()
    assert menu.menuAction() in row.hidden_actions


def test_that_an_action_that_is_hidden_has_no_button(qtbot: QtBot) -> None:
    row, actions = row_of(qtbot)
    row.resize(1200, 30)
    actions[2].setVisible(False)
    flush()
    assert not row.button(actions[2]).isVisible()
    actions[2].setVisible(True)
    flush()
    assert row.button(actions[2]).isVisible()


def test_that_a_closed_row_asks_nothing_of_actions_that_are_gone(qtbot: QtBot) -> None:
    row, actions = row_of(qtbot)
    flush()
    row.close()
    actions[0].setText("Another name")
    delete(actions[1])
    with qtbot.captureExceptions() as raised:
        flush()
        qtbot.wait(10)
    assert raised == []
