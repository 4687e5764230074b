"""The signal history under a chart: one cell per candle, side and layer, so that the user sees where setups fail."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QHelpEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.strip import CELLS, LAYER_COUNT, NOT_JUDGED, SHORT_LAYER_TITLES, SIDES, Cell, Codes
from gui.features.chart.view.layers.labels import lettering
from gui.features.chart.view.scale import Scale
from gui.theme import Theme, colour, mixed

STRIP = ("strip", "Signal history")
PITCH = 9
"""Pixels from row to row, one of them a gap."""
BAND = LAYER_COUNT * PITCH
MARGIN = 3
BAND_GAP = 5
HEIGHT = 2 * BAND + BAND_GAP + 2 * MARGIN
GAPS_FROM_STEP = 4.0
"""Device pixels per candle from which on cells stand apart."""
LABEL_INSET = 8
_EMPTY = len(Cell)

CELL_WORDS = {
    Cell.NOT_JUDGED: "not judged",
    Cell.PASSED: "passed",
    Cell.THROUGH: "passed, as all layers did",
    Cell.DECIDED: "failed first: it blocked this side",
    Cell.BEHIND: "failed too",
}

Rows = NDArray[np.int64]


class HeatStrip(QWidget):
    """Shows the verdicts of a chart's model in its view. `hovered` emits the row under the mouse, None without one.

    It is painted again where the view moves or a candle closes, never at a tick.
    """

    hovered = Signal(object)

    def __init__(
        self, model: ChartModel, view_scale: Callable[[], Scale], theme: Theme, parent: QWidget | None = None
    ) -> None:
        """`view_scale` returns the chart's scale as it is now."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self._model, self._view_scale = model, view_scale
        self._strong, self._small = lettering(11, QFont.Weight.Medium), lettering(9)
        self._pixmap = QPixmap()
        self._painted: tuple[object, ...] = ()
        self._marked: int | None = None
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._ground, self._line = colour(theme.background), colour(theme.border)
        self._ink, self._muted, self._mark = colour(theme.text), colour(theme.text_muted), colour(theme.text)
        self._table = [shade.rgb() for shade in _shades(theme)]
        self._painted = ()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(640, HEIGHT)

    @property
    def picture_ratio(self) -> float:
        """Device pixels per pixel for which the strip was painted last."""
        return self._pixmap.devicePixelRatio()

    def follow_view(self) -> None:
        """The view has moved, or a candle was added."""
        if self._key(self._view_scale()) != self._painted:
            self.update()

    def mark(self, row: int | None) -> None:
        """Frames the column of the candle that the user looks at."""
        if row != self._marked:
            scale = self._view_scale()
            for each in (self._marked, row):
                if each is not None:
                    self.update(self._column(scale, each).adjusted(-1, 0, 1, 0))
            self._marked = row

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        scale = self._view_scale()
        key = self._key(scale)
        if key != self._painted:
            self._painted = key
            self._pixmap = self._picture(scale)
        painter = QPainter(self)
        painter.setClipRegion(event.region())
        painter.drawPixmap(QPoint(0, 0), self._pixmap)
        if self._marked is not None:
            painter.setPen(self._mark)
            painter.drawRect(self._column(scale, self._marked).adjusted(0, 0, -1, -1))
        painter.end()

    def _key(self, scale: Scale) -> tuple[object, ...]:
        verdicts = self._model.verdicts
        newest = (verdicts.buy.values[-1], verdicts.sell.values[-1]) if len(verdicts) else ()
        return scale.first, scale.last, scale.width, scale.ratio, self.width(), len(verdicts), *newest

    def _column(self, scale: Scale, row: int) -> QRect:
        left, right = (round(float(scale.x(row + half))) for half in (-0.5, 0.5))
        area = QRect(left - 1, 1, max(3, right - left + 1), HEIGHT - 2)
        return area.intersected(QRect(0, 0, scale.width, HEIGHT))

    def _picture(self, scale: Scale) -> QPixmap:
        pixmap = QPixmap(self.size() * scale.ratio)
        pixmap.setDevicePixelRatio(scale.ratio)
        pixmap.fill(self._ground)
        painter = QPainter(pixmap)
        rows = _rows_of_pixels(scale)
        for place, side in enumerate(SIDES):
            top = _band_top(place)
            image = self._band(self._model.verdicts.of(side), rows, scale)
            painter.drawImage(QRect(0, top, scale.width, BAND), image)
            self._name(painter, side.value, top, scale.width)
        painter.fillRect(0, 0, self.width(), 1, self._line)
        painter.fillRect(scale.width, 0, 1, HEIGHT, self._line)
        painter.end()
        return pixmap

    def _band(self, codes: Codes, rows: Rows, scale: Scale) -> QImage:
        """One side as an indexed image, a device pixel each."""
        pixels = np.full((round(BAND * scale.ratio), len(rows)), _EMPTY, np.uint8)
        cells = _cells_of_pixels(codes, rows, scale)
        for layer in range(LAYER_COUNT):
            top, bottom = (round((layer * PITCH + inset) * scale.ratio) for inset in (0, PITCH - 1))
            pixels[top:bottom] = cells[layer]
        height, width = pixels.shape
        content = pixels.tobytes()
        image = QImage(content, width, height, width, QImage.Format.Format_Indexed8)
        image.setColorTable(self._table)
        return image.convertToFormat(QImage.Format.Format_RGB32)

    def _name(self, painter: QPainter, side: str, top: int, left: int) -> None:
        """The side over the oldest candles in view, the layers right of the newest."""
        width = round(self._strong.width(side)) + 2 * LABEL_INSET
        height = round(self._strong.height)
        chip = QRect(0, top + (BAND - height) // 2, width, height)
        painter.fillRect(chip, self._ground)
        self._strong.paint(painter, LABEL_INSET, chip.top(), side, self._ink)
        for layer, title in enumerate(SHORT_LAYER_TITLES):
            y = top + layer * PITCH + (PITCH - 1 - self._small.height) / 2
            self._small.paint(painter, left + LABEL_INSET, y, title, self._muted)

    # -- the mouse

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.hovered.emit(self._row_at(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.hovered.emit(None)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.words_at(event.pos()), self)
            return True
        return super().event(event)

    def words_at(self, point: QPoint) -> str:
        """What the cell at a point says; empty where there is none."""
        row = self._row_at(point.x())
        for place, side in enumerate(SIDES):
            layer = (point.y() - _band_top(place)) // PITCH
            if row is not None and 0 <= layer < LAYER_COUNT:
                cell = self._model.verdicts.cell(row, side, layer)
                return f"{side.value} · {layer + 1} {SHORT_LAYER_TITLES[layer]}: {CELL_WORDS[cell]}"
        return ""

    def _row_at(self, x: float) -> int | None:
        scale = self._view_scale()
        row = round(scale.index_at(x))
        return row if 0 <= row < len(self._model.verdicts) and x < scale.width else None


def _band_top(place: int) -> int:
    return MARGIN + place * (BAND + BAND_GAP)


def _rows_of_pixels(scale: Scale) -> Rows:
    """The candle's row under each column of device pixels."""
    centres = (np.arange(round(scale.width * scale.ratio)) + 0.5) / scale.ratio
    rows: Rows = np.floor(scale.index_at(centres) + 0.5).astype(np.int64)
    return rows


def _cells_of_pixels(codes: Codes, rows: Rows, scale: Scale) -> NDArray[np.uint8]:
    """Shape (4, pixels). Where several candles share a pixel, the one that passed most layers is shown."""
    first, end = max(0, int(rows[0])), min(len(codes), int(rows[-1]) + 1)
    if first >= end:
        return np.full((LAYER_COUNT, len(rows)), _EMPTY, np.uint8)
    stride, groups = scale.stride, rows
    view = codes[first:end]
    if stride > 1:
        first -= first % stride
        view = np.maximum.reduceat(codes[:end], np.arange(first, end, stride))
        first, groups = first // stride, rows // stride
    at = groups - first
    is_candle = (at >= 0) & (at < len(view))
    cells: NDArray[np.uint8] = CELLS[np.where(is_candle, view[np.clip(at, 0, len(view) - 1)], NOT_JUDGED)].T
    is_gap = np.append(rows[1:] != rows[:-1], False) if scale.step * scale.ratio >= GAPS_FROM_STEP else False
    return np.where(is_candle & ~np.asarray(is_gap), cells, np.uint8(_EMPTY))


def _shades(theme: Theme) -> list[QColor]:
    """By `Cell`, then the ground. Brightness distinguishes them as well as the colour does."""
    ground = theme.background
    return [
        mixed(theme.text_muted, ground, 0.12),
        mixed(theme.passed, ground, 0.36),
        colour(theme.passed),
        mixed(theme.failed, ground, 0.78),
        mixed(theme.failed, ground, 0.24),
        colour(ground),
    ]
