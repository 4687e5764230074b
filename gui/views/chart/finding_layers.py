"""Findings: order blocks, structure, swings, sweeps."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPixmap, QPolygon

from gui.theme import Theme, colour, font, mixed
from gui.viewmodels.chart_findings import STILL_VALID, Marks
from gui.views.chart.brushwork import dash_tile
from gui.views.chart.frame import Frame
from gui.views.chart.labels import Label, Lettering

MARK_PIXELS = 9
STRUCTURE_RANK = 4
SWEEP_RANK = 3
STRUCTURE_LEAST_STEP = 1.0


class OrderBlockLayer:
    """Zones from the candle that made them known to the one that ended them; fainter once touched."""

    name, title = "order_blocks", "Order blocks"

    def __init__(self, theme: Theme) -> None:
        tokens = {True: theme.zone_bull, False: theme.zone_bear}
        self._fresh = {side: (colour(token, 0.30), colour(token, 0.60)) for side, token in tokens.items()}
        self._touched = {side: (colour(token, 0.13), colour(token, 0.26)) for side, token in tokens.items()}

    def paint(self, painter: QPainter, frame: Frame) -> None:
        if not frame.has_candles:
            return
        zones = frame.model.findings.order_blocks
        rows = zones.between(frame.first, frame.last)
        columns = (zones.start, zones.end, zones.touched, zones.low, zones.high, zones.is_bullish)
        for start, end, touched, low, high, is_bullish in zip(
            *(column.values[rows].tolist() for column in columns), strict=True
        ):
            last = frame.model.count if end == STILL_VALID else end
            if last < frame.first or low >= frame.scale.high or high <= frame.scale.low:
                continue
            fresh_until = last if touched == STILL_VALID else min(touched, last)
            self._zone(painter, frame, (start, fresh_until, low, high), self._fresh[is_bullish])
            self._zone(painter, frame, (fresh_until, last, low, high), self._touched[is_bullish])

    def _zone(
        self, painter: QPainter, frame: Frame, area: tuple[int, int, float, float], inks: tuple[QColor, QColor]
    ) -> None:
        first, last, low, high = area
        if last <= first:
            return
        left, right = (float(frame.scale.snapped_x(index)) for index in (first, last))
        top, bottom = (float(frame.scale.snapped_y(price)) for price in (high, low))
        left, right = max(left, -2.0), min(right, frame.scale.width + 2.0)
        box = QRectF(left, top, right - left, max(1.0, bottom - top))
        fill, edge = inks
        painter.fillRect(box, fill)
        if box.height() > 3.0:
            for y in (top, box.bottom() - 1.0):
                painter.fillRect(QRectF(left, y, right - left, 1.0), edge)


class StructureLayer:
    """Breaks of structure: a line from the swing to the candle that closed beyond it, named BOS or CHOCH."""

    name, title = "structure", "Structure: BOS, CHOCH"

    def __init__(self, theme: Theme) -> None:
        bos, choch = mixed(theme.structure, theme.background, 0.75), mixed(theme.text, theme.background, 0.9)
        self._tiles = {False: dash_tile(bos, 2, 2), True: dash_tile(choch, 4, 0)}
        self._inks = {False: bos, True: choch}
        self._lettering = Lettering(font(10))

    def paint(self, painter: QPainter, frame: Frame) -> None:
        if not frame.has_candles or frame.scale.step < STRUCTURE_LEAST_STEP:
            return
        breaks, scale = frame.model.findings.breaks, frame.scale
        rows = breaks.between(frame.first, frame.last)
        columns = (breaks.start, breaks.end, breaks.price, breaks.is_up, breaks.is_choch)
        for start, end, price, is_up, is_choch in zip(
            *(column.values[rows].tolist() for column in columns), strict=True
        ):
            left, right, y = int(scale.x(start)), int(scale.x(end)), int(scale.snapped_y(price))
            if start > frame.last or not 0 <= y < scale.height:
                continue
            painter.drawTiledPixmap(left, y, max(1, right - left), 1, self._tiles[is_choch])
            words = "CHOCH" if is_choch else "BOS"
            x = 0.5 * (left + right - self._lettering.width(words))
            top = y - self._lettering.height if is_up else y + 1.0
            rank = STRUCTURE_RANK + (not is_choch)
            frame.labels.add(Label(x, top, words, self._inks[is_choch], self._lettering, rank))


class _MarkLayer:
    """Pixmaps above highs and below lows."""

    def __init__(self, above: QPixmap, below: QPixmap, distance: int, least_step: float) -> None:
        self._above, self._below = above, below
        self._distance = distance
        self._least_step = least_step

    def paint_marks(self, painter: QPainter, frame: Frame, marks: Marks) -> list[tuple[int, int, bool]]:
        """Paints the marks in view; returns the centre, the outer edge and the side of each."""
        if not frame.has_candles or frame.scale.step < self._least_step:
            return []
        columns, rows = frame.model.columns, marks.between(frame.first, frame.last)
        index, is_high = marks.index.values[rows], marks.is_high.values[rows]
        price = np.where(is_high, columns.high.values[index], columns.low.values[index])
        x, y = frame.scale.snapped_x(index).astype(int), frame.scale.snapped_y(price).astype(int)
        placed = []
        for centre, extreme, above in zip(x.tolist(), y.tolist(), is_high.tolist(), strict=True):
            pixmap = self._above if above else self._below
            top = extreme - self._distance - pixmap.height() if above else extreme + self._distance + 1
            painter.drawPixmap(centre - pixmap.width() // 2, top, pixmap)
            frame.labels.reserve(centre - pixmap.width() // 2, top, pixmap.width(), pixmap.height())
            placed.append((centre, top if above else top + pixmap.height(), above))
        return placed


class SwingLayer(_MarkLayer):
    """A small mark beyond each swing high and low."""

    name, title = "swings", "Swings"

    def __init__(self, theme: Theme) -> None:
        dot = _dot(colour(theme.swing))
        super().__init__(dot, dot, 3, 2.0)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        self.paint_marks(painter, frame, frame.model.findings.swings)


class SweepLayer(_MarkLayer):
    """A triangle in the direction that a sweep speaks for, with the side that was swept: SSL or BSL."""

    name, title = "sweeps", "Liquidity sweeps"

    def __init__(self, theme: Theme) -> None:
        self._ink = colour(theme.sweep)
        self._lettering = Lettering(font(10))
        super().__init__(_triangle(self._ink, is_up=False), _triangle(self._ink, is_up=True), 8, 1.5)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        for centre, edge, above in self.paint_marks(painter, frame, frame.model.findings.sweeps):
            words = "BSL" if above else "SSL"
            x = centre - 0.5 * self._lettering.width(words)
            y = edge - self._lettering.height if above else edge + 1.0
            frame.labels.add(Label(x, y, words, self._ink, self._lettering, SWEEP_RANK))


def _dot(ink: QColor) -> QPixmap:
    pixmap, painter = _blank(5)
    painter.setBrush(QBrush(ink))
    painter.drawEllipse(QRectF(0.5, 0.5, 4.0, 4.0))
    painter.end()
    return pixmap


def _triangle(ink: QColor, is_up: bool) -> QPixmap:
    pixmap, painter = _blank(MARK_PIXELS)
    far, near = (MARK_PIXELS - 1, 1) if is_up else (1, MARK_PIXELS - 1)
    painter.setBrush(QBrush(ink))
    painter.drawPolygon(QPolygon([QPoint(0, far), QPoint(MARK_PIXELS, far), QPoint(MARK_PIXELS // 2, near)]))
    painter.end()
    return pixmap


def _blank(pixels: int) -> tuple[QPixmap, QPainter]:
    pixmap = QPixmap(pixels, pixels)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    return pixmap, painter
