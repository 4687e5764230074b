"""Rows on a common scale: what each check is worth, with its interval."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.features.lab.model.pictures import Bar, Bars
from gui.features.lab.view.pictures.axes import Axis, spanned, tick_text
from gui.features.lab.view.pictures.picture import FOOT, HEAD, PAD, PictureView, elided
from gui.theme import Theme

ROW, THICK = 24.0, 10.0
NAME_SHARE, GAP = 0.34, 10.0
TICK_APART = 64.0


class BarsView(PictureView):
    """As high as its rows need. A row that is no clear difference is pale."""

    def __init__(self, bars: Bars, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(bars.title, bars.caption, theme, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._bars = bars
        parts = [part for bar in bars.bars for part in (bar.value, bar.low, bar.high) if part is not None]
        self._headroom = 16.0 if any(rule.name for rule in bars.rules) else 0.0
        self._range = spanned([*parts, *(rule.at for rule in bars.rules)], with_zero=True)

    def area(self) -> QRectF:
        """Names of rules stand between it and the caption."""
        return super().area().adjusted(0.0, self._headroom, 0.0, 0.0)

    def sizeHint(self) -> QSize:
        return QSize(520, round(HEAD + self._headroom + max(1, len(self._bars.bars)) * ROW + FOOT))

    def minimumSizeHint(self) -> QSize:
        return QSize(340, self.sizeHint().height())

    def _axis(self, area: QRectF) -> Axis:
        words = self.palette_of.words
        names = max((words.width(bar.name) for bar in self._bars.bars), default=0.0)
        values = max((words.width(bar.words) for bar in self._bars.bars), default=0.0)
        left = area.left() + min(names, NAME_SHARE * area.width()) + GAP
        return Axis(*self._range, left, area.right() - values - GAP)

    def paint_still(self, painter: QPainter, area: QRectF) -> None:
        x, ink = self._axis(area), self.palette_of
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        bottom = area.top() + len(self._bars.bars) * ROW
        step = x.step(TICK_APART)
        for value in x.ticks(TICK_APART):
            place, words = round(x.at(value)), tick_text(value, step)
            painter.fillRect(QRectF(place, area.top(), 1.0, bottom - area.top()), ink.grid)
            ink.words.paint(painter, place - ink.words.width(words) / 2.0, bottom + 4.0, words, ink.muted)
        if self._bars.unit:
            ink.words.paint(painter, x.last + GAP, bottom + 4.0, self._bars.unit, ink.muted)
        painter.fillRect(QRectF(round(x.at(0.0)), area.top(), 1.0, bottom - area.top()), ink.muted)
        for rule in self._bars.rules:
            place = round(x.at(rule.at))
            painter.fillRect(QRectF(place, area.top(), 1.0, bottom - area.top()), ink.inks[rule.ink])
            width = ink.words.width(rule.name)
            ink.words.paint(painter, place - width / 2.0, area.top() - ink.words.height, rule.name, ink.inks[rule.ink])
        for place, bar in enumerate(self._bars.bars):
            self._paint_row(painter, x, area, QPointF(area.left(), area.top() + place * ROW), bar)

    def _paint_row(self, painter: QPainter, x: Axis, area: QRectF, corner: QPointF, bar: Bar) -> None:
        ink, middle = self.palette_of, corner.y() + ROW / 2.0
        top = middle - ink.words.height / 2.0
        name = elided(ink.words, bar.name, x.first - GAP - corner.x())
        ink.words.paint(painter, corner.x(), top, name, ink.text)
        ink.words.paint(painter, area.right() - ink.words.width(bar.words), top, bar.words, ink.muted)
        if bar.value is None:
            return
        zero, value = round(x.at(0.0)), round(x.at(bar.value))
        shade = ink.signed(bar.value) if self._bars.is_signed else ink.accent
        filled = QRectF(min(zero, value), round(middle - THICK / 2.0), max(1, abs(value - zero)), THICK)
        painter.fillRect(filled, ink.pale(shade, 0.85 if bar.is_clear else 0.4))
        if bar.low is not None and bar.high is not None:
            self._paint_interval(painter, x, middle, bar.low, bar.high, ink.text if bar.is_clear else ink.muted)

    def _paint_interval(self, painter: QPainter, x: Axis, middle: float, low: float, high: float, ink: QColor) -> None:
        left, right = round(x.at(low)), round(x.at(high))
        painter.fillRect(QRectF(left, round(middle), max(1, right - left), 1.0), ink)
        for end in (left, right):
            painter.fillRect(QRectF(end, round(middle) - 3.0, 1.0, 7.0), ink)

    def bar_at(self, point: QPointF) -> Bar | None:
        """The row below a point."""
        place = int((point.y() - self.area().top()) // ROW)
        return self._bars.bars[place] if 0 <= place < len(self._bars.bars) else None

    def paint_pointer(self, painter: QPainter, area: QRectF, pointer: QPointF) -> None:  # noqa: ARG002
        bar = self.bar_at(pointer)
        if bar is None or not bar.tip:
            return
        self.paint_box(painter, pointer, _wrapped(self, bar.tip))


def _wrapped(view: PictureView, words: str) -> list[str]:
    """Lines that fit into half of the picture; the first is a title."""
    title, _, rest = words.partition(": ")
    lines, line, most = [title], "", max(220.0, view.width() / 2.0 - 2 * PAD)
    for word in (rest or "").split():
        longer = f"{line} {word}".strip()
        if line and view.palette_of.words.width(longer) > most:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line] if line else lines
