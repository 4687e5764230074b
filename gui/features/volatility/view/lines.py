"""Figures against their limits, one line each, as the conditions show theirs."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.features.conditions.model.summary import State
from gui.features.conditions.view.ink import PAD, Ink, paint_gauge, paint_right
from gui.features.volatility.model.summary import Line, VolatilitySummary
from gui.theme import Theme

ROW, MAX_LINES = 18, 8
ICON_WIDTH, GAUGE_LEFT, GAUGE_WIDTH, GAUGE_HEIGHT = 15, 138, 56, 4


class LineList(QWidget):
    """The tip of a line explains it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)
        self._lines: tuple[Line, ...] = ()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._ink = Ink(theme)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(380, MAX_LINES * ROW)

    def minimumSizeHint(self) -> QSize:
        return QSize(330, MAX_LINES * ROW)

    def show_summary(self, summary: VolatilitySummary) -> None:
        if summary.lines != self._lines:
            self._lines = summary.lines
            self.update()

    def tip_at(self, point: QPoint) -> str:
        """What the line at a point says; empty where there is none."""
        row = point.y() // ROW
        return self._lines[row].tip if 0 <= row < len(self._lines) else ""

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(event.pos()), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._ink.ground)
        for row, line in enumerate(self._lines):
            self._paint(painter, row * ROW + 2, line)
        painter.end()

    def _paint(self, painter: QPainter, y: int, line: Line) -> None:
        ink = self._ink
        if line.is_passed is not None:
            state = State.PASS if line.is_passed else State.FAIL
            ink.plain.paint(painter, PAD, y, state.icon, ink.states[state])
        ink.plain.paint(painter, PAD + ICON_WIDTH, y, line.title, ink.text)
        if line.gauge is not None:
            fill = ink.failed if line.is_passed is False else ink.passed if line.is_passed else ink.accent
            paint_gauge(painter, QRect(GAUGE_LEFT, y + 6, GAUGE_WIDTH, GAUGE_HEIGHT), line.gauge, fill, ink)
        paint_right(painter, ink.plain, self.width() - PAD, y, line.words, ink.text)
