"""What the menu of a chart does at the clicked price."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QWidget

from gui.features.chart.model.chart import ChartModel


class PriceActions:
    """Actions of `view`; `price_at` returns the clicked price, or that of the crosshair where a key opened the menu,
    or else the last one; `alert_at` the id of the alert whose line was clicked, empty for none."""

    def __init__(
        self,
        view: QWidget,
        model: ChartModel,
        price_at: Callable[[], float | None],
        alert_at: Callable[[], str],
    ) -> None:
        self._view, self._model, self._price_at, self._alert_at = view, model, price_at, alert_at
        self.plan_buy = self._make("Plan a BUY here …", lambda price: model.trades.ask_plan(price, "BUY"))
        self.plan_sell = self._make("Plan a SELL here …", lambda price: model.trades.ask_plan(price, "SELL"))
        self.alert = self._make("Alert here …", model.alerts.ask)
        self.edit_alert = self._make("Edit this alert …", lambda _: model.alerts.edit_asked.emit(self._alert_at()))
        self.remove_alert = self._make("Remove this alert", lambda _: model.alerts.removal_asked.emit(self._alert_at()))
        self.copy = self._make("Copy price", self._copy)
        separator = QAction(view)
        separator.setSeparator(True)
        view.addActions([self.plan_buy, self.plan_sell, self.alert, self.edit_alert, self.remove_alert])
        view.addActions([self.copy, separator])
        self.refresh()

    def refresh(self) -> None:
        """Offers what fits the clicked place."""
        for action in (self.edit_alert, self.remove_alert):
            action.setVisible(bool(self._alert_at()))

    def _make(self, title: str, act: Callable[[float], object]) -> QAction:
        def act_at_price() -> None:
            price = self._price_at()
            if price is not None:
                act(price)

        action = QAction(title, self._view)
        action.triggered.connect(act_at_price)
        return action

    def _copy(self, price: float) -> None:
        copy_price(price, self._model.digits)


def copy_price(price: float, digits: int) -> str:
    """Puts a price on the clipboard; returns it as it stands there."""
    words = f"{price:.{digits}f}"
    QGuiApplication.clipboard().setText(words)
    return words
