"""All price alerts, with what became of them."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWidget

from gui.features.layout.columns import TABLE_NAME_PROPERTY
from gui.features.price_alerts.model.price_alerts import PriceAlertsModel
from gui.features.trading.view.table import SHOWS_ON_CHART, TradeTable
from gui.theme import Theme
from gui.widgets.dock import HeadedPanel

SILENCE = (
    "No price alerts. New alert, or a right click on a chart, adds one: on a price level, VWAP and its bands, a drawn "
    "line, or the conditions of a side."
)


class PriceAlertPanel(HeadedPanel):
    """The button above, the alerts below; a click on a cell at the right end switches, edits or removes an alert."""

    def __init__(self, alerts: PriceAlertsModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = TradeTable(alerts.table, theme, SILENCE, name="Price alerts", shows=SHOWS_ON_CHART)
        self.table.setProperty(TABLE_NAME_PROPERTY, "price_alerts")
        self.table.acted.connect(alerts.table.click)
        self.new_alert = QPushButton("New alert …")
        self.new_alert.setToolTip("Adds an alert on the symbol of the chart in front")
        self.new_alert.clicked.connect(lambda: alerts.begin())
        self.controls.addStretch(1)
        self.controls.addWidget(self.new_alert)
        self.lay_out(self.table)

    def set_theme(self, theme: Theme) -> None:
        self.table.set_theme(theme)
