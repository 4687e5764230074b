"""A small picture of candles, for the phone or an assistant: prices and times, and nothing about the account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QImageWriter, QPainter

from gui.features.chart.model.candle_columns import Floats, Integers
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


@dataclass(frozen=True, slots=True)
class PicturedCandles:
    """Closed candles to be painted: when they opened (seconds since 1970 UTC), rows of open, high, low and close in
    price units, and volume."""

    symbol: str
    digits: int
    times: Integers
    prices: Floats
    volume: Floats


def last_candles(chart: ChartModel) -> PicturedCandles:
    """The last hour of a chart."""
    first = max(0, chart.count - CANDLES)
    columns = chart.columns
    prices = np.array([getattr(columns, name).values[first:] for name in ("open", "high", "low", "close")])
    times, volume = columns.time.values[first:], columns.volume.values[first:]
    return PicturedCandles(chart.symbol, chart.digits, times, prices, volume)


def chart_picture(pictured: PicturedCandles, zone: tzinfo, theme: Theme, *, shows_volume: bool) -> QImage | None:
    """None where there are no candles. Takes the window's thread about 5 ms for an hour of them."""
    if not len(pictured.times):
        return None
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(colour(theme.background))
    painter = QPainter(image)
    try:
        painter.setFont(font(11))
        below = HEIGHT * _VOLUME_SHARE if shows_volume else 0.0
        price_area = QRectF(_MARGIN, _HEAD, WIDTH - _AXIS - _MARGIN, HEIGHT - _HEAD - _MARGIN - below)
        first, last = (datetime.fromtimestamp(int(pictured.times[row]), UTC) for row in (0, -1))
        painter.setPen(colour(theme.text))
        words = f"{pictured.symbol} M1   {second_text(first, zone)} – {second_text(last, zone)}"
        painter.drawText(QPointF(_MARGIN, _HEAD - 10), words)
        _paint_prices(painter, theme, price_area, pictured)
        _paint_candles(painter, theme, price_area, pictured.prices)
        if shows_volume:
            area = QRectF(price_area.left(), HEIGHT - _MARGIN - below, price_area.width(), below)
            _paint_volume(painter, theme, area, pictured)
    finally:
        painter.end()
    return image


def png_of(image: QImage) -> bytes:
    """The file of a picture; takes longer than painting it, and may be called on any thread."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def _paint_prices(painter: QPainter, theme: Theme, area: QRectF, pictured: PicturedCandles) -> None:
    low, high = float(pictured.prices[2].min()), float(pictured.prices[1].max())
    for price in np.linspace(low, high, PRICES):
        y = _y_of(float(price), area, low, high)
        painter.setPen(colour(theme.grid))
        painter.drawLine(QLineF(area.left(), y, area.right(), y))
        painter.setPen(colour(theme.text_muted))
        painter.drawText(QPointF(area.right() + 6, y + 4), price_text(float(price), pictured.digits))


def _paint_candles(painter: QPainter, theme: Theme, area: QRectF, candles: Floats) -> None:
    low, high = float(candles[2].min()), float(candles[1].max())
    step = area.width() / max(CANDLES, candles.shape[1])
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


def _paint_volume(painter: QPainter, theme: Theme, area: QRectF, pictured: PicturedCandles) -> None:
    known, candles = np.nan_to_num(pictured.volume), pictured.prices
    highest = float(known.max()) or 1.0
    step = area.width() / max(CANDLES, len(known))
    painter.setPen(Qt.PenStyle.NoPen)
    for place, (opened, closed, size) in enumerate(zip(candles[0], candles[3], known, strict=True)):
        height = 0.9 * area.height() * float(size) / highest
        shade = colour(theme.volume_up if closed >= opened else theme.volume_down)
        painter.fillRect(QRectF(area.left() + (place + 0.15) * step, area.bottom() - height, 0.7 * step, height), shade)


def _y_of(price: float, area: QRectF, low: float, high: float) -> float:
    share = (price - low) / (high - low) if high > low else 0.5
    return area.bottom() - share * area.height()
