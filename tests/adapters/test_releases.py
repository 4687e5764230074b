"""The newest version, as a file on some server names it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, TCPServer

import pytest

from engine.adapters.releases import MAX_BYTES, NoAnswer, Release, newest_release


@contextmanager
def served(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Iterator[str]:
    """The address of a server that always answers the same."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/newest.json"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_that_the_newest_version_is_read_with_its_page_and_one_plain_line() -> None:
    body = (
        b'{"version": "0.3.0", "page": "https://desk.example/0.3.0", "summary": "Faster\\n\\u202echarts", "extra": 1}'
    )
    with served(body) as address:
        assert newest_release(address) == Release("0.3.0", "https://desk.example/0.3.0", "Faster charts")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[]", "no JSON"),
        (b'{"version": 3}', "no JSON"),
        (b'{"x": ' + b"[" * 60_000, "no JSON"),
        (b'{"version": "newest"}', "three numbers"),
        (b'{"version": "0.3.0", "page": "http://desk.example"}', "https://"),
        (b'{"version": "0.3.0", "page": "javascript:alert(1)"}', "https://"),
        (b" " * (MAX_BYTES + 1), "more than"),
    ],
)
def test_that_a_file_that_names_no_version_is_no_answer(body: bytes, reason: str) -> None:
    with served(body) as address, pytest.raises(NoAnswer, match=reason):
        newest_release(address)


def test_that_another_address_is_not_asked_in_the_place_of_the_one_that_was_chosen() -> None:
    with (
        served(b'{"version": "9.0.0"}') as elsewhere,
        served(b"", 302, {"Location": elsewhere}) as address,
        pytest.raises(NoAnswer, match="does not answer"),
    ):
        newest_release(address)


def test_that_an_address_where_nobody_listens_is_named() -> None:
    with pytest.raises(NoAnswer, match=r"http://127\.0\.0\.1:9/x does not answer"):
        newest_release("http://127.0.0.1:9/x")


@pytest.mark.parametrize(
    ("version", "is_newer"), [("0.2.0", False), ("0.1.9", False), ("0.2.1", True), ("0.10.0", True), ("1.0.0", True)]
)
def test_that_versions_are_compared_as_numbers(version: str, is_newer: bool) -> None:
    assert Release(version, "", "").is_newer_than("0.2.0") is is_newer


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-other\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000,
    ],
)
def test_that_a_server_that_speaks_no_proper_http_is_no_answer(said: bytes) -> None:
    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            self.request.recv(4096)
            self.wfile.write(said)

    with TCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        with pytest.raises(NoAnswer, match=r"does not answer|no JSON"):
            newest_release(f"http://127.0.0.1:{server.server_address[1]}/")
        thread.join()


def test_that_a_server_that_sends_byte_by_byte_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.adapters.releases.TIMEOUT_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:
        dripping = threading.Thread(target=_drip, args=(server,))
        dripping.start()
        began_s = time.monotonic()
        with pytest.raises(NoAnswer, match="does not answer"):
            newest_release(f"http://127.0.0.1:{server.getsockname()[1]}/x")
        assert time.monotonic() - began_s < 2.0
        dripping.join()


def _drip(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection, suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while True:
            connection.sendall(b"a")
            time.sleep(0.05)
