"""A Telegram bot: reads the messages of one user, and answers them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote, urlencode
from urllib.request import Request

from engine.adapters.phone.requests import opened
from engine.adapters.phone.service import PhoneMessage

API: Final = "https://api.telegram.org"
ANSWER_S: Final = 10.0
"""Max seconds to wait for an answer from Telegram, on top of the wait that the request asks for."""
_ADDRESS: Final = re.compile(r"tgram://(?:bot)?(\d+:[\w-]+)(?:[/?]|$)")
_MAX_BYTES: Final = 16_000_000
_AT_A_TIME: Final = 20
"""Updates in one answer. Strangers may write to a bot as well: what they write must fit, or nothing later is read."""
_MAX_CHARACTERS: Final = 4_000
"""Of a message that Telegram accepts."""


@dataclass(frozen=True, slots=True)
class TelegramBot:
    """`user_id` is the only user whose messages are read and answered; `repr` never contains the token."""

    _token: str
    user_id: int
    api: str = API
    name: str = "Telegram"

    def __repr__(self) -> str:
        return f"TelegramBot(user_id={self.user_id})"

    def texts(self, cursor: str, wait_s: int) -> tuple[list[str], str]:
        """What the user wrote after `cursor`, empty at first, and the next cursor; waits up to `wait_s` for it.

        Messages of others, in groups, forwarded or edited ones do not count. Raises `OSError` and `ValueError`.
        """
        offset = int(cursor or -1)
        asked = {"offset": offset, "timeout": wait_s, "limit": _AT_A_TIME, "allowed_updates": '["message"]'}
        updates = self._ask("getUpdates", asked, wait_s + ANSWER_S)
        if not isinstance(updates, list) or not all(isinstance(each, dict) for each in updates):
            raise ValueError("Telegram sent no list of updates")
        numbers = [int(each["update_id"]) for each in updates if isinstance(each.get("update_id"), int)]
        return list(self._of_user(updates)), str(max((offset, *(number + 1 for number in numbers))))

    def deliver(self, message: PhoneMessage) -> bool:
        """Sends an answer to the user; whether Telegram accepted it. Raises `OSError` and `ValueError`."""
        text = f"{message.title}\n{message.text}".strip()[:_MAX_CHARACTERS]
        return bool(self._ask("sendMessage", {"chat_id": self.user_id, "text": text}, ANSWER_S))

    def _of_user(self, updates: list[dict[str, Any]]) -> Iterator[str]:
        for update in updates:
            match update.get("message"):
                case {"forward_origin": _} | {"forward_date": _}:
                    continue
                case {"from": {"id": int(sender)}, "chat": {"id": int(chat), "type": "private"}, "text": str(text)}:
                    if sender == chat == self.user_id:
                        yield text

    def _ask(self, method: str, parameters: dict[str, Any], timeout_s: float) -> Any:
        request = Request(f"{self.api}/bot{self._token}/{method}", urlencode(parameters).encode())
        with opened(request, timeout_s) as answer:
            said = json.loads(answer.read(_MAX_BYTES))
        if not isinstance(said, dict) or said.get("ok") is not True:
            raise ValueError("Telegram refused the request")
        return said.get("result")


def bot_at(address: str, user_id: int, api: str = API) -> TelegramBot | None:
    """The bot of an address such as tgram://token/chat; None for an address of another service."""
    found = _ADDRESS.match(unquote(address))
    return None if found is None else TelegramBot(found[1], user_id, api)
