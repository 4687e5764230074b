"""A window that keeps its layout, and who looks at it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from config.settings import Settings
from gui.desk_model import DeskModel
from gui.features.layout.file import LayoutFile
from gui.panels import PanelSpec
from gui.theme import DARK
from gui.window import MainWindow
from tests.builders import BITCOIN
from tests.fakes import source
from tests.gui.chart.builders import flush, quiet_hours

RIGHT, BOTTOM = Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea


class Desk:
    """A window of two charts that keeps its layout in a file, and the person before it."""

    def __init__(self, qtbot: QtBot, path: Path | None, settings: Settings | None = None) -> None:
        self.path = path
        self.said: list[str] = []
        self.model = DeskModel(settings)
        self.window = MainWindow(DARK, None if path is None else LayoutFile(path))
        self.model.setParent(self.window)
        qtbot.addWidget(self.window)
        self.window.layouts.announced.connect(self.said.append)
        self.window.populate(self.model)
        self.extra = self.window.panels.add(PanelSpec("extra", "Extra", RIGHT, lambda *_: QLabel("more")))
        self.window.begin_layouts()
        self.model.open([source(), source(instrument=BITCOIN)])
        for chart in self.model.charts.values():
            chart.append(quiet_hours(60))
        self.window.show()
        qtbot.waitExposed(self.window)
        flush()

    def rest(self) -> None:
        """Long enough without a change for the layout to be written."""
        keeper = self.window.layouts
        keeper.look()
        keeper.look()
        keeper.wait()


def overlay(desk: Desk, name: str) -> bool:
    return desk.window.deck.views[0].is_overlay_visible(name)
