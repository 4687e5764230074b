"""What changes with each tick: the forming candle, the last price, the tags of the quote and of open positions."""

from __future__ import annotations

import math

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPixmap

from gui.features.chart.view.axes import PriceAxis
from gui.features.chart.view.layers.brushwork import dash_tile, draw_dashes
from gui.features.chart.view.layers.frame import Frame
from gui.features.chart.view.layers.position_tags import PositionTags
from gui.features.chart.view.layers.still import StillPicture
from gui.features.chart.view.layers.trade_layer import TradeLayer
from gui.theme import Theme, colour

LAST_PRICE, SPREAD = "last_price", "spread"
LIVE_OVERLAYS = ((LAST_PRICE, "Last price"), (SPREAD, "Ask and spread"))
ASK_STUB_PIXELS = 28


class LivePicture:
    """Painted over the still picture; `areas` says which parts of the window that touches."""

    def __init__(self, theme: Theme, still: StillPicture, price_axis: PriceAxis) -> None:
        self._still = still
        self._axis = price_axis
        self._dashes: dict[str, QPixmap] = {}
        self.tags = PositionTags(theme)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._ask = colour(theme.quote_ask)
        self._dashes.clear()
        self.tags.set_theme(theme)

    def areas(self, frame: Frame, axis_width: int) -> list[QRect]:
        """The strip of the forming candle, the lines of bid and ask, the tags."""
        scale, model = frame.scale, frame.model
        reach = math.ceil(scale.step) + 2
        areas = [self._axis.quote_area(frame, axis_width)]
        if model.forming is not None:
            areas.append(QRect(int(scale.x(model.count)) - reach, 0, 2 * reach, scale.height))
        thickness = 1 if scale.ratio == 1.0 else 3
        prices = (model.last_price, None if model.quote is None else model.quote.ask)
        areas += [
            QRect(0, int(scale.snapped_y(price)), scale.width, thickness) for price in prices if price is not None
        ]
        return [area.intersected(QRect(0, 0, scale.width + axis_width, scale.height)) for area in areas]

    def tag_areas(self, frame: Frame) -> list[QRect]:
        """The tags of open positions."""
        return [area for area, _ in self.tags.placed(frame)]

    def paint(self, painter: QPainter, frame: Frame, axis_width: int) -> None:
        scale = frame.scale
        painter.setClipRect(0, 0, scale.width, scale.height)
        if "volume" not in self._still.hidden:
            self._still.volume.paint_forming(painter, frame)
        self._still.candles.paint_forming(painter, frame)
        self._paint_lines(painter, frame)
        if TradeLayer.name not in self._still.hidden:
            self.tags.paint(painter, frame)
        painter.setClipping(False)
        self._axis.paint_quote(painter, frame, axis_width)

    def _paint_lines(self, painter: QPainter, frame: Frame) -> None:
        scale, model = frame.scale, frame.model
        if self._axis.shows_last and model.last_price is not None:
            y = float(scale.snapped_y(model.last_price))
            draw_dashes(painter, self._tile(self._axis.direction_ink), scale, 0, y, frame.labels.free_until(y))
        if self._axis.shows_spread and model.quote is not None and model.quote_spread is not None:
            y = float(scale.snapped_y(model.quote.ask))
            if frame.labels.free_until(y) == scale.width:
                painter.fillRect(QRectF(scale.width - ASK_STUB_PIXELS, y, ASK_STUB_PIXELS, scale.wick), self._ask)

    def _tile(self, ink: QColor) -> QPixmap:
        tile = self._dashes.get(ink.name())
        if tile is None:
            tile = self._dashes[ink.name()] = dash_tile(ink, 2, 3)
        return tile
