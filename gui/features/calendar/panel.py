"""Opens the economic calendar and imports files into it, by menu and key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDockWidget, QMainWindow

from gui.features.alerts.model.alerts import AlertBoard
from gui.features.alerts.model.kinds import Alert, AlertKind
from gui.features.calendar.model.calendar import CalendarModel
from gui.features.calendar.view.calendar import CalendarPanel
from gui.widgets.actions import make_action
from gui.widgets.dock import bring_to_front


class CalendarOpener(QObject):
    """`dock` holds the calendar, `view` makes it when it is first shown; `look_at` shows an instant on the chart."""

    def __init__(
        self,
        window: QMainWindow,
        calendar: CalendarModel,
        alerts: AlertBoard,
        dock: QDockWidget,
        view: Callable[[], CalendarPanel],
        look_at: Callable[[datetime], None],
    ) -> None:
        super().__init__(window)
        self._dock, self._view = dock, view
        calendar.place_asked.connect(look_at)
        alerts.chosen.connect(self._follow)
        tip = "Reads scheduled news from a CSV or iCalendar file"
        self.action = make_action(window, "calendar.import", "Import economic calendar …", tip, self._import)

    def _import(self) -> None:
        self._bring()
        self._view().ask_file()

    def _follow(self, alert: Alert) -> None:
        """An alert about news leads to them."""
        if alert.kind is AlertKind.ECONOMIC_EVENT:
            self._bring()

    def _bring(self) -> None:
        bring_to_front(self._dock)
