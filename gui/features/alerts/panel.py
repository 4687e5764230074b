"""Puts the alerts into a window: toasts over the charts, the icon on the desktop, the tests next to their settings."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QLabel, QMainWindow, QPushButton, QVBoxLayout, QWidget

from gui.features.alerts.model.alerts import AlertBoard
from gui.features.alerts.model.kinds import KIND_TITLES, Alert
from gui.features.alerts.view.toasts import ToastRow
from gui.features.alerts.view.tray import DeskTray, desktop_place
from gui.features.approvals.view.approval_desk import ApprovalDesk
from gui.features.chart.view.deck import ChartDeck
from gui.theme.icons import application_icon
from gui.widgets.actions import make_action
from gui.zones import DisplayZones

TESTS_IN_ROW = 3


class AlertDisplay(QObject):
    """Shows alerts in the window and on the desktop.

    One that is chosen leads to the card that waits, or to the chart and the candle it is about.
    """

    def __init__(
        self,
        window: QMainWindow,
        board: AlertBoard,
        zones: DisplayZones,
        deck: ChartDeck,
        approvals: ApprovalDesk,
        halt: QAction,
    ) -> None:
        super().__init__(window)
        self._board, self._deck, self._approvals = board, deck, approvals
        self.show_proposal: Callable[[str], bool] = lambda _: False
        """Brings the card of a proposed plan into view; False where it is not proposed any more."""
        self.toasts = ToastRow(board, deck, zones)
        self.tray = DeskTray(board, window, halt, desktop_place(application_icon()))
        board.chosen.connect(self.lead_to)
        tip = "Removes the alerts that are shown on the charts; the list keeps them"
        self.dismiss = make_action(window, "alerts.dismiss", "Dismiss alerts", tip, self.toasts.dismiss, key="Ctrl+D")

    def keep_inside(self) -> None:
        """This window has no place on the desktop, and is not heard."""
        self._board.keep_inside()
        if self.tray.icon is not None:
            self.tray.icon.hide()

    def lead_to(self, alert: Alert) -> None:
        """Shows the subject of an alert, where it still exists."""
        if alert.plan_id and (self._approvals.show_card(alert.plan_id) or self.show_proposal(alert.plan_id)):
            return
        if alert.symbol in self._deck.symbols:
            self._deck.bring_m1(alert.symbol).look_at_newest(alert.candle_time)

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
