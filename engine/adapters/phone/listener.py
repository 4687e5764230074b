"""Receives the commands that the user sends from the phone, on a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from engine.adapters.phone.addresses import kept_addresses
from engine.adapters.phone.line import Delivers, Pace, PhoneLine
from engine.adapters.phone.service import PhoneMessage
from engine.errors import DeskError

HEARD = "Commands from the phone are accepted."
NO_SOURCE = "Commands from the phone need a Telegram address, or the address of an ntfy topic with a password."
WAIT_S = 20
"""Seconds that a service holds a request open until there is a new message."""


class CommandSource(Delivers, Protocol):
    """A service that also returns the texts written after a cursor (empty at first), and the next cursor."""

    def texts(self, cursor: str, wait_s: int) -> tuple[list[str], str]: ...


class PhoneListener:
    """Runs until it is closed.

    `find` makes the source of an address, None for one that is none. `hear` gets each text, `report` whether texts are
    heard; both are called on its thread.
    """

    def __init__(
        self,
        find: Callable[[str], CommandSource | None],
        hear: Callable[[str], None],
        report: Callable[[str], None],
        *,
        pace: Pace | None = None,
    ) -> None:
        self._find, self._hear, self._report = find, hear, report
        self._pace = pace or Pace()
        self._line: PhoneLine | None = None
        self._closed = threading.Event()
        threading.Thread(target=self._run, name="phone commands", daemon=True).start()

    def reply(self, text: str) -> None:
        """Queues an answer and returns at once."""
        if self._line is not None:
            self._line.send(PhoneMessage(title=text, text="", sent_at_s=time.monotonic()))

    def close(self) -> None:
        """Stops receiving; returns at once."""
        self._closed.set()
        if self._line is not None:
            self._line.close()

    def _run(self) -> None:
        if (source := self._find_source()) is None:
            return
        self._line = PhoneLine(source, lambda *_: None, self._pace)
        cursor, wait_s, pause = "", 0, self._pace.first_s
        is_heard = False
        while not self._closed.is_set():
            try:
                texts, cursor = source.texts(cursor, wait_s)
            except Exception as error:  # its text may hold the token
                is_heard = False
                words = str(error) if isinstance(error, DeskError) else type(error).__name__
                self._report(f"Commands from the phone are not received ({words}); the desk tries again.")
                self._closed.wait(pause)
                pause = min(2 * pause, self._pace.longest_s)
                continue
            pause = self._pace.first_s
            if not is_heard:
                is_heard = True
                self._report(HEARD)
            for text in texts if wait_s else ():  # what was written before the desk listened counts for nothing
                if not self._closed.is_set():
                    self._hear(text)
            wait_s = WAIT_S
        self._line.close()

    def _find_source(self) -> CommandSource | None:
        try:
            found = (self._find(address) for address in kept_addresses())
            source = next((source for source in found if source is not None), None)
        except DeskError as error:
            self._report(f"Commands from the phone are not received: {error}.")
            return None
        if source is None:
            self._report(NO_SOURCE)
        return source
