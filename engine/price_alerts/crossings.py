"""On which side of a level the price is, and when it reaches or passes it."""

from __future__ import annotations

from engine.domain.price_alerts import Crossing


class Crossings:
    """Follows a price and a level that may move; each passage is reported once.

    Touching counts as passing: what follows the touch on the far side is no second passage, and a price that returns
    has left the level again. `side` is 1 above the level, -1 below, 0 where it is not known yet.
    """

    __slots__ = ("_is_touching", "side")

    def __init__(self, side: int = 0) -> None:
        self.side = side
        self._is_touching = False

    @property
    def lasting_side(self) -> int:
        """The side to go on with after a restart; none at the level itself, which has been reported."""
        return 0 if self._is_touching else self.side

    def forget(self) -> None:
        """The next price only says on which side it is."""
        self.side, self._is_touching = 0, False

    def update(self, price: float, level: float) -> Crossing | None:
        """The direction in which the price has reached or passed the level since the last update, else None."""
        was, had_touched = self.side, self._is_touching
        now = (price > level) - (price < level)
        if now == 0:
            self._is_touching = True
            return None if was == 0 or had_touched else _passed(-was)
        self.side, self._is_touching = now, False
        return None if was in (0, now) or had_touched else _passed(now)


def _passed(towards: int) -> Crossing:
    return Crossing.UP if towards > 0 else Crossing.DOWN
