"""The door as HTTP: opened and closed as the settings say, with the operations and the events of one desk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from importlib import import_module
from typing import TYPE_CHECKING

from config.atomic_file import reason_of
from engine.adapters.door.limits import DoorLimits
from engine.assistant.assistant import Assistant
from engine.assistant.event_stream import EventStream
from engine.assistant.http_api import HttpApi, HttpRequest
from engine.bus import Bus

if TYPE_CHECKING:
    from engine.adapters.door.http import HttpFace


class HttpDoor:
    """`port` is where it is open, 0 where it is not; `failure` why it could not be opened."""

    def __init__(self, assistant: Assistant, bus: Bus, limits: DoorLimits) -> None:
        self._api, self._stream, self._limits = HttpApi(assistant), EventStream(bus), limits
        self._face: HttpFace | None = None
        self._token = ""
        self.port, self.failure = 0, ""

    async def match(self, port: int, token: str) -> None:
        """Opens at `port` for who shows `token`, or closes where `port` is 0."""
        if (port, token) == (self.port, self._token):
            return
        self.close()
        if not port:
            return
        await asyncio.to_thread(import_module, "engine.adapters.door.http")  # brings aiohttp
        from engine.adapters.door.http import HttpFace

        face = HttpFace(token, self._serve, self._follow, self._limits)
        try:
            self.port = await face.open(port)
        except OSError as error:
            self.failure = f"HTTP cannot be opened on port {port}: {reason_of(error)}"
            return
        self._face, self._token = face, token

    def close(self) -> None:
        """Drops everybody at once."""
        face, self._face = self._face, None
        self._token, self.port, self.failure = "", 0, ""
        if face is not None:
            face.close()

    async def _serve(self, method: str, path: str, query: list[tuple[str, str]], body: bytes) -> tuple[int, bytes, str]:
        answer = await self._api.answer(HttpRequest(method, path, query, body))
        return answer.status, answer.body, answer.allowed

    async def _follow(self) -> AsyncIterator[tuple[str, bytes]]:
        async for event in self._stream.follow():
            yield event.kind, event.data
