"""A comparison on the candles of one day after the other."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from gui.features.lab.model.chart import Comparison, DayCandles
from gui.features.lab.view.pictures.candles import CandleView
from gui.theme import Theme

NOTHING = "No setup changes: there is nothing to show on a chart."


class ComparisonView(QWidget):
    """`day_wanted` carries a day whose candles are to be shown, `opened` the instant of a mark that was chosen."""

    day_wanted = Signal(str)
    opened = Signal(object)

    def __init__(self, comparison: Comparison, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._comparison = comparison
        self._wanted_at: datetime | None = None
        self.day = QComboBox()
        self.day.setToolTip("The day that is shown, UTC; only days with a change are listed")
        self.day.setAccessibleName("Day")
        for day in comparison.days:
            self.day.addItem(f"{day}  ({len(comparison.marks[day])})", day)
        self.before = _arrow(Qt.ArrowType.LeftArrow, "The day with a change before this one")
        self.after = _arrow(Qt.ArrowType.RightArrow, "The next day with a change")
        self.before.clicked.connect(lambda: self._step(-1))
        self.after.clicked.connect(lambda: self._step(1))
        self.chart = CandleView(theme)
        self.chart.opened.connect(self.opened)
        row = QHBoxLayout()
        row.setContentsMargins(14, 8, 14, 0)
        row.setSpacing(6)
        for part in (QLabel("Day"), self.day, self.before, self.after):
            row.addWidget(part)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.chart, 1)
        self.day.currentIndexChanged.connect(lambda _: self.ask())

    def set_theme(self, theme: Theme) -> None:
        self.chart.set_theme(theme)

    def ask(self) -> None:
        """Asks for the candles of the chosen day."""
        place = self.day.currentIndex()
        self.before.setEnabled(place > 0)
        self.after.setEnabled(0 <= place < self.day.count() - 1)
        day = self.day.currentData()
        self.chart.show_silence("Reading candles …" if day else NOTHING)
        if day:
            self.day_wanted.emit(day)

    def look_at(self, at: datetime) -> None:
        """Shows the day of a mark, and the mark in its middle."""
        self._wanted_at = at
        place = self.day.findData(at.astimezone(UTC).date().isoformat())
        if place == self.day.currentIndex():
            self.chart.look_at(at)
        self.day.setCurrentIndex(place)
        self.chart.setFocus()

    def show_candles(self, candles: DayCandles) -> None:
        """Of a day that was asked for; another one may be wanted by now."""
        if candles.day == self.day.currentData():
            self.chart.show_day(candles, self._comparison.marks[candles.day])
            if self._wanted_at is not None:
                self.chart.look_at(self._wanted_at)

    def show_fault(self, day: str, reason: str) -> None:
        if day == self.day.currentData():
            self.chart.show_silence(reason)

    def _step(self, by: int) -> None:
        self._wanted_at = None
        self.day.setCurrentIndex(self.day.currentIndex() + by)


def _arrow(kind: Qt.ArrowType, tip: str) -> QToolButton:
    button = QToolButton()
    button.setArrowType(kind)
    button.setToolTip(tip)
    return button
