"""Messages to the phone: kept apart from the desk, whatever the services do."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from threading import Event

import pytest

from engine.adapters.phone.addresses import InvalidAddresses, add_address, forget_addresses, kept_addresses
from engine.adapters.phone.line import Pace, PhoneLine
from engine.adapters.phone.sender import NO_ADDRESS, PhoneSender
from engine.adapters.phone.service import InvalidAddress, PhoneMessage, service_of
from tests.adapters.phone.services import NtfyServer, ntfy_server
from tests.key_store import key_store_in

SWIFT = Pace(first_s=0.001, longest_s=0.002, expires_s=60.0, max_waiting=2)


@pytest.fixture(autouse=True)
def _key_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with key_store_in(tmp_path / "keys", monkeypatch):
        yield


@pytest.fixture
def server() -> Iterator[NtfyServer]:
    pytest.importorskip("apprise")
    with ntfy_server() as server:
        yield server


@pytest.fixture
def sending() -> Iterator[tuple[PhoneSender, Queue[str]]]:
    reports: Queue[str] = Queue()
    sender = PhoneSender(lambda words, _: reports.put(words), SWIFT)
    yield sender, reports
    sender.close()


def message(title: str = "XAUUSD filled", **values: object) -> PhoneMessage:
    return PhoneMessage(title=title, text="", sent_at_s=time.monotonic(), **values)  # type: ignore[arg-type]


@dataclass
class Port:
    """A service in the hand of the test: it accepts what `answers` says, or waits while it is shut."""

    name: str = "Port"
    answers: list[bool] = field(default_factory=list)
    opened: Event = field(default_factory=Event)
    sent: Queue[PhoneMessage] = field(default_factory=Queue)
    began: Queue[PhoneMessage] = field(default_factory=Queue)

    def deliver(self, message: PhoneMessage) -> bool:
        self.began.put(message)
        self.opened.wait(20)
        is_sent = self.answers.pop(0) if self.answers else True
        if is_sent:
            self.sent.put(message)
        return is_sent


@pytest.fixture
def line(request: pytest.FixtureRequest) -> Callable[[Port, Pace], PhoneLine]:
    def open_line(port: Port, pace: Pace = SWIFT) -> PhoneLine:
        line = PhoneLine(port, lambda *_: None, pace)
        request.addfinalizer(port.opened.set)
        request.addfinalizer(line.close)
        return line

    return open_line


def test_that_a_message_arrives_after_refusals_once_and_with_its_sound(
    server: NtfyServer, sending: tuple[PhoneSender, Queue[str]]
) -> None:
    sender, reports = sending
    server.answers = [500, 429]
    add_address(server.address)
    sender.send(message(is_silent=True))
    server.wait_for(1)
    assert [(each["message"], each["priority"]) for each in server.messages] == [("XAUUSD filled", "low")]
    assert [reports.get(timeout=20) for _ in range(3)] == [
        "ntfy: not sent; the desk tries again.",
        "ntfy: not sent; the desk tries again.",
        "ntfy: sent.",
    ]


def test_that_no_address_reaches_log_reports_or_representations(
    server: NtfyServer, sending: tuple[PhoneSender, Queue[str]], caplog: pytest.LogCaptureFixture
) -> None:
    sender, reports = sending
    with caplog.at_level(logging.DEBUG):
        server.answers = [403]
        add_address(server.address)
        sender.send(message())
        server.wait_for(1)
        with pytest.raises(InvalidAddress) as failure:
            service_of("nothing://secret-word")
    texts = [caplog.text, reports.get(timeout=20), reports.get(timeout=20), repr(service_of(server.address))]
    assert not [text for text in [*texts, repr(failure.value)] if "secret" in text]


@pytest.mark.parametrize(
    "address",
    [
        *("ntfy://user:word@example.com/topic", "ntfy://example.com/topic", "gotify://192.168.1.5/token123"),
        *("json://user:word@10.0.0.1", "mailto://user:word@example.com", "matrix://user:word@example.com/#room"),
    ],
)
def test_that_nothing_leaves_this_computer_without_encryption(address: str) -> None:
    pytest.importorskip("apprise")
    with pytest.raises(InvalidAddress, match=r"unencrypted.*; use") as refusal:
        service_of(address)
    assert "word" not in str(refusal.value).replace("passwords", "")


@pytest.mark.parametrize(
    "address", ["ntfy://topic", "ntfys://u:p@example.com/topic", "ntfy://u:p@localhost/topic", "mailto://u:p@gmail.com"]
)
def test_that_encrypted_services_and_those_of_this_computer_are_accepted(address: str) -> None:
    pytest.importorskip("apprise")
    assert service_of(address).name


def test_that_signs_of_markup_arrive_as_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("apprise")
    import requests

    sent: list[dict[str, object]] = []

    def accept(*_: object, data: str, **__: object) -> requests.Response:
        sent.append(json.loads(data))
        answer = requests.Response()
        answer.status_code, answer._content = 200, b'{"ok": true, "result": {"message_id": 1}}'
        return answer

    monkeypatch.setattr(requests.Session, "request", accept)
    service = service_of("tgram://123456789:abcdefg_hijklmnop-ABCDEFGHIJKLMNOPQR/12315544/")
    assert service.deliver(PhoneMessage(title="spread 3 < 5", text="stop & target <b>"))
    assert "3 &lt; 5" in str(sent[0]["text"]), "Telegram refuses a message with unknown tags"
    assert "stop &amp; target &lt;b&gt;" in str(sent[0]["text"])


def test_that_a_service_that_hangs_delays_neither_the_desk_nor_another_service(
    server: NtfyServer, sending: tuple[PhoneSender, Queue[str]]
) -> None:
    sender, _ = sending
    with ntfy_server() as dead:
        dead.is_hanging = True
        add_address(dead.address)
        add_address(server.address)
        began = time.perf_counter()
        sender.send(message())
        assert time.perf_counter() - began < 0.1
        server.wait_for(1)
        assert dead.messages == []
        began = time.perf_counter()
        sender.close()
        assert time.perf_counter() - began < 0.1


def test_that_a_queue_keeps_the_newest_messages_and_says_how_many_are_lost(
    line: Callable[[Port], PhoneLine],
) -> None:
    port = Port()
    waiting = line(port)
    waiting.send(message("first"))
    port.began.get(timeout=20)
    for title in ("second", "third", "fourth"):
        waiting.send(message(title))
    port.opened.set()
    arrived = [port.sent.get(timeout=20) for _ in range(3)]
    assert [(each.title, each.text) for each in arrived] == [
        ("first", ""),
        ("third", "1 earlier alert was not sent"),
        ("fourth", ""),
    ]


def test_that_an_old_message_is_given_up_and_a_late_one_says_how_old_it_is(line: Callable[[Port], PhoneLine]) -> None:
    port = Port()
    port.opened.set()
    waiting = line(port)
    now = time.monotonic()
    waiting.send(PhoneMessage(title="old", text="", sent_at_s=now - 61))
    waiting.send(PhoneMessage(title="next", text="by target", sent_at_s=now))
    assert port.sent.get(timeout=20).text == "by target · 1 earlier alert was not sent"
    late = Port()
    late.opened.set()
    line(late, Pace()).send(PhoneMessage(title="late", text="by target", sent_at_s=now - 181))  # type: ignore[call-arg]
    assert late.sent.get(timeout=20).text == "by target · 3 min ago"


def test_that_a_picture_goes_along(server: NtfyServer) -> None:
    assert service_of(server.address).deliver(message(picture=lambda: b"\x89PNG picture"))
    assert server.pictures == [b"\x89PNG picture"]


def test_that_an_alert_is_sent_without_a_picture_that_cannot_be_made(
    server: NtfyServer, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> bytes:
        raise ValueError("no chart")

    assert service_of(server.address).deliver(message(picture=fail))
    assert [each["message"] for each in server.messages] == ["XAUUSD filled"]
    assert "picture" in caplog.text


def test_that_addresses_are_kept_once_and_bounded_until_they_are_deleted(
    sending: tuple[PhoneSender, Queue[str]],
) -> None:
    for number in (1, 2, 3, 3, 4, 5):
        add_address(f"ntfy://topic{number}")
    with pytest.raises(InvalidAddresses, match="5 addresses are saved already"):
        add_address("ntfy://secret")
    assert len(kept_addresses()) == 5
    forget_addresses()
    with pytest.raises(InvalidAddresses, match="at most 1000 fit"):
        add_address("ntfy://" + "t" * 1000)
    sender, reports = sending
    sender.send(message())
    assert reports.get(timeout=20) == NO_ADDRESS
