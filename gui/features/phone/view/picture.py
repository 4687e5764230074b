"""A small picture of a chart for the phone: candles, prices and times, and nothing about the account."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QImageWriter, QPainter

from gui.features.chart.model.candle_columns import Floats
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.readout import price_text
from gui.theme import Theme, colour, font
from gui.zones import second_text

WIDTH, HEIGHT = 720, 400
CANDLES = 60
PRICES = 5
_MARGIN, _HEAD, _AXIS = 12, 30, 84
_VOLUME_SHARE = 0.2
"""Of the height, for volume where it is shown."""


def chart_picture(chart: ChartModel, zone: tzinfo, theme: Theme, *, shows_volume: bool) -> QImage | None:
    """The last hour of closed candles; None while there are none. Takes the window's thread about 5 ms."""
    first = max(0, chart.count - CANDLES)
    if first == chart.count:
        return None
    columns = chart.columns
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(colour(theme.background))
    painter = QPainter(image)
    try:
        painter.setFont(font(11))
        candles = np.array([getattr(columns, name).values[first:] for name in ("open", "high", "low", "close")])
        below = HEIGHT * _VOLUME_SHARE if shows_volume else 0.0
        price_area = QRectF(_MARGIN, _HEAD, WIDTH - _AXIS - _MARGIN, HEIGHT - _HEAD - _MARGIN - below)
        times = [datetime.fromtimestamp(int(columns.time.values[row]), UTC) for row in (first, -1)]
        painter.setPen(colour(theme.text))
        words = f"{chart.symbol} M1   {second_text(times[0], zone)} – {second_text(times[1], zone)}"
        painter.drawText(QPointF(_MARGIN, _HEAD - 10), words)
        _paint_prices(painter, theme, price_area, chart, candles)
        _paint_candles(painter, theme, price_area, candles)
        if shows_volume:
            area = QRectF(price_area.left(), HEIGHT - _MARGIN - below, price_area.width(), below)
            _paint_volume(painter, theme, area, candles, columns.volume.values[first:])
    finally:
        painter.end()
    return image


def png_of(image: QImage) -> bytes:
    """The file of a picture; takes longer than painting it, and may be called on any thread."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def _paint_prices(painter: QPainter, theme: Theme, area: QRectF, chart: ChartModel, candles: Floats) -> None:
    low, high = float(candles[2].min()), float(candles[1].max())
    for price in np.linspace(low, high, PRICES):
        y = _y_of(float(price), area, low, high)
        painter.setPen(colour(theme.grid))
        painter.drawLine(QLineF(area.left(), y, area.right(), y))
        painter.setPen(colour(theme.text_muted))
        painter.drawText(QPointF(area.right() + 6, y + 4), price_text(float(price), chart.digits))


def _paint_candles(painter: QPainter, theme: Theme, area: QRectF, candles: Floats) -> None:
    low, high = float(candles[2].min()), float(candles[1].max())
    step = area.width() / CANDLES
    for place, (opened, top, bottom, closed) in enumerate(candles.T.tolist()):
        shade = colour(theme.up if closed >= opened else theme.down)
        middle = area.left() + (place + 0.5) * step
        ends = [_y_of(price, area, low, high) for price in (top, bottom, max(opened, closed), min(opened, closed))]
        painter.setPen(shade)
        painter.drawLine(QLineF(middle, ends[0], middle, ends[1]))
        body = QRectF(middle - 0.35 * step, ends[2], 0.7 * step, max(1.0, ends[3] - ends[2]))
        is_hollow = theme.has_hollow_rises and closed >= opened
        painter.fillRect(body, colour(theme.background) if is_hollow else shade)
        if is_hollow:
            painter.drawRect(body)


def _paint_volume(painter: QPainter, theme: Theme, area: QRectF, candles: Floats, volume: Floats) -> None:
    known = np.nan_to_num(volume)
    highest = float(known.max()) or 1.0
    step = area.width() / CANDLES
    painter.setPen(Qt.PenStyle.NoPen)
    for place, (opened, closed, size) in enumerate(zip(candles[0], candles[3], known, strict=True)):
        height = 0.9 * area.height() * float(size) / highest
        shade = colour(theme.volume_up if closed >= opened else theme.volume_down)
        painter.fillRect(QRectF(area.left() + (place + 0.15) * step, area.bottom() - height, 0.7 * step, height), shade)


def _y_of(price: float, area: QRectF, low: float, high: float) -> float:
    share = (price - low) / (high - low) if high > low else 0.5
    return area.bottom() - share * area.height()
