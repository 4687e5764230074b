"""The worker's process: started, written to, read from and killed without ever blocking the event loop."""

from __future__ import annotations

import asyncio
import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import msgspec

from engine.adapters.mt5.worker.lifeline import tie
from engine.adapters.mt5.worker.wire import FrameWriter, ToDesk, ToWorker, read_to_desk
from engine.child_process import child_command, child_environment

_GONE_WITHIN_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of the worker, and when it arrived by the monotonic clock: the loop may come to it later."""

    message: ToDesk
    at: float


class WorkerProcess:
    """One life of the worker. `on_heard` and `on_end` are called on the loop, `on_end` once and last."""

    def __init__(
        self, module: str, beat_s: float, on_heard: Callable[[Heard], None], on_end: Callable[[int], None]
    ) -> None:
        self._command = child_command("mt5", module, str(beat_s), str(os.getpid()))
        self._on_heard = on_heard
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._outbox: queue.SimpleQueue[ToWorker | None] = queue.SimpleQueue()
        self._process: subprocess.Popen[bytes] | None = None
        self.is_heard_out = True
        """Whether every message of the worker was understood; else a call may have begun without the desk knowing."""

    async def start(self) -> None:
        """Raises `OSError` where no process can be made."""
        self._process = process = await asyncio.to_thread(self._spawn)
        for work in (self._write, self._read):
            threading.Thread(target=work, args=(process,), name=f"mt5 {work.__name__}", daemon=True).start()

    def send(self, message: ToWorker) -> None:
        """Hands the message to the thread that writes: a worker that does not read never holds up the desk."""
        self._outbox.put(message)

    def kill(self) -> None:
        """Ends the process wherever it is; `on_end` follows."""
        if self._process is not None:
            self._process.kill()

    async def close(self) -> None:
        """Lets the worker end by itself, and kills one that does not; waits for its end."""
        if self._process is None:
            return
        self._outbox.put(None)
        try:
            await asyncio.to_thread(self._await_end, self._process)
        except asyncio.CancelledError:
            self.kill()
            raise

    @staticmethod
    def _await_end(process: subprocess.Popen[bytes]) -> None:
        try:
            process.wait(_GONE_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _spawn(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=child_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        tie(process)
        return process

    def _write(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        with suppress(OSError, ValueError):  # a process that no longer reads has ended; the reader reports that
            writer = FrameWriter(process.stdin)
            while (message := self._outbox.get()) is not None:
                writer.write(message)
        with suppress(OSError, ValueError):
            process.stdin.close()

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        try:
            while (message := read_to_desk(process.stdout)) is not None:
                self._post(self._on_heard, Heard(message, time.monotonic()))
        except (OSError, msgspec.MsgspecError):  # who speaks like that cannot be worked with
            self.is_heard_out = False
            process.kill()
        self._await_end(process)
        process.stdout.close()
        self._outbox.put(None)
        self._post(self._on_end, process.returncode)

    def _post(self, callback: Callable[..., None], *arguments: object) -> None:
        with suppress(RuntimeError):  # the loop has ended before the worker
            self._loop.call_soon_threadsafe(callback, *arguments)
