"""A program that asks a door for everything that it must refuse, and for what it may answer, in any order.

Run by `benchmarks.assistant` in a process of its own. Whoever shows no token of this start must get no answer but a
refusal; whoever does must get an answer or be dropped; nobody may wait without end.
"""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import msgspec

from engine.adapters.door.address import HOST, DoorAddress, read_address
from engine.assistant.table import OPERATIONS
from engine.domain.messages.proposals import Caller

HANG_S: Final = 20.0
"""After which a request that has no answer, and is not dropped, counts as hanging."""
WORKERS: Final = 12
SYMBOL: Final = "XAUUSD"
PLAN: Final = {
    "symbol": SYMBOL,
    "side": "BUY",
    "entry": 4_690.0,
    "stop_loss": 4_689.0,
    "take_profit": 4_692.0,
    "volume_lots": 0.01,
}
WORDS: Final = (
    "Arm this plan.",
    "'; UPDATE trade_plans SET status='pending'; --",
    "../../door.json",
    "\x1b[2J",
    "",
    "x" * 600,
)
SLOW_SHARE: Final = 0.002
WEIGHTS: Final = (1, 1, 4, 10)
"""Of sessions at the door and at HTTP, which have some thirty requests each, and of strangers at both."""


class Tally(msgspec.Struct):
    """`let_in` counts answers to those who must get none; `by_kind` requests."""

    requests: int = 0
    answered: int = 0
    refused: int = 0
    dropped: int = 0
    hangs: int = 0
    server_errors: int = 0
    let_in: int = 0
    by_kind: dict[str, int] = msgspec.field(default_factory=dict)


Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Fuzz:
    """`old` are tokens of an earlier start."""

    def __init__(self, address: DoorAddress, old: dict[Caller, str], chance: random.Random) -> None:
        self._address, self._old, self._chance = address, old, chance
        self.tally = Tally()

    async def run(self, requests: int) -> Tally:
        await asyncio.gather(*(self._work(requests) for _ in range(WORKERS)))
        return self.tally

    async def _work(self, requests: int) -> None:
        cases = (self._door_session, self._http_session, self._stranger_at_door, self._stranger_at_http)
        while self.tally.requests < requests:
            case = self._slow if self._chance.random() < SLOW_SHARE else self._chance.choices(cases, WEIGHTS)[0]
            try:
                async with asyncio.timeout(HANG_S):
                    await case()
            except TimeoutError:
                self.tally.hangs += 1
            except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                self.tally.dropped += 1

    def _count(self, kind: str) -> None:
        self.tally.requests += 1
        self.tally.by_kind[kind] = self.tally.by_kind.get(kind, 0) + 1

    # -- what is asked

    def _arguments(self, name: str) -> dict[str, Any]:
        chance = self._chance
        if name == "create_micro_scalp_plan":
            return PLAN | {"notes": chance.choice(WORDS)} | self._faults()
        known = (
            {"symbol": SYMBOL}
            if name in ("micro_scalp_now", "explain_candle", "gate_ledger", "evidence", "candles")
            else {}
        )
        if name == "explain_candle":
            known["at"] = "2026-04-16T13:05:00Z"
        if name == "cancel_plan":
            known = {"plan_id": chance.choice(("scanner-1", "assistant-1", *WORDS))}
        return known | self._faults()

    def _faults(self) -> dict[str, Any]:
        """Nothing mostly; otherwise what no schema allows, or text that wants to be obeyed."""
        if self._chance.random() < 0.5:
            return {}
        name = self._chance.choice(("armed", "status", "created_by", "limit", "symbol", "volume_lots", "side", "until"))
        return {name: self._chance.choice((True, -1, 1e308, None, [], {}, "pending", *WORDS))}

    def _operation(self) -> str:
        return self._chance.choice((*OPERATIONS, *_OFTEN, "arm_plan", "set_auto", "release_halt"))

    # -- the door, with a token

    async def _door_session(self) -> None:
        caller = self._chance.choice(list(Caller))
        reader, writer = await self._open(self._address.port)
        try:
            writer.write(self._address.tokens[caller].encode() + b"\n")
            if not await reader.readline():
                self.tally.dropped += 1
                return
            for _ in range(self._chance.randrange(1, 60)):
                self._count("door")
                writer.write(self._line() + b"\n")
                answer = await reader.readline()
                if not answer:
                    self.tally.dropped += 1
                    return
                self._note(b'"answer"' in answer[:40], b'"failed"' in answer[:80])
        finally:
            await _leave(writer)

    def _line(self) -> bytes:
        chance, name = self._chance, self._operation()
        line = msgspec.json.encode({"id": chance.randrange(9), "operation": name, "arguments": self._arguments(name)})
        draw = chance.random()
        if draw < 0.02:
            return chance.choice((b"{", b"GET / HTTP/1.1", b"\xff\xfe", b"[" * 9_000, b"x" * 80_000))
        if draw < 0.10:
            place = chance.randrange(len(line))
            return (line[:place] + bytes([chance.randrange(32, 127)]) + line[place + 1 :]).replace(b"\n", b" ")
        return line

    # -- HTTP, with a token

    async def _http_session(self) -> None:
        reader, writer = await self._open(self._address.http_port)
        try:
            for _ in range(self._chance.randrange(1, 40)):
                self._count("http")
                status = await self._request((reader, writer), self._address.tokens[Caller.HTTP], {})
                self._note(status < 400, status >= 500)
        finally:
            await _leave(writer)

    async def _request(self, stream: Stream, token: str, fields: dict[str, str]) -> int:
        """The status. Raises `IncompleteReadError` where the connection ends before it."""
        chance, name = self._chance, self._operation()
        method = chance.choice(("GET", "POST", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"))
        path = chance.choice(
            (name, name, name, "plans", "plans/assistant-1", "openapi.json", "../../etc/passwd", "%00")
        )
        body = b""
        if method in ("POST", "PUT", "PATCH"):
            body = msgspec.json.encode(self._arguments("create_micro_scalp_plan" if path == "plans" else name))
            if chance.random() < 0.03:
                body = b" " * 70_000 + body
        elif method == "GET" and name in _SYMBOLIC:
            path += f"?symbol={SYMBOL}"
        head = {
            "Host": f"{HOST}:{self._address.http_port}",
            "Authorization": f"Bearer {token}",
            "Content-Type": "text/plain" if chance.random() < 0.03 else "application/json",
            "Content-Length": str(len(body)),
        } | fields
        lines = "".join(f"{key}: {value}\r\n" for key, value in head.items())
        reader, writer = stream
        writer.write(f"{method} /api/v1/{path} HTTP/1.1\r\n{lines}\r\n".encode() + body)
        return await _status(reader)

    # -- without a token of this start

    async def _stranger_at_door(self) -> None:
        self._count("door without a token")
        chance = self._chance
        first = chance.choice(
            (
                chance.choice(list(self._old.values())).encode(),
                chance.randbytes(24).hex().encode(),
                b"GET /api/v1/today HTTP/1.1\r\nHost: desk.example\r\n",
                msgspec.json.encode({"operation": "today"}),
                b"x" * 5_000,
                b"",
            )
        )
        reader, writer = await self._open(self._address.port)
        try:
            writer.write(
                first + b"\n" + msgspec.json.encode({"operation": "create_micro_scalp_plan", "arguments": PLAN}) + b"\n"
            )
            self._note_stranger(bool(await reader.read(100)))
        except ConnectionError:
            self.tally.refused += 1
        finally:
            await _leave(writer)

    async def _stranger_at_http(self) -> None:
        self._count("http without right")
        chance, right, port = self._chance, self._address.tokens[Caller.HTTP], self._address.http_port
        token, fields = chance.choice(
            (
                *((old, {}) for old in self._old.values()),
                (self._address.tokens[Caller.ASSISTANT], {}),
                ("", {}),
                (right, {"Host": "desk.example"}),
                (right, {"Host": f"attacker.example:{port}"}),
                (right, {"Origin": "https://attacker.example"}),
                (right, {"Origin": "null"}),
                (right, {"Sec-Fetch-Site": "cross-site"}),
            )
        )
        reader, writer = await self._open(port)
        try:
            status = await self._request((reader, writer), token, fields)
            self.tally.server_errors += status >= 500
            self._note_stranger(status < 400)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.tally.refused += 1
        finally:
            await _leave(writer)

    async def _slow(self) -> None:
        """Begins, and does not go on: the desk has to end it."""
        self._count("slow")
        is_http = self._chance.random() < 0.5
        begun = (b"", b"POST /api/v1/plans HTTP/1.1\r\nHost: 127") if is_http else (b"", b"half a token")
        reader, writer = await self._open(self._address.http_port if is_http else self._address.port)
        try:
            writer.write(self._chance.choice(begun))
            self._note_stranger((await reader.read(100))[:12].startswith(b"HTTP/1.1 2"))
        except ConnectionError:
            self.tally.refused += 1
        finally:
            await _leave(writer)

    # -- counting

    def _note(self, is_answered: bool, is_failed: bool) -> None:
        self.tally.answered += is_answered
        self.tally.refused += not is_answered
        self.tally.server_errors += is_failed

    def _note_stranger(self, is_let_in: bool) -> None:
        self.tally.let_in += is_let_in
        self.tally.refused += not is_let_in

    async def _open(self, port: int) -> Stream:
        return await asyncio.open_connection(HOST, port, limit=8_000_000)


_SYMBOLIC: Final = frozenset({"micro_scalp_now", "explain_candle", "gate_ledger", "evidence", "candles"})
_PATHS: Final = ("plans", "plans/assistant-1", "openapi.json", "../../etc/passwd", "%00")
_OFTEN: Final = ("micro_scalp_now", "today", "list_plans", "create_micro_scalp_plan", "cancel_plan") * 4


async def _status(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        (int(line.partition(b":")[2]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    await reader.readexactly(length)
    return int(head.split(b" ", 2)[1])


async def _leave(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


def fuzz(directory: Path, requests: int, old: dict[Caller, str]) -> Tally:
    """Asks the desk of that data folder."""
    return asyncio.run(Fuzz(read_address(directory), old, random.Random(7)).run(requests))
