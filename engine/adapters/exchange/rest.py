"""Requests to an exchange: one at a time, within its rate limit, with the waits that it demands."""

from __future__ import annotations

import asyncio
import math
import os
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeVar

import aiohttp

from engine.adapters.exchange.messages import UNREADABLE
from engine.errors import DeskError

TIMEOUT_S: Final = 10.0
MIN_WAIT_S, MAX_WAIT_S = 0.5, 60.0
"""Seconds before the first retry after a failure, and at most."""
_TOO_MANY: Final = (418, 429)
_NOT_HERE: Final = (403, 451)
_NO_LIMIT_GIVEN_S: Final = 60.0
_MAX_DEMANDED_S: Final = 3 * 86_400.0
"""The longest ban of the exchanges."""
_MAX_BYTES: Final = 2_000_000
"""Of one answer; the largest have a thousand rows, about 0.2 MB."""
_MAX_WORDS: Final = 160
_PLAIN: Final = {"Accept-Encoding": "identity"}
"""A small answer that is packed can fill the memory when it is unpacked."""

T = TypeVar("T")


class ExchangeFault(DeskError):
    """An exchange did not answer a request; `wait_s` is how many seconds it demands to wait, 0 if none."""

    def __init__(self, reason: str, wait_s: float = 0.0, way_out: str = "") -> None:
        super().__init__(reason)
        self.wait_s = wait_s
        self.way_out = way_out


class Backoff:
    """Delays that double with each failure, with jitter: a thousand desks must not reconnect in the same second."""

    def __init__(self, rng: random.Random | None = None) -> None:
        self._rng = rng or random.Random()
        self._failures = 0

    def reset(self) -> None:
        self._failures = 0

    def next_s(self, minimum_s: float = 0.0) -> float:
        """Seconds until the next attempt, never fewer than the exchange demanded."""
        longest = min(MAX_WAIT_S, MIN_WAIT_S * 2.0**self._failures)
        self._failures = min(self._failures + 1, 10)
        return minimum_s + longest * self._rng.uniform(0.5, 1.0)


def fault_of(name: str, status: int, headers: Mapping[str, str]) -> ExchangeFault:
    """The fault of an answer without success."""
    if status in _TOO_MANY:
        wait_s = _seconds(headers.get("Retry-After", ""))
        return ExchangeFault(f"{name} allows no requests for {wait_s:,.0f} s (HTTP {status})", wait_s)
    if status in _NOT_HERE:
        return ExchangeFault(
            f"{name} does not serve your country (HTTP {status})", MAX_WAIT_S, "Choose another source under Settings."
        )
    return ExchangeFault(f"{name} answered with HTTP {status}")


def _seconds(text: str) -> float:
    try:
        demanded_s = float(text)
    except ValueError:
        return _NO_LIMIT_GIVEN_S
    return min(demanded_s, _MAX_DEMANDED_S) if demanded_s >= 0.0 and not math.isinf(demanded_s) else _NO_LIMIT_GIVEN_S


class RestClient:
    """Sends requests to one base URL; after HTTP 418 or 429 none is sent before the wait is over.

    An answer that redirects, is packed or is too large is a fault; the session must not unpack by itself.
    """

    def __init__(self, session: aiohttp.ClientSession, name: str, base: str, requests_per_s: float) -> None:
        self._session = session
        self._name = name
        self._base = base.rstrip("/")
        self._pause_s = 1.0 / requests_per_s
        self._free_at_s = 0.0
        self._lane = asyncio.Lock()

    async def get(self, path: str, parameters: Mapping[str, str | int]) -> bytes:
        """The body of the answer; raises `ExchangeFault`."""
        loop = asyncio.get_running_loop()
        async with self._lane:
            await asyncio.sleep(max(0.0, self._free_at_s - loop.time()))
            self._free_at_s = loop.time() + self._pause_s
            try:
                return await self._ask(path, parameters)
            except ExchangeFault as fault:
                self._free_at_s = max(self._free_at_s, loop.time() + fault.wait_s)
                raise

    async def _ask(self, path: str, parameters: Mapping[str, str | int]) -> bytes:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        try:
            address = self._base + path
            async with self._session.get(
                address, params=parameters, timeout=timeout, headers=_PLAIN, allow_redirects=False
            ) as answer:
                if answer.status != 200:
                    raise fault_of(self._name, answer.status, answer.headers)
                if "Content-Encoding" in answer.headers:
                    raise ExchangeFault(f"{self._name} sent a compressed answer, which was not requested")
                return await self._body(answer)
        except (aiohttp.ClientError, OSError, ValueError) as error:  # a wrong address is a ValueError
            raise ExchangeFault(f"{self._name} cannot be reached: {words_of(error)}") from error

    async def _body(self, answer: aiohttp.ClientResponse) -> bytes:
        body = bytearray()
        async for part in answer.content.iter_any():
            body += part
            if len(body) > _MAX_BYTES:
                raise ExchangeFault(f"{self._name} sent an answer of more than {_MAX_BYTES // 1_000_000} MB")
        return bytes(body)


def shortened(text: str) -> str:
    """Others' text as one short line that can be shown: it may be anything, of any length."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text[: 4 * _MAX_WORDS]).split())
    return line if len(line) <= _MAX_WORDS else f"{line[:_MAX_WORDS]}…"


def words_of(error: BaseException) -> str:
    """A network error, or one of `UNREADABLE`, in words; many have no text of their own."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, aiohttp.ClientConnectorError):
        number = error.os_error.errno or 0
        return f"{error.host}: {os.strerror(number) if number > 0 else error.os_error.strerror or error.os_error}"
    return shortened(str(error)) or type(error).__name__


async def until_answered(ask: Callable[[], Awaitable[T]], heard: Callable[[ExchangeFault], None]) -> T:
    """Repeats a request until it is answered, with growing delays; `heard` is called with each fault."""
    backoff = Backoff()
    while True:
        try:
            return await ask()
        except ExchangeFault as fault:
            heard(fault)
            await asyncio.sleep(backoff.next_s(fault.wait_s))
        except UNREADABLE as error:
            heard(ExchangeFault(f"an answer cannot be read: {words_of(error)}"))
            await asyncio.sleep(backoff.next_s())
