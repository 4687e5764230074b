"""Notices when the event loop stood still: what sockets received meanwhile is older than it looks."""

from __future__ import annotations

import asyncio
from typing import Final

from engine.clock import running_s

MAX_STANDSTILL_S: Final = 1.0
"""So much older a quote may be than the time of its receipt says."""
_BEATS: Final = 5


class Standstill:
    """Counts standstills while `run` runs, those of a machine that slept included."""

    def __init__(self, max_s: float = MAX_STANDSTILL_S) -> None:
        self._max_s = max_s
        self._alive_s = running_s()
        self._count = 0

    async def run(self) -> None:
        """Ends only by cancellation."""
        while True:
            await asyncio.sleep(self._max_s / _BEATS)
            self.count()

    def count(self) -> int:
        """How often the loop stood still for longer than allowed, until now."""
        now_s = running_s()
        if now_s - self._alive_s > self._max_s:
            self._count += 1
        self._alive_s = now_s
        return self._count
