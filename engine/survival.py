"""Keeps the desk going where a part of it fails unexpectedly: with less authority, and with a word to the user."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

from engine.domain.messages import FaultReported
from engine.faults import UNEXPECTED, FaultLog

FIRST_PAUSE_S: Final = 1.0
MAX_PAUSE_S: Final = 30.0
"""Before a part that failed is begun again: ever longer, until it lasts."""
LASTS_S: Final = 60.0


class Survival:
    """A desk that ended at its first fault would leave positions unmanaged; one that went on as before might trade on
    what is wrong. So it goes on and only closes, until the user raises its authority again."""

    def __init__(self, publish: Callable[[FaultReported], None], close_only: Callable[[str], None]) -> None:
        """`close_only` takes the desk's authority down to exits, for a reason."""
        self._publish = publish
        self._close_only = close_only
        self._faults = FaultLog()
        self.is_on = False
        """Off, where a market is only played through and a fault must end it: `note` is not to be called then."""

    def note(self, part: str, error: BaseException) -> None:
        """A part failed, and the desk goes on; raises where its authority cannot be lowered, since it must not then."""
        sentence = self._faults.note(part, error)
        self._close_only(f"{part} failed unexpectedly")
        if sentence:
            self._publish(
                FaultReported(UNEXPECTED, f"{sentence} The desk goes on and only closes positions; the log has more.")
            )

    async def keep(self, part: str, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Runs a task of the desk, and again after a pause whenever it fails; ends by cancellation."""
        loop, pause_s = asyncio.get_running_loop(), FIRST_PAUSE_S
        while True:
            began_s = loop.time()
            try:
                await run()
                return
            except Exception as error:
                task = asyncio.current_task()
                if task is not None and task.cancelling():
                    raise  # it failed at its own end, and is not to begin again
                self.note(part, error)
            pause_s = FIRST_PAUSE_S if loop.time() - began_s >= LASTS_S else pause_s
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, MAX_PAUSE_S)
