"""Says what the trade, or else the news, under the mouse is."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QToolTip, QWidget

from gui.features.calendar.model.marks import EventMark
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.view.canvas import Canvas
from gui.features.chart.view.hands.event import EventHand
from gui.features.chart.view.hands.trade import TradeHand


class WordsHand:
    """Shows the words of what the mouse came to, and takes them away when it leaves."""

    def __init__(self, canvas: Canvas, model: ChartModel, viewport: QWidget) -> None:
        self._model, self._viewport = model, viewport
        self._trade_hand, self._event_hand = TradeHand(canvas, model), EventHand(canvas, model)
        self._trade: Hashable | None = None
        self._event: EventMark | None = None

    @property
    def has_words(self) -> bool:
        return self._trade is not None or self._event is not None

    def choose_at(self, point: QPoint) -> None:
        """Asks for the trade under a point, if there is one."""
        key = self._trade_hand.trade_at(point)
        if key is not None:
            self._model.trade_marks.ask(key)

    def point_at(self, point: QPoint, *, is_over_line: bool) -> bool:
        """Says everything about what is under the mouse; True where that is a trade, which a line hides."""
        trade = None if is_over_line else self._trade_hand.trade_at(point)
        event = self._event_hand.mark_at(point) if trade is None else None
        if (trade, event) != (self._trade, self._event):
            self._trade, self._event = trade, event
            self._show(point)
        return trade is not None

    def _show(self, point: QPoint) -> None:
        words = "" if self._trade is None else self._model.trade_marks.words_of(self._trade)
        words = words if self._event is None else self._model.events.words_of(self._event)
        QToolTip.showText(self._viewport.mapToGlobal(point), words, self._viewport)
