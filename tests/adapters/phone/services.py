"""A phone service on this machine: it keeps what it is sent, and can refuse, or say nothing."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


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
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")
        with self.server.asked:
            if status == 200 and body.startswith(b"{"):
                self.server.messages.append(json.loads(body) | {"priority": self.headers.get("X-Priority")})
            elif status == 200:
                self.server.pictures.append(body)
            self.server.asked.notify_all()

    def do_PUT(self) -> None:
        self.do_POST()

    def log_message(self, format: str, *args: object) -> None:
        """The tests read no log of the server."""


@contextmanager
def ntfy_server() -> Iterator[NtfyServer]:
    """A server that runs on a port of its own."""
    with NtfyServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
            thread.join()
