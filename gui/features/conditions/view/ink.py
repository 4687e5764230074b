"""Fonts, colours by state, and gauges of the condition panel."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QStaticText, QTextOption

from gui.features.chart.view.layers.labels import Lettering, lettering
from gui.features.conditions.model.numbers import Gauge
from gui.features.conditions.model.summary import Standing, State
from gui.theme import Theme, colour, mixed

PAD = 10
COLUMN_GAP = 14
MAX_REMEMBERED = 500
DECIDING_SHARE = 0.13
"""How strongly the row that held a side back is tinted."""


class Ink:
    """Letterings and colours of one theme."""

    def __init__(self, theme: Theme) -> None:
        self.small, self.plain = lettering(10), lettering(11)
        self.strong = lettering(13, QFont.Weight.Medium)
        self.heading = lettering(11, QFont.Weight.Medium)
        self.figure = lettering(20, QFont.Weight.Medium)
        self.ground, self.raised = colour(theme.surface), colour(theme.surface_raised)
        self.line, self.trough = colour(theme.border), colour(theme.surface_hover)
        self.text, self.muted, self.on_colour = (
            colour(token) for token in (theme.text, theme.text_muted, theme.text_on_colour)
        )
        self.accent, self.warning = colour(theme.accent), colour(theme.warning)
        self.passed, self.failed = colour(theme.passed), colour(theme.failed)
        self.decides = mixed(theme.failed, theme.surface, DECIDING_SHARE)
        self.parts = tuple(mixed(theme.passed, theme.surface, share) for share in (1.0, 0.72, 0.9, 0.62, 0.8))
        self.states = {
            State.PASS: self.passed,
            State.FAIL: self.failed,
            State.COUNTS: self.passed,
            State.ABSENT: self.muted,
            State.UNKNOWN: self.warning,
            State.LIVE_ONLY: self.muted,
            State.NOT_AVAILABLE: self.muted,
        }
        self.fills = self.states | {State.ABSENT: mixed(theme.text_muted, theme.surface, 0.5)}
        self.standings = {
            Standing.SETUP: self.passed,
            Standing.A_PLUS: self.text,
            Standing.TIED: self.warning,
            Standing.OUTSCORED: self.warning,
            Standing.ONE_GATE_AWAY: self.warning,
            Standing.HELD_BACK: self.failed,
        }


def paint_right(painter: QPainter, lettering: Lettering, right: float, y: float, words: str, ink: QColor) -> float:
    """Words that end at `right`; returns where they begin."""
    left = right - lettering.width(words)
    lettering.paint(painter, left, y, words, ink)
    return left


def paint_gauge(painter: QPainter, area: QRect, gauge: Gauge, fill: QColor, ink: Ink) -> None:
    """A trough filled as far as the value goes, with a mark at the limit."""
    painter.fillRect(area, ink.trough)
    painter.fillRect(area.x(), area.y(), round(gauge.fill * area.width()), area.height(), fill)
    if gauge.limit is not None:
        x = area.x() + round(gauge.limit * area.width())
        painter.fillRect(x, area.y() - 2, 1, area.height() + 4, ink.text)


class Paragraphs:
    """Sentences broken into lines of one width, layouts remembered."""

    def __init__(self, face: QFont) -> None:
        self._face = face
        self.line_height = math.ceil(QFontMetricsF(face).lineSpacing())
        self._known: dict[tuple[str, int], QStaticText] = {}

    def paint(self, painter: QPainter, x: int, y: int, width: int, words: str, ink: QColor) -> None:
        painter.setFont(self._face)
        painter.setPen(ink)
        painter.drawStaticText(QPointF(x, y), self._laid_out(words, width))

    def height(self, words: str, width: int) -> int:
        """Pixels that a sentence needs."""
        return math.ceil(self._laid_out(words, width).size().height())

    def _laid_out(self, words: str, width: int) -> QStaticText:
        found = self._known.get((words, width))
        if found is None:
            if len(self._known) >= MAX_REMEMBERED:
                self._known.clear()
            found = self._known[words, width] = self._lay_out(words, width)
        return found

    def _lay_out(self, words: str, width: int) -> QStaticText:
        layout = QStaticText(words)
        layout.setTextFormat(Qt.TextFormat.PlainText)
        layout.setTextOption(QTextOption())
        layout.setTextWidth(width)
        layout.prepare(font=self._face)
        return layout
