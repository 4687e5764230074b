"""Lines above common places: an equity curve with the band of chance, a result at other costs."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from gui.features.lab.model.numbers import plain, signed
from gui.features.lab.model.pictures import Array, Ink, Line, Lines
from gui.features.lab.view.pictures.axes import Axis, spanned, tick_text
from gui.features.lab.view.pictures.picture import PAD, PictureView
from gui.theme import Theme

TICK_APART, WORDS_APART = 34.0, 96.0
LEFT, WORDS_GAP = 46.0, 16.0
KEY_WIDTH, KEY_GAP = 16.0, 14.0


class LinesView(PictureView):
    """The pointer shows all values at the nearest place."""

    def __init__(self, lines: Lines, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(lines.title, lines.caption, theme, parent)
        self._lines = lines
        parts = [part for line in lines.lines for part in (line.y, line.low, line.high) if part is not None]
        values = [float(value) for part in parts for value in (np.nanmin(part), np.nanmax(part))]
        self._range = spanned([*values, *(rule.at for rule in lines.rules)])

    def _axes(self, area: QRectF) -> tuple[Axis, Axis]:
        x = self._lines.x
        first, last = (float(x[0]), float(x[-1])) if len(x) else (0.0, 1.0)
        if last <= first:
            first, last = first - 1.0, last + 1.0
        left, right = area.left() + LEFT - PAD, area.right() - 2.0
        return Axis(first, last, left, right), Axis(*self._range, area.bottom(), area.top())

    def paint_still(self, painter: QPainter, area: QRectF) -> None:
        x, y = self._axes(area)
        self._paint_grid(painter, x, y)
        for line in self._lines.lines:
            self._paint_band(painter, x, y, line)
        for rule in self._lines.rules:
            painter.fillRect(QRectF(x.first, round(y.at(rule.at)), x.length, 1.0), self.palette_of.border)
        for line in self._lines.lines:
            if line.ink is not Ink.MUTED or line.low is None:
                self._paint_line(painter, x, y, line)
        self._paint_keys(painter, area)

    def _paint_grid(self, painter: QPainter, x: Axis, y: Axis) -> None:
        ink, step = self.palette_of, y.step(TICK_APART)
        for value in y.ticks(TICK_APART):
            level = round(y.at(value))
            painter.fillRect(QRectF(x.first, level, x.length, 1.0), ink.grid)
            words = tick_text(value, step)
            ink.words.paint(
                painter, x.first - 6.0 - ink.words.width(words), level - ink.words.height / 2.0, words, ink.muted
            )
        foot, free_from = y.first + 5.0, 0.0
        for place, words in self._places(x):
            width = ink.words.width(words)
            left = min(max(x.first, place - width / 2.0), x.last - width)
            if left >= free_from:
                ink.words.paint(painter, left, foot, words, ink.muted)
                free_from = left + width + WORDS_GAP

    def _places(self, x: Axis) -> list[tuple[float, str]]:
        words = self._lines.x_words
        if not words:
            step = x.step(WORDS_APART)
            return [(x.at(value), tick_text(value, step)) for value in x.ticks(WORDS_APART)]
        every = max(1, int(np.ceil(len(words) * WORDS_APART / max(x.length, 1.0))))
        return [(x.at(float(self._lines.x[place])), words[place]) for place in range(0, len(words), every)]

    def _paint_band(self, painter: QPainter, x: Axis, y: Axis, line: Line) -> None:
        if line.low is None or line.high is None:
            return
        ink = self.palette_of
        share = 0.14 if line.ink is Ink.MUTED else 0.18
        upper, lower = self._points(x, y, line.high), self._points(x, y, line.low)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.pale(ink.inks[line.ink], share))
        painter.drawPolygon(QPolygonF([*upper, *reversed(lower)]))

    def _paint_line(self, painter: QPainter, x: Axis, y: Axis, line: Line) -> None:
        points = self._points(x, y, line.y)
        ink = self.palette_of.inks[line.ink]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(ink, 2.0 if line.ink is Ink.MAIN else 1.5))
        painter.drawPolyline(QPolygonF(points))
        if len(points) <= 24:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            for point in points:
                painter.drawEllipse(point, 3.0, 3.0)

    def _points(self, x: Axis, y: Axis, values: Array) -> list[QPointF]:
        pairs = zip(self._lines.x, values, strict=True)
        return [QPointF(x.at(float(a)), y.at(float(b))) for a, b in pairs if np.isfinite(b)]

    def _paint_keys(self, painter: QPainter, area: QRectF) -> None:
        """Names of the lines at the top right, where there are several."""
        ink, right = self.palette_of, area.right()
        if len(self._lines.lines) < 2:
            return
        for line in reversed(self._lines.lines):
            width = ink.words.width(line.name)
            right -= width
            ink.words.paint(painter, right, 10.0, line.name, ink.muted)
            right -= KEY_WIDTH + 5.0
            is_band = line.ink is Ink.MUTED and line.low is not None
            shade: QColor = ink.pale(ink.muted, 0.3) if is_band else ink.inks[line.ink]
            height = 8.0 if is_band else 2.0
            painter.fillRect(QRectF(right, round(17.0 - height / 2.0), KEY_WIDTH, height), shade)
            right -= KEY_GAP

    def paint_pointer(self, painter: QPainter, area: QRectF, pointer: QPointF) -> None:
        x, y = self._axes(area)
        if not len(self._lines.x) or not x.first - 8.0 <= pointer.x() <= x.last + 8.0:
            return
        place = int(np.argmin(np.abs(self._lines.x - x.value(pointer.x()))))
        left = round(x.at(float(self._lines.x[place])))
        ink = self.palette_of
        painter.fillRect(QRectF(left, y.last, 1.0, y.length), ink.muted)
        for line in self._lines.lines:
            if line.ink is not Ink.MUTED and np.isfinite(line.y[place]):
                painter.setPen(QPen(ink.ground, 1.5))
                painter.setBrush(ink.inks[line.ink])
                painter.drawEllipse(QPointF(left + 0.5, y.at(float(line.y[place]))), 4.0, 4.0)
        self.paint_box(painter, QPointF(left, pointer.y()), self._words_at(place))

    def _words_at(self, place: int) -> list[str]:
        lines = self._lines
        words = lines.x_words[place] if lines.x_words else f"{plain(float(lines.x[place]))} {lines.x_name}"
        written = [words]
        for line in lines.lines:
            value = float(line.y[place])
            if not np.isfinite(value):
                continue
            is_band = line.ink is Ink.MUTED and line.low is not None
            parts = [] if is_band else [f"{signed(value)} {lines.unit}"]
            if line.low is not None and line.high is not None:
                parts.append(f"{signed(float(line.low[place]))} to {signed(float(line.high[place]))}")
            written.append(f"{line.name}: {', '.join(parts)}")
        return written
