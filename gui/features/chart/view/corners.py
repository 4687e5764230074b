"""Places on a chart where something can lie over it for a while without covering prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QRect, QSize

from gui.features.chart.model.candle_columns import CandleColumns
from gui.features.chart.view.scale import Scale

if TYPE_CHECKING:
    from gui.features.chart.view.chart_view import ChartView

FORMING_PIXELS = 24
"""Kept free before the newest closed candle: the forming one moves there."""
GAP = 8


@dataclass(frozen=True, slots=True)
class Corner:
    """A rectangle on a chart by `name`; `candles` is how many closed candles it would cover."""

    name: str
    rect: QRect
    candles: int

    @property
    def is_free(self) -> bool:
        return self.candles == 0


def candles_within(columns: CandleColumns, scale: Scale, left: float, top: float, width: float, height: float) -> int:
    """How many closed candles reach into a rectangle of the plot, in pixels."""
    rows = slice(max(0, round(scale.index_at(left))), max(0, round(scale.index_at(left + width)) + 1))
    high, low = columns.high.values[rows], columns.low.values[rows]
    return int(np.count_nonzero((high >= scale.price_at(top + height)) & (low <= scale.price_at(top))))


def plot_corners(columns: CandleColumns, scale: Scale, size: QSize) -> list[Corner]:
    """The left corners of the plot for something of a size, none as far right as the newest candles."""
    newest = float(scale.x(columns.high.count - 1)) - FORMING_PIXELS
    right = newest if 0.0 < newest < scale.width else float(scale.width)
    width, height = min(size.width(), max(1, int(right) - 2 * GAP)), min(size.height(), scale.height - 2 * GAP)
    corners = []
    for name, top in (("bottom", scale.height - GAP - height), ("top", GAP)):
        covered = candles_within(columns, scale, float(GAP), float(top), float(width), float(height))
        corners.append(Corner(name, QRect(QPoint(GAP, top), QSize(width, height)), covered))
    return corners


def chart_corners(view: ChartView, size: QSize) -> list[Corner]:
    """Where something of a size covers no price, best first: the signal history, then corners of the plot."""
    found, strip = [], view.strip
    if strip.isVisible() and size.height() <= strip.height():
        place = QRect(QPoint(GAP, strip.geometry().bottom() + 1 - size.height()), size)
        found.append(Corner("strip", place, 0))
    at_plot = view.plot.mapTo(view, QPoint(0, 0))
    in_plot = plot_corners(view.plot.model.columns, view.plot.canvas.view_scale, size)
    return found + [Corner(each.name, each.rect.translated(at_plot), each.candles) for each in in_plot]
