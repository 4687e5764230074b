"""The drawings of a symbol: in the picture that stands still, and the one that is placed or moved above it."""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter

from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.readout import price_text
from gui.features.chart.view.layers.frame import Frame
from gui.features.chart.view.layers.labels import EdgeLabel, lettering
from gui.features.drawing.model.drawing import Drawing, Kind
from gui.features.drawing.view.brush import Brush
from gui.features.drawing.view.shape import HANDLE, Shape, shape_of, shapes_in_view
from gui.theme import Theme, colour

RANK: Final = 1
MARGIN: Final = 16.0
"""Pixels around a drawing that belong to it: handles, widths of lines, words above them."""
EDGE_GAP: Final = 8.0


class DrawingLayer:
    """All drawings but the one that is being moved; `shapes` are those that were painted last, the front one last."""

    name, title = "drawings", "Drawings"

    def __init__(self, theme: Theme) -> None:
        self._brush = Brush(theme)
        self.shapes: list[Shape] = []

    def paint(self, painter: QPainter, frame: Frame) -> None:
        model, scale, drawings = frame.model, frame.scale, frame.model.drawings
        moving = drawings.held.id if drawings.held is not None else ""
        shown = [each for each in drawings.all if each.id != moving]
        self.shapes = [self._brush.with_area(each) for each in shapes_in_view(shown, scale, model.axis)]
        for shape in self.shapes:
            self._brush.paint(painter, shape, model, scale)
            if shape.drawing.kind is Kind.HORIZONTAL_LINE:
                self._name(frame, shape)
            if shape.drawing == drawings.selected:
                self._brush.paint_handles(painter, shape)

    def _name(self, frame: Frame, shape: Shape) -> None:
        """Text and price at the right edge."""
        y = shape.handles[0].y()
        if 0.0 <= y <= frame.scale.height:
            words = level_words(shape.drawing, frame.model.digits)
            frame.labels.add_at_edge(EdgeLabel(y, words, self._brush.inks(shape.drawing.style).ink, RANK))


class HeldDrawing:
    """The drawing that is placed or moved, or a measurement: painted over everything, so that little is repainted."""

    def __init__(self, model: ChartModel, theme: Theme) -> None:
        self._drawings, self._model = model.drawings, model
        self._words = lettering(11)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._brush, self._ground = Brush(theme), colour(theme.background)

    def areas(self, frame: Frame) -> list[QRect]:
        """The part of the plot that it touches."""
        shape = self._shape(frame)
        if shape is None:
            return []
        parts = [QRectF(handle, handle) for handle in shape.handles]
        parts += [QRectF(x1, min(y1, y2), x2 - x1, abs(y2 - y1)).normalized() for x1, y1, x2, y2 in shape.lines]
        parts += [] if shape.area is None else [shape.area]
        if shape.drawing.kind is Kind.MEASURE:
            parts.append(self._brush.measure_box(shape, self._model, frame.scale)[0])
        left, top = min(each.left() for each in parts) - MARGIN, min(each.top() for each in parts) - MARGIN
        right, bottom = max(each.right() for each in parts) + MARGIN, max(each.bottom() for each in parts) + MARGIN
        if shape.drawing.text:
            right += self._words.width(shape.drawing.text) + HANDLE
        if shape.drawing.kind is Kind.FIBONACCI:
            width = self._brush.levels_width(shape.drawing, self._model.digits)
            left, right = left - width, max(right, MARGIN + width)
        area = QRectF(left, top, right - left, bottom - top) & QRectF(0, 0, frame.scale.width, frame.scale.height)
        return [QRect(math.floor(area.x()), math.floor(area.y()), math.ceil(area.width()), math.ceil(area.height()))]

    def paint(self, painter: QPainter, frame: Frame) -> None:
        shape = self._shape(frame)
        if shape is None:
            return
        painter.setClipRect(0, 0, frame.scale.width, frame.scale.height)
        self._brush.paint(painter, shape, self._model, frame.scale)
        if shape.drawing.kind is Kind.HORIZONTAL_LINE:
            self._name(painter, frame, shape)
        self._brush.paint_handles(painter, shape)
        painter.setClipping(False)

    def _shape(self, frame: Frame) -> Shape | None:
        held = self._drawings.held
        if held is None or not frame.model.end:
            return None
        return self._brush.with_area(shape_of(held, frame.scale, frame.model.axis))

    def _name(self, painter: QPainter, frame: Frame, shape: Shape) -> None:
        words = level_words(shape.drawing, frame.model.digits)
        width, height = self._words.width(words), self._words.height
        x, y = frame.scale.width - EDGE_GAP - width, shape.handles[0].y() - height / 2.0
        painter.fillRect(QRectF(x - 4.0, y, width + 8.0, height), self._ground)
        self._words.paint(painter, x, y, words, self._brush.inks(shape.drawing.style).ink)


def level_words(drawing: Drawing, digits: int) -> str:
    """The text of a horizontal line and its price."""
    price = price_text(drawing.first.price, digits)
    return f"{drawing.text} {price}" if drawing.text else price
