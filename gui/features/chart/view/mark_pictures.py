"""Pictures of the marks for the legend, painted by the layers of the chart itself."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter, QPixmap

from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.legend import LegendEntry
from gui.features.chart.model.overlay_styles import Styles
from gui.features.chart.model.sample import ROWS
from gui.features.chart.view.axes import PriceAxis, TimeAxis
from gui.features.chart.view.crosshair import CROSSHAIR, Crosshair
from gui.features.chart.view.layers.live import LAST_PRICE, SPREAD, LivePicture
from gui.features.chart.view.layers.still import StillPicture
from gui.features.chart.view.scale import Scale
from gui.theme import Theme

WIDTH, HEIGHT = 168, 76
AXIS_WIDTH = 56
LOW, HIGH = 8.0, 15.0


class MarkPictures:
    """Paints entries of the legend in a theme, with the styles of a chart."""

    def __init__(self, sample: ChartModel, theme: Theme, styles: Styles, ratio: float = 1.0) -> None:
        self._ratio = ratio
        self._price_axis, self._time_axis = PriceAxis(sample, theme), TimeAxis(sample, theme)
        self._still = StillPicture(sample, theme, self._price_axis, self._time_axis)
        self._still.set_styles(styles)
        self._names = [layer.name for layer in (*self._still.layers, *self._still.above_candles)]
        self._theme = theme

    def picture(self, entry: LegendEntry) -> QPixmap:
        """The mark of an entry on candles."""
        plot_width = WIDTH - AXIS_WIDTH if entry.overlay == SPREAD else WIDTH
        last = ROWS + 2.0 if entry.last == ROWS else float(entry.last)
        scale = Scale(entry.first - 1.0, last, LOW, HIGH, plot_width, HEIGHT, self._ratio)
        self._still.hidden = {name for name in self._names if name != entry.overlay}
        frame = self._still.paint(scale, QRect(0, 0, WIDTH, HEIGHT))
        picture = self._still.pixmap.copy()
        picture.setDevicePixelRatio(self._ratio)
        painter = QPainter(picture)
        if entry.last == ROWS:
            self._price_axis.shows_last = entry.overlay in (LAST_PRICE, SPREAD)
            self._price_axis.shows_spread = entry.overlay == SPREAD
            self._price_axis.set_theme(self._still.theme_of(SPREAD))
            LivePicture(self._still.theme_of(SPREAD), self._still, self._price_axis).paint(
                painter, frame, WIDTH - plot_width
            )
        if entry.overlay == CROSSHAIR[0]:
            cross = Crosshair(self._still.theme_of(CROSSHAIR[0]), self._price_axis, self._time_axis)
            cross.point = QPoint(WIDTH // 2, HEIGHT // 2)
            cross.paint(painter, frame, 0)
        painter.end()
        return picture
