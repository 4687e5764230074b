"""A process that paints one picture of candles: JSON on standard input, a PNG on standard output."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import msgspec
import numpy as np
from PySide6.QtGui import QGuiApplication

from gui.features.chart.model.candle_columns import seconds_of
from gui.features.chart.view.candle_picture import PicturedCandles, chart_picture, png_of
from gui.theme import theme_for


class _Candle(msgspec.Struct):
    at: datetime
    open: float
    high: float
    low: float
    close: float
    volume: float | None


class _Candles(msgspec.Struct):
    symbol: str
    digits: int
    candles: list[_Candle]


def paint() -> int:
    """Returns the exit code: 2 if there is nothing to paint. Raises `msgspec.DecodeError` for any other input."""
    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=_Candles)
    application = QGuiApplication(["microscalp"])
    pictured = PicturedCandles(
        symbol=asked.symbol,
        digits=asked.digits,
        times=np.array([seconds_of(each.at) for each in asked.candles], np.int64),
        prices=np.array([[each.open, each.high, each.low, each.close] for each in asked.candles], np.float64).T,
        volume=np.array([each.volume for each in asked.candles], np.float64),
    )
    image = chart_picture(pictured, UTC, theme_for("dark"), shows_volume=bool(np.isfinite(pictured.volume).any()))
    if image is not None:
        sys.stdout.buffer.write(png_of(image))
    application.quit()
    return 2 if image is None else 0
