"""The volume-weighted average price of the trading day, and the micro band around it."""

from __future__ import annotations

from datetime import UTC, datetime
from math import sqrt

from config.settings import VwapSettings
from engine.domain.market import CANDLE_LENGTH, Candle

LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Vwap:
    """VWAP of typical prices, their volume-weighted standard deviation, and the micro band; prices in price units.

    All are None until enough candles of the day have come and any volume with them. Mean and deviation are updated
    by differences (B. P. Welford, Technometrics 4, 1962; weights after D. H. D. West, CACM 22, 1979): sums of
    squared prices lose the deviation in rounding.
    """

    __slots__ = (
        "_candles",
        "_closes_inside",
        "_has_volume",
        "_is_fixed",
        "_mean",
        "_ready_after",
        "_squares",
        "_tolerance",
        "_weight",
        "anchored_at",
        "band_high",
        "band_low",
        "sigma",
        "value",
    )

    def __init__(self, settings: VwapSettings, *, has_volume: bool) -> None:
        self._ready_after = settings.ready_after_candles
        self._is_fixed = settings.tolerance_type == "fixed"
        self._tolerance = settings.tolerance if self._is_fixed else settings.atr_multiplier
        self._has_volume = has_volume
        self._candles = 0
        self._weight = self._mean = self._squares = 0.0
        self._closes_inside = 0
        self.anchored_at = LONG_AGO
        """Opening instant of the day's first candle."""
        self.value: float | None = None
        self.sigma: float | None = None
        self.band_low: float | None = None
        self.band_high: float | None = None

    @property
    def persistence_s(self) -> float:
        """Seconds that closes have stayed inside the micro band; 0 before the second of them."""
        return max(0, self._closes_inside - 1) * CANDLE_LENGTH.total_seconds()

    def start_day(self, at: datetime) -> None:
        """Forgets the day before; the candle of `at` is the first of the new one."""
        self.anchored_at = at
        self._candles = 0
        self._weight = self._mean = self._squares = 0.0

    def update(self, candle: Candle, atr14: float | None) -> None:
        """Takes one closed candle; `atr14` is ATR(14) at its close."""
        self._weigh((candle.high + candle.low + candle.close) / 3, candle.volume if self._has_volume else 1.0)
        self._candles += 1
        if self._candles >= self._ready_after and self._weight > 0.0:
            self.value = self._mean
            self.sigma = sqrt(self._squares / self._weight)
        else:
            self.value = self.sigma = None
        self._draw_band(candle.close, atr14)

    def _weigh(self, price: float, weight: float) -> None:
        if weight > 0.0:
            self._weight += weight
            difference = price - self._mean
            self._mean += difference * (weight / self._weight)
            self._squares += weight * difference * (price - self._mean)

    def _draw_band(self, close: float, atr14: float | None) -> None:
        vwap, reference = self.value, self.value if self._is_fixed else atr14
        if vwap is None or reference is None:
            self.band_low = self.band_high = None
            self._closes_inside = 0
            return
        tolerance = self._tolerance * reference
        self.band_low = low = vwap - tolerance
        self.band_high = high = vwap + tolerance
        self._closes_inside = self._closes_inside + 1 if low <= close <= high else 0
