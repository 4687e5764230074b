"""Paints many shapes at once from arrays.

A translucent band is one polygon: many narrow columns cost 30 times more.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyqtgraph import arrayToQPath
from PySide6.QtCore import QLineF, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap, QPolygonF
from shiboken6 import wrapInstance

from gui.features.chart.view.scale import ROUNDING, Scale

Array = NDArray[Any]
NO_PEN = QPen(Qt.PenStyle.NoPen)


class Batch:
    """Shapes of Qt's that lie in memory as rows of an array, so that a painter takes them all at once."""

    def __init__(self, kind: type, fields: int) -> None:
        """`kind` holds exactly that many doubles."""
        self._kind = kind
        self._rows: Array = np.empty((0, fields))

    def rows(self, count: int) -> Array:
        """An array for that many shapes, a row each; earlier shapes are overwritten."""
        if count > len(self._rows):
            self._rows = np.empty((2 * count, self._rows.shape[1]))
        return self._rows[:count]

    def pointer(self) -> Any:
        """The first of the shapes, as Qt expects the others' positions."""
        return wrapInstance(self._rows.ctypes.data, self._kind)


_rectangles = Batch(QRectF, 4)
_lines = Batch(QLineF, 4)
_fragments = Batch(QPainter.PixmapFragment, 10)


def pen(ink: QColor, width: float = 1.0, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """A pen whose width is in pixels independent of the scale."""
    chosen = QPen(ink, width, style)
    chosen.setCosmetic(True)
    return chosen


def fill_rectangles(painter: QPainter, brush: QBrush, x: Array, y: Array, width: Any, height: Any) -> None:
    """Rectangles by their top left corners, without an outline."""
    if not len(x):
        return
    cells = _rectangles.rows(len(x))
    cells[:, 0], cells[:, 1], cells[:, 2], cells[:, 3] = x, y, width, height
    painter.setPen(NO_PEN)
    painter.setBrush(brush)
    painter.drawRects(_rectangles.pointer(), len(x))


def draw_segments(painter: QPainter, ink: QPen, x: Array, y: Array, joined: Array) -> None:
    """Straight lines from each point to the next, where `joined` (one shorter than the points) says so."""
    if not joined.any():
        return
    cells = _lines.rows(int(joined.sum()))
    cells[:, 0], cells[:, 1] = x[:-1][joined], y[:-1][joined]
    cells[:, 2], cells[:, 3] = x[1:][joined], y[1:][joined]
    painter.setPen(ink)
    painter.drawLines(_lines.pointer(), len(cells))


def fill_band(painter: QPainter, brush: QBrush, x: Array, upper: Array, lower: Array, joined: Array) -> None:
    """The area between two lines, one polygon per stretch of joined points."""
    painter.setPen(NO_PEN)
    painter.setBrush(brush)
    for a, b in stretches(joined):
        across = np.append(x[a:b], x[a:b][::-1])
        painter.drawPath(arrayToQPath(across, np.append(upper[a:b], lower[a:b][::-1])))


def stretches(joined: Array) -> list[tuple[int, int]]:
    """Starts and ends (exclusive) of the points that hang together, two or more each."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], joined, [False])).astype(np.int8)))
    return [(int(a), int(b) + 1) for a, b in edges.reshape(-1, 2)]


class Stamp:
    """A small shape painted many times: drawn once per device pixel ratio, then copied."""

    def __init__(self, pixels: int, shape: QPolygonF | QRectF, ink: QColor) -> None:
        """A polygon, or a rectangle for the ellipse in it, inside a square of `pixels`."""
        self.pixels = pixels
        self._shape, self._ink = shape, ink
        self._pixmaps: dict[float, QPixmap] = {}

    def paint(self, painter: QPainter, ratio: float, x: Array, y: Array) -> None:
        """Copies with these top left corners."""
        if len(x):
            draw_pixmaps(painter, self._pixmap(ratio), ratio, x, y)

    def _pixmap(self, ratio: float) -> QPixmap:
        if ratio not in self._pixmaps:
            self._pixmaps[ratio] = self._drawn(ratio)
        return self._pixmaps[ratio]

    def _drawn(self, ratio: float) -> QPixmap:
        size = math.ceil(self.pixels * ratio)
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(ratio, ratio)
        painter.setPen(NO_PEN)
        painter.setBrush(self._ink)
        if isinstance(self._shape, QRectF):
            painter.drawEllipse(self._shape)
        else:
            painter.drawPolygon(self._shape)
        painter.end()
        return pixmap


def draw_pixmaps(painter: QPainter, pixmap: QPixmap, ratio: float, x: Array, y: Array) -> None:
    """The same pixmap, one of its pixels on one of the device, at many top left corners."""
    cells = _fragments.rows(len(x))
    width, height = pixmap.width(), pixmap.height()
    cells[:, 0], cells[:, 1] = x + width / ratio / 2.0, y + height / ratio / 2.0
    cells[:, 2:] = (0.0, 0.0, width, height, 1.0 / ratio, 1.0 / ratio, 0.0, 1.0)
    painter.drawPixmapFragments(_fragments.pointer(), len(x), pixmap)


def draw_dashes(
    painter: QPainter, tile: QPixmap, scale: Scale, x: float, y: float, width: float, thickness: int = 1
) -> None:
    """A level line of a tile from `x` on, `y` lying on device pixels; as thick on every screen wherever it lies.

    Dashes are counted from `x`, in view or not: they stand where they are when the view moves.
    """
    left = math.floor(x + ROUNDING)
    length = math.floor(x + width + ROUNDING) - left
    beyond = max(0, -left // tile.width() * tile.width())
    left, length = left + beyond, min(length - beyond, scale.width - left - beyond)
    if scale.ratio == 1.0:
        painter.drawTiledPixmap(left, int(y) - (thickness - 1) // 2, length, thickness, tile)
    else:
        top = y - scale.wick * ((thickness - 1) // 2)
        painter.drawTiledPixmap(QRectF(left, top, length, thickness * scale.wick), tile)


def dash_tile(ink: QColor, dash: int, gap: int, is_upright: bool = False) -> QPixmap:
    """One dash and its gap, one pixel thick: `drawTiledPixmap` paints dashed lines at the price of a filled one."""
    size, filled = QSize(dash + gap, 1), QSize(dash, 1)
    tile = QPixmap(size.transposed() if is_upright else size)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.fillRect(QRect(QPoint(0, 0), filled.transposed() if is_upright else filled), ink)
    painter.end()
    return tile
