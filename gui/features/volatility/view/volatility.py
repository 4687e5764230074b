"""Spread and volatility of one symbol: figures with their limits, the day's spreads, the last candles' ranges."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, SignalInstance
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from gui.features.volatility.model.volatility import VolatilityModel
from gui.features.volatility.view.lines import LineList
from gui.features.volatility.view.pictures import HourPicture, RangePicture
from gui.theme import Theme
from gui.widgets.controls import make_words
from gui.zones import DisplayZones

WIDE = 640
"""Pixels from which the pictures stand beside the figures."""
HIGH = 420
"""Pixels from which they fit below the figures."""
MIN_SIZE = QSize(330, 178)


class VolatilityPanel(QWidget):
    """Computes a summary only while it is visible."""

    def __init__(self, volatility: VolatilityModel, zones: DisplayZones, beat: SignalInstance, theme: Theme) -> None:
        """`beat` is emitted as often as text is refreshed."""
        super().__init__()
        self.setObjectName("volatilityPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumSize(MIN_SIZE)
        self._volatility, self._zones = volatility, zones
        self.silence, self.warning = make_words("volatilitySilence"), make_words("volatilityWarning")
        self.silence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.lines, self.hours, self.ranges = LineList(theme), HourPicture(theme), RangePicture(theme)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(6)
        self._row.addWidget(self.lines, 5)
        self._row.addWidget(self.hours, 4)
        self._row.addWidget(self.ranges, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 8, 4)
        column.setSpacing(4)
        column.addWidget(self.silence, 1)
        column.addWidget(self.warning)
        column.addLayout(self._row, 1)
        for signal in (beat, volatility.changed, zones.changed):
            signal.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        for part in (self.lines, self.hours, self.ranges):
            part.set_theme(theme)

    def refresh(self) -> None:
        if not self.isVisible():
            return
        summary = self._volatility.summary()
        fits_ranges = self.width() >= WIDE or self.height() >= HIGH
        for part, is_shown in ((self.lines, True), (self.hours, fits_ranges), (self.ranges, fits_ranges)):
            part.setVisible(is_shown and summary is not None)
        self.silence.setVisible(summary is None)
        self.silence.setText(self._volatility.silence)
        words = "" if summary is None else summary.warning
        self.warning.setVisible(bool(words))
        self.warning.setText(f"▲ {words}")
        if summary is not None:
            self.lines.show_summary(summary)
            self.hours.show_summary(summary, self._zones.of(summary.symbol))
            self.ranges.show_summary(summary)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = event.size().width() >= WIDE
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom)
        self.refresh()
