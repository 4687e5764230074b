"""Asks an address which version of the program is the newest."""

from __future__ import annotations

import re
from contextlib import closing, suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from socket import SHUT_RDWR
from threading import Event, Timer
from typing import Final
from urllib.parse import urlsplit

import msgspec

from engine.errors import DeskError

TIMEOUT_S: Final = 10.0
MAX_BYTES: Final = 64_000
_HEADERS: Final = {"User-Agent": "microscalp", "Accept": "application/json"}
_MAX_SUMMARY: Final = 200
_VERSION: Final = re.compile(r"(\d{1,6})\.(\d{1,6})\.(\d{1,6})")


class NoAnswer(DeskError):
    """The newest version is not known: names the address and the reason."""


@dataclass(frozen=True, slots=True)
class Release:
    """A released version, such as 0.3.0, the page to get it from, empty if none is named, and one line about it."""

    version: str
    page: str
    summary: str

    def is_newer_than(self, version: str) -> bool:
        """Whether it comes after a version; both are three numbers."""
        return _numbers(self.version) > _numbers(version)


class _Said(msgspec.Struct):
    version: str
    page: str = ""
    summary: str = ""


def newest_release(address: str) -> Release:
    """What the JSON file at an address says: `{"version": "0.3.0", "page": "https://…", "summary": "…"}`.

    Waits for an answer: not for the event loop. Raises `NoAnswer`, also for a file that says anything else.
    """
    try:
        content = _content_of(address)
    except (OSError, ValueError, HTTPException) as error:
        reason = str(error) or type(error).__name__
        raise NoAnswer(f"The newest version is not known: {address} does not answer ({reason}).") from error
    try:
        return _release_of(content)
    except ValueError as error:
        raise NoAnswer(f"The newest version is not known: {address} {error}.") from error


def _content_of(address: str) -> bytes:
    """At most one byte more than there may be. Another address that the server names is not asked in its place: the
    user has chosen this one. Raises `OSError`, `ValueError` and `HTTPException`."""
    parts = urlsplit(address)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
    with closing(connection):
        connection.connect()
        is_over = Event()
        end = Timer(
            TIMEOUT_S, _cut, (connection, is_over)
        )  # each byte in time may still make an answer that never ends
        end.start()
        try:
            connection.request("GET", parts.path or "/", headers=_HEADERS)
            answer = connection.getresponse()
            if answer.status != HTTPStatus.OK:
                raise HTTPException(f"HTTP {answer.status}")
            content = answer.read(MAX_BYTES + 1)
            if is_over.is_set():
                raise TimeoutError(f"no whole answer within {TIMEOUT_S:g} s")
            return content
        finally:
            end.cancel()


def _cut(connection: HTTPConnection, is_over: Event) -> None:
    is_over.set()
    with suppress(OSError):
        connection.sock.shutdown(SHUT_RDWR)


def _release_of(content: bytes) -> Release:
    if len(content) > MAX_BYTES:
        raise ValueError(f"sends more than {MAX_BYTES:,} bytes")
    try:
        said = msgspec.json.decode(content, type=_Said)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"sends no JSON that names a version ({error})") from None
    _numbers(said.version)
    page = urlsplit(said.page)
    if said.page and (page.scheme != "https" or not page.hostname):
        raise ValueError("names a page that is not an https:// address")
    summary = " ".join("".join(each if each.isprintable() else " " for each in said.summary).split())
    return Release(said.version, said.page, summary[:_MAX_SUMMARY])


def _numbers(version: str) -> tuple[int, ...]:
    if (found := _VERSION.fullmatch(version)) is None:
        raise ValueError("names a version that is not three numbers, such as 0.3.0")
    return tuple(map(int, found.groups()))
