"""Requests that carry the user's secrets: they go to the address that the user gave, and nowhere else."""

from __future__ import annotations

from http.client import HTTPResponse
from typing import Any, Final
from urllib.request import HTTPRedirectHandler, Request, build_opener


class _NoRedirects(HTTPRedirectHandler):
    """A redirect would take passwords and tokens along, to any host."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follows none."""


_opener: Final = build_opener(_NoRedirects)


def opened(request: Request | str, timeout_s: float) -> HTTPResponse:
    """The answer, to be closed; a redirect is an `HTTPError`, an `OSError` like all that goes wrong."""
    answer: Any = _opener.open(request, timeout=timeout_s)
    assert isinstance(answer, HTTPResponse)
    return answer
