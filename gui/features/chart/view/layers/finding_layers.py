"""Findings: order blocks, structure, swings, sweeps."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QBrush, QColor, QPainter, QPolygonF

from gui.features.chart.model.findings import STILL_VALID, Marks
from gui.features.chart.view.layers.brushwork import Array, Stamp, dash_tile, draw_dashes, fill_rectangles
from gui.features.chart.view.layers.frame import Frame
from gui.features.chart.view.layers.labels import Label, lettering
from gui.features.chart.view.scale import Scale
from gui.theme import Theme, colour, mixed

MARK_PIXELS = 9
STRUCTURE_RANK = 4
SWEEP_RANK = 3
STRUCTURE_MIN_STEP = 1.0
ZONE_MIN_STEP = 0.1
FRESH_SHARE = 0.24
"""How strongly an untouched zone tints its ground: words must be readable on it."""
WORDS_MIN_STEP = 4.0
"""Pixels per candle from which on findings are named in words; marks and lines speak for themselves before."""


class OrderBlockLayer:
    """Zones from the candle that made them known to the one that ended them; fainter once touched."""

    name, title = "order_blocks", "Order blocks"

    def __init__(self, theme: Theme) -> None:
        tokens = {True: theme.zone_bull, False: theme.zone_bear}
        self._fresh = {side: (colour(token, FRESH_SHARE), colour(token, 0.60)) for side, token in tokens.items()}
        self._touched = {side: (colour(token, 0.13), colour(token, 0.26)) for side, token in tokens.items()}

    def paint(self, painter: QPainter, frame: Frame) -> None:
        if not frame.has_candles or frame.scale.step < ZONE_MIN_STEP:
            return
        zones, scale = frame.model.findings.order_blocks, frame.scale
        rows = zones.between(frame.first, frame.last)
        last = np.where(zones.end.values[rows] == STILL_VALID, frame.model.count, zones.end.values[rows])
        touched = zones.touched.values[rows]
        fresh_until = np.where(touched == STILL_VALID, last, np.minimum(touched, last))
        in_view = (last >= frame.first) & (zones.low.values[rows] < scale.high) & (zones.high.values[rows] > scale.low)
        top, bottom = scale.snapped_y(zones.high.values[rows]), scale.snapped_y(zones.low.values[rows])
        for is_bullish in (True, False):
            chosen = in_view & (zones.is_bullish.values[rows] == is_bullish)
            box = (top[chosen], np.maximum(bottom - top, 1.0)[chosen])
            start, middle, end = zones.start.values[rows][chosen], fresh_until[chosen], last[chosen]
            _fill_zones(painter, scale, start, middle, *box, self._fresh[is_bullish])
            _fill_zones(painter, scale, middle, end, *box, self._touched[is_bullish])


def _fill_zones(
    painter: QPainter, scale: Scale, start: Array, end: Array, top: Array, height: Array, inks: tuple[QColor, QColor]
) -> None:
    """Boxes from candle to candle: the first ink fills them, the second lines the edges of those high enough."""
    left = np.maximum(scale.snapped_x(start), -2.0)
    width = np.minimum(scale.snapped_x(end), scale.width + 2.0) - left
    fill, edge = (QBrush(ink) for ink in inks)
    shown = width > 0.0
    left, width, top, height = left[shown], width[shown], top[shown], height[shown]
    fill_rectangles(painter, fill, left, top, width, height)
    is_high = height > 3.0
    left, width, top, height = left[is_high], width[is_high], top[is_high], height[is_high]
    fill_rectangles(painter, edge, np.tile(left, 2), np.concatenate((top, top + height - 1.0)), np.tile(width, 2), 1.0)


class StructureLayer:
    """Breaks of structure: a line from the swing to the candle that closed beyond it, named BOS or CHOCH."""

    name, title = "structure", "Structure: BOS, CHOCH"

    def __init__(self, theme: Theme) -> None:
        bos, choch = mixed(theme.structure, theme.background, 0.75), mixed(theme.text, theme.background, 0.8)
        self._tiles = {False: dash_tile(bos, 2, 2), True: dash_tile(choch, 4, 0)}
        self._inks = {False: colour(theme.structure), True: choch}
        self.width = 1
        self._lettering = lettering(10)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        for x, end, level, _, is_choch in self._in_view(frame):
            draw_dashes(painter, self._tiles[is_choch], frame.scale, x, level, max(1, end - x), self.width)

    def label(self, frame: Frame) -> None:
        for x, end, level, is_up, is_choch in self._in_view(frame):
            self._name(frame, (x, end, level), is_up, is_choch)

    def _in_view(self, frame: Frame) -> Iterator[tuple[int, int, float, bool, bool]]:
        """Left, right and y of each line, whether it broke upwards, and whether that changed the direction."""
        if not frame.has_candles or frame.scale.step < STRUCTURE_MIN_STEP:
            return iter(())
        breaks, scale = frame.model.findings.breaks, frame.scale
        rows = breaks.between(frame.first, frame.last)
        start, y = breaks.start.values[rows], scale.snapped_y(breaks.price.values[rows])
        in_view = (start <= frame.last) & (y >= 0.0) & (y < scale.height)
        left, right = scale.whole_x(start).astype(int), scale.whole_x(breaks.end.values[rows]).astype(int)
        columns = (left, right, y, breaks.is_up.values[rows], breaks.is_choch.values[rows])
        return zip(*(column[in_view].tolist() for column in columns), strict=True)

    def _name(self, frame: Frame, line: tuple[int, int, float], is_up: bool, is_choch: bool) -> None:
        left, right, y = line
        words = "CHOCH" if is_choch else "BOS"
        width = self._lettering.width(words)
        if frame.scale.step < WORDS_MIN_STEP and right - left < width:
            return
        top = y - self._lettering.height if is_up else y + 1.0
        rank = STRUCTURE_RANK + (not is_choch)
        x = 0.5 * (left + right - width)
        frame.labels.add(Label(x, top, words, self._inks[is_choch], self._lettering, rank))


class _MarkLayer:
    """Stamps of one size above highs and below lows."""

    def __init__(self, above: Stamp, below: Stamp, distance: int, min_step: float) -> None:
        self._above, self._below = above, below
        self._distance = distance
        self._min_step = min_step

    def paint_marks(self, painter: QPainter, frame: Frame, marks: Marks) -> None:
        left, top, above = self._corners(frame, marks)
        self._above.paint(painter, frame.scale.ratio, left[above], top[above])
        self._below.paint(painter, frame.scale.ratio, left[~above], top[~above])

    def reserve_marks(self, frame: Frame, marks: Marks) -> Iterator[tuple[float, float, bool]]:
        """Keeps words away from marks that may have some; yields left and top of each, and whether it is above."""
        if frame.scale.step < WORDS_MIN_STEP:
            return
        size = self._above.pixels
        for x, y, above in zip(*(part.tolist() for part in self._corners(frame, marks)), strict=True):
            frame.labels.reserve(x, y, size, size)
            yield x, y, above

    def _corners(self, frame: Frame, marks: Marks) -> tuple[Array, Array, Array]:
        """Left and top of the marks in view, and whether each stands above its candle."""
        if not frame.has_candles or frame.scale.step < self._min_step:
            return np.empty(0), np.empty(0), np.empty(0, np.bool_)
        columns, rows = frame.model.columns, marks.between(frame.first, frame.last)
        index, above = marks.index.values[rows], marks.is_high.values[rows]
        price = np.where(above, columns.high.values[index], columns.low.values[index])
        centre, extreme, size = frame.scale.snapped_x(index), frame.scale.snapped_y(price), self._above.pixels
        top = np.where(above, extreme - self._distance - size, extreme + self._distance + 1)
        return centre - size // 2, top, above


class SwingLayer(_MarkLayer):
    """A small mark beyond each swing high and low."""

    name, title = "swings", "Swings"

    def __init__(self, theme: Theme) -> None:
        dot = _dot(colour(theme.swing))
        super().__init__(dot, dot, 3, 2.0)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        self.paint_marks(painter, frame, frame.model.findings.swings)

    def label(self, frame: Frame) -> None:
        for _ in self.reserve_marks(frame, frame.model.findings.swings):
            pass


class SweepLayer(_MarkLayer):
    """A triangle in the direction that a sweep speaks for, with the side that was swept: SSL or BSL."""

    name, title = "sweeps", "Liquidity sweeps"

    def __init__(self, theme: Theme) -> None:
        self._ink = colour(theme.sweep)
        self._lettering = lettering(10)
        super().__init__(_triangle(self._ink, is_up=False), _triangle(self._ink, is_up=True), 8, 1.5)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        self.paint_marks(painter, frame, frame.model.findings.sweeps)

    def label(self, frame: Frame) -> None:
        for left, top, above in self.reserve_marks(frame, frame.model.findings.sweeps):
            words = "BSL" if above else "SSL"
            x = left + 0.5 * (MARK_PIXELS - self._lettering.width(words))
            y = top - self._lettering.height - 1.0 if above else top + MARK_PIXELS + 1.0
            frame.labels.add(Label(x, y, words, self._ink, self._lettering, SWEEP_RANK))


def _dot(ink: QColor) -> Stamp:
    return Stamp(5, QRectF(0.5, 0.5, 4.0, 4.0), ink)


def _triangle(ink: QColor, is_up: bool) -> Stamp:
    far, near = (MARK_PIXELS - 1.0, 1.0) if is_up else (1.0, MARK_PIXELS - 1.0)
    corners = (QPointF(0.0, far), QPointF(MARK_PIXELS, far), QPointF(MARK_PIXELS / 2.0, near))
    return Stamp(MARK_PIXELS, QPolygonF(corners), ink)
