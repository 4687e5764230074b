"""The exchange's time: this computer's monotonic clock, corrected by measurements."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from engine.clock import SteadyClock
from engine.errors import InvalidMarketData

_SMALL_CORRECTION: Final = timedelta(seconds=5)
MAX_OFFSET: Final = timedelta(days=1)
"""No computer's clock that still reaches an exchange is further off."""
MAX_DRIFT: Final = timedelta(minutes=1)
"""Between two measurements: the monotonic clock of a machine cannot be set."""


class ExchangeClock:
    """Never goes back for a small correction; before the first measurement it is this computer's time."""

    def __init__(self, machine: SteadyClock) -> None:
        self._machine = machine
        self._ahead = timedelta()
        self._latest = machine.now()
        self.offset: timedelta | None = None
        """How far the exchange was ahead of this machine when last measured; None before."""
        self.round_trip: timedelta | None = None

    def now(self) -> datetime:
        now = self._machine.now() + self._ahead
        if not timedelta(0) < self._latest - now < _SMALL_CORRECTION:
            self._latest = now
        return self._latest

    @property
    def computer_ahead(self) -> timedelta:
        """How far this computer's wall clock is ahead of the exchange now."""
        return self._machine.wall_ahead - self._ahead

    async def measure(self, read: Callable[[], Awaitable[tuple[datetime, timedelta]]]) -> None:
        """Requests the exchange's time; a difference within the resolution of the answer counts as none.

        Raises `InvalidMarketData` for a time that cannot be true, and leaves the clock as it is.
        """
        before = self._machine.now()
        server, step = await read()
        after = self._machine.now()
        offset = server + step / 2 - (before + (after - before) / 2)
        if abs(offset) > MAX_OFFSET or (self.offset is not None and abs(offset - self.offset) > MAX_DRIFT):
            raise InvalidMarketData(f"the exchange's clock says {server}; expected was about {after + self._ahead}")
        is_measurable = abs(offset) > (step + after - before) / 2
        self.offset = self._ahead = offset if is_measurable else timedelta()
        self.round_trip = after - before
