"""Passwords stay in the key store: read by the worker alone, and never in what anybody could read later."""

from __future__ import annotations

import logging
import os
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyStore

from engine.adapters.mt5.calls import TerminalCall
from engine.adapters.mt5.conditions import LinkState
from engine.adapters.mt5.credentials import forget_password, keep_password, password_of
from engine.adapters.mt5.worker.wire import LOG_IN, Ask, Began, FrameWriter, Hello, Settled, read_to_desk
from engine.child_process import child_command, child_environment
from engine.clock import running_s
from engine.key_store import KeyStoreFailed
from tests.adapters.mt5.linked import ACCOUNT, MODULE, StandIn, linked, swift_settings
from tests.key_store import FileKeyStore, key_store_in

SECRET = "Geheim-4711"


@pytest.fixture
def key_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FileKeyStore]:
    with key_store_in(tmp_path / "keys", monkeypatch) as store:
        yield store


@pytest.mark.usefixtures("key_store")
def test_that_a_password_is_kept_by_account_and_server_until_it_is_forgotten() -> None:
    assert password_of(123, "Broker-Demo") is None
    keep_password(123, "Broker-Demo", SECRET)
    assert password_of(123, "Broker-Demo") == SECRET
    assert password_of(123, "Broker-Real") is None
    forget_password(123, "Broker-Demo")
    forget_password(123, "Broker-Demo")
    assert password_of(123, "Broker-Demo") is None


def test_that_a_machine_without_a_key_store_says_so_without_the_password() -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyStore())  # type: ignore[no-untyped-call]  # keyring leaves it untyped
    try:
        with pytest.raises(KeyStoreFailed) as failure:
            keep_password(123, "Broker-Demo", SECRET)
        assert SECRET not in repr(failure.value)
        assert failure.value.__cause__ is None
        with pytest.raises(KeyStoreFailed, match="cannot be read"):
            password_of(123, "Broker-Demo")
    finally:
        keyring.set_keyring(before)


@pytest.mark.usefixtures("key_store")
async def test_that_the_desk_logs_in_where_the_terminal_is_on_another_account_than_the_settings(
    terminal: StandIn,
) -> None:
    keep_password(777, "Broker-Demo", SECRET)
    terminal.set(password=SECRET)
    async with linked(swift_settings(login=777, server="Broker-Demo")) as desk:
        report = await desk.reach(LinkState.READY)
    assert report.account is not None
    assert report.account.login == 777
    assert terminal.calls("login") == [[777, "Broker-Demo"]]


async def test_that_attaching_to_a_running_terminal_needs_no_password(terminal: StandIn) -> None:
    async with linked(swift_settings(login=123, server="Broker-Demo")) as desk:
        await desk.reach(LinkState.READY)
    assert terminal.calls("login") == []


@pytest.mark.usefixtures("key_store")
async def test_that_a_missing_password_is_reported(terminal: StandIn) -> None:
    async with linked(swift_settings(login=777, server="Broker-Demo")) as desk:
        report = await desk.reach(LinkState.NOT_LOGGED_IN)
    assert "no password of account 777 at Broker-Demo is kept" in report.condition.sentence
    assert terminal.calls("login") == []


@pytest.mark.usefixtures("key_store")
async def test_that_a_terminal_switched_by_the_user_is_not_switched_back(terminal: StandIn) -> None:
    keep_password(123, "Broker-Demo", SECRET)
    terminal.set(password=SECRET)
    async with linked(swift_settings(login=123, server="Broker-Demo")) as desk:
        await desk.reach(LinkState.READY)
        terminal.set(account=ACCOUNT | {"login": 124}, fails={"terminal_info": [-10001, "IPC send failed"]})
        await desk.reach(LinkState.TERMINAL_SILENT)
        terminal.set(fails={})
        await desk.reach(LinkState.ACCOUNT_SWITCHED)
        assert terminal.calls("login") == []


@pytest.mark.usefixtures("key_store")
async def test_that_no_password_reaches_log_report_or_memory_even_when_the_login_raises(
    terminal: StandIn, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    keep_password(777, "Broker-Demo", SECRET)
    terminal.set(password="", raises_password=True)
    with caplog.at_level(logging.DEBUG):
        async with linked(swift_settings(login=777, server="Broker-Demo")) as desk:
            report = await desk.reach(LinkState.NOT_LOGGED_IN)
    assert "the login raised RuntimeError" in report.condition.sentence
    reports = [*map(repr, desk.reports), repr(vars(desk.link)), caplog.text, *capfd.readouterr()]
    written = [file.read_text() for file in tmp_path.iterdir() if file.name != "keys"]
    assert not [text for text in reports + written if SECRET in text]


class Tap:
    """Reads a pipe and keeps all that came through it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.content = b""

    def read(self, size: int) -> bytes:
        read = self._stream.read(size)
        self.content += read
        return read


@pytest.mark.usefixtures("key_store")
def test_that_no_password_travels_through_the_pipes(terminal: StandIn) -> None:
    keep_password(777, "Broker-Demo", SECRET)
    terminal.set(password=SECRET)
    worker = subprocess.Popen(
        child_command("mt5", MODULE, "60", str(os.getpid())),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=child_environment(),
    )
    with worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        sent, reports = login_as_it_is_sent(), Tap(worker.stdout)
        worker.stdin.write(sent)
        worker.stdin.flush()
        messages = [read_to_desk(reports) for _ in range(3)]  # type: ignore[arg-type]  # of a stream it reads only
    assert [type(message) for message in messages] == [Hello, Began, Settled]
    assert terminal.calls("login") == [[777, "Broker-Demo"]]
    assert SECRET.encode() not in sent + reports.content


def login_as_it_is_sent() -> bytes:
    call = TerminalCall(function=LOG_IN, arguments=(777, "Broker-Demo", 1000))
    ask = Ask(number=1, call=call, begin_by=running_s() + 60)
    FrameWriter(stream := BytesIO()).write(ask)
    return stream.getvalue()
