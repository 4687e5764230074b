"""Vitals of the machine: how late the event loop runs, and how much memory the process uses."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import psutil

BEAT_S: Final = 0.05
"""Seconds between two looks at the loop: work that holds it for longer is seen, wherever it falls."""

SETTLE_S: Final = 2.0
"""Seconds in which a desk that starts has better things to import."""

_MEGABYTE: Final = 1e6


class Machine:
    """Measures while `watch` runs."""

    def __init__(self, settle_s: float = SETTLE_S) -> None:
        """Memory is measured from `settle_s` seconds after the start on."""
        self._settle_s = settle_s
        self._worst_s: float | None = None
        self._process: psutil.Process | None = None

    async def watch(self) -> None:
        """Ends only by cancellation."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._find_process())
            loop = asyncio.get_running_loop()
            while True:
                due_s = loop.time() + BEAT_S
                await asyncio.sleep(BEAT_S)
                self._worst_s = max(self._worst_s or 0.0, loop.time() - due_s)

    async def _find_process(self) -> None:
        await asyncio.sleep(self._settle_s)
        self._process = await asyncio.to_thread(_this_process)

    def pop_loop_lag_ms(self) -> float | None:
        """The worst lateness since this was last asked, in milliseconds; None where nothing was measured."""
        worst, self._worst_s = self._worst_s, None
        return None if worst is None else worst * 1000.0

    def memory_mb(self) -> float | None:
        """Memory that the process holds in the machine's own, in MB; None before `watch` began."""
        return None if self._process is None else self._process.memory_info().rss / _MEGABYTE


def _this_process() -> psutil.Process:
    """Imported off the loop: it takes as long as a frame."""
    import psutil

    return psutil.Process()
