"""The candles themselves, crisp on the pixels of the screen."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QBrush, QPainter

from gui.features.chart.view.layers.brushwork import Array, fill_rectangles
from gui.features.chart.view.layers.frame import Frame
from gui.features.chart.view.scale import Scale
from gui.theme import Theme, colour


class CandleLayer:
    """Closed candles; where several share a column of pixels, they are painted as one."""

    name, title = "candles", "Candles"

    def __init__(self, theme: Theme) -> None:
        self._up, self._down = QBrush(colour(theme.up)), QBrush(colour(theme.down))
        self._hollow = QBrush(colour(theme.background)) if theme.has_hollow_rises else None

    def paint(self, painter: QPainter, frame: Frame) -> None:
        if not frame.has_candles:
            return
        rows, opened, high, low, close = merged(frame)
        scale, is_up = frame.scale, close >= opened
        for brush, inner, chosen in ((self._up, self._hollow, is_up), (self._down, None, ~is_up)):
            if chosen.any():
                prices = tuple(part[chosen] for part in (opened, high, low, close))
                _paint(painter, (brush, inner), scale, rows[chosen], prices)

    def paint_forming(self, painter: QPainter, frame: Frame) -> None:
        """The candle that is forming, at the row after the closed ones."""
        forming, scale = frame.model.forming, frame.scale
        if forming is None:
            return
        x, width, pixel = float(scale.snapped_x(frame.model.count)), scale.body, 1.0 / scale.ratio
        prices = (forming.high, forming.low, max(forming.open, forming.close), min(forming.open, forming.close))
        high, low, top, bottom = (float(scale.snapped_y(price)) for price in prices)
        is_up = forming.close >= forming.open
        brush = self._up if is_up else self._down
        body = QRectF(x - (width - scale.wick) / 2.0, top, width, bottom - top + pixel)
        painter.fillRect(QRectF(x, high, scale.wick, low - high + pixel), brush)
        painter.fillRect(body, brush)
        inside = body.adjusted(scale.wick, scale.wick, -scale.wick, -scale.wick)
        if is_up and self._hollow is not None and inside.isValid():
            painter.fillRect(inside, self._hollow)


def merged(frame: Frame) -> tuple[Array, Array, Array, Array, Array]:
    """Rows in view with open, high, low and close, `stride` candles made one where they share a column of pixels."""
    columns, stride = frame.model.columns, frame.scale.stride
    rows, end = frame.columns_in_view()
    if stride == 1:
        view = slice(frame.first, end)
        prices = (columns.open, columns.high, columns.low, columns.close)
        opened, high, low, close = (column.values[view] for column in prices)
        return rows, opened, high, low, close
    high = np.maximum.reduceat(columns.high.values[:end], rows)
    low = np.minimum.reduceat(columns.low.values[:end], rows)
    lasts = np.minimum(rows + stride, end) - 1
    return rows, columns.open.values[rows], high, low, columns.close.values[lasts]


def _paint(
    painter: QPainter, brushes: tuple[QBrush, QBrush | None], scale: Scale, rows: Array, prices: tuple[Array, ...]
) -> None:
    """Wicks and bodies with the first brush, the inside of bodies with the second one, if there is one."""
    brush, inner = brushes
    opened, high, low, close = (scale.snapped_y(part) for part in prices)
    x, pixel = scale.snapped_x(rows), 1.0 / scale.ratio
    fill_rectangles(painter, brush, x, high, scale.wick, low - high + pixel)
    if scale.body > scale.wick:
        left, top = x - (scale.body - scale.wick) / 2.0, np.minimum(opened, close)
        height = np.maximum(opened, close) - top + pixel
        fill_rectangles(painter, brush, left, top, scale.body, height)
        if inner is not None:
            edge, tall = scale.wick, height > 2.0 * scale.wick
            fill_rectangles(
                painter, inner, left[tall] + edge, top[tall] + edge, scale.body - 2.0 * edge, height[tall] - 2.0 * edge
            )
