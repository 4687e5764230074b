"""VWAP, its bands, and where it is anchored."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QBrush, QPainter

from gui.features.chart.view.layers.brushwork import Array, dash_tile, draw_segments, fill_band, pen
from gui.features.chart.view.layers.frame import Frame
from gui.features.chart.view.layers.labels import EdgeLabel, Label, lettering
from gui.theme import Theme, colour, mixed

VWAP_RANK = 1
ANCHOR_RANK = 1
BAND_RANK = 9
DAY_CANDLES = 1440
LINE_PIXELS, WORDS_PIXELS = 30.0, 110.0
"""Pixels of a day from which on its anchor is painted, and named."""
BAND_SPACING = 5.0
"""Pixels between the points of the bands, which are too smooth to need more."""

PARTS = 64.0
"""Of a pixel that a point of a line lies at one of, so that a line is as it was wherever the view is."""


class _Lines:
    """The points of VWAP in view: pixels, and which of them hang together (not over two trading days)."""

    def __init__(self, frame: Frame, spacing: float = 1.0) -> None:
        columns = frame.model.columns
        self.rows = frame.line_rows(spacing)
        self.x = np.round(frame.scale.x(self.rows) * PARTS) / PARTS
        self.vwap: Array = columns.vwap.values[self.rows]
        days = np.searchsorted(frame.model.anchors.starts, self.rows, "right")
        self.joined = ~np.isnan(self.vwap[1:]) & ~np.isnan(self.vwap[:-1]) & (days[1:] == days[:-1])


class VwapLayer:
    """The line itself."""

    name, title = "vwap", "VWAP"

    def __init__(self, theme: Theme) -> None:
        self._ink = colour(theme.vwap)
        self.width = 1

    def paint(self, painter: QPainter, frame: Frame) -> None:
        if not frame.has_candles:
            return
        lines = _Lines(frame)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        draw_segments(painter, pen(self._ink, self.width + 0.5), lines.x, frame.scale.y(lines.vwap), lines.joined)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def label(self, frame: Frame) -> None:
        if not frame.has_candles:
            return
        vwap = float(frame.model.columns.vwap.values[frame.last])
        if frame.scale.low < vwap < frame.scale.high:
            frame.labels.add_at_edge(EdgeLabel(float(frame.scale.y(vwap)), "VWAP", self._ink, VWAP_RANK))


class SigmaLayer:
    """One, two and three standard deviations about VWAP, fainter the further away."""

    name, title = "sigma_bands", "VWAP ±1, 2, 3 σ"

    def __init__(self, theme: Theme) -> None:
        inks = [mixed(theme.band, theme.background, share) for share in (0.95, 0.7, 0.5)]
        self._inks = inks
        self.width = 1
        self._ink = mixed(theme.band, theme.text, 0.8)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        if not frame.has_candles:
            return
        lines, scale = _Lines(frame, BAND_SPACING), frame.scale
        sigma = frame.model.columns.vwap_sigma.values[lines.rows]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        for times, ink in zip((1, 2, 3), (pen(ink, self.width) for ink in self._inks), strict=True):
            for signed in (times, -times):
                y = scale.y(lines.vwap + signed * sigma)
                in_view = (np.minimum(y[1:], y[:-1]) < scale.height) & (np.maximum(y[1:], y[:-1]) >= 0)
                draw_segments(painter, ink, lines.x, y, lines.joined & in_view)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def label(self, frame: Frame) -> None:
        if not frame.has_candles:
            return
        columns, scale = frame.model.columns, frame.scale
        vwap, sigma = float(columns.vwap.values[frame.last]), float(columns.vwap_sigma.values[frame.last])
        for times in (-3, -2, -1, 1, 2, 3):
            y = float(scale.y(vwap + times * sigma))
            if 0.0 <= y < scale.height:
                words = f"{'+' if times > 0 else '−'}{abs(times)}σ"
                frame.labels.add_at_edge(EdgeLabel(y, words, self._ink, BAND_RANK + abs(times)))


class MicroBandLayer:
    """The band about VWAP inside which price counts as being at VWAP."""

    name, title = "micro_band", "VWAP micro band"

    def __init__(self, theme: Theme) -> None:
        self._brush = QBrush(colour(theme.micro_band, 0.10))
        self._edge = mixed(theme.micro_band, theme.background, 0.38)
        self.width = 1

    def paint(self, painter: QPainter, frame: Frame) -> None:
        if not frame.has_candles:
            return
        lines, scale = _Lines(frame, BAND_SPACING), frame.scale
        half = frame.model.columns.band_half.values[lines.rows]
        joined = lines.joined & ~np.isnan(half[1:]) & ~np.isnan(half[:-1])
        upper, lower = scale.y(lines.vwap + half), scale.y(lines.vwap - half)
        fill_band(painter, self._brush, lines.x, upper, lower, joined)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        for edge in (upper, lower):
            draw_segments(painter, pen(self._edge, self.width), lines.x, edge, joined)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


class AnchorLayer:
    """The first candle of each trading day, from which VWAP counts."""

    name, title = "vwap_anchor", "VWAP anchor"

    def __init__(self, theme: Theme) -> None:
        self._tile = dash_tile(colour(theme.anchor, 0.55), 3, 4, is_upright=True)
        self._ink = mixed(theme.anchor, theme.text, 0.7)
        self._lettering, self._ground = lettering(11), colour(theme.background)
        self.width = 1

    def paint(self, painter: QPainter, frame: Frame) -> None:
        for x in self._in_view(frame, LINE_PIXELS):
            painter.drawTiledPixmap(x, 0, self.width, frame.scale.height, self._tile)

    def label(self, frame: Frame) -> None:
        y = frame.scale.height - self._lettering.height - 6.0
        for x in self._in_view(frame, WORDS_PIXELS):
            frame.labels.add(Label(x + 6.0, y, "VWAP anchor", self._ink, self._lettering, ANCHOR_RANK, self._ground))

    def _in_view(self, frame: Frame, min_pixels: float) -> list[int]:
        """Where days begin, if one is at least so wide."""
        if not frame.has_candles or frame.scale.step * DAY_CANDLES < min_pixels:
            return []
        starts = frame.model.anchors.starts
        in_view = starts[(starts >= frame.first) & (starts <= frame.last)]
        xs: list[int] = frame.scale.whole_x(in_view).astype(int).tolist()
        return xs
