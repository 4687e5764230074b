"""A phone service on this machine: it keeps what it is sent, and can refuse, or say nothing."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any, TypeVar
from urllib.parse import parse_qsl

_Server = TypeVar("_Server", bound=ThreadingHTTPServer)


class NtfyServer(ThreadingHTTPServer):
    """Speaks what apprise says to a server of ntfy. `answers` are the states of the next answers, 200 afterwards."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[int] = []
        self.messages: list[dict[str, Any]] = []
        self.pictures: list[bytes] = []
        self.is_hanging = False
        self.released = threading.Event()
        self.asked = threading.Condition()

    @property
    def address(self) -> str:
        """As the user writes it."""
        return f"ntfy://secret-user:secret-word@127.0.0.1:{self.server_port}/secret-topic"

    def wait_for(self, count: int) -> None:
        with self.asked:
            assert self.asked.wait_for(lambda: len(self.messages) + len(self.pictures) >= count, timeout=8)


class _Handler(BaseHTTPRequestHandler):
    server: NtfyServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.server.is_hanging:
            self.server.released.wait(20)
        status = self.server.answers.pop(0) if self.server.answers else 200
        with self.server.asked:
            if status == 200 and body.startswith(b"{"):
                self.server.messages.append(json.loads(body) | {"priority": self.headers.get("X-Priority")})
            elif status == 200:
                self.server.pictures.append(body)
            self.server.asked.notify_all()
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def do_PUT(self) -> None:
        self.do_POST()

    def log_message(self, format: str, *args: object) -> None:
        """The tests read no log of the server."""


@contextmanager
def served(server: _Server, release: Callable[[_Server], None]) -> Iterator[_Server]:
    """Runs the server on a port of its own; `release` ends the requests that wait, before it is shut down."""
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            release(server)
            server.shutdown()
            thread.join()


def ntfy_server() -> AbstractContextManager[NtfyServer]:
    """A server that runs on a port of its own."""
    return served(NtfyServer(), lambda server: server.released.set())


class TelegramServer(ThreadingHTTPServer):
    """Speaks what the desk says to Telegram: updates that the test writes, and answers that it reads."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _TelegramHandler)
        self.replies: Queue[str] = Queue()
        self.updates: list[dict[str, Any]] = []
        self.failures: list[bytes] = []
        self.changed = threading.Condition()
        self.is_over = False

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def write(self, text: str, sender: int = 7, **changes: Any) -> None:
        """What a user writes to the bot."""
        with self.changed:
            chat = {"id": sender, "type": "private"}
            message = {"from": {"id": sender}, "chat": chat, "text": text} | changes
            self.updates.append({"update_id": 100 + len(self.updates), "message": message})
            self.changed.notify_all()

    def end(self) -> None:
        """Requests that wait for updates are answered now."""
        with self.changed:
            self.is_over = True
            self.changed.notify_all()

    def new_updates(self, offset: int, wait_s: float, limit: int) -> list[dict[str, Any]]:
        with self.changed:
            if offset < 0:
                return self.updates[offset:]
            self.changed.wait_for(lambda: self.is_over or any(u["update_id"] >= offset for u in self.updates), wait_s)
            return [update for update in self.updates if update["update_id"] >= offset][:limit]


class _TelegramHandler(BaseHTTPRequestHandler):
    server: TelegramServer

    def do_POST(self) -> None:
        asked = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        result: Any = True
        if self.path == "/bot12:secret/getUpdates":
            result = self.server.new_updates(*(int(asked.get(name, "100")) for name in ("offset", "timeout", "limit")))
        else:
            assert self.path == "/bot12:secret/sendMessage"
            self.server.replies.put(asked["text"])
        body = json.dumps({"ok": True, "result": result}).encode()
        if self.path.endswith("getUpdates") and self.server.failures:
            body = self.server.failures.pop(0)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """The tests read no log of the server."""


def telegram_server() -> AbstractContextManager[TelegramServer]:
    """A server that runs on a port of its own."""
    return served(TelegramServer(), TelegramServer.end)
