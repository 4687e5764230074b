"""Back-off between attempts of the link: growing until something succeeds or the user asks to try again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from config.metatrader import MetaTraderSettings
from engine.adapters.mt5.conditions import LinkState


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often things are tried again, in seconds; retries wait twice as long each time."""

    first_retry_s: float = 1.0
    max_retry_s: float = 60.0
    closed_look_s: float = 2.0
    """Interval of checks whether the user has opened the terminal."""
    tick_look_s: float = 0.25
    """Interval of reading ticks while the server's clock is measured."""
    clock_lasts_s: float = 3600.0


class Patience:
    """Waits; one pause at a time."""

    def __init__(self, settings: MetaTraderSettings, pace: Pace) -> None:
        closed = LinkState.TERMINAL_CLOSED
        self._opened_by_user = (closed,) if settings.may_start_terminal else (closed, LinkState.TERMINAL_NOT_FOUND)
        """States that end once the user opens a terminal: to look for it costs next to nothing."""
        self._pace = pace
        self._retry_s = pace.first_retry_s
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Ends the present pause."""
        self._wake.set()

    def renew(self) -> None:
        """Something succeeded."""
        self._retry_s = self._pace.first_retry_s

    async def pause(self, state: LinkState) -> None:
        """Before the next attempt to get out of this state."""
        self._wake.clear()
        if state in self._opened_by_user:
            await self.sleep(self._pace.closed_look_s)
            return
        await self.sleep(self._retry_s)
        self._retry_s = min(2 * self._retry_s, self._pace.max_retry_s)

    async def sleep(self, seconds: float) -> None:
        """Sleeps that long, or until `wake`, even if it was called before."""
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return
        self._wake.clear()
