"""Closed windows and dialogs leave nothing in memory."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from tests.gui.chart.builders import flush
from tests.gui.desk_window import DeskWindow

pytestmark = pytest.mark.long


@pytest.fixture
def desk(qtbot: QtBot) -> DeskWindow:
    return DeskWindow(qtbot)


def settle() -> None:
    """What waits to be deleted goes, and what only cycles hold."""
    for _ in range(2):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        flush()
        gc.collect()


def census(root: QObject) -> dict[str, int]:
    """How many objects of Qt there are below a window, by kind, and widgets at all."""
    settle()
    kinds = {kind.__name__: len(root.findChildren(kind)) for kind in (QObject, QTimer, QAction, QDialog)}
    return {**kinds, "QWidget": len(QApplication.allWidgets())}


def stays_the_same(root: QObject, act: Callable[[], None], times: int) -> None:
    """Once for what is made at first use and kept; after that nothing more is there than before."""
    act()
    before = census(root)
    for _ in range(times):
        act()
    assert grown(census(root), before) == {}


def grown(now: dict[str, int], before: dict[str, int]) -> dict[str, int]:
    """What there is more of; what was still on its way to its end may be gone now."""
    return {kind: count for kind, count in now.items() if count > before[kind]}


def test_that_a_settings_dialog_with_all_its_pages_leaves_nothing(desk: DeskWindow) -> None:
    def leaf() -> None:
        desk.window.settings.open()
        dialog = desk.window.settings.dialog
        assert dialog is not None
        for page in dialog._form.pages:
            dialog.tree.choose(page.key)
        dialog.close()
        flush()

    stays_the_same(desk.window, leaf, 2)


def test_that_a_dialog_that_was_closed_leaves_nothing(desk: DeskWindow) -> None:
    def look(opening: str) -> None:
        desk.action(opening).trigger()
        (dialog,) = [each for each in desk.window.findChildren(QDialog) if each.isVisible()]
        dialog.close()
        flush()

    for opening in ("help.keys", "replay.go_to", "file.report", "layout.save"):
        stays_the_same(desk.window, partial(look, opening), 2)


def test_that_a_panel_that_floats_and_docks_again_leaves_nothing(desk: DeskWindow) -> None:
    """Qt makes grips of its own for separators of one pixel, and forgets them."""
    desk.window.show()
    flush()

    def float_and_dock() -> None:
        for dock in desk.window.panels.values():
            dock.show()
            for is_floating in (True, False):
                dock.setFloating(is_floating)
                flush()

    stays_the_same(desk.window, float_and_dock, 2)
