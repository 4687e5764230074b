"""The dialog of the keyboard: every action with its key, to be changed and printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QKeySequenceEdit

from engine.domain.messages.engine import ChangeSettings
from gui.features.keyboard.view.key_dialog import KeyDialog
from gui.features.keyboard.view.key_list import KEY
from tests.gui.chart.builders import flush
from tests.gui.desk_window import DeskWindow

CTRL = Qt.KeyboardModifier.ControlModifier


def keys_of(desk: DeskWindow, name: str) -> str:
    return next(entry.text for entry in desk.window.keys.entries() if entry.name == name)


@pytest.fixture
def dialog(desk: DeskWindow) -> KeyDialog:
    desk.press(Qt.Key.Key_F1)
    flush()
    assert desk.window.keyboard.dialog is not None
    return desk.window.keyboard.dialog


def test_that_f1_shows_every_action_beside_the_desk(desk: DeskWindow, dialog: KeyDialog) -> None:
    assert not dialog.isModal()
    assert set(dialog.list.rows) == set(desk.window.keys.actions)
    row = dialog.list.rows["trading.approve"]
    assert [row.text(column) for column in range(3)] == ["Approve", "Ctrl+Return or Ctrl+Enter", "needs arming"]
    assert dialog.list.rows["trading.halt"].text(2) == "always works"
    desk.window.keyboard.show()
    assert desk.window.findChildren(KeyDialog) == [dialog]


def test_that_a_search_leaves_the_rows_that_have_all_words(dialog: KeyDialog) -> None:
    dialog.search.setText("zoom alt")
    assert _shown(dialog) == set()
    dialog.search.setText("ZOOM in")
    assert _shown(dialog) == {"chart.zoom_in", "chart.zoom_prices_in"}
    dialog.search.clear()
    assert _shown(dialog) == set(dialog.list.rows)


def _shown(dialog: KeyDialog) -> set[str]:
    return {name for name, row in dialog.list.rows.items() if not row.isHidden()}


def strike(dialog: KeyDialog, name: str, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    """Begins to edit the key of an action, and strikes another one."""
    dialog.list.setCurrentItem(dialog.list.rows[name], KEY)
    dialog.list.editItem(dialog.list.rows[name], KEY)
    (edit,) = dialog.list.findChildren(QKeySequenceEdit)
    QTest.keyClick(edit, key, modifiers)
    flush()


def test_that_a_key_is_changed_by_striking_another_one(desk: DeskWindow, dialog: KeyDialog) -> None:
    strike(dialog, "chart.reset", Qt.Key.Key_Insert, CTRL | Qt.KeyboardModifier.ShiftModifier)
    (command,) = [command for command in desk.asked if isinstance(command, ChangeSettings)]
    assert command.settings.keyboard.keys == ("chart.reset: Ctrl+Shift+Ins",)
    desk.answer()
    row = dialog.list.rows["chart.reset"]
    assert (row.text(KEY), row.text(3)) == ("Ctrl+Shift+Ins", "changed; the default is Home")
    dialog.reset_key.click()
    desk.answer()
    assert (row.text(KEY), row.text(3)) == ("Home", "")


@pytest.mark.parametrize("key", [Qt.Key.Key_F2, Qt.Key.Key_Return])
def test_that_a_key_is_changed_without_the_mouse(desk: DeskWindow, dialog: KeyDialog, key: Qt.Key) -> None:
    dialog.list.setCurrentItem(dialog.list.rows["chart.reset"])
    QTest.keyClick(dialog.list, key)
    (edit,) = dialog.list.findChildren(QKeySequenceEdit)
    QTest.keyClick(edit, Qt.Key.Key_F7)
    flush()
    desk.answer()
    assert desk.desk.settings.in_force.keyboard.chosen == {"chart.reset": "F7"}


def test_that_a_conflict_stands_in_the_row_and_changes_nothing(desk: DeskWindow, dialog: KeyDialog) -> None:
    strike(dialog, "chart.reset", Qt.Key.Key_B, CTRL)
    row = dialog.list.rows["chart.reset"]
    assert (row.text(KEY), row.text(3)) == ("Home", "✗ Ctrl+B is the key of Side by side")
    assert desk.asked == []


def test_that_a_key_can_be_taken_away_and_all_can_come_back(desk: DeskWindow, dialog: KeyDialog) -> None:
    dialog.list.setCurrentItem(dialog.list.rows["chart.reset"])
    dialog.clear_key.click()
    desk.answer()
    assert dialog.list.rows["chart.reset"].text(KEY) == "—"
    dialog.reset_all.click()
    desk.answer()
    assert dialog.list.rows["chart.reset"].text(KEY) == "Home"


def save(dialog: KeyDialog, path: Path) -> None:
    dialog.save_to(str(path))
    dialog.errands.wait()
    QCoreApplication.processEvents()


def test_that_the_map_can_be_put_on_paper(dialog: KeyDialog, tmp_path: Path) -> None:
    path = tmp_path / "keys.html"
    save(dialog, path)
    assert dialog.said.text() == f"Saved as {path}"
    text = path.read_text(encoding="utf-8")
    assert "<h2>Trading</h2>" in text
    assert "<td>Approve</td><td>Ctrl+Return or Ctrl+Enter</td><td>needs arming</td>" in text


def test_that_a_place_that_cannot_be_written_is_reported(dialog: KeyDialog, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "keys.html"
    save(dialog, path)
    assert dialog.said.text() == f"{path} cannot be written: it is a file, and a folder is needed"
