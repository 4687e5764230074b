"""Key levels: the day's range, the prior day's and session's, equal highs and lows."""

from __future__ import annotations

from bisect import bisect_left
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

    def widen(self, candle: Candle) -> None:
        self.high = max(self.high, candle.high)
        self.low = min(self.low, candle.low)


class DayRange:
    """High and low of the trading day before the newest candle, and of the day before that had candles."""

    __slots__ = ("_candles", "_prior_high", "_prior_low", "_today", "_usable_after")

    def __init__(self, usable_after: int) -> None:
        self._usable_after = usable_after
        self._today = _Range()
        self._candles = 0
        self._prior_high: float | None = None
        self._prior_low: float | None = None

    def start_day(self) -> None:
        """Starts a new trading day with the next candle."""
        if self._candles:
            self._prior_high, self._prior_low = self._today.high, self._today.low
        self._today = _Range()
        self._candles = 0

    def update(self, candle: Candle) -> tuple[float | None, float | None, float | None, float | None]:
        """Day high and low without this closed candle, None while the day is young; then those of the prior day."""
        today = self._today
        high, low = (today.high, today.low) if self._candles >= self._usable_after else (None, None)
        self._candles += 1
        if candle.high > today.high or candle.low < today.low:
            today.widen(candle)
        return high, low, self._prior_high, self._prior_low


class SessionRange:
    """High and low of the last completed Asia, London or New York session; the overlap belongs to New York.

    A session is complete once a candle of another session, of another trading day or of none has come.
    """

    __slots__ = ("_current", "_prior", "_session")

    def __init__(self) -> None:
        self._session = Session.OFF
        self._current = _Range()
        self._prior: tuple[float | None, float | None] = (None, None)

    def start(self, session: Session, is_new_day: bool) -> None:
        """The next candle is of `session`, or of a new trading day."""
        name = Session.NEW_YORK if session is Session.OVERLAP else session
        if name is self._session and not is_new_day:
            return
        if self._session in SESSIONS_WITH_A_RANGE:
            self._prior = (self._current.high, self._current.low)
        self._session, self._current = name, _Range()

    def update(self, candle: Candle) -> tuple[float | None, float | None]:
        """Updates with one closed candle; the high and low of the prior session."""
        current = self._current
        if candle.high > current.high or candle.low < current.low:
            current.widen(candle)
        return self._prior


class EqualLevels:
    """Prices at which two or more recent swing highs, or lows, lie within a share of ATR(14); ascending.

    Sorted by price, a group takes every further swing that is near enough to its first; its level is its mean.
    """

    __slots__ = ("_count", "_high_side", "_low_side", "_max_age", "_tolerance_atr")

    def __init__(self, max_age: int, tolerance_atr: float) -> None:
        self._max_age = max_age
        self._tolerance_atr = tolerance_atr
        self._count = 0
        self._high_side = _LevelsOfSide()
        self._low_side = _LevelsOfSide()

    def update(self, swings: tuple[Swing, ...], atr14: float | None) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Equal highs and equal lows after a closed candle that made `swings` known; ATR(14) is that at its close."""
        self._count = count = self._count + 1
        for swing in swings:
            side = self._high_side if swing.is_high else self._low_side
            side.add(swing.price, count - 2 + self._max_age)
        if atr14 is None:
            return NO_LEVELS, NO_LEVELS
        tolerance, highs, lows = self._tolerance_atr * atr14, self._high_side, self._low_side
        if count > highs.first_end or not highs.tolerance_from <= tolerance < highs.tolerance_below:
            highs.look_again(count, tolerance)
        if count > lows.first_end or not lows.tolerance_from <= tolerance < lows.tolerance_below:
            lows.look_again(count, tolerance)
        return highs.levels, lows.levels


class _LevelsOfSide:
    """The recent swings of one side, and their levels.

    Swings come and go and the tolerance moves with every candle, the groups rarely change: `levels` hold up to candle
    number `first_end`, and for tolerances from `tolerance_from` to below `tolerance_below`.
    """

    __slots__ = ("_ranked", "_swings", "first_end", "levels", "tolerance_below", "tolerance_from")

    def __init__(self) -> None:
        self._swings: deque[tuple[int, float]] = deque()
        self.first_end: float = inf
        self._ranked: list[float] = []
        self.levels = NO_LEVELS
        self.tolerance_from, self.tolerance_below = 0.0, inf

    def add(self, price: float, last: int) -> None:
        """Adds a swing that counts up to candle number `last`."""
        self._swings.append((last, price))
        self.first_end = self._swings[0][0]
        at = bisect_left(self._ranked, price)
        self._ranked.insert(at, price)
        self._watch_neighbours(at)

    def look_again(self, count: int, tolerance: float) -> None:
        """Finds the levels at candle number `count`; near swings are at most `tolerance` apart, in price units."""
        while self.first_end < count:
            self._drop_first()
        if not self.tolerance_from <= tolerance < self.tolerance_below:
            self._group(tolerance)

    def _drop_first(self) -> None:
        _, price = self._swings.popleft()
        self.first_end = self._swings[0][0] if self._swings else inf
        at = bisect_left(self._ranked, price)
        self._watch_neighbours(at)
        del self._ranked[at]

    def _watch_neighbours(self, at: int) -> None:
        """A swing that is in no group leaves all groups as they are: it matters from the tolerance that reaches it."""
        ranked = self._ranked
        price = ranked[at]
        if at and price - ranked[at - 1] < self.tolerance_below:
            self.tolerance_below = price - ranked[at - 1]
        if at + 1 < len(ranked) and ranked[at + 1] - price < self.tolerance_below:
            self.tolerance_below = ranked[at + 1] - price

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
        self.levels = tuple(levels)
        self.tolerance_from, self.tolerance_below = widest_taken, nearest_left
