"""An asyncio loop on Qt's event loop that wakes up neither early nor slowly.

qasync's timers are Qt's coarse ones, which fire up to 5 % before their time: a candle would close too soon. And it
gives each `call_soon` a Qt timer of its own, which costs more than the work most callbacks do.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimerEvent
from PySide6.QtWidgets import QApplication
import qasync  # isort: skip  (it looks for the Qt binding that is already imported)


class _ReadyQueue(QObject):
    """Runs what is ready in one go per Qt iteration, driven by one zero-length timer while there is work."""

    def __init__(self) -> None:
        super().__init__()
        self._ready: deque[asyncio.Handle] = deque()
        self._timer_id = 0

    def push(self, handle: asyncio.Handle) -> None:
        self._ready.append(handle)
        if not self._timer_id:
            self._timer_id = self.startTimer(0)

    def timerEvent(self, event: QTimerEvent) -> None:  # noqa: ARG002
        # Only what is ready now: whatever it adds waits for the next round, so that Qt paints in between.
        for _ in range(len(self._ready)):
            handle = self._ready.popleft()
            if not handle.cancelled():
                handle._run()
        if not self._ready and self._timer_id:
            self.killTimer(self._timer_id)
            self._timer_id = 0


class QtEventLoop(qasync.QEventLoop):  # type: ignore[misc]
    """qasync's loop with one queue for callbacks and precise timers that never fire before their time."""

    def __init__(self, application: QApplication) -> None:
        self._ready_queue = _ReadyQueue()
        super().__init__(application)

    def call_soon(self, callback: Callable[..., Any], *args: Any, context: Context | None = None) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context=context)
        self._ready_queue.push(handle)
        return handle

    def _add_callback(self, handle: asyncio.Handle, delay: float = 0.0) -> asyncio.Handle:
        timer = self._timer
        timer_id = timer.startTimer(math.ceil(max(0.0, delay) * 1000.0), Qt.TimerType.PreciseTimer)
        timer._SimpleTimer__callbacks[timer_id] = handle
        return handle
