"""The health panel: all vitals with their limits, what each means, and the button that restores authority."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.features.health.model import HealthModel
from gui.features.keyboard.model.arming import Arming
from gui.features.keyboard.view.guard import KeyGuard
from gui.features.layout.columns import TABLE_NAME_PROPERTY
from gui.features.trading.view.table import TradeTable
from gui.theme import Theme
from gui.widgets.controls import make_words
from gui.widgets.restyle import restyle

SILENCE = "Nothing is measured yet. Health is updated about once a second while a market runs."


class HealthPanel(QWidget):
    def __init__(self, health: HealthModel, arming: Arming, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("healthPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._health = health
        self._guard = KeyGuard(arming, self)
        self.headline = make_words("healthHeadline")
        self.way_back, self.details = make_words("healthWay"), make_words("healthWords")
        self.door = make_words("healthDoor")
        self.table = TradeTable(health.table, theme, SILENCE, name="Health")
        self.table.setProperty(TABLE_NAME_PROPERTY, "health")
        self.restore = QPushButton()
        self.restore.setToolTip("Restores the desk's authority; the desk never restores it by itself")
        self.restore.clicked.connect(lambda: health.restore())
        self._guard.watch(self.restore)
        self._lay_out()
        health.changed.connect(self.refresh)
        self.table.selectionModel().selectionChanged.connect(lambda: self.refresh())
        self.refresh()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.way_back, 1)
        row.addWidget(self.restore)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(6)
        column.addWidget(self.headline)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        column.addWidget(self.details)
        column.addWidget(self.door)

    def set_theme(self, theme: Theme) -> None:
        self.table.set_theme(theme)

    def refresh(self) -> None:
        if not self.isVisible():
            return
        health = self._health
        self.headline.setText(health.headline)
        restyle(self.headline, "isLowered", health.is_lowered)
        self.way_back.setText(health.way_back)
        self.way_back.setVisible(health.is_lowered)
        self.restore.setText(health.restore_words)
        self.restore.setVisible(health.is_lowered)
        self.restore.setEnabled(health.may_restore)
        self.door.setText(health.door_words)
        self.door.setVisible(bool(health.door_words))
        chosen = self.table.selectionModel().selectedRows()
        self.details.setText(health.details(chosen[0].row() if chosen else None))
        self.details.setVisible(bool(self.details.text()))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
