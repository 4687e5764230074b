"""A server that answers as no exchange does: nothing of it fills the memory, holds up the loop or ends the feed."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from engine.adapters.exchange.messages import Channel
from engine.adapters.exchange.rest import ExchangeFault, RestClient
from engine.adapters.exchange.sockets import ExchangeSocket

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
        (packed, "/", "packed answer"),
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


class Deaf:
    """Receives frames and does nothing with them."""

    def __init__(self) -> None:
        self.connected = 0

    def on_connected(self, _: Channel) -> None:
        self.connected += 1

    def on_frame(self, _: Channel, text: str) -> None: ...

    def on_lost(self, _: Channel, fault: ExchangeFault) -> None: ...


async def test_that_a_server_that_ends_every_connection_is_asked_less_and_less_often() -> None:
    async def hang_up(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str("{}")
        await socket.close()
        return socket

    async with server(hang_up) as (session, place):
        deaf = Deaf()
        socket = ExchangeSocket(session, "Binance", f"ws://{place}", Channel(path="/"), deaf, stall_s=10.0)
        running = asyncio.create_task(socket.run())
        await asyncio.sleep(2.0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert 2 <= deaf.connected <= 4, "after 0.25 to 0.5 s, then after 0.5 to 1 s, then after 1 to 2 s"
