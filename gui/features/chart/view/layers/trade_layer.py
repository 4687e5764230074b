"""Levels of positions and plans on the chart."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from gui.features.chart.view.layers.brushwork import dash_tile, draw_dashes
from gui.features.chart.view.layers.frame import Frame
from gui.features.chart.view.layers.labels import EdgeLabel
from gui.features.trading.model.levels import LevelKind, TradeLine
from gui.theme import Theme, colour

RANK = 0


class TradeLayer:
    """Lines across the plot: solid for positions, dashed for plans, dotted for levels that are dragged or pending.

    Dashes are counted from the first candle.
    """

    name, title = "trades", "Positions and plans"

    def __init__(self, theme: Theme) -> None:
        self._inks = {
            LevelKind.ENTRY: colour(theme.text),
            LevelKind.STOP: colour(theme.failed),
            LevelKind.TARGET: colour(theme.passed),
        }
        self.width = 1
        self._plan_tiles = {kind: dash_tile(ink, 6, 4) for kind, ink in self._inks.items()}
        self._wish_tiles = {kind: dash_tile(ink, 2, 2) for kind, ink in self._inks.items()}

    def paint(self, painter: QPainter, frame: Frame) -> None:
        scale, trades = frame.scale, frame.model.trades
        begin = float(scale.whole_x(0.0))
        for line in trades.lines:
            self._paint_line(painter, frame, line, begin)
        for line, price, _ in trades.wishes:
            y = float(scale.snapped_y(price))
            draw_dashes(painter, self._wish_tiles[line.kind], scale, begin, y, scale.width - begin)

    def label(self, frame: Frame) -> None:
        scale, trades = frame.scale, frame.model.trades
        lines = [(line, line.price, line.words) for line in trades.lines if scale.low < line.price < scale.high]
        for line, price, words in (*lines, *trades.wishes):
            y = float(scale.snapped_y(price))
            frame.labels.add_at_edge(EdgeLabel(y, words, self._inks[line.kind], RANK))

    def _paint_line(self, painter: QPainter, frame: Frame, line: TradeLine, begin: float) -> None:
        scale, ink = frame.scale, self._inks[line.kind]
        if not scale.low < line.price < scale.high:
            return
        y = float(scale.snapped_y(line.price))
        if line.is_plan:
            draw_dashes(painter, self._plan_tiles[line.kind], scale, begin, y, scale.width - begin, self.width)
        else:
            painter.fillRect(QRectF(0, y, scale.width, self.width * scale.wick), ink)
