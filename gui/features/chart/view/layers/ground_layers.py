"""The background: sessions, grid, volume."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter

from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.readout import SESSION_TITLES
from gui.features.chart.view.layers.brushwork import fill_rectangles
from gui.features.chart.view.layers.frame import Frame
from gui.features.chart.view.layers.labels import Label, lettering
from gui.features.chart.view.scale import Scale
from gui.theme import Theme, colour, font, mixed

SESSION_SHARE = 0.055
SESSION_RANK = 1
SESSION_MIN_STEP = 0.03
VOLUME_SHARE = 0.12
"""Of the plot's height, for the tallest volume in view."""


class SessionLayer:
    """The trading sessions as tints of the ground, each with its name at the top."""

    name, title = "sessions", "Sessions"

    def __init__(self, theme: Theme) -> None:
        tokens = (
            *(theme.session_asia, theme.session_london, theme.session_overlap),
            *(theme.session_new_york, theme.session_post_ny, theme.background),
        )
        self._brushes = [mixed(token, theme.background, SESSION_SHARE) for token in tokens]
        self._inks = [mixed(token, theme.text, 0.45) for token in tokens]
        self._lettering = lettering(11)
        self._titles = list(SESSION_TITLES.values())

    def paint(self, painter: QPainter, frame: Frame) -> None:
        for left, right, number in self._in_view(frame):
            painter.fillRect(QRectF(left, 0.0, right - left, frame.scale.height), self._brushes[number])

    def label(self, frame: Frame) -> None:
        for left, right, number in self._in_view(frame):
            title, ink, ground = self._titles[number], self._inks[number], self._brushes[number]
            if right - left > self._lettering.width(title) + 12.0:
                frame.labels.add(Label(left + 6.0, 5.0, title, ink, self._lettering, SESSION_RANK, ground))

    def _in_view(self, frame: Frame) -> Iterator[tuple[float, float, int]]:
        """Left, right and number of each session with a name."""
        if not frame.has_candles or frame.scale.step < SESSION_MIN_STEP:
            return
        scale = frame.scale
        runs = frame.model.sessions.between(frame.first, frame.last, frame.model.count)
        for start, end, number in zip(*(part.tolist() for part in runs), strict=True):
            if not self._titles[int(number)]:
                continue
            left = max(0.0, float(scale.snapped_x(start - 0.5)))
            right = min(float(scale.width), float(scale.snapped_x(end + (0.5 if end == frame.model.count else -0.5))))
            yield left, right, int(number)


class GridLayer:
    """Thin lines at the round prices and times that the axes name."""

    name, title = "grid", "Grid"

    def __init__(self, theme: Theme) -> None:
        self._fine = mixed(theme.text, theme.background, 0.055)
        self._day = mixed(theme.text, theme.background, 0.12)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        scale = frame.scale
        for y in scale.snapped_y(frame.price_ticks).tolist():
            painter.fillRect(QRectF(0.0, y, scale.width, scale.wick), self._fine)
        for tick in frame.time_ticks:
            x = float(scale.snapped_x(tick.index))
            painter.fillRect(QRectF(x, 0.0, scale.wick, scale.height), self._day if tick.is_day else self._fine)


class VolumeLayer:
    """The volume of each candle as a column from the bottom, the tallest in view being `VOLUME_SHARE` high.

    `tallest` is measured in the view before anything is painted.
    """

    name, title = "volume", "Volume"

    def __init__(self, theme: Theme) -> None:
        self._up, self._down = QBrush(colour(theme.volume_up)), QBrush(colour(theme.volume_down))
        self.tallest = 0.0

    def measure(self, frame: Frame) -> None:
        """Finds the tallest volume in view."""
        self.tallest = 0.0
        if frame.has_candles:
            rows, end = frame.columns_in_view()
            volume = frame.model.columns.volume.values[rows[0] : end]
            self.tallest = float(np.nan_to_num(np.fmax.reduce(volume)))

    def paint(self, painter: QPainter, frame: Frame) -> None:
        if not frame.has_candles or self.tallest <= 0.0:
            return
        columns, scale = frame.model.columns, frame.scale
        rows, end = frame.columns_in_view()
        volume = np.nan_to_num(np.fmax.reduceat(columns.volume.values[:end], rows))
        height = np.ceil(volume * (VOLUME_SHARE * scale.height / self.tallest))
        is_up = columns.close.values[rows] >= columns.open.values[rows]
        width = column_width(scale)
        x = scale.snapped_x(rows) - (width - scale.wick) / 2.0
        for brush, chosen in ((self._up, is_up), (self._down, ~is_up)):
            fill_rectangles(painter, brush, x[chosen], scale.height - height[chosen], width, height[chosen])

    def paint_forming(self, painter: QPainter, frame: Frame) -> None:
        """The column of the forming candle, on the scale of the closed ones."""
        forming, scale = frame.model.forming, frame.scale
        if forming is None or forming.volume is None or self.tallest <= 0.0:
            return
        height = min(1.0, forming.volume / self.tallest) * VOLUME_SHARE * scale.height
        width = column_width(scale)
        left = float(scale.snapped_x(frame.model.count)) - (width - scale.wick) / 2.0
        brush = self._up if forming.close >= forming.open else self._down
        painter.fillRect(QRectF(left, scale.height - np.ceil(height), width, np.ceil(height)), brush)


def column_width(scale: Scale) -> float:
    """Pixels of a volume's column: as a body, but one as thin as a wick where bodies nearly touch."""
    return scale.body if scale.body <= scale.step - 1.5 * scale.wick else scale.wick


class EmptyLayer:
    """A sentence in place of candles."""

    def __init__(self, theme: Theme) -> None:
        self._ink = colour(theme.text_muted)
        self._face = font(14)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        painter.setFont(self._face)
        painter.setPen(self._ink)
        area = QRectF(QPointF(24.0, 0.0), QPointF(frame.scale.width - 24.0, frame.scale.height))
        wrapped = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(area, wrapped, waits_for(frame.model))


def waits_for(model: ChartModel) -> str:
    """Why a chart has no candle, in words."""
    if model.is_reading:
        return f"The history of {model.symbol} is being read …"
    return f"No {model.symbol} candle yet: the chart begins with the first minute of prices."
