"""Drags the levels of positions with the mouse."""

from __future__ import annotations

from PySide6.QtCore import QPoint

from gui.features.chart.view.canvas import Canvas
from gui.features.chart.view.layers.trade_layer import TradeLayer
from gui.features.trading.model.levels import TradeLine, TradeLines

GRAB_PIXELS = 5
"""How near to a line the mouse takes hold of it."""


class LevelHand:
    """Takes hold of a line under the mouse, moves the wish for it, and lets go."""

    def __init__(self, canvas: Canvas, trades: TradeLines) -> None:
        self._canvas, self._trades = canvas, trades
        self._held: TradeLine | None = None

    @property
    def is_dragging(self) -> bool:
        return self._held is not None

    def line_at(self, point: QPoint) -> TradeLine | None:
        """The line that a press here would take hold of."""
        if not self._canvas.plot.contains(point) or not self._canvas.is_overlay_visible(TradeLayer.name):
            return None
        scale = self._canvas.view_scale
        near = [
            (abs(float(scale.y(line.price)) - point.y()), place, line)
            for place, line in enumerate(self._trades.lines)
            if line.is_draggable
        ]
        distance, _, line = min(near, default=(GRAB_PIXELS + 1.0, 0, None), key=lambda each: each[:2])
        return line if distance <= GRAB_PIXELS else None

    def grab(self, point: QPoint) -> bool:
        """Whether a line was there to take hold of."""
        self._held = self.line_at(point)
        return self.is_dragging

    def drag(self, point: QPoint) -> None:
        if self._held is not None:
            plot = self._canvas.plot
            y = min(max(point.y(), 0), plot.height() - 1)
            self._trades.drag(self._held, self._canvas.view_scale.price_at(float(y)))

    def release(self) -> None:
        if self._held is not None:
            self._held = None
            self._trades.drop()
