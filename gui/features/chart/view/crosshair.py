"""The crosshair: a vertical line through the candle under the mouse, a horizontal one at the price, a tag for each."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter

from gui.features.chart.view.axes import PriceAxis, TimeAxis
from gui.features.chart.view.layers.brushwork import dash_tile
from gui.features.chart.view.layers.frame import Frame
from gui.features.chart.view.scale import Scale
from gui.theme import Theme, colour

CROSSHAIR = ("crosshair", "Crosshair")


class Crosshair:
    """Where the mouse is over the plot; `point` is None where it is not.

    Then `row` may still name a candle that the user points at elsewhere, which has a vertical line, and `price` where
    it has a horizontal one too.
    """

    def __init__(self, theme: Theme, price_axis: PriceAxis, time_axis: TimeAxis) -> None:
        self._price_axis, self._time_axis = price_axis, time_axis
        self.point: QPoint | None = None
        self.row: int | None = None
        self.price: float | None = None
        self.is_shown = True
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        ink = colour(theme.crosshair)
        self._across, self._upright = dash_tile(ink, 4, 3), dash_tile(ink, 4, 3, is_upright=True)

    def index(self, scale: Scale) -> int | None:
        """The row under the mouse, whether a candle stands there or not."""
        return self.row if self.point is None else round(scale.index_at(self.point.x()))

    def _y(self, scale: Scale) -> int | None:
        """Where the horizontal line is; None where there is none in view."""
        if self.point is not None:
            return self.point.y()
        y = -1 if self.price is None else round(float(scale.y(self.price)))
        return y if 0 <= y < scale.height else None

    def areas(self, frame: Frame, axis_width: int) -> list[QRect]:
        """The parts of the window that the crosshair touches."""
        scale, index = frame.scale, self.index(frame.scale)
        if not self.is_shown or index is None:
            return []
        upright = [QRect(int(scale.snapped_x(index)), 0, 1, scale.height), self._time_axis.cross_area(frame, index)]
        y = self._y(scale)
        if y is None:
            return upright
        return [*upright, QRect(0, y, scale.width, 1), self._price_axis.cross_area(frame, axis_width, y)]

    def paint(self, painter: QPainter, frame: Frame, axis_width: int) -> None:
        scale, index = frame.scale, self.index(frame.scale)
        if not self.is_shown or index is None:
            return
        x = int(scale.snapped_x(index))
        if 0 <= x < scale.width:
            painter.drawTiledPixmap(x, 0, 1, scale.height, self._upright)
        y = self._y(scale)
        if y is not None:
            painter.drawTiledPixmap(0, y, scale.width, 1, self._across)
            price = self.price if self.point is None and self.price is not None else scale.price_at(y + 0.5)
            self._price_axis.paint_cross(painter, frame, axis_width, y, price)
        self._time_axis.paint_cross(painter, frame, index)
