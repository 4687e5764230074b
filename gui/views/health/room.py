"""Puts health into the window: the strip in the status bar, and the panel that a click on it opens."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QStatusBar, QWidget

from gui.theme import Theme
from gui.viewmodels.arming import Arming
from gui.viewmodels.health import HealthModel
from gui.views.health.panel import HealthPanel
from gui.views.health.strip import HealthStrip


class Window(Protocol):
    """What is needed of the window."""

    def add_panel(
        self, name: str, title: str, content: QWidget, area: Qt.DockWidgetArea, *, is_shown: bool = False
    ) -> QDockWidget: ...

    def tabifyDockWidget(self, first: QDockWidget, second: QDockWidget) -> None: ...

    def statusBar(self) -> QStatusBar: ...


class HealthRoom:
    """The panel stands behind the trading tables, where it has their width."""

    def __init__(self, window: Window, health: HealthModel, arming: Arming, theme: Theme, beside: QDockWidget) -> None:
        self.panel = HealthPanel(health, arming, theme)
        self.dock = window.add_panel("health", "Health", self.panel, Qt.DockWidgetArea.BottomDockWidgetArea)
        window.tabifyDockWidget(beside, self.dock)
        self.strip = HealthStrip(health, theme)
        window.statusBar().addPermanentWidget(self.strip)
        self.strip.clicked.connect(self.show)

    def show(self) -> None:
        """Brings the panel to the front."""
        self.dock.show()
        self.dock.raise_()
