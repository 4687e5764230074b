"""Finds the trade under the mouse."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from PySide6.QtCore import QPoint

from gui.features.chart.model.chart import ChartModel
from gui.features.chart.view.canvas import Canvas
from gui.features.chart.view.layers.trade_layer import TradeLayer
from gui.features.chart.view.layers.trade_mark_layer import ARROW, TradeMarkLayer

REACH = 5.0
"""Pixels from an arrow or the line between two within which the mouse is at a trade."""


class TradeHand:
    """Looks at tags of positions first, then at closed trades, then at the entries of open ones."""

    def __init__(self, canvas: Canvas, model: ChartModel) -> None:
        self._canvas, self._model = canvas, model

    def trade_at(self, point: QPoint) -> Hashable | None:
        """The key of the trade under a point; None where there is none."""
        if not self._canvas.plot.contains(point):
            return None
        key: Hashable | None = None
        if self._canvas.is_overlay_visible(TradeLayer.name):
            key = self._canvas.tag_at(point)
        if key is None and self._canvas.is_overlay_visible(TradeMarkLayer.name):
            key = self._closed_at(point) or self._open_at(point)
        return key

    def _closed_at(self, point: QPoint) -> Hashable | None:
        model, scale, marks = self._model, self._canvas.view_scale, self._model.trade_marks
        first, last = scale.rows(model.count)
        trades = marks.between(model.columns, first, max(first, last) + 1)
        if not len(trades.places):
            return None
        x, y = scale.x(trades.entry_rows), scale.y(trades.entries)
        along, up = scale.x(trades.exit_rows) - x, scale.y(trades.exits) - y
        length = np.maximum(along**2 + up**2, 1e-9)
        share = np.clip(((point.x() - x) * along + (point.y() - y) * up) / length, 0.0, 1.0)
        distance = np.hypot(x + share * along - point.x(), y + share * up - point.y())
        nearest = int(distance.argmin())
        return marks.closed(int(trades.places[nearest])).key if distance[nearest] <= REACH else None

    def _open_at(self, point: QPoint) -> Hashable | None:
        scale, columns = self._canvas.view_scale, self._model.columns
        for mark in self._model.trade_marks.open:
            x, y = scale.x(columns.row_of(mark.entered_s)), scale.y(mark.entry)
            if abs(x - point.x()) <= ARROW and abs(y - point.y()) <= ARROW:
                return mark.key
        return None
