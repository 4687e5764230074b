"""Candles and marks, drawn one by one."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gui.features.lab.model.chart import DayCandles, Mark, Status
from gui.features.lab.view.pictures.axes import Axis
from gui.features.lab.view.pictures.picture import Palette

MARK = 5.0
"""Half the width of a mark in pixels."""


def paint_candles(painter: QPainter, x: Axis, y: Axis, found: DayCandles, rows: slice, ink: Palette) -> None:
    """Those of `rows`, each in the middle of its place; a body needs two pixels."""
    pixel = x.length / (x.high - x.low)
    body = max(1.0, round(pixel * 0.7))
    parts = (part[rows].tolist() for part in (found.open, found.high, found.low, found.close))
    has_hollow = ink.theme.has_hollow_rises and body >= 4.0
    for offset, (opened, high, low, close) in enumerate(zip(*parts, strict=True)):
        middle = round(x.at(rows.start + offset + 0.5))
        shade = ink.up if close >= opened else ink.down
        top, bottom = round(y.at(max(opened, close))), round(y.at(min(opened, close)))
        wick = round(y.at(high))
        painter.fillRect(QRectF(middle, wick, 1.0, round(y.at(low)) - wick + 1.0), shade)
        if body > 1.0:
            whole = QRectF(middle - (body - 1.0) // 2, top, body, bottom - top + 1.0)
            painter.fillRect(whole, shade)
            if has_hollow and close >= opened:
                painter.fillRect(whole.adjusted(1.0, 1.0, -1.0, -1.0), ink.ground)


def paint_mark(painter: QPainter, spot: QPointF, mark: Mark, ink: Palette, *, is_chosen: bool = False) -> None:
    """A triangle in the direction of the trade: filled where it appears, open where it vanishes, with a bar where it
    ends differently."""
    up = -1.0 if mark.side == "BUY" else 1.0
    corners = [(-MARK, -up * MARK), (MARK, -up * MARK), (0.0, up * MARK)]
    shape, shade = QPolygonF([spot + QPointF(a, b) for a, b in corners]), _shade(mark.status, ink)
    if is_chosen:
        painter.setPen(QPen(ink.text, 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(spot, MARK + 6.0, MARK + 6.0)
    painter.setPen(QPen(shade, 1.6))
    painter.setBrush(ink.ground if mark.status is Status.VANISHED else shade)
    painter.drawPolygon(shape)
    if mark.status is Status.OUTCOME:
        bar = spot.y() - up * (MARK + 4.0)
        painter.drawLine(QPointF(spot.x() - MARK, bar), QPointF(spot.x() + MARK, bar))


def _shade(status: Status, ink: Palette) -> QColor:
    shades = {Status.APPEARED: ink.accent, Status.VANISHED: ink.limit, Status.OUTCOME: ink.text}
    return shades.get(status, ink.muted)
