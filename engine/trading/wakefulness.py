"""Notices that the desk stood still: the computer slept, or the program was stopped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from engine.clock import Clock

STOOD_STILL: Final = timedelta(seconds=10)
"""Without anything done. A live desk does what is due several times a second."""


class Wakefulness:
    """Calls `wake` with how long the desk stood still, before it does anything else."""

    def __init__(self, clock: Clock, wake: Callable[[timedelta], None]) -> None:
        self._clock = clock
        self._wake = wake
        self._awake_at = clock.now()

    def note(self) -> None:
        """To be called before each thing that the desk does."""
        now = self._clock.now()
        stood_still, self._awake_at = now - self._awake_at, now
        if stood_still >= STOOD_STILL:
            self._wake(stood_still)
