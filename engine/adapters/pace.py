"""Converts between market time and the time of the event loop."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from engine.errors import InvalidConfiguration

_FARTHEST_S = 1e9
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


class Pace:
    """How far a market has come: always reckoned from one anchor, so that nothing drifts.

    The market stood at `at` when the loop's time was `now` (seconds); since then it runs at `speed` market seconds per
    second, `math.inf` for as fast as the listener follows. Raises `InvalidConfiguration` if that is no speed.
    """

    def __init__(self, speed: float, at: datetime, now: float = 0.0) -> None:
        if not speed > 0:
            raise InvalidConfiguration(f"a speed of {speed} cannot be played; allowed is any number above 0")
        self.speed = speed
        self.is_unbounded = math.isinf(speed)
        self.at = at
        self.now = now

    def begin(self, at: datetime, now: float) -> None:
        """Set the anchor again."""
        self.at = at
        self.now = now

    def reached(self, now: float) -> datetime:
        """The market time at `now`."""
        if self.is_unbounded:
            return _END_OF_TIME
        return self.at + timedelta(seconds=min((now - self.now) * self.speed, _FARTHEST_S))

    def wait_for(self, at: datetime, now: float) -> float:
        """Seconds of real time until the market reaches `at`; negative once it has passed."""
        return (at - self.reached(now)).total_seconds() / self.speed
