"""Levels in price: of the day, the prior day, the prior session, and equal highs and lows."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from PySide6.QtGui import QColor, QPainter, QPixmap

from gui.features.chart.model.findings import STILL_VALID
from gui.features.chart.model.readout import price_text
from gui.features.chart.view.layers.brushwork import dash_tile, draw_dashes
from gui.features.chart.view.layers.frame import Frame
from gui.features.chart.view.layers.labels import EdgeLabel, Label, lettering
from gui.features.chart.view.scale import ROUNDING
from gui.theme import Theme, colour, mixed

LEVEL_RANK = 2
EQUAL_LEVEL_RANK = 6
MIN_STEP = 1.0
LEVEL_MIN_STEP = 0.03
NARROW = 260
"""Pixels of a plot below which levels are named without their price."""
SAME_LEVEL_PIXELS = 160.0
"""A level whose price shifts a little as swings join it is named once over this distance."""


class LevelLayer:
    """A pair of levels as stepped lines, named with their price at the right edge."""

    name: str
    title: str
    _levels: tuple[tuple[str, str], ...]

    def __init__(self, ink: QColor, tile: QPixmap) -> None:
        self._ink = ink
        self._tile = tile
        self.width = 1

    def paint(self, painter: QPainter, frame: Frame) -> None:
        if frame.has_candles and frame.scale.step >= LEVEL_MIN_STEP:
            for level, _ in self._levels:
                self._paint_one(painter, frame, level)

    def _paint_one(self, painter: QPainter, frame: Frame, level: str) -> None:
        model, scale = frame.model, frame.scale
        starts, ends, prices = model.levels[level].between(frame.first, frame.last, model.count)
        left = scale.x(starts - 0.5)
        right = np.where((ends > frame.last) & frame.reaches_live, scale.width, scale.x(ends - 0.5))
        in_view = (scale.low < prices) & (prices < scale.high)
        box = np.stack((left, scale.snapped_y(prices), right - left), axis=1)[in_view]
        for x, y, width in box.tolist():
            draw_dashes(painter, self._tile, scale, x, y, width, self.width)

    def label(self, frame: Frame) -> None:
        scale = frame.scale
        if not frame.has_candles or scale.step < LEVEL_MIN_STEP:
            return
        for level, words in self._levels:
            price = frame.model.levels[level].at(frame.last)
            if scale.low < price < scale.high:
                text = words if scale.width < NARROW else f"{words} {price_text(price, frame.model.digits)}"
                frame.labels.add_at_edge(EdgeLabel(float(scale.y(price)), text, self._ink, LEVEL_RANK))


class DayLevelLayer(LevelLayer):
    """High and low of the trading day so far, dotted."""

    name, title = "day_levels", "Day high and low"
    _levels = (("day_high", "Day high"), ("day_low", "Day low"))

    def __init__(self, theme: Theme) -> None:
        super().__init__(colour(theme.day_level), dash_tile(colour(theme.day_level), 1, 3))


class PriorDayLevelLayer(LevelLayer):
    """High and low of the trading day before, solid."""

    name, title = "prior_day_levels", "Prior day high and low"
    _levels = (("prior_day_high", "PDH"), ("prior_day_low", "PDL"))

    def __init__(self, theme: Theme) -> None:
        super().__init__(colour(theme.prior_day_level), dash_tile(colour(theme.prior_day_level), 8, 0))


class PriorWeekLevelLayer(LevelLayer):
    """High and low of the trading week before, in long dashes."""

    name, title = "prior_week_levels", "Prior week high and low"
    _levels = (("prior_week_high", "PWH"), ("prior_week_low", "PWL"))

    def __init__(self, theme: Theme) -> None:
        super().__init__(colour(theme.prior_day_level), dash_tile(colour(theme.prior_day_level), 12, 5))


class PriorSessionLevelLayer(LevelLayer):
    """High and low of the last completed session, dashed."""

    name, title = "prior_session_levels", "Prior session high and low"
    _levels = (("prior_session_high", "PSH"), ("prior_session_low", "PSL"))

    def __init__(self, theme: Theme) -> None:
        super().__init__(colour(theme.prior_session_level), dash_tile(colour(theme.prior_session_level), 6, 4))


class EqualLevelLayer:
    """Equal highs and lows, for as long as they held."""

    name, title = "equal_levels", "Equal highs and lows"

    def __init__(self, theme: Theme) -> None:
        self._tile = dash_tile(mixed(theme.equal_level, theme.background, 0.8), 2, 2)
        self._ink = colour(theme.equal_level)
        self._lettering = lettering(10)
        self.width = 1

    def paint(self, painter: QPainter, frame: Frame) -> None:
        for x, end, level, _ in self._in_view(frame):
            begin = math.floor(x + ROUNDING)
            width = max(2, math.floor(end + ROUNDING) - begin)
            draw_dashes(painter, self._tile, frame.scale, begin, level, width, self.width)

    def label(self, frame: Frame) -> None:
        named = {True: (-math.inf, 0.0), False: (-math.inf, 0.0)}
        for x, end, level, below in self._in_view(frame):
            named[below] = self._name(frame, (x, end, level), below, named[below])

    def _in_view(self, frame: Frame) -> Iterator[tuple[float, float, float, bool]]:
        """Left, right and y of each line, and whether it is of lows."""
        if not frame.has_candles or frame.scale.step < MIN_STEP:
            return iter(())
        zones, scale = frame.model.findings.equal_levels, frame.scale
        rows = zones.between(frame.first, frame.last)
        ends = np.where(zones.end.values[rows] == STILL_VALID, frame.model.count, zones.end.values[rows])
        left, right = scale.x(zones.start.values[rows]), scale.x(ends)
        y, is_low = scale.snapped_y(zones.low.values[rows]), zones.is_bullish.values[rows]
        in_view = (right > 0.0) & (y >= 0.0) & (y < scale.height)
        return zip(*(part[in_view].tolist() for part in (left, right, y, is_low)), strict=True)

    def _name(
        self, frame: Frame, line: tuple[float, float, float], is_low: bool, before: tuple[float, float]
    ) -> tuple[float, float]:
        """Names a line unless it is too short or goes on from the one named `before`; returns the last one named."""
        left, right, y = line
        words, top = ("EQL", y + 1.0) if is_low else ("EQH", y - self._lettering.height - 1.0)
        goes_on = left - before[0] < SAME_LEVEL_PIXELS and abs(y - before[1]) < self._lettering.height
        if goes_on or right - left < self._lettering.width(words):
            return before
        frame.labels.add(Label(left, top, words, self._ink, self._lettering, EQUAL_LEVEL_RANK))
        return left, y
