"""A mark for each vital in the status bar, worst first; a click opens the panel."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from gui.features.chart.view.layers.labels import lettering
from gui.features.health.model import HealthModel, Mark
from gui.theme import Theme, colour

HEIGHT, DOT, GAP, SPACE = 20, 8, 5, 10
"""Pixels: of the strip, of a dot, from a dot to its word, and between two marks."""


class HealthStrip(QAbstractButton):
    """Each state has a shape as well as a colour: a disc, a triangle, a square, a ring."""

    def __init__(self, health: HealthModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("healthStrip")
        self.setAccessibleName("Health")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._health = health
        self._lettering = lettering(11)
        self._marks: tuple[Mark, ...] = ()
        self._hint = QSize()
        health.changed.connect(self.refresh)
        self.set_theme(theme)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        self._inks: dict[str, QColor] = {
            "good": colour(theme.passed),
            "warn": colour(theme.warning),
            "bad": colour(theme.failed),
        }
        self._muted, self._words, self._focus = colour(theme.text_muted), colour(theme.text), colour(theme.accent)
        self.update()

    def refresh(self) -> None:
        self.setToolTip(self._health.tip)
        if self._marks != self._health.marks:
            self._marks = self._health.marks
            self.setAccessibleDescription(", ".join(f"{mark.words} {mark.state}" for mark in self._marks))
            if (hint := self.sizeHint()) != self._hint:
                self._hint = hint
                self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        widths = (DOT + GAP + self._lettering.width(mark.words) + SPACE for mark in self._marks)
        return QSize(round(sum(widths)) + SPACE, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(self._focus)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        x, middle = float(SPACE), self.height() / 2
        for mark in self._marks:
            self._paint_shape(painter, mark.state, QRectF(x, middle - DOT / 2, DOT, DOT))
            x += DOT + GAP
            ink = self._words if mark.state in ("warn", "bad") else self._muted
            self._lettering.paint(painter, x, middle - self._lettering.height / 2, mark.words, ink)
            x += self._lettering.width(mark.words) + SPACE
        painter.end()

    def _paint_shape(self, painter: QPainter, state: str, box: QRectF) -> None:
        ink = self._inks.get(state)
        if ink is None:
            painter.setPen(QPen(self._muted, 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(box.adjusted(1, 1, -1, -1))
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        if state == "good":
            painter.drawEllipse(box.adjusted(0.5, 0.5, -0.5, -0.5))
        elif state == "warn":
            top = QPointF(box.center().x(), box.top())
            painter.drawPolygon(QPolygonF([top, box.bottomRight(), box.bottomLeft()]))
        else:
            painter.drawRect(box)
