"""Asks an address which version of the program is the newest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http.client import HTTPException
from typing import Final
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import msgspec

from engine.errors import DeskError

TIMEOUT_S: Final = 10.0
MAX_BYTES: Final = 64_000
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
    request = Request(address, headers={"User-Agent": "microscalp", "Accept": "application/json"})
    try:
        with build_opener(_NoRedirect).open(request, timeout=TIMEOUT_S) as answer:
            content = answer.read(MAX_BYTES + 1)
    except (OSError, ValueError, HTTPException) as error:
        reason = (error.reason if isinstance(error, URLError) else error) or type(error).__name__
        raise NoAnswer(f"The newest version is not known: {address} does not answer ({reason}).") from error
    try:
        return _release_of(content)
    except ValueError as error:
        raise NoAnswer(f"The newest version is not known: {address} {error}.") from error


class _NoRedirect(HTTPRedirectHandler):
    """The user has chosen one address; another one is not asked in its place."""

    def redirect_request(self, *_: object) -> None:
        return None


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
