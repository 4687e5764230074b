"""Levels of active price alerts on the chart."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from gui.features.chart.view.layers.brushwork import dash_tile, draw_dashes
from gui.features.chart.view.layers.frame import Frame
from gui.features.chart.view.layers.labels import EdgeLabel
from gui.features.drawing.model.drawing import price_at
from gui.features.price_alerts.model.lines import AlertLine
from gui.theme import Theme, colour
from gui.theme.icons import tinted_icon

RANK = 3
BELL, LEFT, RIGHT = 14, 4, 4
"""Pixels of the bell, from the left edge of the plot to it, and from the line to the right edge."""


class AlertLayer:
    """Thin dashes across the plot with a bell at the left; dotted where one is being dragged to. A sloping drawing with
    an alert has its bell where it is at the newest candle."""

    name, title = "price_alerts", "Price alerts"

    def __init__(self, theme: Theme) -> None:
        self._ink = colour(theme.warning)
        self._tile, self._wish_tile = dash_tile(self._ink, 4, 5), dash_tile(self._ink, 2, 2)
        self._bell = tinted_icon("alert", theme.warning)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        alerts = frame.model.alerts
        for line in alerts.lines:
            self._paint_line(painter, frame, line)
        for drawing_id in alerts.drawn:
            self._paint_bell_of(painter, frame, drawing_id)
        if alerts.wish is not None:
            y = float(frame.scale.snapped_y(alerts.wish[1]))
            draw_dashes(painter, self._wish_tile, frame.scale, frame.margin, y, frame.scale.width - frame.margin)

    def label(self, frame: Frame) -> None:
        scale, alerts = frame.scale, frame.model.alerts
        for line in alerts.lines:
            if scale.low < line.price < scale.high:
                y = float(scale.snapped_y(line.price))
                frame.labels.add_at_edge(EdgeLabel(y, line.words, self._ink, RANK))
        if alerts.wish is not None:
            y = float(scale.snapped_y(alerts.wish[1]))
            frame.labels.add_at_edge(EdgeLabel(y, alerts.wish_words, self._ink, 0))

    def _paint_bell_of(self, painter: QPainter, frame: Frame, drawing_id: str) -> None:
        model, scale = frame.model, frame.scale
        if (drawing := model.drawings.find(drawing_id)) is None:
            return
        axis = model.axis
        price = price_at(drawing, axis.seconds(model.count), axis.position)
        if price is not None and scale.low < price < scale.high:
            self._paint_bell(painter, float(scale.x(model.count)), float(scale.snapped_y(price)))

    def _paint_bell(self, painter: QPainter, x: float, y: float) -> None:
        painter.drawPixmap(QPointF(round(x), round(y - BELL / 2)), self._bell.pixmap(BELL, BELL))

    def _paint_line(self, painter: QPainter, frame: Frame, line: AlertLine) -> None:
        scale = frame.scale
        if not scale.low < line.price < scale.high:
            return
        y = float(scale.snapped_y(line.price))
        left = frame.margin + LEFT
        begin, end = left + BELL + 2, scale.width - frame.margin - RIGHT
        draw_dashes(painter, self._tile, scale, begin, y, end - begin)
        self._paint_bell(painter, left, y)
