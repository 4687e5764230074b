"""The door as HTTP: the same operations, for whoever has the token and is no page of a browser."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import zlib
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from config.plans import AssistantSettings
from config.settings import Settings
from engine.adapters.door.address import HOST, NoDoor, read_address
from engine.adapters.door.http import HttpFace
from engine.adapters.door.limits import DoorLimits
from engine.assistant.desk_door import DeskDoor
from engine.assistant.http_api import HttpApi, HttpRequest, openapi
from engine.assistant.table import OPERATIONS
from engine.domain.messages.engine import ChangeSettings, QuoteReceived
from engine.domain.messages.proposals import Caller
from engine.domain.plan import PlanStatus
from tests.assistant.desks import AssistedScript
from tests.assistant.test_desk_door import until
from tests.builders import quote

PLAN = {
    "symbol": "XAUUSD",
    "side": "BUY",
    "entry": 2000.0,
    "stop_loss": 1999.2,
    "take_profit": 2001.6,
    "volume_lots": 0.01,
}
HASTY = DoorLimits(token_s=0.3, message_s=0.3, silent_s=1.0, message_bytes=4_096, burst=100_000, per_second=100_000.0)


class Served:
    """A desk whose door is open as HTTP."""

    def __init__(self, desk: AssistedScript, door: DeskDoor, directory: Path) -> None:
        self.desk, self.door, self._directory = desk, door, directory
        self.session = aiohttp.ClientSession()

    @property
    def port(self) -> int:
        return read_address(self._directory).http_port

    @property
    def token(self) -> str:
        return read_address(self._directory).tokens[Caller.HTTP]

    async def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, token: str | None = None
    ) -> tuple[int, Any]:
        url = f"http://{HOST}:{self.port}/api/v1/{path}"
        shown = {"Authorization": f"Bearer {self.token if token is None else token}", **(headers or {})}
        async with self.session.request(method, url, json=body, headers=shown) as response:
            text = await response.text()
            return response.status, json.loads(text) if text else None

    @property
    def plans(self) -> list[PlanStatus]:
        return [plan.status for plan in self.desk.assisted.pipeline.trader.recent_plans(100)]


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    port = _free_port()
    settings = Settings(assistant=AssistantSettings(enabled=True, http=True, http_port=port))
    desk = await AssistedScript(tmp_path, settings).open()
    door = DeskDoor(desk, tmp_path, limits=HASTY)
    task = asyncio.create_task(door.run())
    await until(lambda: _has_http(tmp_path))
    served = Served(desk, door, tmp_path)
    yield served
    await served.session.close()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    desk.archive.close()


def _has_http(directory: Path) -> bool:
    with suppress(NoDoor):
        return bool(read_address(directory).http_port)
    return False


def _free_port() -> int:
    with socket.socket() as made:
        made.bind((HOST, 0))
        return int(made.getsockname()[1])


async def test_that_every_reading_operation_answers_by_get_and_by_post(served: Served) -> None:
    arguments = {
        "micro_scalp_now": {"symbol": "XAUUSD"},
        "explain_candle": {"symbol": "XAUUSD", "at": "2026-03-02T08:30:00Z"},
        "gate_ledger": {"symbol": "XAUUSD"},
        "evidence": {"symbol": "XAUUSD"},
        "candles": {"symbol": "XAUUSD", "count": "20"},
    }
    for name in (name for name, operation in OPERATIONS.items() if operation.is_reading):
        query = "&".join(f"{key}={value}" for key, value in arguments.get(name, {}).items())
        status, got = await served.ask("GET", f"{name}?{query}")
        assert status == 200, (name, got)
        body = {key: int(value) if value.isdigit() else value for key, value in arguments.get(name, {}).items()}
        status, _ = await served.ask("POST", name, body)
        assert status == 200, name


async def test_that_a_plan_is_posted_as_a_proposal_and_deleted(served: Served) -> None:
    status, made = await served.ask("POST", "plans", PLAN)
    assert (status, made["plan"]["state"], made["plan"]["proposed_by"]) == (200, PlanStatus.PROPOSED, "http")
    status, listed = await served.ask("GET", "plans?only_yours=true")
    assert [plan["plan_id"] for plan in listed["plans"]] == [made["plan"]["plan_id"]]
    status, ended = await served.ask("DELETE", f"plans/{made['plan']['plan_id']}")
    assert (status, ended["state"]) == (200, PlanStatus.CANCELLED)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "plans", {**PLAN, "armed": True}, 400),
        ("POST", "plans", {**PLAN, "volume_lots": -1}, 400),
        ("POST", "plans", [], 400),
        ("GET", "micro_scalp_now", None, 400),
        ("GET", "micro_scalp_now?symbol=XAUUSD&symbol=BTCUSD", None, 400),
        ("GET", "micro_scalp_now?symbol=EURUSD", None, 409),
        ("GET", "candles?symbol=XAUUSD&count=100000", None, 400),
        ("GET", "create_micro_scalp_plan", None, 405),
        ("PUT", "plans", {}, 405),
        ("POST", "plans/x", {}, 405),
        ("DELETE", "plans/x", None, 409),
        ("GET", "arm_plan", None, 404),
        ("GET", "", None, 404),
    ],
)
async def test_that_what_is_not_as_published_is_refused_with_a_sentence(
    served: Served, method: str, path: str, body: Any, status: int
) -> None:
    found, answer = await served.ask(method, path, body)
    assert found == status, answer
    assert answer["error"]["sentence"]
    assert served.plans == []


@pytest.mark.parametrize(
    ("headers", "token", "status"),
    [
        ({}, "", 401),
        ({}, "x" * 43, 401),
        ({"Origin": "http://127.0.0.1"}, None, 403),
        ({"Origin": "null"}, None, 403),
        ({"Sec-Fetch-Site": "cross-site"}, None, 403),
        ({"Host": "desk.example"}, None, 421),
        ({"Host": "127.0.0.1"}, None, 421),
        ({"Content-Type": "text/plain"}, None, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, None, 415),
    ],
)
async def test_that_no_page_of_a_browser_and_nobody_without_the_token_gets_in(
    served: Served, headers: dict[str, str], token: str | None, status: int
) -> None:
    url = f"http://{HOST}:{served.port}/api/v1/plans"
    shown = {"Authorization": f"Bearer {served.token if token is None else token}", "Content-Type": "application/json"}
    async with served.session.post(url, data=json.dumps(PLAN), headers=shown | headers) as response:
        assert response.status == status
    assert served.plans == []


async def test_that_the_other_tokens_of_the_door_open_no_http(served: Served, tmp_path: Path) -> None:
    for caller, token in read_address(tmp_path).tokens.items():
        status, _ = await served.ask("GET", "positions", token=token)
        assert status == (200 if caller is Caller.HTTP else 401)


async def test_that_a_large_body_is_refused(served: Served) -> None:
    status, _ = await served.ask("POST", "plans", {**PLAN, "notes": "x" * 10_000})
    assert status == 413


async def test_that_who_sends_nothing_or_slowly_is_dropped_and_others_are_served(served: Served) -> None:
    silent = await asyncio.open_connection(HOST, served.port)
    slow = await asyncio.open_connection(HOST, served.port)
    slow[1].write(b"POST /api/v1/plans HTTP/1.1\r\nHost: 127.0.0.1")
    head = f"Host: {HOST}:{served.port}\r\nAuthorization: Bearer {served.token}\r\nContent-Type: application/json\r\n"
    unfinished = await asyncio.open_connection(HOST, served.port)
    unfinished[1].write(f"POST /api/v1/plans HTTP/1.1\r\n{head}Content-Length: 500\r\n\r\n{{".encode())
    async with asyncio.timeout(5.0):
        for reader, writer in (silent, slow, unfinished):
            with suppress(ConnectionError):
                await reader.read()
            writer.close()
    status, _ = await served.ask("GET", "positions")
    assert status == 200


async def test_that_events_are_streamed_as_they_come(served: Served) -> None:
    url = f"http://{HOST}:{served.port}/api/v1/events"
    async with served.session.get(url, headers={"Authorization": f"Bearer {served.token}"}) as response:
        assert response.headers["Content-Type"].startswith("text/event-stream")
        served.desk.bus.publish(QuoteReceived(quote(1), None))
        await served.ask("POST", "plans", PLAN)
        lines = b""
        async with asyncio.timeout(5.0):
            while b"event: plan" not in lines:
                lines += await response.content.readany()
    assert lines.startswith(b'event: quote\ndata: {"symbol":"XAUUSD"')


async def test_that_http_closes_at_once_with_its_setting_and_the_door_stays(served: Served) -> None:
    port = served.port
    wanted = served.desk.settings_store.wanted
    off = wanted.model_copy(update={"assistant": wanted.assistant.model_copy(update={"http": False})})
    served.desk.engine.handle(ChangeSettings(off))
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(HOST, port)
    await until(lambda: served.port == 0)
    assert served.door.is_open


async def test_that_no_request_hangs_fails_or_changes_anything_without_the_token(served: Served) -> None:
    random_ = random.Random(5)
    methods = [b"GET", b"POST", b"DELETE", b"PUT", b"OPTIONS", b"TRACE", b"\xff\xfe", b"PRI * HTTP/2.0"]
    paths = [b"/", b"/api/v1/plans", b"/api/v1/../../etc/passwd", b"/api/v1/%00", b"http://desk.example/", b"*", b"//x"]
    for _ in range(300):
        reader, writer = await asyncio.open_connection(HOST, served.port)
        head = b"%s %s HTTP/1.1\r\n" % (random_.choice(methods), random_.choice(paths))
        fields = [b"Host: x", b"Authorization: Bearer " + random_.randbytes(8).hex().encode(), b"Content-Length: 2"]
        noise = random_.randbytes(random_.randrange(40)) if random_.random() < 0.3 else b""
        writer.write(head + noise + b"\r\n".join(random_.sample(fields, 2)) + b"\r\n\r\n{}")
        writer.write_eof()
        async with asyncio.timeout(5.0):
            with suppress(ConnectionError):
                answer = await reader.read()
                assert not answer.startswith((b"HTTP/1.1 2", b"HTTP/1.1 5", b"HTTP/1.0 2", b"HTTP/1.0 5")), answer
        writer.close()
    assert served.plans == []
    assert served.desk.asked == []


def test_that_the_description_has_every_operation_and_refers_to_nothing_unknown() -> None:
    described = json.loads(openapi())
    assert {f"/{name}" for name in OPERATIONS} | {"/plans", "/plans/{plan_id}", "/events"} == described["paths"].keys()
    names = [each["operationId"] for path in described["paths"].values() for each in path.values()]
    assert len(set(names)) == len(names)
    text = json.dumps(described)
    for name in {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in described["components"]["schemas"]


async def test_that_lists_in_a_query_are_given_by_repeating_them(tmp_path: Path) -> None:
    desk = await AssistedScript(tmp_path).open()
    query = [("kinds", "halted"), ("kinds", "plan_added"), ("limit", "5")]
    answer = await HttpApi(desk.assistant).answer(HttpRequest("GET", "journal", query, b""))
    assert answer.status == 200, answer.body
    assert json.loads(desk.asked[-1].arguments)["kinds"] == ["halted", "plan_added"]
    desk.archive.close()


def _head(served: Served, method: str, path: str, *fields: bytes) -> bytes:
    known = (f"Host: {HOST}:{served.port}".encode(), f"Authorization: Bearer {served.token}".encode())
    lines = (f"{method} {path} HTTP/1.1".encode(), *known, b"Content-Type: application/json", *fields)
    return b"\r\n".join(lines) + b"\r\n\r\n"


async def _exchange(served: Served, sent: bytes) -> bytes:
    """Everything that comes until the connection is closed."""
    reader, writer = await asyncio.open_connection(HOST, served.port)
    writer.write(sent)
    async with asyncio.timeout(5.0):
        answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize("shown", [b"Bearer \xff\xfe", b"\xed\xa0\x80", "Bearer €".encode()])
async def test_that_a_token_of_any_bytes_is_refused_like_a_wrong_one(served: Served, shown: bytes) -> None:
    fields = f"GET /api/v1/positions HTTP/1.1\r\nHost: {HOST}:{served.port}\r\nAuthorization: ".encode()
    answer = await _exchange(served, fields + shown + b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/api/v1/positions", (b"Authorization: Bearer x",), 401),
        ("/api/v1/positions", (b"Sec-Fetch-Site: none", b"Sec-Fetch-Site: cross-site"), 403),
        ("http://desk.example/api/v1/positions", (), 421),
    ],
)
async def test_that_a_request_that_says_two_things_at_once_is_refused(
    served: Served, path: str, fields: tuple[bytes, ...], status: int
) -> None:
    assert (await _exchange(served, _head(served, "GET", path, *fields))).startswith(b"HTTP/1.1 %d " % status)


async def test_that_a_packed_body_is_refused_before_it_comes(served: Served) -> None:
    head = _head(served, "POST", "/api/v1/plans", b"Content-Encoding: deflate", b"Content-Length: 500000")
    assert (await _exchange(served, head)).startswith(b"HTTP/1.1 415 ")


async def test_that_nothing_is_unpacked_for_who_has_no_token(served: Served) -> None:
    """Half a megabyte that holds half a gigabyte would hold the desk up for a second."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    packed = (packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)) * 600
    head = _head(served, "POST", "/api/v1/plans", b"Content-Encoding: deflate", b"Content-Length: %d" % len(packed))
    _, writer = await asyncio.open_connection(HOST, served.port)
    loop = asyncio.get_running_loop()
    writer.write(head.replace(served.token.encode(), b"x" * 43) + packed)
    longest_s, until_s = 0.0, loop.time() + 0.3
    while (before_s := loop.time()) < until_s:
        await asyncio.sleep(0.001)
        longest_s = max(longest_s, loop.time() - before_s)
    writer.close()
    assert longest_s < 0.4


async def test_that_garbage_is_neither_repeated_nor_written_to_the_log(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await _exchange(served, _head(served, "GET", "/api/v1/positions", b"X: secret\0of others"))
    assert answer.startswith(b"HTTP/1.0 400 ")
    assert json.loads(answer.split(b"\r\n\r\n", 1)[1])["error"]["sentence"] == "this is no request of HTTP 1.1"
    assert caplog.records == []


async def test_that_a_program_that_waits_with_its_body_is_asked_for_it(served: Served) -> None:
    body = json.dumps(PLAN).encode()
    reader, writer = await asyncio.open_connection(HOST, served.port)
    fields = (b"Expect: 100-continue", b"Content-Length: %d" % len(body))
    writer.write(_head(served, "POST", "/api/v1/plans", *fields))
    async with asyncio.timeout(60.0):
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(body)
        assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
    writer.close()
    assert served.plans == [PlanStatus.PROPOSED]


async def test_that_a_request_under_way_ends_without_effect_when_http_closes() -> None:
    begun, done = asyncio.Event(), []

    async def serve(*_: Any) -> tuple[int, bytes, str]:
        begun.set()
        await asyncio.sleep(0.1)
        done.append("a plan")
        return 200, b"{}", ""

    async def follow() -> AsyncIterator[tuple[str, bytes]]:
        await asyncio.Event().wait()
        yield "", b""

    face = HttpFace("x" * 43, serve, follow)
    port = await face.open(0)
    _, writer = await asyncio.open_connection(HOST, port)
    fields = f"Host: {HOST}:{port}\r\nAuthorization: Bearer {'x' * 43}\r\n\r\n"
    writer.write(f"GET /api/v1/positions HTTP/1.1\r\n{fields}".encode())
    await begun.wait()
    face.close()
    await asyncio.sleep(0.2)
    writer.close()
    assert done == []


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
async def test_that_times_at_the_ends_of_the_calendar_are_answered(served: Served, at: str) -> None:
    for path in ("candles?symbol=XAUUSD&until=", "explain_candle?symbol=XAUUSD&at="):
        status, answer = await served.ask("GET", path + at.replace("+", "%2B"))
        assert status < 500, answer
