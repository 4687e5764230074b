"""An ntfy topic for commands, beside the one for alerts: reads commands from it and writes the answers to it."""

from __future__ import annotations

import json
from base64 import b64encode
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPResponse
from itertools import count
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import quote, unquote, urlencode, urlsplit
from urllib.request import Request

from config.address import is_this_computer
from engine.adapters.phone.requests import opened
from engine.adapters.phone.service import PhoneMessage
from engine.errors import DeskError

SUFFIX: Final = "-orders"
"""Appended to the name of the alert topic, gives the name of the command topic."""
ANSWER_S: Final = 10.0
OWN_TAG: Final = "desk"
"""Marks the desk's answers, which it also receives, since they are written to the same topic."""
_REFUSALS: Final = (401, 403)
_MAX_BYTES: Final = 1_000_000
_MAX_MESSAGES: Final = 100
"""The newest ones of an answer; only the first answer, which nobody acts on, can have more."""
_MAX_LINES: Final = 100_000
_ALL: Final = "all"


class OpenTopic(DeskError):
    """Anyone can read the topic, and thus the codes in it."""


@dataclass(frozen=True, slots=True)
class NtfyTopic:
    """`server` is an address such as https://ntfy.sh; `repr` never contains the credentials."""

    server: str
    topic: str
    _authorization: str
    name: str = "ntfy"

    def __repr__(self) -> str:
        return "NtfyTopic()"

    def texts(self, cursor: str, wait_s: int) -> tuple[list[str], str]:
        """What was written after `cursor`, empty for the beginning, and the next cursor; waits up to `wait_s` for it.

        Raises `OpenTopic` while the topic can be read without credentials, `OSError` and `ValueError`.
        """
        self._refuse_open_topic()
        parameters = {"since": cursor or _ALL} | ({} if wait_s else {"poll": "1"})
        request = self._request(f"/{quote(self.topic)}/json?{urlencode(parameters)}")
        with opened(request, wait_s + ANSWER_S) as answer:
            messages = deque(_messages(answer, is_stream=wait_s > 0), maxlen=_MAX_MESSAGES)
        texts = [each["message"] for each in messages if OWN_TAG not in (each.get("tags") or ())]
        return texts, messages[-1]["id"] if messages else cursor or _ALL

    def deliver(self, message: PhoneMessage) -> bool:
        """Writes an answer into the topic; whether ntfy accepted it. Raises `OSError`."""
        text = f"{message.title}\n{message.text}".strip()
        body = json.dumps({"topic": self.topic, "message": text, "tags": [OWN_TAG]}).encode()
        with opened(self._request("/", body), ANSWER_S) as answer:
            return bool(answer.status == 200)

    def _request(self, path: str, body: bytes | None = None) -> Request:
        return Request(self.server + path, body, {"Authorization": self._authorization})

    def _refuse_open_topic(self) -> None:
        try:
            with opened(f"{self.server}/{quote(self.topic)}/auth", ANSWER_S):
                pass
        except HTTPError as refusal:
            refusal.close()
            if refusal.code in _REFUSALS:
                return
            raise
        raise OpenTopic("anyone can read the command topic without a password")


def topic_at(address: str) -> NtfyTopic | None:
    """The command topic of an address such as ntfys://user:password@host/topic or ntfys://tk_token@host/topic.

    None for an address of another service, without credentials, or that would send them without encryption.
    """
    parts = urlsplit(address)
    topic = parts.path.strip("/").partition("/")[0]
    if parts.scheme not in ("ntfy", "ntfys") or not parts.hostname or not topic or not parts.username:
        return None
    user, password = unquote(parts.username), unquote(parts.password or "")
    is_token = not password and user.startswith("tk_")
    if not is_token and not password:
        return None
    if parts.scheme == "ntfy" and not is_this_computer(parts.hostname):
        return None
    secret = f"Bearer {user}" if is_token else f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"
    host = parts.netloc.rpartition("@")[2]
    return NtfyTopic(f"{'https' if parts.scheme == 'ntfys' else 'http'}://{host}", unquote(topic) + SUFFIX, secret)


def _messages(answer: HTTPResponse, *, is_stream: bool) -> Iterator[dict[str, Any]]:
    """The messages of an answer, one JSON object a line; of a stream only the next one, or none if it stays silent."""
    try:
        for number in count():
            if not (line := answer.readline(_MAX_BYTES)):
                return
            if number >= _MAX_LINES:
                raise ValueError("ntfy sent too many events")
            event = json.loads(line)
            match event:
                case {"event": "message", "id": str(), "message": str()}:
                    yield event
                case dict():
                    pass
                case _:
                    raise ValueError("ntfy sent something other than an event")
            if is_stream and event.get("event") in ("message", "keepalive"):
                return
    except TimeoutError:
        return
