"""How much the door takes from programs: sizes, rates, connections, patience."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec


class DoorLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes, seconds and counts. A program that goes beyond them is dropped, and one that asks too often is
    asked to wait."""

    connections: int = 8
    arriving: int = 16
    """Connections that have not sent their token yet."""
    token_bytes: int = 128
    message_bytes: int = 65_536
    token_s: float = 3.0
    """From connecting to the end of the first line."""
    message_s: float = 5.0
    """From the first byte of a line to its end; and for an answer to be taken."""
    silent_s: float = 900.0
    """Between two requests."""
    burst: int = 200
    """Requests of all programs at once."""
    per_second: float = 50.0
    """Requests of all programs, over a longer time."""


DEFAULT_LIMITS: Final = DoorLimits()


class Bucket:
    """Lets `burst` requests through at once, and `per_second` of them over a longer time."""

    def __init__(self, burst: int, per_second: float, clock: Callable[[], float]) -> None:
        self._burst, self._per_second, self._clock = float(burst), per_second, clock
        self._left, self._at_s = self._burst, clock()

    def admit(self) -> bool:
        """Whether one more request may pass now."""
        now_s = self._clock()
        self._left = min(self._burst, self._left + (now_s - self._at_s) * self._per_second)
        self._at_s = now_s
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True
