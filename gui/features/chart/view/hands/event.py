"""Finds the news under the mouse."""

from __future__ import annotations

from PySide6.QtCore import QPoint

from gui.features.calendar.model.marks import EventMark
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.view.canvas import Canvas
from gui.features.chart.view.layers.event_layer import FOOT, MARK, EventLayer, marks_in_view, rows_of

REACH = 6.0
"""Pixels from the middle of a mark within which the mouse is at it."""


class EventHand:
    """Looks at the foot of the plot."""

    def __init__(self, canvas: Canvas, model: ChartModel) -> None:
        self._canvas, self._model = canvas, model

    def mark_at(self, point: QPoint) -> EventMark | None:
        """The news whose mark is nearest to a point; None where there is none."""
        plot, canvas = self._canvas.plot, self._canvas
        if not plot.contains(point) or point.y() < plot.bottom() - FOOT - MARK - REACH:
            return None
        if not canvas.is_overlay_visible(EventLayer.name):
            return None
        scale = canvas.view_scale
        marks = marks_in_view(self._model, scale)
        if not marks:
            return None
        distances = abs(scale.x(rows_of(self._model, [mark.at_s for mark in marks])) - point.x())
        nearest = int(distances.argmin())
        return marks[nearest] if distances[nearest] <= REACH else None
