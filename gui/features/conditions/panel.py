"""Puts the conditions into the window: the panel beside the charts, and the way back to the newest candle."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDockWidget, QWidget

from gui.desk_model import DeskModel
from gui.features.conditions.view.conditions import ConditionPanel
from gui.theme import Theme
from gui.widgets.actions import make_action


class Window(Protocol):
    """What is needed of the window."""

    def add_panel(
        self, name: str, title: str, content: QWidget, area: Qt.DockWidgetArea, *, is_shown: bool = False
    ) -> QDockWidget: ...


class ConditionsRoom:
    """The panel shows the chart in front; `live` is an action of `owner`."""

    def __init__(self, window: Window, owner: QObject, desk: DeskModel, theme: Theme) -> None:
        self._desk = desk
        self.panel = ConditionPanel(theme)
        self.dock = window.add_panel("conditions", "Conditions", self.panel, Qt.DockWidgetArea.RightDockWidgetArea)
        self.toggle = self.dock.toggleViewAction()
        self.toggle.setToolTip("Why a candle does or does not pass")
        self.toggle.setShortcut(QKeySequence("Ctrl+I"))
        tip = "The conditions of the newest candle"
        self.live = make_action(owner, "chart.live", "Return to live", tip, self._return_to_live, key="Esc")

    def show(self, symbol: str) -> None:
        """The conditions of that chart, at the times of its zone."""
        self.panel.show_model(self._desk.conditions[symbol])
        self.show_zone(symbol)

    def show_zone(self, symbol: str) -> None:
        self.panel.set_zone(self._desk.zones.of(symbol))

    def _return_to_live(self) -> None:
        for conditions in self._desk.conditions.values():
            conditions.return_to_live()
