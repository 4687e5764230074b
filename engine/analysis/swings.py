"""Swing highs and lows, and the structure that closes beyond them make."""

from __future__ import annotations

from collections import deque

from engine.domain.market import Candle
from engine.domain.structure import BreakKind, Direction, StructureBreak, Swing

NOTHING: tuple[Swing, ...] = ()


class SwingDetector:
    """Finds a candle whose high (low) stands out among the two before it and the two after it.

    It is higher than both before and at least as high as both after: of equal highs the first one is the swing.
    """

    __slots__ = ("_window",)

    def __init__(self) -> None:
        self._window: deque[Candle] = deque(maxlen=5)

    def update(self, candle: Candle) -> tuple[Swing, ...]:
        """The swings of the candle two before, known by this closed candle; high before low."""
        window = self._window
        window.append(candle)
        if len(window) < 5:
            return NOTHING
        first, second, middle, fourth, _ = window
        high, low = middle.high, middle.low
        is_high = high > second.high and high >= fourth.high and high > first.high and high >= candle.high
        is_low = low < second.low and low <= fourth.low and low < first.low and low <= candle.low
        if not (is_high or is_low):
            return NOTHING
        found = ((True, high), (False, low))
        return tuple(
            Swing(is_high=side, price=price, candle_time=middle.opened_at, known_at=candle.opened_at)
            for (side, price), is_found in zip(found, (is_high, is_low), strict=True)
            if is_found
        )


class Structure:
    """Follows the breaks of the latest known swings: a break against the structure changes its character."""

    __slots__ = ("_high", "_low", "choch", "choch_age", "choch_down_age", "choch_up_age", "direction")

    def __init__(self) -> None:
        self._high: Swing | None = None
        self._low: Swing | None = None
        self.direction: Direction | None = None
        self.choch: StructureBreak | None = None
        """The latest change of character; the ages are candles since, 0 at its own candle."""
        self.choch_age: int | None = None
        self.choch_up_age: int | None = None
        self.choch_down_age: int | None = None

    def update(self, candle: Candle, swings: tuple[Swing, ...]) -> StructureBreak | None:
        """The break that this closed candle makes; `swings` are those that became known by it."""
        for swing in swings:
            if swing.is_high:
                self._high = swing
            else:
                self._low = swing
        if self.choch_age is not None:
            self._grow_older()
        high, low, close = self._high, self._low, candle.close
        if high is not None and close > high.price:
            self._high = None
            return self._break(high, Direction.UP, candle)
        if low is not None and close < low.price:
            self._low = None
            return self._break(low, Direction.DOWN, candle)
        return None

    def _grow_older(self) -> None:
        up, down = self.choch_up_age, self.choch_down_age
        if up is not None:
            self.choch_up_age = up = up + 1
        if down is not None:
            self.choch_down_age = down = down + 1
        self.choch_age = up if down is None or (up is not None and up < down) else down

    def _break(self, swing: Swing, direction: Direction, candle: Candle) -> StructureBreak:
        is_turn = self.direction is not None and self.direction is not direction
        made = StructureBreak(
            event=BreakKind.CHOCH if is_turn else BreakKind.BOS,
            direction=direction,
            level=swing.price,
            swing_time=swing.candle_time,
            known_at=candle.opened_at,
        )
        self.direction = direction
        if is_turn:
            self._turn(made)
        return made

    def _turn(self, made: StructureBreak) -> None:
        self.choch, self.choch_age = made, 0
        if made.direction is Direction.UP:
            self.choch_up_age = 0
        else:
            self.choch_down_age = 0
