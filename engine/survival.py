"""Keeps the desk running when a part of it fails unexpectedly: with less authority, and a message to the user."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

from engine.domain.messages.engine import FaultReported
from engine.faults import UNEXPECTED, FaultLog

FIRST_PAUSE_S: Final = 1.0
MAX_PAUSE_S: Final = 30.0
"""Pause before a failed part is restarted: longer each time, until the part lasts `LASTS_S`."""
LASTS_S: Final = 60.0


class Survival:
    """Keeps the desk running after an unexpected error; it only closes positions until the user raises its authority.

    Ending would leave positions unmanaged; going on as before might trade on wrong data.
    """

    def __init__(self, publish: Callable[[FaultReported], None], close_only: Callable[[str], None]) -> None:
        """`close_only` lowers the desk's authority to CLOSE ONLY, for a reason."""
        self._publish = publish
        self._close_only = close_only
        self._faults = FaultLog()
        self.is_on = False
        """Off while a market is only played through and a fault must end it."""

    def attempt(self, part: str, work: Callable[[], None]) -> None:
        """Does a piece of work, and notes its failure."""
        try:
            work()
        except Exception as error:
            self.note(part, error)

    def note(self, part: str, error: BaseException) -> None:
        """Reports a failed part and lowers authority; to be called where `error` is handled.

        Raises `error` while survival is off, or where authority cannot be lowered: the desk must not go on then.
        """
        if not self.is_on:
            raise error
        sentence = self._faults.note(part, error)
        self._close_only(f"{part} failed unexpectedly")
        if sentence:
            self._publish(
                FaultReported(
                    UNEXPECTED,
                    f"{sentence} The desk keeps running but only closes positions (CLOSE ONLY); see the log.",
                )
            )

    async def keep(self, part: str, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Runs a task of the desk, and restarts it after a pause whenever it fails; returns when `run` does."""
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
