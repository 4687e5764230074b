"""Opens the form of a price alert, by key, from a chart or from the table."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow

from gui.features.price_alerts.model.price_alerts import PriceAlertsModel
from gui.features.price_alerts.view.dialog import PriceAlertDialog
from gui.widgets.actions import make_action


class PriceAlertOpener:
    """One form at a time, and none that locks the window: halt and flatten stay in reach."""

    def __init__(self, window: QMainWindow, alerts: PriceAlertsModel) -> None:
        self._window, self._alerts = window, alerts
        self.dialog: PriceAlertDialog | None = None
        self.add: QAction = make_action(
            *(window, "alerts.add", "New price alert …", "Adds an alert on the symbol of the chart in front"),
            lambda: alerts.begin(),
            key="Alt+A",
        )
        alerts.form.begun.connect(self._open)
        alerts.form.ended.connect(self._forget)

    def _open(self) -> None:
        if self.dialog is None:
            self.dialog = PriceAlertDialog(self._alerts.form, self._window)
            self.dialog.show()
        self.dialog.activateWindow()
        self.dialog.focus_first()

    def _forget(self) -> None:
        self.dialog = None
