"""The socket of the door: who has no token of this start gets no answer, and nobody holds it up."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import msgspec
import pytest

from engine.adapters.door.address import HOST, new_tokens
from engine.adapters.door.limits import Bucket, DoorLimits
from engine.adapters.door.server import DoorServer
from engine.domain.messages.proposals import Caller

GREETING = b'{"door":1}\n'
HASTY = DoorLimits(token_s=0.2, message_s=0.2, silent_s=0.5, message_bytes=4_096)


class Door:
    """A door that answers with what it was asked, and remembers it."""

    def __init__(self, limits: DoorLimits) -> None:
        self.tokens = new_tokens()
        self.asked: list[tuple[Caller, bytes]] = []
        self.changes = 0
        self.server = DoorServer(self.tokens, self._answer, self._change, limits)
        self.port = 0
        self.writers: list[asyncio.StreamWriter] = []

    async def _answer(self, caller: Caller, line: bytes) -> bytes | None:
        self.asked.append((caller, line))
        return None if line.startswith(b"garbage") else line.strip()

    def _change(self) -> None:
        self.changes += 1

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(HOST, self.port)
        self.writers.append(writer)
        return reader, writer

    async def enter(self, token: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await self.connect()
        writer.write(token.encode() + b"\n")
        return reader, writer

    async def send(self, sent: bytes) -> bytes:
        """All that comes back until the door drops the connection."""
        reader, writer = await self.connect()
        writer.write(sent)
        with suppress(ConnectionError):
            async with asyncio.timeout(5.0):
                return await reader.read()
        return b""


@asynccontextmanager
async def a_door(limits: DoorLimits = HASTY) -> AsyncIterator[Door]:
    door = Door(limits)
    door.port = await door.server.open()
    try:
        yield door
    finally:
        door.server.close()
        for writer in door.writers:
            writer.transport.abort()
            writer.close()
        await asyncio.sleep(0)


async def settle(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5.0):
        while not is_so():
            await asyncio.sleep(0.01)


async def test_that_a_token_opens_it_and_names_the_caller() -> None:
    async with a_door() as door:
        reader, writer = await door.enter(door.tokens[Caller.TERMINAL])
        assert await reader.readline() == GREETING
        assert door.server.clients == (Caller.TERMINAL,)
        for line in (b"one\n", b"two\n"):
            writer.write(line)
            assert await reader.readline() == line
        assert door.asked == [(Caller.TERMINAL, b"one\n"), (Caller.TERMINAL, b"two\n")]
        writer.close()
        await settle(lambda: door.server.clients == ())
        assert door.changes == 2


@pytest.mark.parametrize(
    "sent",
    [
        b"\n",
        b"wrong\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n",
        b"x" * 100_000,
        b"\x00" * 200 + b"\n",
        b"never finished",
        b"",
    ],
    ids=["empty line", "wrong token", "HTTP", "TLS", "huge", "zeros", "never finished", "nothing"],
)
async def test_that_nothing_else_gets_an_answer(sent: bytes) -> None:
    async with a_door() as door:
        assert await door.send(sent) == b""
        await settle(lambda: door.server.dropped == 1 or sent in (b"never finished", b"", b"x" * 100_000))
        assert door.asked == []


async def test_that_a_token_of_an_earlier_start_opens_nothing() -> None:
    async with a_door() as before:
        old = before.tokens
    async with a_door() as door:
        assert not set(old.values()) & set(door.tokens.values())
        for token in old.values():
            assert await door.send(token.encode() + b"\none\n") == b""
        assert door.asked == []


async def test_that_a_token_with_more_behind_it_is_no_token() -> None:
    async with a_door() as door:
        assert await door.send(door.tokens[Caller.HTTP].encode() + b" \n") == b""
        assert await door.send(b" " + door.tokens[Caller.HTTP].encode() + b"\n") == b""


async def test_that_garbage_behind_a_token_is_dropped() -> None:
    async with a_door() as door:
        assert await door.send(door.tokens[Caller.ASSISTANT].encode() + b"\ngarbage\n") == GREETING
        assert door.server.dropped == 1


@pytest.mark.parametrize("sent", [b"a message that never ends", b"y" * 100_000], ids=["slow", "huge"])
async def test_that_a_slow_or_huge_message_ends_the_connection(sent: bytes) -> None:
    async with a_door() as door:
        assert await door.send(door.tokens[Caller.ASSISTANT].encode() + b"\n" + sent) in (GREETING, b"")
        assert door.asked == []


async def test_that_a_silent_program_is_dropped() -> None:
    async with a_door() as door:
        assert await door.send(door.tokens[Caller.ASSISTANT].encode() + b"\n") == GREETING
        await settle(lambda: door.server.clients == ())


async def test_that_a_program_that_takes_no_answers_is_dropped() -> None:
    async with a_door(DoorLimits(message_s=0.2, burst=100_000)) as door:
        _, writer = await door.enter(door.tokens[Caller.ASSISTANT])
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        line = b"z" * 60_000 + b"\n"
        with suppress(ConnectionError):
            for _ in range(400):
                writer.write(line)
                await asyncio.sleep(0)
                if not door.server.clients and door.changes:
                    break
        await settle(lambda: door.server.clients == () and door.changes == 2)


async def test_that_it_has_room_for_so_many_programs_and_no_more() -> None:
    async with a_door(DoorLimits(connections=2)) as door:
        kept = [await door.enter(door.tokens[Caller.ASSISTANT]) for _ in range(2)]
        for reader, _ in kept:
            assert await reader.readline() == GREETING
        assert await door.send(door.tokens[Caller.ASSISTANT].encode() + b"\n") == b""
        kept[0][1].close()
        await settle(lambda: len(door.server.clients) == 1)
        reader, _ = await door.enter(door.tokens[Caller.ASSISTANT])
        assert await reader.readline() == GREETING


async def test_that_programs_without_a_token_keep_nobody_out_for_long() -> None:
    async with a_door(DoorLimits(arriving=3, token_s=0.2)) as door:
        for _ in range(3):
            await door.connect()
        await asyncio.sleep(0.4)
        reader, _ = await door.enter(door.tokens[Caller.ASSISTANT])
        assert await reader.readline() == GREETING


async def test_that_a_program_that_asks_too_often_has_to_wait_and_nothing_is_done() -> None:
    async with a_door(DoorLimits(burst=2, per_second=0.001)) as door:
        reader, writer = await door.enter(door.tokens[Caller.ASSISTANT])
        await reader.readline()
        writer.write(b"one\ntwo\nthree\n")
        answers = [await reader.readline() for _ in range(3)]
        assert answers[:2] == [b"one\n", b"two\n"]
        assert msgspec.json.decode(answers[2])["error"]["kind"] == "too_many_requests"
        assert len(door.asked) == 2


def test_that_the_rate_recovers_with_time() -> None:
    now_s = [0.0]
    bucket = Bucket(2, 4.0, lambda: now_s[0])
    assert [bucket.admit() for _ in range(3)] == [True, True, False]
    now_s[0] = 0.25
    assert [bucket.admit() for _ in range(2)] == [True, False]
    now_s[0] = 100.0
    assert [bucket.admit() for _ in range(3)] == [True, True, False]


async def test_that_closing_drops_everybody_at_once_and_nothing_listens() -> None:
    async with a_door() as door:
        reader, _ = await door.enter(door.tokens[Caller.ASSISTANT])
        assert await reader.readline() == GREETING
        door.server.close()
        with suppress(ConnectionError):
            assert await reader.read() == b""
        with pytest.raises(ConnectionRefusedError):
            await door.connect()


async def test_that_it_listens_on_this_computer_alone_and_answers_without_delay() -> None:
    async with a_door() as door:
        (listening,) = door.server._server.sockets  # type: ignore[union-attr]
        assert listening.getsockname()[0] == "127.0.0.1"
        assert listening.proto == socket.IPPROTO_TCP


async def test_that_thousands_of_hostile_connections_change_nothing_and_hold_nobody_up() -> None:
    """Each sends what a scanner, a browser or a broken program might."""
    chance = random.Random(7)
    async with a_door(DoorLimits(arriving=64, token_s=0.5, message_s=0.5, burst=10**6)) as door:
        reader, writer = await door.enter(door.tokens[Caller.TERMINAL])
        await reader.readline()

        async def attack() -> None:
            size = chance.choice((0, 1, 43, 44, 128, 129, 5_000))
            sent = chance.randbytes(size) + chance.choice((b"", b"\n", b"\r\n\r\n"))
            with suppress(OSError):
                attacked, attacking = await door.connect()
                attacking.write(sent)
                attacking.write_eof()
                async with asyncio.timeout(5.0):
                    assert await attacked.read() == b""
                attacking.transport.abort()
                attacking.close()

        for number in range(100):
            await asyncio.gather(*(attack() for _ in range(20)))
            line = b"%d\n" % number
            writer.write(line)
            async with asyncio.timeout(60.0):
                assert await reader.readline() == line
        assert [line for _, line in door.asked] == [b"%d\n" % number for number in range(100)]
        assert door.server.clients == (Caller.TERMINAL,)


async def test_that_requests_that_wait_in_the_buffer_let_the_desk_go_on_between_them() -> None:
    async with a_door(DoorLimits(burst=10**6)) as door:
        reader, writer = await door.enter(door.tokens[Caller.ASSISTANT])
        await reader.readline()
        writer.write(b"one\n" * 1_000)
        while not door.asked:
            await asyncio.sleep(0)
        for _ in range(10):
            await asyncio.sleep(0)
        assert len(door.asked) < 100
        for _ in range(1_000):
            await reader.readline()
