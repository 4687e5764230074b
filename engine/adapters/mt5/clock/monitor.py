"""Compares the computer's wall clock with its monotonic clock: a changed wall clock gives a wrong server time."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Final

from engine.adapters.mt5.clock.doubts import clock_set
from engine.adapters.mt5.port import LinkReport, TerminalLink
from engine.clock import SteadyClock

DIVERGENCE_LIMIT: Final = timedelta(seconds=2)
LOOK_S: Final = 1.0


class ClockMonitor:
    """Has the server's clock measured again whenever this computer's was set; nothing is entered until it is."""

    def __init__(self, machine: SteadyClock, link: TerminalLink) -> None:
        self._machine = machine
        self._link = link
        self._ahead = machine.wall_ahead
        self._measured_at: datetime | None = None
        link.listen(self._follow)

    async def run(self) -> None:
        """Looks each second; ends only by cancellation."""
        while True:
            await asyncio.sleep(LOOK_S)
            self.look()

    def look(self) -> None:
        ahead = self._machine.wall_ahead
        set_by, is_set = ahead - self._ahead, abs(ahead - self._ahead) > DIVERGENCE_LIMIT
        if is_set:
            self._ahead = ahead
            self._link.measure_clock(clock_set(set_by))

    def _follow(self, report: LinkReport) -> None:
        """Each measurement restarts the comparison: over days, two correct clocks drift apart by seconds as well."""
        if report.clock is None or report.clock.measured_at == self._measured_at:
            return
        self._measured_at = report.clock.measured_at
        self.look()
        self._ahead = self._machine.wall_ahead
