"""Swing highs and lows, and the breaks of structure beyond them."""

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
        found = NOTHING
        if high >= fourth.high and high > second.high and high >= candle.high and high > first.high:
            found = (_swing(middle, candle, is_high=True),)
        if low <= fourth.low and low < second.low and low <= candle.low and low < first.low:
            found = (*found, _swing(middle, candle, is_high=False))
        return found


def _swing(middle: Candle, candle: Candle, *, is_high: bool) -> Swing:
    return Swing(
        is_high=is_high,
        price=middle.high if is_high else middle.low,
        candle_time=middle.opened_at,
        known_at=candle.opened_at,
    )


StructureValues = tuple[StructureBreak | None, Direction | None, StructureBreak | None, int | None]
"""The break by the newest candle, the structure's direction, the latest change of character, candles since then."""


class Structure:
    """Follows the breaks of the latest known swings: a break against the structure changes its character."""

    __slots__ = ("_choch", "_direction", "_high", "_low", "choch_down_age", "choch_up_age")

    def __init__(self) -> None:
        self._high: Swing | None = None
        self._low: Swing | None = None
        self._direction: Direction | None = None
        self._choch: StructureBreak | None = None
        self.choch_up_age: int | None = None
        """Candles since the latest change of character up, 0 at its own; `choch_down_age` likewise."""
        self.choch_down_age: int | None = None

    def update(self, candle: Candle, swings: tuple[Swing, ...]) -> StructureValues:
        """Updates with one closed candle and the swings that became known by it; up is tested first."""
        for swing in swings:
            if swing.is_high:
                self._high = swing
            else:
                self._low = swing
        age = None if self._choch is None else self._grow_older(self._choch)
        high, low, close = self._high, self._low, candle.close
        if high is not None and close > high.price:
            self._high = None
            return self._break(high, Direction.UP, candle, age)
        if low is not None and close < low.price:
            self._low = None
            return self._break(low, Direction.DOWN, candle, age)
        return None, self._direction, self._choch, age

    def _grow_older(self, choch: StructureBreak) -> int | None:
        up, down = self.choch_up_age, self.choch_down_age
        if up is not None:
            self.choch_up_age = up = up + 1
        if down is not None:
            self.choch_down_age = down = down + 1
        return up if choch.direction is Direction.UP else down

    def _break(self, swing: Swing, direction: Direction, candle: Candle, age: int | None) -> StructureValues:
        is_turn = self._direction is not None and self._direction is not direction
        made = StructureBreak(
            event=BreakKind.CHOCH if is_turn else BreakKind.BOS,
            direction=direction,
            level=swing.price,
            swing_time=swing.candle_time,
            known_at=candle.opened_at,
        )
        self._direction = direction
        if is_turn:
            self._turn(made)
            age = 0
        return made, direction, self._choch, age

    def _turn(self, made: StructureBreak) -> None:
        self._choch = made
        if made.direction is Direction.UP:
            self.choch_up_age = 0
        else:
            self.choch_down_age = 0
