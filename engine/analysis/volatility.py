"""How far prices move: ranges, their means, and whether they grow."""

from __future__ import annotations

from collections import deque

from config.settings import AnalysisSettings
from engine.domain.market import Candle

TRUE_RANGE_WINDOW = 30
MOMENTUM_CANDLES = 15
VOLUME_WINDOW = 20


class Volatility:
    """Ranges of the closed candles, in price units; None until a window is full.

    The true range needs a previous close, so the very first candle has none. ATR(14) is J. W. Wilder's average
    (New Concepts in Technical Trading Systems, 1978).
    """

    __slots__ = (
        "_atr_length",
        "_expansion_factor",
        "_first",
        "_last",
        "_ranges",
        "_recent",
        "_recent_means",
        "_smoothed",
        "atr1",
        "atr14",
        "is_expanding",
        "range_avg",
        "true_range_mean_30",
    )

    def __init__(self, settings: AnalysisSettings) -> None:
        self._atr_length = settings.atr_length
        self._expansion_factor = settings.expansion_factor
        self._ranges: deque[float] = deque(maxlen=settings.range_window)
        self._smoothed: deque[float] = deque(maxlen=settings.atr1_smoothing)
        self._first: list[float] = []
        self._recent: deque[float] = deque(maxlen=settings.expansion_window)
        self._recent_means: deque[float] = deque(maxlen=settings.expansion_window + 1)
        self._last: deque[float] = deque(maxlen=TRUE_RANGE_WINDOW)
        self.range_avg: float | None = None
        self.atr1: float | None = None
        self.atr14: float | None = None
        self.is_expanding: bool | None = None
        self.true_range_mean_30: float | None = None

    def update(self, candle: Candle, previous: Candle | None) -> None:
        """Takes one closed candle and the one before it."""
        self._ranges.append(candle.high - candle.low)
        self.range_avg = _mean_when_full(self._ranges)
        if previous is None:
            return
        true_range = _true_range(candle, previous.close)
        self._smoothed.append(true_range)
        self._last.append(true_range)
        self.atr1 = _mean_when_full(self._smoothed)
        self.true_range_mean_30 = _mean_when_full(self._last)
        self.atr14 = self._wilder(true_range)
        self.is_expanding = self._expands(true_range)

    def _wilder(self, true_range: float) -> float | None:
        length = self._atr_length
        if self.atr14 is not None:
            return ((length - 1) * self.atr14 + true_range) / length
        self._first.append(true_range)
        return sum(self._first) / length if len(self._first) == length else None

    def _expands(self, true_range: float) -> bool | None:
        self._recent.append(true_range)
        mean, means = _mean_when_full(self._recent), self._recent_means
        if mean is None:
            return None
        means.append(mean)
        return mean >= self._expansion_factor * means[0] if len(means) == means.maxlen else None


class Momentum:
    """What price and volume of a candle are compared with; None until enough candles came before it."""

    __slots__ = ("_closes", "_volumes", "momentum_15", "volume_mean_20")

    def __init__(self) -> None:
        self._closes: deque[float] = deque(maxlen=MOMENTUM_CANDLES)
        self._volumes: deque[float] = deque(maxlen=VOLUME_WINDOW)
        self.momentum_15: float | None = None
        """Close minus the close 15 candles before."""
        self.volume_mean_20: float | None = None
        """Mean volume of the 20 candles before."""

    def update(self, candle: Candle) -> None:
        """Compares one closed candle with those before it, then takes it."""
        closes = self._closes
        if len(closes) == MOMENTUM_CANDLES:
            self.momentum_15 = candle.close - closes[0]
        self.volume_mean_20 = _mean_when_full(self._volumes)
        closes.append(candle.close)
        self._volumes.append(candle.volume)


def _true_range(candle: Candle, previous_close: float) -> float:
    high, low = candle.high, candle.low
    return (max(previous_close, high)) - (min(previous_close, low))


def _mean_when_full(window: deque[float]) -> float | None:
    count = len(window)
    return sum(window) / count if count == window.maxlen else None
