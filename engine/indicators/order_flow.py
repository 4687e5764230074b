"""Order flow: aggressor volume, and divergence between price and cumulative delta."""

from __future__ import annotations

from collections import deque
from datetime import date

import msgspec

from engine.domain.market import Candle, Side
from engine.domain.structure import Swing


class _FlowAtSwing(msgspec.Struct, frozen=True):
    day: date
    price: float
    cvd: float


class OrderFlow:
    """Cumulative volume delta of the trading day (taker buys less taker sells), and its divergences from price.

    A swing low below the one before it while the delta stood higher is bullish; mirrored for swing highs. Both
    swings are of the same trading day, and the delta is that at the swings' own candles. `is_available` says whether
    the source knows the aggressors; without it all values are None.
    """

    __slots__ = (
        "_at_high",
        "_at_low",
        "_candles",
        "_cvd",
        "_day",
        "_divergence_candles",
        "_divergences",
        "_is_available",
        "_recent",
        "sides",
    )

    def __init__(self, divergence_candles: int, *, is_available: bool) -> None:
        self._is_available = is_available
        self._divergence_candles = divergence_candles
        self._candles = 0
        self._day = date.min
        self._cvd = 0.0
        self._recent: deque[tuple[date, float]] = deque(maxlen=3)
        self._at_high: _FlowAtSwing | None = None
        self._at_low: _FlowAtSwing | None = None
        self._divergences: list[tuple[Side, int]] = []
        self.sides: tuple[Side, ...] = ()
        """The sides whose divergence still counts: the newest first, BUY before SELL."""

    def start_day(self, day: date) -> None:
        """Starts trading day `day` with the next candle."""
        self._day, self._cvd = day, 0.0

    def update(self, candle: Candle, swings: tuple[Swing, ...]) -> float | None:
        """The delta after a closed candle that made `swings` known."""
        if not self._is_available:
            return None
        self._candles += 1
        bought = candle.taker_buy
        if bought is not None and candle.volume is not None:
            self._cvd += bought - (candle.volume - bought)
        self._recent.append((self._day, self._cvd))
        for swing in swings:
            self._compare(swing)
        if self._divergences and self._divergences[-1][1] < self._candles:
            self._set([found for found in self._divergences if found[1] >= self._candles])
        return self._cvd

    def _compare(self, swing: Swing) -> None:
        day, cvd = self._recent[0]
        now = _FlowAtSwing(day, swing.price, cvd)
        if swing.is_high:
            before, self._at_high = self._at_high, now
            is_divergence = before is not None and now.price > before.price and cvd < before.cvd
        else:
            before, self._at_low = self._at_low, now
            is_divergence = before is not None and now.price < before.price and cvd > before.cvd
        if is_divergence and before is not None and before.day == day:
            self._count_from_now(Side.SELL if swing.is_high else Side.BUY)

    def _count_from_now(self, side: Side) -> None:
        others = [found for found in self._divergences if found[0] is not side]
        self._set([(side, self._candles + self._divergence_candles - 1), *others])

    def _set(self, divergences: list[tuple[Side, int]]) -> None:
        self._divergences = divergences
        self.sides = tuple([side for side, _ in divergences])
