"""The volume-weighted average price of the trading day, and the micro band around it."""

from __future__ import annotations

from datetime import UTC, datetime
from math import sqrt

from config.indicators import VwapSettings
from engine.domain.market import CANDLE_LENGTH, Candle

LONG_AGO = datetime.min.replace(tzinfo=UTC)
CANDLE_S = CANDLE_LENGTH.total_seconds()

VwapValues = tuple[float | None, float | None, float | None, float | None, float, datetime]
"""VWAP, sigma, lower and upper edge of the micro band, seconds inside it, opening instant of the day's first candle."""


class Vwap:
    """VWAP of typical prices, their volume-weighted standard deviation, and the micro band; prices in price units.

    They are None until enough candles of the day have come, and volume with them; candles of a source without volume
    weigh the same. Mean and deviation are updated by
    differences (B. P. Welford, Technometrics 4, 1962; with weights D. H. D. West, CACM 22, 1979): sums of squared
    prices lose the deviation in rounding.
    """

    __slots__ = (
        "_anchored_at",
        "_candles",
        "_closes_inside",
        "_is_fixed",
        "_mean",
        "_ready_after",
        "_squares",
        "_tolerance",
        "_weight",
    )

    def __init__(self, settings: VwapSettings) -> None:
        self._ready_after = settings.ready_after_candles
        self._is_fixed = settings.tolerance_type == "fixed"
        self._tolerance = settings.tolerance if self._is_fixed else settings.atr_multiplier
        self._closes_inside = 0
        self.start_day(LONG_AGO)

    def start_day(self, at: datetime) -> None:
        """Resets for a new day; the candle of `at` is the first of the new one."""
        self._anchored_at = at
        self._candles = 0
        self._weight = self._mean = self._squares = 0.0

    def update(self, candle: Candle, atr14: float | None) -> VwapValues:
        """Updates with one closed candle; `atr14` is ATR(14) at its close."""
        weight = 1.0 if candle.volume is None else candle.volume
        if weight > 0.0:
            price = (candle.high + candle.low + candle.close) / 3
            difference = price - self._mean
            self._weight += weight
            self._mean += difference * (weight / self._weight)
            self._squares += weight * difference * (price - self._mean)
        self._candles += 1
        if self._candles < self._ready_after or self._weight == 0.0:
            self._closes_inside = 0
            return None, None, None, None, 0.0, self._anchored_at
        vwap, sigma = self._mean, sqrt(self._squares / self._weight)
        reference = vwap if self._is_fixed else atr14
        if reference is None:
            return vwap, sigma, None, None, 0.0, self._anchored_at
        tolerance = self._tolerance * reference
        band_low, band_high = vwap - tolerance, vwap + tolerance
        self._closes_inside = inside = self._closes_inside + 1 if band_low <= candle.close <= band_high else 0
        return vwap, sigma, band_low, band_high, (inside - 1) * CANDLE_S if inside else 0.0, self._anchored_at
