"""A picture wider than the view, in which a view that scrolls finds what it shows."""

from __future__ import annotations

import math

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QPainter, QPixmap, QRegion

from gui.features.chart.view.layers.frame import Frame
from gui.features.chart.view.scale import Scale

RESERVE = 320
"""Pixels beyond either edge of the view: painting them too takes little longer than painting the view alone."""
REACH = 16
"""Pixels beyond the edge of what is painted that show in it: the mark of a candle outside, or how Qt cuts a line."""


class WidePicture:
    """Holds what was painted for a frame `RESERVE` pixels wider than a view on either side, all of it or a part."""

    def __init__(self) -> None:
        self._pixmap = QPixmap()
        self.frame: Frame | None = None
        self._reserve = 0

    def forget(self) -> None:
        """Nothing of it is right any more."""
        self.frame = None

    def begin(self, frame: Frame, reserve: int) -> QPainter:
        """A painter for what a wide frame shows up to so many pixels beyond the view."""
        scale, self.frame, self._reserve = frame.scale, frame, reserve
        size = QSize(math.ceil(scale.width * scale.ratio), math.ceil(scale.height * scale.ratio))
        if self._pixmap.size() != size:
            self._pixmap = QPixmap(size)
        self._pixmap.setDevicePixelRatio(scale.ratio)
        painter = QPainter(self._pixmap)
        painter.setClipRect(self._area)
        return painter

    def begin_part(self, frame: Frame, left: int) -> QPainter:
        """A painter for what a frame as wide as before shows right of so many pixels."""
        self.frame = frame
        self._pixmap.setDevicePixelRatio(frame.scale.ratio)
        painter = QPainter(self._pixmap)
        part = self._area.intersected(QRect(left, 0, frame.scale.width, self._area.height()))
        never_shown = QRect(0, 0, 1, 1)  # Qt cuts lines at the bounds of all that is painted, which now lie there
        painter.setClipRegion(QRegion(part) + never_shown)
        return painter

    @property
    def _area(self) -> QRect:
        """What is painted, a pixel lower than the view: part of a device pixel may be left at its bottom."""
        assert self.frame is not None
        left = RESERVE - self._reserve - REACH
        return QRect(left, 0, self.frame.scale.width - 2 * left, self.frame.scale.height + 1)

    def has(self, view: Frame, count: int) -> bool:
        """Whether a view whose candles and prices are as far apart is in it, with the same times at its grid.

        `count` candles are painted; later ones may have times of their own.
        """
        if self.frame is None or abs(self._left(view.scale) - RESERVE) > self._reserve:
            return False
        ticks = [tick for tick in self.frame.time_ticks if view.first <= tick.index <= view.last]
        return ticks == [tick for tick in view.time_ticks if tick.index < count]

    def copy_to(self, pixmap: QPixmap, view: Scale) -> None:
        """Copies the part that a view shows, pixel by pixel of the device."""
        left = round(self._left(view) * view.ratio)
        width, height = (math.ceil(each * view.ratio) for each in (view.width, view.height))
        for each in (pixmap, self._pixmap):
            each.setDevicePixelRatio(1.0)  # else Qt would scale the one to the other
        painter = QPainter(pixmap)
        painter.drawPixmap(QPoint(0, 0), self._pixmap, QRect(left, 0, width, height))
        painter.end()
        pixmap.setDevicePixelRatio(view.ratio)

    def _left(self, view: Scale) -> int:
        """Pixels from the left edge of the picture to that of a view."""
        return RESERVE if self.frame is None else view.pixels_from(self.frame.scale)
