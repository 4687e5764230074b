"""Puts health into the window: the strip in the status bar, and the panel that a click on it opens."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QStatusBar, QWidget

from gui.features.health.model import HealthModel
from gui.features.health.view.health import HealthPanel
from gui.features.health.view.strip import HealthStrip
from gui.features.keyboard.model.arming import Arming
from gui.theme import Theme
from gui.widgets.late import Late


class Window(Protocol):
    """What is needed of the window."""

    @property
    def theme(self) -> Theme: ...

    def add_panel(
        self, name: str, title: str, content: QWidget, area: Qt.DockWidgetArea, *, is_shown: bool = False
    ) -> QDockWidget: ...

    def tabifyDockWidget(self, first: QDockWidget, second: QDockWidget) -> None: ...

    def statusBar(self) -> QStatusBar: ...


class HealthRoom:
    """The panel stands behind the trading tables, where it has their width."""

    def __init__(self, window: Window, health: HealthModel, arming: Arming, beside: QDockWidget) -> None:
        self._late = Late(lambda: HealthPanel(health, arming, window.theme))
        self.dock = window.add_panel("health", "Health", self._late, Qt.DockWidgetArea.BottomDockWidgetArea)
        window.tabifyDockWidget(beside, self.dock)
        self.strip = HealthStrip(health, window.theme)
        window.statusBar().addPermanentWidget(self.strip)
        self.strip.clicked.connect(self.show)

    @property
    def panel(self) -> HealthPanel:
        return self._late.part

    def show(self) -> None:
        """Brings the panel to the front."""
        self.dock.show()
        self.dock.raise_()
