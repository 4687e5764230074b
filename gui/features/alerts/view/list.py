"""The alerts of this run in a list, the newest first."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QWidget

from gui.features.alerts.model.alerts import AlertBoard
from gui.features.alerts.model.kinds import Alert
from gui.zones import DisplayZones, named_second_text

SILENCE = "No alerts yet. Setups, fills, exits and all that Settings, Alerts lists are kept here until the desk closes."
ALERT_ROLE = Qt.ItemDataRole.UserRole


class AlertList(QListWidget):
    """Shows what a board keeps while it is in sight; a click or Return chooses an alert."""

    def __init__(self, board: AlertBoard, zones: DisplayZones, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("alertList")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(False)
        self._board, self._zones = board, zones
        self._shown: tuple[Alert, ...] = ()
        board.changed.connect(self.refresh)
        zones.changed.connect(self._fill)
        self.setAccessibleName("Alerts")
        self.itemClicked.connect(self._choose)
        self.itemActivated.connect(self._choose)

    def _choose(self, item: QListWidgetItem) -> None:
        self._board.chosen.emit(item.data(ALERT_ROLE))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Follows the board; a hidden list is not updated."""
        if not self.isVisible():
            return
        self._board.note_seen()
        if (recent := tuple(self._board.recent)) != self._shown:
            self._shown = recent
            self._fill()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.count():
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, SILENCE)
            painter.end()

    def _fill(self) -> None:
        self.clear()
        for alert in reversed(self._shown):
            item = QListWidgetItem(self._line(alert))
            item.setToolTip(alert.words)
            item.setData(ALERT_ROLE, alert)
            self.addItem(item)

    def _line(self, alert: Alert) -> str:
        zone = self._zones.of(alert.symbol) if alert.symbol else self._zones.common
        time = "" if alert.at is None else named_second_text(alert.at, zone)
        return "  ·  ".join(part for part in (time, alert.label, alert.title, alert.words) if part)
