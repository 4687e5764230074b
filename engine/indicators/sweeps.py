"""Liquidity sweeps: a wick through the extreme of the last candles and a close back inside."""

from __future__ import annotations

from collections import deque

from engine.domain.market import Candle
from engine.domain.structure import Sweep, SweptSide

CONFIDENCE = 0.5
WICK_BONUS, WICK_BODIES = 0.3, 1.5
VOLUME_BONUS, VOLUME_RATIO = 0.2, 1.5
SHALLOW_FACTOR, SHALLOW_ATR = 0.5, 0.1


class SweepDetector:
    """Finds candles that took the liquidity beyond the highest high or the lowest low of the `lookback` before them.

    A close beyond is a break, not a sweep. A long wick and a high volume add confidence; having gone through by less
    than a tenth of ATR(14) halves it, once that is known. A source without volume adds nothing for it.
    """

    __slots__ = ("_highs", "_lookback", "_lows", "_tick_size", "_volumes", "highest", "lowest")

    def __init__(self, lookback: int, tick_size: float) -> None:
        self._lookback = lookback
        self._tick_size = tick_size
        self._highs: deque[float] = deque(maxlen=lookback)
        self._lows: deque[float] = deque(maxlen=lookback)
        self._volumes: deque[float] = deque(maxlen=lookback)
        self.highest: float | None = None
        """The highest high, and `lowest` the lowest low, of the `lookback` candles before the newest."""
        self.lowest: float | None = None

    def update(self, candle: Candle, atr14: float | None) -> Sweep | None:
        """The sweep made by this closed candle; of two the more confident, of equals the bullish one."""
        highs, lows = self._highs, self._lows
        found = None
        if len(lows) == self._lookback:
            self.lowest, self.highest = lowest, highest = min(lows), max(highs)
            if candle.low < lowest or candle.high > highest:
                found = self._find(candle, lowest, highest, atr14)
        highs.append(candle.high)
        lows.append(candle.low)
        if candle.volume is not None:
            self._volumes.append(candle.volume)
        return found

    def _find(self, candle: Candle, lowest: float, highest: float, atr14: float | None) -> Sweep | None:
        found, close = None, candle.close
        if candle.low < lowest < close:
            found = self._sell_side(candle, lowest, atr14)
        if close < highest < candle.high:
            found = _surer(found, self._buy_side(candle, highest, atr14))
        return found

    def _sell_side(self, candle: Candle, level: float, atr14: float | None) -> Sweep:
        wick = min(candle.open, candle.close) - candle.low
        confidence = self._confidence(candle, wick, level - candle.low, atr14)
        return Sweep(side=SweptSide.SELL_SIDE, level=level, confidence=confidence, known_at=candle.opened_at)

    def _buy_side(self, candle: Candle, level: float, atr14: float | None) -> Sweep:
        wick = candle.high - max(candle.open, candle.close)
        confidence = self._confidence(candle, wick, candle.high - level, atr14)
        return Sweep(side=SweptSide.BUY_SIDE, level=level, confidence=confidence, known_at=candle.opened_at)

    def _confidence(self, candle: Candle, wick: float, depth: float, atr14: float | None) -> float:
        confidence = CONFIDENCE
        if wick >= WICK_BODIES * max(abs(candle.close - candle.open), self._tick_size):
            confidence += WICK_BONUS
        if candle.volume is not None and candle.volume >= VOLUME_RATIO * (sum(self._volumes) / self._lookback):
            confidence += VOLUME_BONUS
        if atr14 is not None and depth < SHALLOW_ATR * atr14:
            confidence *= SHALLOW_FACTOR
        return confidence


def _surer(bullish: Sweep | None, bearish: Sweep) -> Sweep:
    return bullish if bullish is not None and bullish.confidence >= bearish.confidence else bearish
