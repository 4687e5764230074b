"""An ntfy server with one command topic, which can be closed or open."""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.adapters.phone.services import served

CREDENTIALS = f"Basic {b64encode(b'user:secret').decode()}"


class TopicServer(ThreadingHTTPServer):
    """Holds what was written to `gold-orders`; `replies` are those of the desk."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.is_open = False
        self.is_over = False
        self.replies: Queue[str] = Queue()
        self.messages: list[dict[str, Any]] = []
        self.changed = threading.Condition()

    @property
    def address(self) -> str:
        return f"ntfy://user:secret@127.0.0.1:{self.server_port}/gold"

    def write(self, text: str, **fields: Any) -> None:
        with self.changed:
            self.messages.append({"id": str(len(self.messages)), "event": "message", "message": text} | fields)
            self.changed.notify_all()

    def end(self) -> None:
        """Requests that wait for messages are answered now."""
        with self.changed:
            self.is_over = True
            self.changed.notify_all()

    def after(self, since: str, *, waits: bool) -> list[dict[str, Any]]:
        def found() -> list[dict[str, Any]]:
            return self.messages if since == "all" else self.messages[int(since) + 1 :]

        with self.changed:
            if waits:
                self.changed.wait_for(lambda: self.is_over or found(), 8)
            return list(found())


class _Handler(BaseHTTPRequestHandler):
    server: TopicServer

    def do_GET(self) -> None:
        place = urlsplit(self.path)
        if not self._is_allowed():
            self._answer(403)
        elif place.path == "/gold-orders/auth":
            self._answer(200, '{"success":true}')
        else:
            assert place.path == "/gold-orders/json"
            asked = parse_qs(place.query)
            found = self.server.after(asked["since"][0], waits="poll" not in asked)
            events = [{"event": "open"}, *found] if found else [{"event": "open"}, {"event": "keepalive"}]
            self._answer(200, "".join(f"{json.dumps(event)}\n" for event in events))

    def do_POST(self) -> None:
        assert self._is_allowed()
        written = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert written["topic"] == "gold-orders"
        self._answer(200, "{}")
        self.server.write(written["message"], tags=written["tags"])
        self.server.replies.put(written["message"])

    def _is_allowed(self) -> bool:
        return self.server.is_open or self.headers.get("Authorization") == CREDENTIALS

    def _answer(self, status: int, text: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """The tests read no log of the server."""


def topic_server() -> AbstractContextManager[TopicServer]:
    """A server that runs on a port of its own."""
    return served(TopicServer(), TopicServer.end)
