"""The only source of time for the engine.

There are two clocks. The wall clock has the date and the hour; the user, the operating system and a time server may
set it at any moment. The running time of the machine only counts: it cannot be set, and it goes on while the machine
sleeps. A live desk measures every wait and every deadline by the running time.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol


class Clock(Protocol):
    """Source of the present instant, aware UTC."""

    def now(self) -> datetime: ...


if sys.platform == "win32":
    import ctypes

    _tick_count = ctypes.WinDLL("kernel32").GetTickCount64
    _tick_count.restype = ctypes.c_uint64

    def running_s() -> float:
        """Seconds that this machine has been running, sleep included; the same count in every process of it."""
        return int(_tick_count()) / 1000.0

elif sys.platform == "darwin":

    def running_s() -> float:
        """Seconds that this machine has been running, sleep included; the same count in every process of it."""
        # CLOCK_MONOTONIC is the wall clock less the time of the start there; this one is the hardware's own.
        return time.clock_gettime(time.CLOCK_MONOTONIC_RAW)

elif sys.platform == "linux":

    def running_s() -> float:
        """Seconds that this machine has been running, sleep included; the same count in every process of it."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)  # CLOCK_MONOTONIC stands still while the machine sleeps

else:

    def running_s() -> float:
        """Seconds that this machine has been running; the same count in every process of it."""
        return time.monotonic()


def fine_s() -> float:
    """Seconds of a high-resolution counter, to bound work that the event loop must not do for long."""
    return time.perf_counter()


class SystemClock:
    """The machine's wall clock, for programs that only record when something happened."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class MachineTime(Protocol):
    """The clocks of a machine."""

    def wall(self) -> datetime:
        """The wall clock, aware UTC: it may have been set since it was last read."""

    def running_s(self) -> float:
        """Seconds of a clock that cannot be set, sleep included."""


class SystemTime:
    """The machine that the desk runs on."""

    def wall(self) -> datetime:
        return datetime.now(UTC)

    def running_s(self) -> float:
        return running_s()


_TRIES: Final = 5
_AT_ONCE_S: Final = 0.05


class SteadyClock:
    """The instant that the wall clock showed when this was made, carried on by the running time."""

    def __init__(self, machine: MachineTime | None = None) -> None:
        """Uses the machine that the desk runs on if none is given."""
        self._machine = machine or SystemTime()
        self._began_at, self._began_s = self._machine.wall(), self._machine.running_s()

    def now(self) -> datetime:
        return self.at(self._machine.running_s())

    def at(self, running_s: float) -> datetime:
        """The instant at which the running time was `running_s`."""
        return self._began_at + timedelta(seconds=running_s - self._began_s)

    @property
    def wall_ahead(self) -> timedelta:
        """How far the wall clock was set forward since this clock was made; negative if set back."""
        for _ in range(_TRIES):
            before = self._machine.running_s()
            wall = self._machine.wall()
            if self._machine.running_s() - before < _AT_ONCE_S:  # the process may stand still between any two lines
                break
        return wall - self.at(before)


class MarketClock:
    """The time of a played market: that of its newest item, so that a recorded day decides as it did."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def set(self, instant: datetime) -> None:
        self._now = instant
