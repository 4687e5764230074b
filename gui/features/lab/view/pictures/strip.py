"""Windows of a walk on the calendar."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter
from PySide6.QtWidgets import QWidget

from gui.features.lab.model.numbers import in_r, signed
from gui.features.lab.model.pictures import Span, Strip, Window
from gui.features.lab.view.pictures.axes import Axis
from gui.features.lab.view.pictures.picture import PictureView
from gui.theme import Theme

THICKEST, WORDS_APART = 18.0, 90.0


class StripView(PictureView):
    """Below one another, each window with the days it was chosen on and those it was tested on."""

    def __init__(self, strip: Strip, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(strip.title, strip.caption, theme, parent)
        self._strip = strip
        spans = [span for window in strip.windows for span in (window.train, window.test)]
        spans += [] if strip.sealed is None else [strip.sealed]
        self._first = min((span.first for span in spans), default=0)
        self._last = max((span.last for span in spans), default=1) + 1

    def _axis(self, area: QRectF) -> Axis:
        return Axis(float(self._first), float(self._last), area.left(), area.right() - 8.0)

    def paint_still(self, painter: QPainter, area: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        x, ink = self._axis(area), self.palette_of
        self._paint_calendar(painter, area, x)
        if self._strip.sealed is not None:
            sealed = self._rect(x, self._strip.sealed, area.top(), area.height())
            painter.fillRect(sealed, ink.pale(ink.muted, 0.10))
            painter.fillRect(sealed, QBrush(ink.pale(ink.muted, 0.45), Qt.BrushStyle.BDiagPattern))
            words = "sealed"
            if sealed.width() > ink.words.width(words) + 12.0:
                left = sealed.center().x() - ink.words.width(words) / 2.0
                painter.fillRect(QRectF(left - 4.0, area.top() + 4.0, ink.words.width(words) + 8.0, 16.0), ink.ground)
                ink.words.paint(painter, left, area.top() + 5.0, words, ink.muted)
        for place, window in enumerate(self._strip.windows):
            self._paint_window(painter, x, self._row(area, place), window)

    def _row(self, area: QRectF, place: int) -> QRectF:
        step = area.height() / max(1, len(self._strip.windows))
        thick = min(THICKEST, step - 2.0)
        return QRectF(area.left(), area.top() + step * place + (step - thick) / 2.0, area.width(), thick)

    def _rect(self, x: Axis, span: Span, top: float, height: float) -> QRectF:
        left, right = round(x.at(span.first)), round(x.at(span.last + 1))
        return QRectF(left, round(top), max(2, right - left - 1), max(2, round(height)))

    def _paint_window(self, painter: QPainter, x: Axis, row: QRectF, window: Window) -> None:
        ink = self.palette_of
        painter.fillRect(self._rect(x, window.train, row.top(), row.height()), ink.pale(ink.muted, 0.28))
        shade = ink.muted if window.result is None else ink.signed(window.result)
        test = self._rect(x, window.test, row.top(), row.height())
        painter.fillRect(test, ink.pale(shade, 0.85))
        words = signed(window.result, 2)
        if row.height() >= ink.words.height - 3.0 and test.right() + 4.0 + ink.words.width(words) < row.right():
            top = row.center().y() - ink.words.height / 2.0
            left = test.right() + 5.0
            painter.fillRect(
                QRectF(left - 2.0, top + 1.0, ink.words.width(words) + 4.0, ink.words.height - 2.0), ink.ground
            )
            ink.words.paint(painter, left, top, words, ink.text)

    def _paint_calendar(self, painter: QPainter, area: QRectF, x: Axis) -> None:
        ink = self.palette_of
        painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1.0), ink.border)
        days = max(1, round((self._last - self._first) * WORDS_APART / max(x.length, 1.0)))
        for day in range(self._first, self._last, days):
            words, place = date.fromordinal(max(1, day)).isoformat(), round(x.at(day))
            painter.fillRect(QRectF(place, area.top(), 1.0, area.height()), ink.grid)
            if place + ink.words.width(words) <= area.right():
                ink.words.paint(painter, place, area.bottom() + 5.0, words, ink.muted)

    def window_at(self, point: QPointF) -> Window | None:
        """The window in whose row a point lies."""
        area, windows = self.area(), self._strip.windows
        place = int((point.y() - area.top()) / max(area.height(), 1.0) * len(windows))
        return windows[place] if area.contains(point) and 0 <= place < len(windows) else None

    def paint_pointer(self, painter: QPainter, area: QRectF, pointer: QPointF) -> None:  # noqa: ARG002
        window = self.window_at(pointer)
        if window is not None:
            title, _, rest = window.tip.partition(": ")
            self.paint_box(painter, pointer, [title, *(rest.split("; ") if rest else [in_r(window.result)])])
