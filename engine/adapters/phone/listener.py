"""Hears what the user writes to a bot, on a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from engine.adapters.phone.addresses import kept_addresses
from engine.adapters.phone.line import Pace, PhoneLine
from engine.adapters.phone.service import PhoneMessage
from engine.adapters.phone.telegram import API, TelegramBot, bot_at
from engine.errors import DeskError

HEARD = "Orders from the phone are heard."
NO_BOT = "Orders from the phone need a Telegram address."
WAIT_S = 20
"""How long Telegram holds a request until there is something to hear."""


class PhoneListener:
    """Runs until it is closed. `hear` gets each text, `report` what keeps it from hearing; both on its thread."""

    def __init__(
        self,
        user_id: int,
        hear: Callable[[str], None],
        report: Callable[[str], None],
        *,
        api: str = API,
        pace: Pace | None = None,
    ) -> None:
        self._user_id, self._hear, self._report = user_id, hear, report
        self._api, self._pace = api, pace or Pace()
        self._line: PhoneLine | None = None
        self._closed = threading.Event()
        threading.Thread(target=self._run, name="phone orders", daemon=True).start()

    def reply(self, text: str) -> None:
        """Queues an answer and returns at once."""
        if self._line is not None:
            self._line.send(PhoneMessage(title=text, text="", sent_at_s=time.monotonic()))

    def close(self) -> None:
        """Hears nothing more; returns at once."""
        self._closed.set()
        if self._line is not None:
            self._line.close()

    def _run(self) -> None:
        if (bot := self._find_bot()) is None:
            return
        self._line = PhoneLine(bot, lambda _: None, self._pace)
        offset, wait_s, pause = -1, 0, self._pace.first_s
        is_heard = False
        while not self._closed.is_set():
            try:
                texts, offset = bot.texts(offset, wait_s)
            except (OSError, ValueError) as error:  # their texts may hold the token
                is_heard = False
                self._report(f"Orders from the phone are not heard ({type(error).__name__}); the desk tries again.")
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

    def _find_bot(self) -> TelegramBot | None:
        try:
            bots = (bot_at(address, self._user_id, self._api) for address in kept_addresses())
            bot = next((bot for bot in bots if bot is not None), None)
        except DeskError as error:
            self._report(f"Orders from the phone are not heard: {error}.")
            return None
        if bot is None:
            self._report(NO_BOT)
        return bot
