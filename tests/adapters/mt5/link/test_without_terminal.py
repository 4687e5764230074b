"""The desk without an installed terminal: with the stand-in everywhere, with the real package on Windows."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from config.metatrader import PACKAGE
from config.settings import Settings
from engine.adapters.mt5.calls import Answered, Failed, Lost, NotSent
from engine.adapters.mt5.checkup.visit import checkup
from engine.adapters.mt5.conditions import LinkState
from engine.adapters.mt5.link.watched_worker import WatchedWorker
from engine.adapters.mt5.worker.wire import Hello
from engine.cli import main
from tests.adapters.mt5.linked import PATIENCE_S, linked
from tests.adapters.mt5.on_fake import MODULE, fake_settings
from tests.adapters.mt5.strict_fake.package_record import RECORD, terminal_folder

INSTALL = "Install MetaTrader 5 "


ROOT = Path(__file__).resolve().parents[4]
DESK = """
import asyncio
from engine.adapters.mt5.conditions import LinkState
from tests.adapters.mt5.linked import PATIENCE_S, linked
from tests.adapters.mt5.on_fake import fake_settings

async def main():
    async with linked(fake_settings(module="{module}"), is_terminal_running=None, is_terminal_installed=None) as desk:
        print((await desk.reach(LinkState.TERMINAL_NOT_FOUND)).worker_pid, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def is_gone(pid: int) -> bool:
    """Whether the process ends before patience does; the system may keep its name for a while after that."""
    for _ in range(round(PATIENCE_S / 0.05)):
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        await asyncio.sleep(0.05)
    return False


@pytest.fixture(params=[MODULE, PACKAGE])
def module(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    name: str = request.param
    if name == PACKAGE and sys.platform != "win32":
        pytest.skip("MetaTrader's package exists on Windows only")
    if name == PACKAGE and (folder := terminal_folder()) is not None:
        pytest.skip(f"a terminal is installed here: {folder}")
    if name == PACKAGE:
        pytest.importorskip(PACKAGE, reason="MetaTrader's package is not installed")
    monkeypatch.delenv("FAKE_METATRADER5", raising=False)
    return name


@pytest.fixture
def config(module: str, tmp_path: Path) -> Path:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"metatrader": {"module": module}}), encoding="utf-8")
    return path


@pytest.fixture
async def worker(module: str) -> AsyncIterator[WatchedWorker]:
    started = WatchedWorker(fake_settings(module=module), lambda _: None, lambda: None)
    await started.start()
    yield started
    await started.close()


@pytest.mark.parametrize("may_start", [False, True])
async def test_that_a_desk_says_what_to_install(module: str, may_start: bool) -> None:
    settings = fake_settings(module=module, may_start_terminal=may_start)
    async with linked(settings, is_terminal_running=None, is_terminal_installed=None) as desk:
        report = await desk.reach(LinkState.TERMINAL_NOT_FOUND)
        assert report.condition.way_out.startswith(INSTALL)
        desk.link.retry(may_start_terminal=True)
        await desk.reach(LinkState.TERMINAL_NOT_FOUND)
        reports = {each.state for each in desk.reports}
        assert reports <= {LinkState.OFF, LinkState.STARTING, LinkState.TERMINAL_NOT_FOUND}


async def test_that_a_path_that_cannot_be_started_is_named(module: str, tmp_path: Path) -> None:
    path = tmp_path / "terminal64.exe"
    path.write_bytes(b"no program")
    settings = fake_settings(module=module, terminal_path=str(path), may_start_terminal=True)
    async with linked(settings) as desk:
        report = await desk.reach(LinkState.TERMINAL_NOT_FOUND)
    assert f"Process create failed '{path}'" in report.condition.sentence
    assert report.condition.way_out.startswith(INSTALL)


async def test_that_the_worker_lives_and_shows_each_call_that_there_is_no_connection(worker: WatchedWorker) -> None:
    greeting = await worker.greeting
    assert isinstance(greeting, Hello)
    assert greeting.version == RECORD["version"]
    for function, arguments in (("account_info", ()), ("order_check", ({},)), ("symbol_select", ("XAUUSD", True))):
        answer = await worker.ask(function, *arguments)
        assert isinstance(answer, Lost)
        assert (answer.code, answer.reason) == (-10004, "No IPC connection")
    assert isinstance(await worker.ask("order_send", {}), NotSent)
    symbols = await worker.ask("symbols_get")
    assert isinstance(symbols, Failed)
    assert symbols.code == -5
    assert isinstance(await worker.ask("shutdown"), Answered)


async def test_that_the_worker_ends_with_its_link(module: str) -> None:
    settings = fake_settings(module=module)
    async with linked(settings, is_terminal_running=None, is_terminal_installed=None) as desk:
        worker = (await desk.reach(LinkState.TERMINAL_NOT_FOUND)).worker_pid
        assert worker is not None
        assert psutil.pid_exists(worker)
    assert await is_gone(worker)


async def test_that_the_worker_ends_with_a_desk_that_is_killed(module: str) -> None:
    words = DESK.format(module=module)
    with subprocess.Popen([sys.executable, "-c", words], cwd=ROOT, stdout=subprocess.PIPE, text=True) as desk:
        assert desk.stdout is not None
        worker = int(await asyncio.to_thread(desk.stdout.readline))
        desk.kill()
    assert await is_gone(worker)


async def test_that_the_doctor_says_what_to_install(module: str) -> None:
    settings = Settings(metatrader=fake_settings(module=module))
    (found,) = [finding async for finding in checkup(settings, 30.0)]
    assert (found.subject, found.is_well) == ("Connection", False)
    assert found.words.startswith("The terminal cannot be found: ")
    assert found.advice.startswith(INSTALL)


def test_that_the_doctor_is_unwell(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("mt5", "doctor", "--config", str(config))) == 1
    assert INSTALL in capsys.readouterr().out


def test_that_nothing_is_recorded(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "answers.json"
    assert main(("mt5", "record", "--config", str(config), "--output", str(output))) == 2
    assert INSTALL in capsys.readouterr().err
    assert not output.exists()
