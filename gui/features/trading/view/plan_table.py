"""Plans of all states, with a filter."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.features.trading.model.plans import CANCEL, CHANGE, FILTERS, PlansTable
from gui.features.trading.view.table import SHOWS_ON_CHART, TradeTable
from gui.theme import Theme

SILENCE = (
    "No plans here. Every setup creates a plan; New plan creates one that waits for a setup. "
    "Choose Ended or All states to see ended plans."
)


class PlanTable(QWidget):
    """The plans, below `head` with their filter, which may stand elsewhere.

    A click on Cancel cancels a waiting plan, one on Change opens its form.
    """

    def __init__(self, plans: PlansTable, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plans = plans
        self.filter = QComboBox()
        self.filter.addItems(list(FILTERS))
        self.filter.setToolTip("Which plans are shown")
        self.filter.textActivated.connect(plans.set_filter)
        self.table = TradeTable(plans, theme, SILENCE, name="Plans", shows=SHOWS_ON_CHART)
        self.table.acted.connect(plans.click)
        heads = self.table.horizontalHeader()
        heads.moveSection(heads.visualIndex(CHANGE), heads.visualIndex(CANCEL))
        self.head = QWidget()
        row = QHBoxLayout(self.head)
        row.setContentsMargins(8, 1, 8, 1)
        row.setSpacing(8)
        row.addWidget(QLabel("Show"))
        row.addWidget(self.filter)
        row.addStretch(1)
        self.new_plan = QPushButton("New plan …")
        self.new_plan.setToolTip("Create a plan that waits for a setup; starts from the current setup, if any")
        row.addWidget(self.new_plan)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.table, 1)
        plans.filter_changed.connect(self._show_filter)

    def set_theme(self, theme: Theme) -> None:
        self.table.set_theme(theme)

    def _show_filter(self) -> None:
        with QSignalBlocker(self.filter):
            self.filter.setCurrentText(self._plans.filter)
