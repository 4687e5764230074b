"""The candle that the user selected elsewhere in the window."""

from __future__ import annotations

import math

from PySide6.QtGui import QPainter

from gui.features.chart.view.layers.brushwork import dash_tile
from gui.features.chart.view.layers.frame import Frame
from gui.features.chart.view.scale import ROUNDING
from gui.theme import Theme, colour

MIN_PIXELS = 3


class SelectedCandleLayer:
    """A pale column over the whole height, with a dashed line on either side."""

    name, title = "moment", "Selected candle"

    def __init__(self, theme: Theme) -> None:
        self._ground = colour(theme.accent, 0.16)
        self._edge = dash_tile(colour(theme.accent), 3, 3, is_upright=True)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        row, scale = frame.model.marked_row, frame.scale
        if row is None:
            return
        width = max(MIN_PIXELS, round(scale.step))
        left = math.floor(scale.x(row) - 0.5 * width + 0.5 + ROUNDING)
        painter.fillRect(left, 0, width, scale.height, self._ground)
        for x in (left - 1, left + width):
            painter.drawTiledPixmap(x, 0, 1, scale.height, self._edge)
