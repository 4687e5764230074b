"""The socket of the door: loopback only, a token in the first line, then one request and one answer a line.

What does not open with a token of this start is dropped without an answer: other protocols, garbage, old tokens.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from engine.adapters.door.address import HOST
from engine.adapters.door.limits import DEFAULT_LIMITS, Bucket, DoorLimits
from engine.domain.messages.proposals import Caller

Answering = Callable[[Caller, bytes], Awaitable[bytes | None]]
"""Answers a request line with a line; None for what is no request: the program is dropped."""

_GREETING: Final = b'{"door":1}\n'
_BUSY: Final = b'{"id":null,"error":{"kind":"too_many_requests","sentence":"too many requests: wait a second"}}\n'
_BACKLOG: Final = 16

_log = logging.getLogger(__name__)


class DoorServer:
    """Serves from `open` to `close`. `changed` is called whenever a program came in or left."""

    def __init__(
        self,
        tokens: dict[Caller, str],
        answer: Answering,
        changed: Callable[[], None],
        limits: DoorLimits = DEFAULT_LIMITS,
    ) -> None:
        self._tokens = {caller: token.encode() for caller, token in tokens.items()}
        self._answer, self._changed, self._limits = answer, changed, limits
        self._bucket: Bucket | None = None
        self._server: asyncio.Server | None = None
        self._tasks: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._inside: dict[asyncio.Task[None], Caller] = {}
        self.dropped = 0
        """Connections that were dropped without an answer."""

    @property
    def clients(self) -> tuple[Caller, ...]:
        """Who is connected, in the order of coming."""
        return tuple(self._inside.values())

    async def open(self) -> int:
        """The port. Raises `OSError` where there is no socket to be had."""
        limits, loop = self._limits, asyncio.get_running_loop()
        self._bucket = Bucket(limits.burst, limits.per_second, loop.time)
        listening = listening_socket()
        try:
            self._server = await asyncio.start_server(self._begin, sock=listening, limit=limits.message_bytes)
        except BaseException:
            listening.close()
            raise
        port: int = listening.getsockname()[1]
        return port

    def close(self) -> None:
        """Drops every program at once; nothing listens any more."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for task, writer in list(self._tasks.items()):
            writer.transport.abort()
            task.cancel()

    # -- one program ----------------------------------------------------------------------------------------------

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._server is None or len(self._tasks) - len(self._inside) >= self._limits.arriving:
            self._drop(writer)
            return
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks[task] = writer
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a connection to the API failed", exc_info=error)
        writer = self._tasks.pop(task)  # kept until its transport is closed: one that is given up before warns
        writer.transport.abort()
        if self._inside.pop(task, None) is not None:
            self._changed()

    def _drop(self, writer: asyncio.StreamWriter) -> None:
        self.dropped += 1
        writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            caller = await self._caller(reader)
            if caller is None or len(self._inside) >= self._limits.connections:
                self.dropped += 1
                return
            task = asyncio.current_task()
            assert task is not None
            self._inside[task] = caller
            self._changed()
            writer.write(_GREETING)
            while (line := await self._next_line(reader)) is not None:
                answer = await self._answered(caller, line)
                if answer is None:
                    self.dropped += 1
                    return
                writer.write(answer)
                async with asyncio.timeout(self._limits.message_s):
                    await writer.drain()
                await asyncio.sleep(
                    0
                )  # requests that wait in the buffer would be answered in one go, and hold up the desk

    async def _caller(self, reader: asyncio.StreamReader) -> Caller | None:
        """Whose token the first line is; every token is compared, in a time that says nothing about it."""
        async with asyncio.timeout(self._limits.token_s):
            line = (await reader.readuntil(b"\n")).rstrip(b"\r\n")
        if len(line) > self._limits.token_bytes:
            return None
        same = [caller for caller, token in self._tokens.items() if hmac.compare_digest(token, line)]
        return same[0] if same else None

    async def _next_line(self, reader: asyncio.StreamReader) -> bytes | None:
        """None at the end. A program may be silent for a while, but has to finish the line that it began."""
        async with asyncio.timeout(self._limits.silent_s):
            first = await reader.read(1)
        if not first:
            return None
        if first == b"\n":
            return first
        async with asyncio.timeout(self._limits.message_s):
            return first + await reader.readuntil(b"\n")

    async def _answered(self, caller: Caller, line: bytes) -> bytes | None:
        assert self._bucket is not None
        if not self._bucket.admit():
            return _BUSY
        answer = await self._answer(caller, line)
        return None if answer is None else answer + b"\n"


def listening_socket(port: int = 0) -> socket.socket:
    """On this computer alone; the system chooses a port where it is 0. Raises `OSError`.

    Named a TCP socket expressly: asyncio switches Nagle's delay off only for one that is.
    """
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            made.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        elif port:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections of an earlier run may linger
        made.bind((HOST, port))
        made.listen(_BACKLOG)
        made.setblocking(False)
    except BaseException:
        made.close()
        raise
    return made
