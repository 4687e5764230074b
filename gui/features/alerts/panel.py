"""Puts the alerts into a window: toasts over the charts, the icon on the desktop, the tests beside their settings."""

from __future__ import annotations

import time
from typing import Protocol

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QDockWidget, QGridLayout, QLabel, QMainWindow, QPushButton, QVBoxLayout, QWidget

from gui.features.alerts.model.alerts import AlertBoard
from gui.features.alerts.model.words import KIND_TITLES, Alert
from gui.features.alerts.view.list import AlertList
from gui.features.alerts.view.toasts import ToastRow
from gui.features.alerts.view.tray import DeskTray, desktop_place
from gui.features.approvals.view.approval_desk import ApprovalDesk
from gui.features.chart.view.deck import ChartDeck
from gui.widgets.late import Late
from gui.zones import DisplayZones

TESTS_IN_ROW = 3


class PanelWindow(Protocol):
    """What is needed of the window."""

    def add_panel(
        self, name: str, title: str, content: QWidget, area: Qt.DockWidgetArea, *, is_shown: bool = False
    ) -> QDockWidget: ...

    def tabifyDockWidget(self, first: QDockWidget, second: QDockWidget) -> None: ...


class AlertRoom(QObject):
    """A click on an alert leads to the card that waits, or to the chart and the candle it is about."""

    def __init__(
        self,
        window: QMainWindow,
        board: AlertBoard,
        zones: DisplayZones,
        deck: ChartDeck,
        approvals: ApprovalDesk,
        icon: QIcon,
        halt: QAction,
    ) -> None:
        super().__init__(window)
        self._board, self._deck, self._approvals, self._zones = board, deck, approvals, zones
        self.toasts = ToastRow(board, deck, zones, lambda: deck.area_below_prices)
        self.tray = DeskTray(board, window, halt, desktop_place(icon))
        for place in (self.toasts, self.tray):
            place.chosen.connect(self.lead_to)

    def add_list(self, window: PanelWindow, beside: QDockWidget) -> None:
        """Adds a panel with the alerts of this run that were shown in the window, behind `beside`."""
        late = Late(self._make_list)
        self.list_dock = window.add_panel("alerts", "Alerts", late, Qt.DockWidgetArea.BottomDockWidgetArea)
        window.tabifyDockWidget(beside, self.list_dock)
        self.toasts.asked.connect(self.show_list)

    def _make_list(self) -> AlertList:
        made = AlertList(self._board, self._zones)
        made.chosen.connect(self.lead_to)
        return made

    def show_list(self) -> None:
        """Brings the list to the front."""
        self.list_dock.show()
        self.list_dock.raise_()

    def keep_inside(self) -> None:
        """This window has no place on the desktop, and is not heard."""
        self._board.keep_inside()
        if self.tray.icon is not None:
            self.tray.icon.hide()

    def lead_to(self, alert: Alert) -> None:
        """To what an alert is about, where it is still there."""
        if alert.plan_id and self._approvals.show_card(alert.plan_id):
            return
        if alert.symbol in self._deck.symbols:
            self._deck.bring(alert.symbol)
            self._deck.views[self._deck.symbols.index(alert.symbol)].look_at_newest(alert.candle_time)

    def make_tests(self) -> QWidget:
        """A button for each kind, which shows, notifies and plays it."""
        holder, board = QWidget(), self._board
        column, grid = QVBoxLayout(holder), QGridLayout()
        column.addWidget(QLabel("Test each kind, even if it is switched off below:"))
        column.addLayout(grid)
        for number, (kind, title) in enumerate(KIND_TITLES.items()):
            button = QPushButton(f"Test: {title}")
            button.setToolTip(f"Shows and plays an alert of the kind {title}")
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, kind=kind: board.try_out(kind, time.monotonic()))
            grid.addWidget(button, number // TESTS_IN_ROW, number % TESTS_IN_ROW)
        return holder
