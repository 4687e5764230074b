"""Levels in price: of the day, the prior day, the prior session, and equal highs and lows."""

from __future__ import annotations

import math

from PySide6.QtGui import QColor, QPainter, QPixmap

from gui.theme import Theme, colour, font, mixed
from gui.viewmodels.chart_findings import STILL_VALID
from gui.viewmodels.chart_reading import price_text
from gui.views.chart.brushwork import dash_tile
from gui.views.chart.frame import Frame
from gui.views.chart.labels import EdgeLabel, Label, Lettering

LEVEL_RANK = 2
EQUAL_LEVEL_RANK = 6
LEAST_STEP = 1.0
SAME_LEVEL_PIXELS = 160.0
"""A level whose price shifts a little as swings join it is named once over this distance."""


class LevelLayer:
    """A pair of levels as stepped lines, named with their price at the right edge."""

    name: str
    title: str
    _readings: tuple[tuple[str, str], ...]

    def __init__(self, ink: QColor, tile: QPixmap) -> None:
        self._ink = ink
        self._tile = tile

    def paint(self, painter: QPainter, frame: Frame) -> None:
        if frame.has_candles:
            for reading, words in self._readings:
                self._paint_one(painter, frame, reading, words)

    def _paint_one(self, painter: QPainter, frame: Frame, reading: str, words: str) -> None:
        model, scale = frame.model, frame.scale
        runs = model.levels[reading].between(frame.first, frame.last, model.count)
        for start, end, price in zip(*(part.tolist() for part in runs), strict=True):
            if not scale.low < price < scale.high:
                continue
            y = int(scale.snapped_y(price))
            left = max(0, int(scale.x(start - 0.5)))
            holds = end > frame.last
            right = scale.width if holds and frame.reaches_live else int(scale.x(end - 0.5))
            painter.drawTiledPixmap(left, y, right - left, 1, self._tile)
            if holds:
                text = f"{words} {price_text(price, model.digits)}"
                frame.labels.add_at_edge(EdgeLabel(y, text, self._ink, LEVEL_RANK))


class DayLevelLayer(LevelLayer):
    """High and low of the trading day so far, dotted."""

    name, title = "day_levels", "Day high and low"
    _readings = (("day_high", "Day high"), ("day_low", "Day low"))

    def __init__(self, theme: Theme) -> None:
        super().__init__(colour(theme.day_level), dash_tile(colour(theme.day_level), 1, 3))


class PriorDayLevelLayer(LevelLayer):
    """High and low of the trading day before, solid."""

    name, title = "prior_day_levels", "Prior day high and low"
    _readings = (("prior_day_high", "PDH"), ("prior_day_low", "PDL"))

    def __init__(self, theme: Theme) -> None:
        super().__init__(colour(theme.prior_day_level), dash_tile(colour(theme.prior_day_level), 8, 0))


class PriorSessionLevelLayer(LevelLayer):
    """High and low of the last completed session, dashed."""

    name, title = "prior_session_levels", "Prior session high and low"
    _readings = (("prior_session_high", "PSH"), ("prior_session_low", "PSL"))

    def __init__(self, theme: Theme) -> None:
        super().__init__(colour(theme.prior_session_level), dash_tile(colour(theme.prior_session_level), 6, 4))


class EqualLevelLayer:
    """Equal highs and lows, for as long as they held."""

    name, title = "equal_levels", "Equal highs and lows"

    def __init__(self, theme: Theme) -> None:
        self._tile = dash_tile(mixed(theme.equal_level, theme.background, 0.8), 2, 2)
        self._ink = colour(theme.equal_level)
        self._lettering = Lettering(font(10))

    def paint(self, painter: QPainter, frame: Frame) -> None:
        if not frame.has_candles or frame.scale.step < LEAST_STEP:
            return
        zones, scale = frame.model.findings.equal_levels, frame.scale
        rows = zones.between(frame.first, frame.last)
        columns = (zones.start, zones.end, zones.low, zones.is_bullish)
        named: dict[bool, tuple[float, float]] = {}
        for start, end, price, is_low in zip(*(column.values[rows].tolist() for column in columns), strict=True):
            last = frame.model.count if end == STILL_VALID else end
            left, right, y = float(scale.x(start)), float(scale.x(last)), float(scale.snapped_y(price))
            if right < 0.0 or not 0.0 <= y < scale.height or math.isnan(y):
                continue
            painter.drawTiledPixmap(max(0, int(left)), int(y), max(2, int(right) - max(0, int(left))), 1, self._tile)
            before_x, before_y = named.get(is_low, (-math.inf, 0.0))
            if left - before_x < SAME_LEVEL_PIXELS and abs(y - before_y) < self._lettering.height:
                continue
            words, top = ("EQL", y + 1.0) if is_low else ("EQH", y - self._lettering.height - 1.0)
            if right - left >= self._lettering.width(words):
                named[is_low] = left, y
                frame.labels.add(Label(left, top, words, self._ink, self._lettering, EQUAL_LEVEL_RANK))
