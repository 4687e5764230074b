"""News at the foot of the plot, also in the empty space to come."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPolygonF

from gui.features.calendar.model.marks import EventMark
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.view.layers.brushwork import Array, Stamp
from gui.features.chart.view.layers.frame import Frame
from gui.features.chart.view.scale import Scale
from gui.theme import Theme, colour

MARK = 9
"""Pixels of a mark."""
FOOT = 4
"""Pixels below it."""


class EventLayer:
    """A filled diamond for news of high impact, a hollow one for medium, a dot for low: no colour is needed."""

    name, title = "economic_events", "Economic events"

    def __init__(self, theme: Theme) -> None:
        ground = colour(theme.background)
        self._edge = Stamp(MARK + 4, _diamond(MARK + 4), ground)
        self._stamps = (
            Stamp(MARK, QRectF(2.0, 2.0, MARK - 4.0, MARK - 4.0), colour(theme.text_muted)),
            Stamp(MARK, _diamond(MARK, is_hollow=True), colour(theme.warning)),
            Stamp(MARK, _diamond(MARK), colour(theme.failed)),
        )

    def paint(self, painter: QPainter, frame: Frame) -> None:
        marks = marks_in_view(frame.model, frame.scale)
        if not marks:
            return
        scale = frame.scale
        x = scale.snapped_x(rows_of(frame.model, [mark.at_s for mark in marks]))
        ranks = np.array([mark.rank for mark in marks])
        for rank, stamp in enumerate(self._stamps):  # the highest in front
            chosen = x[ranks == rank]
            y = np.full(len(chosen), float(scale.height - FOOT - MARK))
            if rank:
                self._edge.paint(painter, scale.ratio, chosen - self._edge.pixels // 2, y - 2.0)
            stamp.paint(painter, scale.ratio, chosen - MARK // 2, y)


def marks_in_view(model: ChartModel, scale: Scale) -> tuple[EventMark, ...]:
    """The news between the edges of the view; beyond the last candle time goes on without breaks."""
    if not model.end:
        return ()
    first, last = max(0, int(np.floor(scale.first))), int(np.ceil(scale.last))
    if first >= model.end:
        return ()
    ends = [model.opening_of(min(row, model.end - 1)) or 0 for row in (first, last)]
    beyond = max(0, last - (model.end - 1)) * model.timeframe.seconds
    return model.events.between(ends[0], ends[1] + beyond + model.timeframe.seconds - 1)


def rows_of(model: ChartModel, seconds: list[int]) -> Array:
    """The rows at which instants lie: of the candle that has them, or beyond the last one."""
    at, newest = np.array(seconds, np.int64), model.end - 1
    rows = np.searchsorted(model.columns.time.values, at, "right").astype(np.float64) - 1.0
    opened = model.opening_of(newest) or 0
    beyond = at >= opened
    rows[beyond] = newest + (at[beyond] - opened) // model.timeframe.seconds
    return rows


def _diamond(pixels: int, *, is_hollow: bool = False) -> QPolygonF:
    middle = pixels / 2.0
    outer = [QPointF(middle, 0.0), QPointF(pixels, middle), QPointF(middle, pixels), QPointF(0.0, middle)]
    if not is_hollow:
        return QPolygonF(outer)
    centre = QPointF(middle, middle)
    inner = [centre + (point - centre) * 0.5 for point in outer]
    return QPolygonF([*outer, outer[0], inner[0], *reversed(inner)])
