"""Prices that the market remembers: the day's range, the prior day's and session's, equal highs and lows."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from math import inf

from engine.domain.market import Candle, Session
from engine.domain.structure import Swing

SESSIONS_WITH_A_RANGE = (Session.ASIA, Session.LONDON, Session.NEW_YORK)
NO_LEVELS: tuple[float, ...] = ()


class _Range:
    """The highest high and the lowest low of some candles."""

    __slots__ = ("high", "low")

    def __init__(self) -> None:
        self.high = -inf
        self.low = inf

    def take(self, candle: Candle) -> None:
        if candle.high > self.high:
            self.high = candle.high
        if candle.low < self.low:
            self.low = candle.low


class DayRange:
    """High and low of the trading day before the newest candle, and of the day before that had candles."""

    __slots__ = ("_candles", "_today", "_usable_after", "high", "low", "prior_high", "prior_low")

    def __init__(self, usable_after: int) -> None:
        self._usable_after = usable_after
        self._today = _Range()
        self._candles = 0
        self.high: float | None = None
        self.low: float | None = None
        self.prior_high: float | None = None
        self.prior_low: float | None = None

    def start_day(self) -> None:
        """The next candle is the first of a new trading day."""
        if self._candles:
            self.prior_high, self.prior_low = self._today.high, self._today.low
        self._today = _Range()
        self._candles = 0
        self.high = self.low = None

    def update(self, candle: Candle) -> None:
        """Takes one closed candle, which is not part of the range that it meets."""
        if self._candles >= self._usable_after:
            self.high, self.low = self._today.high, self._today.low
        self._today.take(candle)
        self._candles += 1


class SessionRange:
    """High and low of the last completed Asia, London or New York session; the overlap belongs to New York.

    A session is complete once a candle of another session, of another trading day or of none has come.
    """

    __slots__ = ("_current", "_session", "prior_high", "prior_low")

    def __init__(self) -> None:
        self._session = Session.OFF
        self._current = _Range()
        self.prior_high: float | None = None
        self.prior_low: float | None = None

    def update(self, candle: Candle, session: Session, *, is_first_of_day: bool) -> None:
        """Takes one closed candle of `session`."""
        name = Session.NEW_YORK if session is Session.OVERLAP else session
        if name is not self._session or is_first_of_day:
            self._complete()
            self._session = name
        self._current.take(candle)

    def _complete(self) -> None:
        if self._session in SESSIONS_WITH_A_RANGE:
            self.prior_high, self.prior_low = self._current.high, self._current.low
        self._current = _Range()


class EqualLevels:
    """Prices at which two or more recent swing highs, or lows, lie within a share of ATR(14); ascending.

    Sorted by price, a group takes every further swing that is near enough to its first; its level is its mean.
    """

    __slots__ = ("_count", "_high_side", "_low_side", "_max_age", "_tolerance_atr", "highs", "lows")

    def __init__(self, max_age: int, tolerance_atr: float) -> None:
        self._max_age = max_age
        self._tolerance_atr = tolerance_atr
        self._count = 0
        self._high_side = _LevelsOfSide()
        self._low_side = _LevelsOfSide()
        self.highs = self.lows = NO_LEVELS

    def update(self, swings: tuple[Swing, ...], atr14: float | None) -> None:
        """Takes the swings that one closed candle made known, with ATR(14) at its close."""
        self._count += 1
        for swing in swings:
            side = self._high_side if swing.is_high else self._low_side
            side.add(swing.price, last=self._count - 2 + self._max_age)
        if atr14 is not None:
            tolerance = self._tolerance_atr * atr14
            self.highs = self._high_side.levels(self._count, tolerance)
            self.lows = self._low_side.levels(self._count, tolerance)


class _LevelsOfSide:
    """The recent swings of one side, and their levels.

    The tolerance moves a little with every candle, the groups rarely do: levels are kept with the tolerances for
    which they are the same.
    """

    __slots__ = ("_levels", "_ranked", "_swings", "_tolerance_below", "_tolerance_from")

    def __init__(self) -> None:
        self._swings: deque[tuple[int, float]] = deque()
        self._ranked: list[float] = []
        self._levels = NO_LEVELS
        self._tolerance_from, self._tolerance_below = 0.0, inf

    def add(self, price: float, last: int) -> None:
        """Adds a swing that counts up to candle number `last`."""
        self._swings.append((last, price))
        insort(self._ranked, price)
        self._forget_levels()

    def levels(self, count: int, tolerance: float) -> tuple[float, ...]:
        """The levels at candle number `count`; near swings are at most `tolerance` apart, in price units."""
        swings = self._swings
        while swings and swings[0][0] < count:
            del self._ranked[bisect_left(self._ranked, swings.popleft()[1])]
            self._forget_levels()
        if not self._tolerance_from <= tolerance < self._tolerance_below:
            self._group(tolerance)
        return self._levels

    def _forget_levels(self) -> None:
        self._tolerance_from, self._tolerance_below = inf, -inf

    def _group(self, tolerance: float) -> None:
        levels: list[float] = []
        first, total, count = -inf, 0.0, 0
        widest_taken, nearest_left = 0.0, inf
        for price in (*self._ranked, inf):
            distance = price - first
            if distance <= tolerance:
                total += price
                count += 1
                if distance > widest_taken:
                    widest_taken = distance
                continue
            if count > 1:
                levels.append(total / count)
            if distance < nearest_left:
                nearest_left = distance
            first, total, count = price, price, 1
        self._levels = tuple(levels)
        self._tolerance_from, self._tolerance_below = widest_taken, nearest_left
