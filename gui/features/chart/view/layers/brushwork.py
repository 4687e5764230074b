"""Painting many shapes at once from arrays.

A translucent band is one polygon: many narrow columns cost 30 times more.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.functions import create_qpolygonf, ndarray_from_qpolygonf
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap, QPolygonF

from gui.features.chart.view.scale import Scale

Array = NDArray[Any]
NO_PEN = QPen(Qt.PenStyle.NoPen)

_rectangles = PrimitiveArray(QRectF, 4)
_lines = PrimitiveArray(QLineF, 4)
_fragments = PrimitiveArray(QPainter.PixmapFragment, 10)


def pen(ink: QColor, width: float = 1.0, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """A pen whose width is in pixels whatever the scale."""
    chosen = QPen(ink, width, style)
    chosen.setCosmetic(True)
    return chosen


def fill_rectangles(painter: QPainter, brush: QBrush, x: Array, y: Array, width: Any, height: Any) -> None:
    """Rectangles by their top left corners, without an outline."""
    if not len(x):
        return
    _rectangles.resize(len(x))
    cells = _rectangles.ndarray()
    cells[:, 0], cells[:, 1], cells[:, 2], cells[:, 3] = x, y, width, height
    painter.setPen(NO_PEN)
    painter.setBrush(brush)
    painter.drawRects(*_rectangles.drawargs())


def draw_segments(painter: QPainter, ink: QPen, x: Array, y: Array, joined: Array) -> None:
    """Straight lines from each point to the next, where `joined` (one shorter than the points) says so."""
    if not joined.any():
        return
    _lines.resize(int(joined.sum()))
    cells = _lines.ndarray()
    cells[:, 0], cells[:, 1] = x[:-1][joined], y[:-1][joined]
    cells[:, 2], cells[:, 3] = x[1:][joined], y[1:][joined]
    painter.setPen(ink)
    painter.drawLines(*_lines.drawargs())


def fill_band(painter: QPainter, brush: QBrush, x: Array, upper: Array, lower: Array, joined: Array) -> None:
    """The area between two lines, one polygon per stretch of joined points."""
    painter.setPen(NO_PEN)
    painter.setBrush(brush)
    for a, b in stretches(joined):
        points = create_qpolygonf(2 * (b - a))
        cells = ndarray_from_qpolygonf(points)
        cells[: b - a, 0], cells[: b - a, 1] = x[a:b], upper[a:b]
        cells[b - a :, 0], cells[b - a :, 1] = x[a:b][::-1], lower[a:b][::-1]
        painter.drawPolygon(points)


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
    _fragments.resize(len(x))
    cells = _fragments.ndarray()
    width, height = pixmap.width(), pixmap.height()
    cells[:, 0], cells[:, 1] = x + width / ratio / 2.0, y + height / ratio / 2.0
    cells[:, 2:] = (0.0, 0.0, width, height, 1.0 / ratio, 1.0 / ratio, 0.0, 1.0)
    painter.drawPixmapFragments(*_fragments.drawargs(), pixmap)  # type: ignore[call-arg]  # stubs miss the pointer


def draw_dashes(painter: QPainter, tile: QPixmap, scale: Scale, x: float, y: float, width: float) -> None:
    """A level line of a tile from `x` on, `y` lying on device pixels; as thick on every screen wherever it lies."""
    if scale.ratio == 1.0:
        painter.drawTiledPixmap(int(x), int(y), int(width), 1, tile)
    else:
        painter.drawTiledPixmap(QRectF(int(x), y, int(width), scale.wick), tile)


def dash_tile(ink: QColor, dash: int, gap: int, is_upright: bool = False) -> QPixmap:
    """One dash and its gap, one pixel thick: `drawTiledPixmap` paints dashed lines at the price of a filled one."""
    size, filled = QSize(dash + gap, 1), QSize(dash, 1)
    tile = QPixmap(size.transposed() if is_upright else size)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.fillRect(QRect(QPoint(0, 0), filled.transposed() if is_upright else filled), ink)
    painter.end()
    return tile
