"""Panels whose controls stand in the title of their dock."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, qInstallMessageHandler
from PySide6.QtWidgets import QComboBox, QMainWindow, QTableView
from pytestqt.qtbot import QtBot

from gui.theme import DARK
from gui.widgets.dock import HeadedPanel, hold_head, make_dock


def test_that_tab_leaves_out_the_lists_of_combo_boxes(qtbot: QtBot, request: pytest.FixtureRequest) -> None:
    window, panel = QMainWindow(), HeadedPanel()
    qtbot.addWidget(window)
    box = QComboBox()
    panel.controls.addWidget(box)
    panel.lay_out(QTableView())
    box.view()  # it stands in a window of its own
    dock = make_dock(window, "panel", "Panel", panel, DARK)
    window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock)
    said: list[str] = []
    before = qInstallMessageHandler(lambda _kind, _context, words: said.append(words))
    request.addfinalizer(lambda: qInstallMessageHandler(before))
    hold_head(dock, panel)
    assert said == []
