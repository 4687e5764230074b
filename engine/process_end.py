"""Shuts a desk down cleanly when its process is terminated: by a signal, or on Windows by its console.

As on a log-off nothing is asked. Windows ends a process whose console is closed as soon as its handler returns, and
after five seconds in any case: the handler, which runs on a separate thread, waits until the desk has ended.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

SIGNALS: Final = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""Ctrl+C, a request to end, a terminal that was closed, and Ctrl+Break; no system has all of them."""

CONSOLE_CLOSED, LOGGED_OFF, SHUT_DOWN = 2, 5, 6
"""Events of a Windows console that end the process; Ctrl+C and Ctrl+Break come as signals."""

_LOOK_S: Final = 0.1
_PATIENCE_S: Final = 10.0


class ProcessEnd:
    """Made on the loop's thread; `end` is called there whenever the process is asked to end."""

    def __init__(self) -> None:
        self._end: Callable[[], object] = lambda: None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_asked, self._has_ended = False, threading.Event()
        self._next_look: asyncio.TimerHandle | None = None

    def watch(self, end: Callable[[], object]) -> None:
        """Sets `end` as the function to call, instead of an earlier one, at once where the process was asked to end
        before.

        A signal that the starter of the process has set to be ignored stays ignored.
        """
        is_first, self._end = self._loop is None, end
        if self._is_asked:
            end()
        if not is_first:
            return
        self._loop = asyncio.get_running_loop()
        self._look()
        for number in (getattr(signal, name) for name in SIGNALS if hasattr(signal, name)):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, lambda *_: self._on_request())
        if sys.platform == "win32":
            self._keep_handler = _listen_to_console(self.on_console_event)

    def on_console_event(self, event: int) -> bool:
        """Whether the event was taken; called in any thread, returns once the desk has ended."""
        if event not in (CONSOLE_CLOSED, LOGGED_OFF, SHUT_DOWN) or self._loop is None:
            return False
        self.request()
        self._has_ended.wait(_PATIENCE_S)
        return True

    def request(self) -> None:
        """Asks the process to end, from any thread; not before the first `watch`."""
        assert self._loop is not None
        with suppress(RuntimeError):  # the loop has ended already
            self._loop.call_soon_threadsafe(self._on_request)

    def _on_request(self) -> None:
        self._is_asked = True
        self._end()

    def _look(self) -> None:
        """Python sees a signal only when it runs: a loop that has nothing to do would sleep over it."""
        assert self._loop is not None
        self._next_look = self._loop.call_later(_LOOK_S, self._look)

    def finish(self) -> None:
        """The desk has ended: nothing is left that the process has to wait for."""
        if self._next_look is not None:
            self._next_look.cancel()
        self._has_ended.set()


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    def _listen_to_console(handler: Callable[[int], bool]) -> object:
        """Returns what has to be kept for as long as the console may call."""
        kept = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.DWORD)(handler)
        ctypes.WinDLL("kernel32").SetConsoleCtrlHandler(kept, True)
        return kept
