"""Trades on the candles: closed ones from entry to exit, open ones at their entry."""

from __future__ import annotations

from itertools import product

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from gui.features.chart.view.layers.brushwork import Array, Stamp, draw_segments, pen
from gui.features.chart.view.layers.frame import Frame
from gui.features.chart.view.layers.labels import Label, lettering
from gui.features.trading.model.trade_marks import ClosedTrades
from gui.theme import Theme, colour

ARROW = 9
"""Pixels of an arrow; its tip is at the price."""
EDGED = ARROW + 4
"""With the edge around it."""
LABEL_GAP = 8.0
WORDS_MIN_STEP = 2.0
"""Pixels per candle from which on results are written; arrows alone show them before."""
RANK = 1


class TradeMarkLayer:
    """Above the candles: an arrow in the direction of the order at entry and exit, a line between, the result.

    Gains are filled arrows and whole lines, losses hollow arrows and dashed lines, so that no colour is needed.
    """

    name, title = "trade_marks", "Trades"

    def __init__(self, theme: Theme) -> None:
        self._lettering = lettering(11, QFont.Weight.Medium)
        self._ground = colour(theme.background)
        self._inks = {True: colour(theme.up), False: colour(theme.down)}
        lines = {True: Qt.PenStyle.SolidLine, False: Qt.PenStyle.DashLine}
        self._pens = {is_gain: pen(ink, 1.5, lines[is_gain]) for is_gain, ink in self._inks.items()}
        self._chosen = pen(colour(theme.accent, 0.45), 6.0)
        self._arrows = {
            (is_gain, is_up): Stamp(ARROW, arrow(is_up=is_up, is_hollow=not is_gain), self._inks[is_gain])
            for is_gain, is_up in product((True, False), repeat=2)
        }
        self._open_arrows = {is_up: Stamp(ARROW, arrow(is_up=is_up), colour(theme.accent)) for is_up in (True, False)}
        self._edges = {is_up: Stamp(EDGED, arrow(EDGED, is_up=is_up), self._ground) for is_up in (True, False)}

    def paint(self, painter: QPainter, frame: Frame) -> None:
        self._paint_closed(painter, frame)
        self._paint_open(painter, frame)

    def _paint_closed(self, painter: QPainter, frame: Frame) -> None:
        model = frame.model
        marks = model.trade_marks
        trades = marks.between(model.columns, frame.first, max(frame.last, frame.first) + 1)
        if not len(trades.places):
            return
        x, y = _ends(frame, trades)
        if marks.chosen is not None:
            is_chosen = np.array([marks.closed(place).key == marks.chosen for place in trades.places.tolist()])
            _draw_lines(painter, self._chosen, x, y, is_chosen)
        for is_gain, ink in self._pens.items():
            _draw_lines(painter, ink, x, y, trades.is_gain == is_gain)
        for is_gain, is_buy in product((True, False), repeat=2):
            chosen = (trades.is_gain == is_gain) & (trades.is_buy == is_buy)
            for end, is_up in ((0, is_buy), (1, not is_buy)):  # an exit is an order the other way
                arrow_of = self._arrows[is_gain, is_up]
                self._stamp(painter, frame, arrow_of, x[chosen, end], y[chosen, end], is_up=is_up)
        if frame.scale.step >= WORDS_MIN_STEP:
            for place, left, middle in zip(trades.places.tolist(), x[:, 1].tolist(), y[:, 1].tolist(), strict=True):
                mark = marks.closed(place)
                self._name(frame, left, middle, mark.label, self._inks[mark.gain > 0.0])

    def _name(self, frame: Frame, x: float, y: float, words: str, ink: QColor) -> None:
        top = y - 0.5 * self._lettering.height
        frame.labels.add(Label(x + LABEL_GAP, top, words, ink, self._lettering, RANK, self._ground))

    def _paint_open(self, painter: QPainter, frame: Frame) -> None:
        scale, columns = frame.scale, frame.model.columns
        for mark in frame.model.trade_marks.open:
            x = np.array([scale.snapped_x(columns.row_of(mark.entered_s))])
            y = np.array([scale.snapped_y(mark.entry)])
            self._stamp(painter, frame, self._open_arrows[mark.is_buy], x, y, is_up=mark.is_buy)

    def _stamp(self, painter: QPainter, frame: Frame, of: Stamp, x: Array, y: Array, *, is_up: bool) -> None:
        """Arrows with their tips at these points, on a ground of their own that sets them off from candles."""
        for stamp in (self._edges[is_up], of):
            beyond = 3 * (stamp.pixels - ARROW) // 4  # a sharp tip needs more of an edge than the base
            top = y - beyond if is_up else y - stamp.pixels + beyond
            stamp.paint(painter, frame.scale.ratio, x - stamp.pixels // 2, top)


def _ends(frame: Frame, trades: ClosedTrades) -> tuple[Array, Array]:
    """Pixels of entries and exits, shape (n, 2) each."""
    rows = np.stack([trades.entry_rows, trades.exit_rows], axis=1)
    prices = np.stack([trades.entries, trades.exits], axis=1)
    return frame.scale.snapped_x(rows), frame.scale.snapped_y(prices)


def _draw_lines(painter: QPainter, ink: QPen, x: Array, y: Array, chosen: Array) -> None:
    """A line from each chosen entry to its exit."""
    across, down = x[chosen].ravel(), y[chosen].ravel()
    joined = np.zeros(max(0, len(across) - 1), bool)
    joined[::2] = True
    draw_segments(painter, ink, across, down, joined)


def arrow(pixels: int = ARROW, *, is_up: bool, is_hollow: bool = False) -> QPolygonF:
    """A triangle of that many pixels with its tip at the top, or at the bottom; hollow, its inside is left out."""
    whole = float(pixels)
    base, tip = (whole, 0.0) if is_up else (0.0, whole)
    outer = [QPointF(0.0, base), QPointF(whole, base), QPointF(whole / 2.0, tip)]
    if not is_hollow:
        return QPolygonF(outer)
    middle = QPointF(whole / 2.0, (2.0 * base + tip) / 3.0)
    inner = [middle + (point - middle) * 0.45 for point in outer]
    return QPolygonF([*outer, outer[0], inner[0], *reversed(inner)])
