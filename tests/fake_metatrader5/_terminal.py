"""Natives of the connection, the terminal and the account."""

from __future__ import annotations

import time
from typing import Any

from tests.fake_metatrader5._arguments import keyword, refuse_argument, refuse_unnamed, unnamed
from tests.fake_metatrader5._native import Keywords, Takes, native
from tests.fake_metatrader5._results import AccountInfo, TerminalInfo
from tests.fake_metatrader5._session import SESSION, Failure

_MAX_SECRET_LENGTH = 253
_USUAL_TIMEOUT_MS = 60_000
_LOOK_S = 0.1
_TIMED_OUT = -10005


@native(Takes.POSITIONS_OR_KEYWORDS, failure=False)
def initialize(arguments: tuple[Any, ...], keywords: Keywords) -> Any:
    """initialize([path], login=, password=, server=, timeout=, portable=) -> bool"""
    path = keyword(keywords, "path", str)
    if arguments:
        (path,) = unnamed(arguments, 1)
        if not isinstance(path, str):
            raise refuse_unnamed(1)
    credentials = _credentials(keywords)
    timeout_ms = keyword(keywords, "timeout", int)
    SESSION.open(path or "")
    try:
        _attach(credentials, timeout_ms or _USUAL_TIMEOUT_MS)
    except Failure:
        SESSION.close()
        raise
    return True


@native(Takes.POSITIONS_OR_KEYWORDS, failure=False)
def login(arguments: tuple[Any, ...], keywords: Keywords) -> Any:
    """login(login, password=, server=, timeout=) -> bool"""
    for place, (value, kind) in enumerate(zip(unnamed(arguments, 3), (int, str, str), strict=False), 1):
        if not isinstance(value, kind):
            raise refuse_unnamed(place)
    named = dict(zip(("login", "password", "server"), arguments, strict=False)) | (keywords or {})
    if "login" not in named:
        raise refuse_argument("login")
    keyword(named, "timeout", int)
    SESSION.ask("login", *_credentials(named))
    return True


@native(Takes.NOTHING)
def shutdown(_: tuple[Any, ...], __: Keywords) -> Any:
    """shutdown() -> bool"""
    SESSION.close()
    return True


@native(Takes.NOTHING)
def version(_: tuple[Any, ...], __: Keywords) -> Any:
    """version() -> (version, build, date)"""
    try:
        return tuple(SESSION.ask("version"))
    except Failure as refused:
        SESSION.error = (refused.code, refused.text)
        return 0, 0, ""


@native(Takes.NOTHING, resets=False)
def last_error(_: tuple[Any, ...], __: Keywords) -> Any:
    """last_error() -> (code, text)"""
    return SESSION.error


@native(Takes.NOTHING)
def terminal_info(_: tuple[Any, ...], __: Keywords) -> Any:
    """terminal_info() -> TerminalInfo"""
    return TerminalInfo(SESSION.ask("terminal_info"))


@native(Takes.NOTHING)
def account_info(_: tuple[Any, ...], __: Keywords) -> Any:
    """account_info() -> AccountInfo"""
    return AccountInfo(SESSION.ask("account_info"))


def _credentials(keywords: Keywords) -> tuple[int, str, str]:
    number = keyword(keywords, "login", int)
    secret = keyword(keywords, "password", str, _MAX_SECRET_LENGTH)
    return number or 0, secret or "", keyword(keywords, "server", str, _MAX_SECRET_LENGTH) or ""


def _attach(credentials: tuple[int, str, str], timeout_ms: int) -> None:
    until = time.monotonic() + timeout_ms / 1000
    SESSION.ask("initialize", *credentials)
    while not SESSION.ask("is_ready"):
        if time.monotonic() > until:
            raise Failure(_TIMED_OUT)
        time.sleep(_LOOK_S)
