"""Volatility: ranges, their means, and whether they expand."""

from __future__ import annotations

from collections import deque

from config.indicators import AnalysisSettings
from engine.domain.market import Candle

TRUE_RANGE_WINDOW = 30
MOMENTUM_CANDLES = 15
VOLUME_WINDOW = 20

VolatilityValues = tuple[float | None, float | None, float | None, bool | None, float | None]
"""ATR(1), ATR(14), average range, whether volatility is expanding, mean true range of 30 candles."""


class Volatility:
    """Ranges of the closed candles, in price units; None until a window is full.

    The true range needs a previous close, so the very first candle has none. ATR(14) is J. W. Wilder's average
    (New Concepts in Technical Trading Systems, 1978).
    """

    __slots__ = (
        "_atr14",
        "_atr_length",
        "_count",
        "_expansion_factor",
        "_expansion_window",
        "_first",
        "_last",
        "_range_window",
        "_ranges",
        "_recent",
        "_recent_means",
        "_smoothed",
        "_smoothing",
    )

    def __init__(self, settings: AnalysisSettings) -> None:
        self._atr_length = settings.atr_length
        self._range_window = settings.range_window
        self._smoothing = settings.atr1_smoothing
        self._expansion_window = settings.expansion_window
        self._expansion_factor = settings.expansion_factor
        self._count = 0
        self._atr14: float | None = None
        self._first: list[float] = []
        self._ranges: deque[float] = deque(maxlen=settings.range_window)
        self._smoothed: deque[float] = deque(maxlen=settings.atr1_smoothing)
        self._recent: deque[float] = deque(maxlen=settings.expansion_window)
        self._recent_means: deque[float] = deque(maxlen=settings.expansion_window + 1)
        self._last: deque[float] = deque(maxlen=TRUE_RANGE_WINDOW)

    def update(self, candle: Candle, previous: Candle | None) -> VolatilityValues:
        """Updates with one closed candle and the one before it."""
        ranges, length, high, low = self._ranges, self._range_window, candle.high, candle.low
        ranges.append(high - low)
        range_avg = sum(ranges) / length if len(ranges) == length else None
        if previous is None:
            return None, None, range_avg, None, None
        close = previous.close
        true_range = high - low if low <= close <= high else close - low if close > high else high - close
        self._count = count = self._count + 1
        smoothed, last, length = self._smoothed, self._last, self._atr_length
        smoothed.append(true_range)
        last.append(true_range)
        if self._atr14 is None:
            self._atr14 = self._first_atr14(true_range)
        else:
            self._atr14 = ((length - 1) * self._atr14 + true_range) / length
        return (
            sum(smoothed) / self._smoothing if count >= self._smoothing else None,
            self._atr14,
            range_avg,
            self._expands(true_range),
            sum(last) / TRUE_RANGE_WINDOW if count >= TRUE_RANGE_WINDOW else None,
        )

    def _first_atr14(self, true_range: float) -> float | None:
        self._first.append(true_range)
        return sum(self._first) / self._atr_length if self._count == self._atr_length else None

    def _expands(self, true_range: float) -> bool | None:
        recent, means, length = self._recent, self._recent_means, self._expansion_window
        recent.append(true_range)
        if self._count < length:
            return None
        mean = sum(recent) / length
        means.append(mean)
        # The mean of the candles before these is the one that was the newest that many candles ago.
        return mean >= self._expansion_factor * means[0] if len(means) > length else None


class Momentum:
    """What price and volume of a candle are compared with; None until enough candles came before it.

    The volume is None for a source without volume as well.
    """

    __slots__ = ("_closes", "_volumes")

    def __init__(self) -> None:
        self._closes: deque[float] = deque(maxlen=MOMENTUM_CANDLES)
        self._volumes: deque[float] = deque(maxlen=VOLUME_WINDOW)

    def update(self, candle: Candle) -> tuple[float | None, float | None]:
        """Close minus the close 15 candles before, and the mean volume of the 20 candles before."""
        closes, volumes, close = self._closes, self._volumes, candle.close
        momentum_15 = close - closes[0] if len(closes) == MOMENTUM_CANDLES else None
        volume_mean_20 = sum(volumes) / VOLUME_WINDOW if len(volumes) == VOLUME_WINDOW else None
        closes.append(close)
        if candle.volume is not None:
            volumes.append(candle.volume)
        return momentum_15, volume_mean_20
