"""Tags with the live results of open positions."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QFont, QPainter

from gui.features.chart.view.layers.frame import Frame
from gui.features.chart.view.layers.labels import EdgeLabel, lettering, spread
from gui.features.trading.model.trade_marks import PositionTag
from gui.theme import Theme, colour

LEFT, INSET = 8, 6


class PositionTags:
    """At the left of the plot, each as near to the price of its entry as the others let it be."""

    def __init__(self, theme: Theme) -> None:
        self._lettering = lettering(11, QFont.Weight.Medium)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._ink = colour(theme.text_on_colour)
        self._grounds = {True: colour(theme.up), False: colour(theme.down)}
        self._level_ground, self._level_ink = colour(theme.border), colour(theme.text)

    def placed(self, frame: Frame) -> list[tuple[QRect, PositionTag]]:
        """Every tag and where it stands."""
        height = self._lettering.height + 2.0
        labels = [
            (EdgeLabel(float(frame.scale.y(tag.entry)), tag.words, self._ink, 0), tag)
            for tag in frame.model.trade_marks.tags
        ]
        return [
            (self._area(tag, top, height), tag)
            for found, top in spread([label for label, _ in labels], height, float(frame.scale.height))
            for label, tag in labels
            if label is found
        ]

    def _area(self, tag: PositionTag, top: float, height: float) -> QRect:
        return QRect(LEFT, round(top), round(self._lettering.width(tag.words)) + 2 * INSET, round(height))

    def paint(self, painter: QPainter, frame: Frame) -> None:
        for area, tag in self.placed(frame):
            is_level = tag.gain == 0.0
            ground = self._level_ground if is_level else self._grounds[tag.gain > 0.0]
            painter.fillRect(area, ground)
            ink = self._level_ink if is_level else self._ink
            self._lettering.paint(painter, area.x() + INSET, area.y() + 1, tag.words, ink)

    def tag_at(self, frame: Frame, point: QPoint) -> PositionTag | None:
        """The tag under the mouse."""
        return next((tag for area, tag in self.placed(frame) if area.contains(point)), None)
