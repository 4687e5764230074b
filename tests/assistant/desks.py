"""A desk on a scripted market of gold, and a program at its door."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from config.settings import Settings
from engine.assistant.assistant import Assistant
from engine.assistant.assisted_desk import AssistedDesk
from engine.domain.messages.door import DoorAsked, DoorCounted
from engine.domain.messages.proposals import Caller
from tests.builders import candle, quote
from tests.engine.desks import ScriptedDesk

MINUTES = 40


class AssistedScript(ScriptedDesk):
    """The market has stopped after some quiet candles and a quote of 1999.8 / 2000.0."""

    def __init__(self, directory: Path, settings: Settings | None = None, minutes: int = MINUTES) -> None:
        past = [candle(minute, open=1999.8, high=2000.4, low=1999.3, close=1999.8) for minute in range(minutes)]
        quotes = [quote(60 * minutes + second, bid=1999.8, spread=0.2) for second in (1, 2, 3)]
        super().__init__((past, quotes), settings=settings)
        self.records: list[DoorAsked | DoorCounted] = []
        self._count = 0
        self.assisted = AssistedDesk(self, directory, self._next_id)
        self.assistant = Assistant(self.assisted, self.records.append)

    async def open(self) -> AssistedScript:
        await self.engine.play()
        return self

    def _next_id(self) -> str:
        self._count += 1
        return str(self._count)

    @property
    def asked(self) -> list[DoorAsked]:
        """Requests that were recorded one by one."""
        return [each for each in self.records if isinstance(each, DoorAsked)]

    async def ask(self, operation: str, by: Caller = Caller.ASSISTANT, **arguments: Any) -> Any:
        """The answer as plain values, as a program gets it."""
        found = await self.assistant.answer(by, operation, msgspec.json.encode(arguments))
        return msgspec.json.decode(msgspec.json.encode(found))
