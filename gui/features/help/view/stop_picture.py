"""A candle with a stop and a target, to scale."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.features.help.model.stops import StopExample
from gui.theme import Theme, colour

HEIGHT, MARGIN, CANDLE_WIDTH, ZONE_ALPHA = 132, 8, 18, 46


class StopPicture(QWidget):
    """Paints an example; both pictures beside each other have the scale of the wider one."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._example: StopExample | None = None
        self._low = self._high = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(140, HEIGHT)

    def show_example(self, example: StopExample | None, low: float, high: float) -> None:
        """`low` and `high` are the prices at the bottom and at the top."""
        self._example, self._low, self._high = example, low, high
        if example is not None:
            self.setAccessibleName(f"{example.symbol}: {', '.join(example.words)}")
            self.setToolTip(f"A BUY of {example.symbol} on a typical candle of this chart, to scale")
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Paints in the colours of another theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        example = self._example
        if example is None or self._high <= self._low:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.width() * 0.32
        entry, stop, target = (float(level) for level in example.levels[:3])
        self._zone(painter, entry, stop, colour(self._theme.down))
        self._zone(painter, entry, target, colour(self._theme.up))
        is_up = example.close >= example.open
        body = colour(self._theme.up if is_up else self._theme.down)
        painter.setPen(QPen(body, 1.5))
        painter.drawLine(QPointF(middle, self._y(example.high)), QPointF(middle, self._y(example.low)))
        top, bottom = self._y(max(example.open, example.close)), self._y(min(example.open, example.close))
        painter.fillRect(QRectF(middle - CANDLE_WIDTH / 2, top, CANDLE_WIDTH, max(1.5, bottom - top)), body)
        pen = QPen(colour(self._theme.text), 1.0, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawLine(QPointF(0.0, self._y(entry)), QPointF(self.width(), self._y(entry)))
        painter.end()

    def _zone(self, painter: QPainter, entry: float, level: float, ink: QColor) -> None:
        """From the entry to a level, with a line at the level."""
        faint = QColor(ink)
        faint.setAlpha(ZONE_ALPHA)
        left, top, bottom = self.width() * 0.55, self._y(max(entry, level)), self._y(min(entry, level))
        painter.fillRect(QRectF(left, top, self.width() - left, max(1.0, bottom - top)), faint)
        painter.setPen(QPen(ink, 2.0))
        painter.drawLine(QPointF(left, self._y(level)), QPointF(self.width(), self._y(level)))

    def _y(self, price: float) -> float:
        share = (self._high - price) / (self._high - self._low)
        return MARGIN + share * (self.height() - 2 * MARGIN)
