"""A server that answers as no exchange does: nothing of it fills the memory, holds up the loop or ends the feed."""

from __future__ import annotations

import asyncio
import gzip
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from engine.adapters.exchange.messages import Channel
from engine.adapters.exchange.rest import ExchangeFault, RestClient
from engine.adapters.exchange.sockets import ExchangeSocket
from engine.adapters.exchange.standstill import Standstill

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def server(handler: Handler) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    """A session, and the address of a server that answers every request by `handler`."""
    application = web.Application()
    application.router.add_get("/{path:.*}", handler)
    runner = web.AppRunner(application, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with aiohttp.ClientSession(auto_decompress=False) as session:
            yield session, f"127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def own_thread(handler: Handler) -> AsyncIterator[str]:
    """The address of a server on a loop of its own, so that it goes on while the desk's stands still."""
    began, address = threading.Event(), list[str]()
    ends = asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with server(handler) as (_, place):
            address.append(place)
            began.set()
            await ends.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    await asyncio.to_thread(began.wait)
    try:
        yield address[0]
    finally:
        loop.call_soon_threadsafe(ends.set)
        await asyncio.to_thread(thread.join)
        loop.close()


async def packed(_: web.Request) -> web.StreamResponse:
    return web.Response(body=gzip.compress(b" " * 50_000_000), headers={"Content-Encoding": "gzip"})


async def endless(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    while True:
        await answer.write(b" " * 100_000)


async def elsewhere(request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("http://127.0.0.1:9/") if "elsewhere" in request.path else web.HTTPFound(request.rel_url)


@pytest.mark.parametrize(
    ("handler", "path", "words"),
    [
        (packed, "/", "compressed answer"),
        (endless, "/", "more than 2 MB"),
        (elsewhere, "/elsewhere", "HTTP 302"),
        (elsewhere, "/round", "HTTP 302"),
    ],
)
async def test_that_an_answer_that_is_packed_endless_or_elsewhere_is_one_sentence(
    handler: Handler, path: str, words: str
) -> None:
    async with server(handler) as (session, place), asyncio.timeout(5.0):
        with pytest.raises(ExchangeFault, match=words):
            await RestClient(session, "Binance", f"http://{place}", 100.0).get(path, {})


class Witness:
    """What a socket said."""

    def __init__(self) -> None:
        self.connected = 0
        self.frames: list[tuple[str, bool]] = []
        self.faults: list[str] = []

    def on_connected(self, _: Channel) -> None:
        self.connected += 1

    def on_frame(self, _: Channel, text: str, *, is_late: bool) -> None:
        self.frames.append((text, is_late))

    def on_lost(self, _: Channel, fault: ExchangeFault) -> None:
        self.faults.append(str(fault))


async def test_that_a_server_that_ends_every_connection_is_asked_less_and_less_often() -> None:
    async def hang_up(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str("{}")
        await socket.close()
        return socket

    async with server(hang_up) as (session, place):
        witness = Witness()
        socket = ExchangeSocket(session, "Binance", f"ws://{place}", Channel(path="/"), witness, 10.0, Standstill())
        running = asyncio.create_task(socket.run())
        await asyncio.sleep(1.2)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert 2 <= witness.connected <= 3, "after 0.25 to 0.5 s, then after 0.5 to 1 s"


async def test_that_a_connection_that_delivered_for_its_stall_time_is_replaced_at_once_however_many_were_lost() -> None:
    async def send_and_hang_up(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        for _ in range(20):
            await socket.send_str("{}")
            await asyncio.sleep(0.01)
        await socket.close()
        return socket

    async with server(send_and_hang_up) as (session, place):
        witness = Witness()
        socket = ExchangeSocket(session, "Binance", f"ws://{place}", Channel(path="/"), witness, 0.1, Standstill())
        running = asyncio.create_task(socket.run())
        async with asyncio.timeout(8.0):  # the waits after five losses in a row would take 8 to 16 s
            while witness.connected < 6:
                await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_that_a_desk_that_stood_still_for_the_stall_time_does_not_blame_the_exchange() -> None:
    async def send(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        while True:
            await socket.send_str("{}")
            await asyncio.sleep(0.02)

    async with own_thread(send) as place, aiohttp.ClientSession() as session:
        witness = Witness()
        socket = ExchangeSocket(session, "Binance", f"ws://{place}", Channel(path="/"), witness, 0.3, Standstill())
        running = asyncio.create_task(socket.run())
        while len(witness.frames) < 5:
            await asyncio.sleep(0.01)
        time.sleep(0.5)
        heard = len(witness.frames)
        while len(witness.frames) < heard + 20 and not witness.faults:
            await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert not witness.faults
    assert witness.connected == 1


async def test_that_pings_are_no_data() -> None:
    async def ping(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str("{}")
        while True:
            await socket.ping()
            await asyncio.sleep(0.1)

    async with server(ping) as (session, place):
        witness = Witness()
        socket = ExchangeSocket(session, "Binance", f"ws://{place}", Channel(path="/"), witness, 0.2, Standstill())
        running = asyncio.create_task(socket.run())
        async with asyncio.timeout(60.0):
            while not witness.faults:
                await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert witness.faults[0] == "no data from Binance for 0.2 s"


@pytest.mark.parametrize("answers_pings", [True, False])
async def test_that_what_waited_while_the_desk_stood_still_is_late(*, answers_pings: bool) -> None:
    began_s = time.monotonic()

    async def send(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(autoping=answers_pings)
        await socket.prepare(request)
        reading = asyncio.create_task(read(socket))
        try:
            while True:
                await socket.send_str(str(time.monotonic() - began_s))
                await asyncio.sleep(0.001)
        finally:
            reading.cancel()

    async def read(socket: web.WebSocketResponse) -> None:
        async for _ in socket:
            pass

    async with own_thread(send) as place, aiohttp.ClientSession() as session:
        witness, standstill = Witness(), Standstill(max_s=0.2)
        socket = ExchangeSocket(session, "Binance", f"ws://{place}", Channel(path="/"), witness, 0.5, standstill)
        running = [asyncio.create_task(each.run()) for each in (socket, standstill)]
        while len(witness.frames) < 20:
            await asyncio.sleep(0.01)
        stands_s = time.monotonic() - began_s
        time.sleep(0.4)
        goes_on_s = time.monotonic() - began_s
        while not (witness.faults or (witness.frames[-1][1] is False and float(witness.frames[-1][0]) > goes_on_s)):
            await asyncio.sleep(0.01)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    waited = [late for text, late in witness.frames if stands_s + 0.01 < float(text) < goes_on_s - 0.01]
    assert waited
    assert all(waited)
    assert not witness.frames[0][1]
    assert any("did not answer a ping" in fault for fault in witness.faults) is not answers_pings
