"""Puts spread and volatility into the window, of the symbol whose chart is in front."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtWidgets import QDockWidget, QWidget

from gui.features.volatility.model.volatility import VolatilityModel
from gui.features.volatility.view.volatility import VolatilityPanel
from gui.theme import Theme
from gui.widgets.late import Late
from gui.zones import DisplayZones


class Window(Protocol):
    """What is needed of the window."""

    @property
    def theme(self) -> Theme: ...

    def add_panel(
        self, name: str, title: str, content: QWidget, area: Qt.DockWidgetArea, *, is_shown: bool = False
    ) -> QDockWidget: ...

    def tabifyDockWidget(self, first: QDockWidget, second: QDockWidget) -> None: ...


class VolatilityRoom:
    """`beat` is emitted as often as text is refreshed."""

    def __init__(
        self,
        window: Window,
        volatility: VolatilityModel,
        zones: DisplayZones,
        beside: QDockWidget,
        beat: SignalInstance,
    ) -> None:
        def make() -> VolatilityPanel:
            panel = VolatilityPanel(volatility, zones, window.theme)
            for signal in (beat, volatility.changed, zones.changed):
                signal.connect(panel.refresh)
            return panel

        self._late = Late(make)
        area = Qt.DockWidgetArea.BottomDockWidgetArea
        self.dock = window.add_panel("volatility", "Spread and volatility", self._late, area)
        window.tabifyDockWidget(beside, self.dock)

    @property
    def panel(self) -> VolatilityPanel:
        return self._late.part
