"""What is heard from the phone: the texts of one user, written since the desk listens."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue

import pytest

from engine.adapters.phone.addresses import add_address
from engine.adapters.phone.line import Pace
from engine.adapters.phone.listener import HEARD, NO_SOURCE, PhoneListener
from engine.adapters.phone.ntfy import topic_at
from engine.adapters.phone.service import PhoneMessage
from engine.adapters.phone.telegram import bot_at
from tests.adapters.phone.services import TelegramServer, served, telegram_server
from tests.adapters.phone.topics import TopicServer, topic_server
from tests.key_store import key_store_in

ADDRESS = "tgram://12:secret/7"
SWIFT = Pace(first_s=0.001, longest_s=0.002)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TelegramServer]:
    with key_store_in(tmp_path / "keys", monkeypatch), telegram_server() as server:
        yield server


def listening(server: TelegramServer) -> tuple[PhoneListener, Queue[str], Queue[str]]:
    heard: Queue[str] = Queue()
    reports: Queue[str] = Queue()
    find = partial(bot_at, user_id=7, api=server.api)
    return PhoneListener(find, heard.put, reports.put, pace=SWIFT), heard, reports


def test_that_only_the_user_is_heard_and_only_since_the_desk_listens(server: TelegramServer) -> None:
    add_address(ADDRESS)
    server.write("halt of yesterday")
    listener, heard, reports = listening(server)
    assert reports.get(timeout=8) == HEARD
    server.write("of a stranger", sender=8)
    server.write("in a group", chat={"id": -5, "type": "group"})
    server.write("forwarded", forward_origin={"type": "user"})
    server.write("of the user")
    assert heard.get(timeout=8) == "of the user"
    listener.reply("an answer")
    assert server.replies.get(timeout=8) == "an answer"
    listener.close()
    server.write("after the end")
    with pytest.raises(Empty):
        heard.get(timeout=0.05)


def test_that_a_flood_of_strangers_keeps_no_command_of_the_user_away(server: TelegramServer) -> None:
    add_address(ADDRESS)
    listener, heard, reports = listening(server)
    assert reports.get(timeout=8) == HEARD
    with server.changed:
        for _ in range(60):
            server.write("😀" * 4096, sender=8)
        server.write("halt ABCDEF")
    assert heard.get(timeout=8) == "halt ABCDEF"
    listener.close()


def test_that_a_password_goes_nowhere_but_to_its_own_server() -> None:
    seen: list[str | None] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers.get("Authorization"))
            self.send_error(404)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:
            """The tests read no log of the server."""

    class Redirecting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.endswith("/auth"):
                self.send_error(403)
                return
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.1:{elsewhere.server_port}/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:
            """The tests read no log of the server."""

    with (
        served(ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere), lambda _: None) as elsewhere,
        served(ThreadingHTTPServer(("127.0.0.1", 0), Redirecting), lambda _: None) as redirecting,
    ):
        found = topic_at(f"ntfy://user:secret@127.0.0.1:{redirecting.server_port}/gold")
        assert found is not None
        with pytest.raises(OSError, match="302"):
            found.texts("", 0)
        with pytest.raises(OSError, match="302"):
            found.deliver(PhoneMessage(title="codes", text=""))
    assert seen == []


def test_that_nonsense_of_the_service_ends_nothing_and_no_report_holds_the_token(server: TelegramServer) -> None:
    add_address(ADDRESS)
    server.failures = [b"no json", b'{"ok": false}', b'{"ok": true, "result": [5]}', b'{"ok": true, "result": null}']
    listener, _, reports = listening(server)
    said = [reports.get(timeout=8) for _ in range(5)]
    listener.close()
    assert said[-1] == HEARD
    assert all("not received" in words for words in said[:-1])
    assert "secret" not in repr((said, bot_at(ADDRESS, 7)))


def test_that_without_an_address_of_telegram_nothing_is_heard(server: TelegramServer) -> None:
    add_address("ntfy://topic")
    listener, _, reports = listening(server)
    assert reports.get(timeout=8) == NO_SOURCE
    listener.close()


@pytest.fixture
def topic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TopicServer]:
    with key_store_in(tmp_path / "keys", monkeypatch), topic_server() as topic:
        add_address(topic.address)
        yield topic


def test_that_a_topic_is_heard_since_the_desk_listens_without_its_own_answers(topic: TopicServer) -> None:
    topic.write("halt of yesterday")
    heard: Queue[str] = Queue()
    reports: Queue[str] = Queue()
    listener = PhoneListener(topic_at, heard.put, reports.put, pace=SWIFT)
    assert reports.get(timeout=8) == HEARD
    listener.reply("an answer")
    assert topic.replies.get(timeout=8) == "an answer"
    topic.write("of the user")
    assert heard.get(timeout=8) == "of the user"
    listener.close()


def test_that_a_topic_that_anyone_can_read_is_not_heard(topic: TopicServer) -> None:
    topic.is_open = True
    heard: Queue[str] = Queue()
    reports: Queue[str] = Queue()
    listener = PhoneListener(topic_at, heard.put, reports.put, pace=SWIFT)
    assert reports.get(timeout=8).startswith("Commands from the phone are not received (anyone can read the")
    topic.write("halt")
    assert "anyone can read" in reports.get(timeout=8)
    listener.close()
    assert heard.empty()


@pytest.mark.parametrize(
    "address",
    [
        "ntfys://topic",
        "ntfys://host/topic",
        "ntfys://user@host/topic",
        "ntfys://u:p@host",
        "ntfy://u:p@host/t",
        "tgram://12:a/7",
    ],
)
def test_that_an_address_without_credentials_or_topic_takes_no_commands(address: str) -> None:
    assert topic_at(address) is None


def test_that_a_token_is_a_credential_and_shows_nowhere() -> None:
    source = topic_at("ntfys://tk_secret@host:8443/gold")
    assert source is not None
    assert (source.server, source.topic) == ("https://host:8443", "gold-orders")
    assert "secret" not in repr(source)
