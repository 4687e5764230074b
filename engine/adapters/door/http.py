"""The door as HTTP on this computer: bearer token, exact host, no browser, JSON only.

A request that shows no token of this start only learns that it is refused; one with an Origin, as a page
in a browser sends it, is refused whatever it knows; so is one for another host name, which a page could have bound to
this address.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, suppress
from typing import Final

from aiohttp import web

from engine.adapters.door.address import HOST
from engine.adapters.door.limits import DEFAULT_LIMITS, Bucket, DoorLimits
from engine.adapters.door.server import listening_socket

Serving = Callable[[str, str, list[tuple[str, str]], bytes], Awaitable[tuple[int, bytes, str]]]
"""Answers method, path below the root, query and body with status, JSON, and the methods allowed for another one."""
Following = Callable[[], AsyncIterator[tuple[str, bytes]]]
"""Kinds and JSON of events, for as long as a program follows."""

ROOT: Final = "/api/v1/"
EVENTS: Final = "events"
MAX_FOLLOWERS: Final = 4
_SWEEP_S: Final = 0.25
_BEAT_S: Final = 15.0
"""Between comments to a follower to whom nothing happens."""

_log = logging.getLogger(__name__)


class HttpFace:
    """Serves from `open` to `close`; `port` 0 lets the system choose."""

    def __init__(self, token: str, serve: Serving, follow: Following, limits: DoorLimits = DEFAULT_LIMITS) -> None:
        self._token, self._serve, self._follow, self._limits = token.encode(), serve, follow, limits
        self._server: asyncio.Server | None = None
        self._web: web.Server | None = None
        self._waiting_since: dict[asyncio.BaseProtocol, float] = {}
        self._sweeper: asyncio.TimerHandle | None = None
        self._bucket: Bucket | None = None
        self._followers = 0
        self.port = 0

    async def open(self, port: int) -> int:
        """The port. Raises `OSError` where it is taken."""
        loop, limits = asyncio.get_running_loop(), self._limits
        self._bucket = Bucket(limits.burst, limits.per_second, loop.time)
        listening = listening_socket(port)
        self._web = web.Server(self._answer, handler_cancellation=True)  # nothing is done for who was dropped
        try:
            self._server = await loop.create_server(self._connection, sock=listening)
        except BaseException:
            listening.close()
            raise
        self.port = listening.getsockname()[1]
        self._sweep()
        return self.port

    def close(self) -> None:
        """Drops every program at once; nothing listens any more."""
        server, self._server = self._server, None
        if server is None or self._web is None:
            return
        server.close()
        if self._sweeper is not None:
            self._sweeper.cancel()
        for each in tuple(self._web.connections):
            _abort(each)
        self._waiting_since.clear()

    # -- connections ----------------------------------------------------------------------------------------------

    def _connection(self) -> asyncio.BaseProtocol:
        assert self._web is not None
        if len(self._web.connections) >= self._limits.connections + self._limits.arriving:
            return _Refused()
        made = _Connection(
            self._web,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type]  # what it takes for no log
            keepalive_timeout=self._limits.silent_s,
            auto_decompress=False,  # a few kilobytes would unpack to any size
        )
        self._waiting_since[made] = asyncio.get_running_loop().time()
        return made

    def _sweep(self) -> None:
        """Drops who has not sent a whole request in time, or nothing for long."""
        if self._server is None or self._web is None:
            return
        loop = asyncio.get_running_loop()
        alive = set(self._web.connections)
        for each, since in tuple(self._waiting_since.items()):
            if each not in alive and loop.time() - since > self._limits.token_s:
                del self._waiting_since[each]
            elif loop.time() - since > self._limits.token_s:
                _abort(each)
        self._sweeper = loop.call_later(_SWEEP_S, self._sweep)

    # -- requests -------------------------------------------------------------------------------------------------

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self._waiting_since.pop(request.protocol, None)
        try:
            return await self._admitted(request)
        finally:
            if self._server is not None:
                self._waiting_since[request.protocol] = asyncio.get_running_loop().time()

    async def _admitted(self, request: web.BaseRequest) -> web.StreamResponse:
        headers = request.headers
        is_absolute = not request.raw_path.startswith("/")
        if is_absolute or headers.getall("Host", []) not in ([f"{HOST}:{self.port}"], [f"localhost:{self.port}"]):
            return _said(421, "the Host header must be 127.0.0.1 or localhost, with the port")
        if "Origin" in headers or any(site != "none" for site in headers.getall("Sec-Fetch-Site", [])):
            return _said(403, "requests from web pages are refused")
        if not self._is_known(headers.getall("Authorization", [])):
            sentence = "the bearer token is missing or from an earlier start: read it from door.json"
            return _said(401, sentence, {"WWW-Authenticate": "Bearer"})
        assert self._bucket is not None
        if not self._bucket.admit():
            return _said(429, "too many requests: wait a second", {"Retry-After": "1"})
        if not request.path.startswith(ROOT):
            return _said(404, f"paths begin with {ROOT}")
        path = request.path.removeprefix(ROOT)
        if (request.method, path) == ("GET", EVENTS):
            return await self._stream(request)
        return await self._operation(request, path)

    def _is_known(self, shown: list[str]) -> bool:
        """Whether exactly the token is shown, whatever bytes came in its place."""
        if len(shown) != 1:
            return False
        return hmac.compare_digest(shown[0].encode(errors="surrogateescape"), b"Bearer " + self._token)

    async def _operation(self, request: web.BaseRequest, path: str) -> web.StreamResponse:
        body = b""
        if request.method in ("POST", "PUT", "PATCH"):
            if request.content_type != "application/json":
                return _said(415, "Content-Type must be application/json")
            if "Content-Encoding" in request.headers:
                return _said(415, "send it as it is, without Content-Encoding")
            try:
                async with asyncio.timeout(self._limits.message_s):
                    if request.headers.get("Expect", "").lower() == "100-continue":
                        _ask_for_body(request)
                    body = await _body_of(request, self._limits.message_bytes)
            except TimeoutError:
                return _said(408, "the request took too long to arrive")
            except ValueError:
                return _said(413, f"a request has at most {self._limits.message_bytes:,} bytes")
        status, answer, allowed = await self._serve(request.method, path, list(request.query.items()), body)
        headers = {"Allow": allowed} if allowed else {}
        return _json(status, answer, headers)

    async def _stream(self, request: web.BaseRequest) -> web.StreamResponse:
        """Events until the program leaves; one that does not keep up gets the number of those left out."""
        if self._followers >= MAX_FOLLOWERS:
            return _said(429, f"max {MAX_FOLLOWERS} programs can follow events at a time")
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", **_HEADERS})
        self._followers += 1
        try:
            await response.prepare(request)
            async with aclosing(_with_beats(self._follow())) as events:  # type: ignore[type-var]
                async for text in events:
                    async with asyncio.timeout(self._limits.message_s):
                        await response.write(text)
        except (ConnectionError, TimeoutError):
            _abort(request.protocol)
        finally:
            self._followers -= 1
        return response


async def _with_beats(events: AsyncIterator[tuple[str, bytes]]) -> AsyncIterator[bytes]:
    """Events as they are written, and a comment now and then, by which a program that has left is noticed."""
    following = asyncio.ensure_future(anext(events))
    try:
        while True:
            done, _ = await asyncio.wait({following}, timeout=_BEAT_S)
            if not done:
                yield b": still there\n\n"
                continue
            kind, data = following.result()
            following = asyncio.ensure_future(anext(events))
            yield b"event: " + kind.encode() + b"\ndata: " + data + b"\n\n"
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError, StopAsyncIteration):
            await following


def _ask_for_body(request: web.BaseRequest) -> None:
    """Some programs send a body only once they are asked for it."""
    assert request.transport is not None
    request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")


async def _body_of(request: web.BaseRequest, longest: int) -> bytes:
    """Raises `ValueError` for one that is longer."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > longest:
            raise ValueError
    return bytes(body)


_HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def _json(status: int, body: bytes, headers: dict[str, str]) -> web.Response:
    return web.Response(status=status, body=body, content_type="application/json", headers={**_HEADERS, **headers})


def _said(status: int, sentence: str, headers: dict[str, str] | None = None) -> web.Response:
    """A refusal; the connection ends with it, so that nothing is made of what else was sent."""
    made = _json(status, f'{{"error":{{"kind":"refused","sentence":"{sentence}"}}}}'.encode(), headers or {})
    made.force_close()
    return made


def _abort(protocol: asyncio.BaseProtocol) -> None:
    transport = getattr(protocol, "transport", None)
    if transport is not None:
        transport.abort()


class _Connection(web.RequestHandler):
    """Says of what is no HTTP only that it is none: what came may hold a token, and anybody could fill the log."""

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002  # quotes what came
    ) -> web.StreamResponse:
        if status >= 500:
            _log.error("a request over HTTP failed", exc_info=exc)
        if request.writer.output_size > 0:
            raise ConnectionError("a part of the answer has been sent already")
        return _said(status, "this is no request of HTTP 1.1" if status < 500 else "an internal error; see the log")


class _Refused(asyncio.Protocol):
    """One more connection than there may be."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.abort()
