"""How results are spread."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from gui.features.lab.model.numbers import count, plain, share
from gui.features.lab.model.pictures import Histogram
from gui.features.lab.view.pictures.axes import Axis, tick_text
from gui.features.lab.view.pictures.picture import PictureView
from gui.theme import Theme

WORDS_APART = 64.0
HEADROOM = 1.12


class HistogramView(PictureView):
    """Bars of equal width; far values are in the outermost."""

    def __init__(self, histogram: Histogram, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(histogram.title, histogram.caption, theme, parent)
        self._shown = histogram

    def _axes(self, area: QRectF) -> tuple[Axis, Axis]:
        shown = self._shown
        marks = [rule.at for rule in shown.rules]
        low, high = min([float(shown.edges[0]), *marks]), max([float(shown.edges[-1]), *marks])
        top = max(1.0, float(shown.counts.max())) * HEADROOM
        return Axis(low, high, area.left(), area.right()), Axis(0.0, top, area.bottom(), area.top())

    def paint_still(self, painter: QPainter, area: QRectF) -> None:
        x, y = self._axes(area)
        ink = self.palette_of
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for place in range(len(self._shown.counts)):
            painter.fillRect(self._bar(x, y, place), self._shade(place))
        painter.fillRect(QRectF(x.first, round(y.first), x.length, 1.0), ink.border)
        step = x.step(WORDS_APART)
        for value in x.ticks(WORDS_APART):
            words = tick_text(value, step)
            width = ink.words.width(words)
            left = min(max(x.first, x.at(value) - width / 2.0), x.last - width)
            ink.words.paint(painter, left, y.first + 5.0, words, ink.muted)
        for rule in self._shown.rules:
            place = round(x.at(rule.at))
            painter.fillRect(QRectF(place, y.last, 1.0, y.length), ink.inks[rule.ink])
            width = ink.words.width(rule.name)
            left = place + 5.0 if place + 5.0 + width <= area.right() else place - 5.0 - width
            painter.fillRect(QRectF(left - 2.0, y.last, width + 4.0, ink.words.height), ink.ground)
            ink.words.paint(painter, left, y.last, rule.name, ink.text)

    def _bar(self, x: Axis, y: Axis, place: int) -> QRectF:
        left, right = (round(x.at(float(edge))) for edge in self._shown.edges[place : place + 2])
        top = y.at(float(self._shown.counts[place]))
        return QRectF(left, round(top), max(1.0, right - left - 1.0), round(y.first) - round(top))

    def _shade(self, place: int) -> QColor:
        ink = self.palette_of
        if not self._shown.is_signed:
            return ink.pale(ink.muted, 0.5)
        middle = float(self._shown.edges[place : place + 2].mean())
        return ink.pale(ink.signed(middle), 0.75)

    def paint_pointer(self, painter: QPainter, area: QRectF, pointer: QPointF) -> None:
        x, y = self._axes(area)
        shown = self._shown
        place = int(np.searchsorted(shown.edges, x.value(pointer.x()), "right")) - 1
        if not 0 <= place < len(shown.counts) or not area.top() <= pointer.y() <= area.bottom():
            return
        painter.setPen(self.palette_of.text)
        painter.drawRect(self._bar(x, y, place).adjusted(-0.5, -0.5, 0.5, 0.5))
        low, high = (plain(float(edge)) for edge in shown.edges[place : place + 2])
        total = max(1.0, float(shown.counts.sum()))
        number = float(shown.counts[place])
        words = f"{count(number)} {shown.of}, {share(number / total)}"
        self.paint_box(painter, pointer, [f"{low} to {high} {shown.unit}", words])
