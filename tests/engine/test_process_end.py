"""A process that is asked to end closes its desk in order, without questions."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.process_end import CONSOLE_CLOSED, LOGGED_OFF, SHUT_DOWN, SIGNALS, ProcessEnd

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
ENDED_WITHIN_S = 30.0
"""On a machine that is busy with other tests; alone it takes a fraction of the 5 s that Windows grants."""

CTRL_C = 0
DESK = """
import signal, sys
for name in ("SIGINT", "SIGHUP"):  # a shell's background lets its processes ignore them
    if hasattr(signal, name):
        signal.signal(getattr(signal, name), signal.SIG_IGN if name in sys.argv else signal.SIG_DFL)
from gui.app import main
sys.exit(main(["--data-dir", "data"]))
"""
ASKED_EARLY = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
class Early:
    def find_spec(self, name, *_):
        if name == "gui.features.opening.first_opening":
            signal.raise_signal(getattr(signal, sys.argv[1]))
sys.meta_path.insert(0, Early())
from gui.app import main
sys.exit(main(["--data-dir", "data", *sys.argv[2:]]))
"""
SENT = ["SIGBREAK"] if sys.platform == "win32" else ["SIGINT", "SIGHUP"]
"""SIGTERM is sent to the desk that outlives its terminal."""


@contextmanager
def started(folder: Path, *, ignored: str = "") -> Iterator[subprocess.Popen[str]]:
    """A desk on the demo market, once it trades; `ignored` is a signal that whoever starts it ignores."""
    below = {"PYTHONPATH": str(ROOT), "HOME": str(folder), "QT_QPA_PLATFORM": "offscreen"}
    below |= {"XDG_CONFIG_HOME": str(folder / "config"), "LOCALAPPDATA": str(folder), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", DESK, ignored],
        cwd=folder,
        env=os.environ | below,
        stdout=subprocess.PIPE,
        text=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    ) as desk:
        try:
            assert desk.stdout is not None
            assert [line for line in (desk.stdout.readline(), desk.stdout.readline()) if line.startswith("XAUUSD")]
            yield desk
        finally:
            desk.kill()


def send(desk: subprocess.Popen[str], name: str) -> None:
    try:
        desk.send_signal(getattr(signal, "CTRL_BREAK_EVENT" if name == "SIGBREAK" else name))
    except OSError as error:
        pytest.skip(f"nothing can be sent from here, there is no console: {error}")


def assert_that_the_system_ended_it(folder: Path) -> None:
    store = sqlite3.connect(folder / "data" / "desk.sqlite3")
    try:
        ((kind, payload),) = store.execute("SELECT kind, payload FROM journal ORDER BY rowid DESC LIMIT 1").fetchall()
    finally:
        store.close()
    assert kind == "desk_closed"
    assert json.loads(payload)["cause"] == "system"


@pytest.mark.parametrize("name", SENT)
def test_that_a_desk_that_is_reported_to_end_says_so_in_its_journal(tmp_path: Path, name: str) -> None:
    with started(tmp_path) as desk:
        send(desk, name)
        assert desk.wait(ENDED_WITHIN_S) == 0
    assert_that_the_system_ended_it(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process at once that sends these to itself")
@pytest.mark.parametrize(("name", "data"), [("SIGINT", ""), ("SIGTERM", "missing.csv")])
def test_that_a_request_to_end_before_anything_is_opened_ends_without_a_traceback(
    tmp_path: Path, name: str, data: str
) -> None:
    below = {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    ended = subprocess.run(
        [sys.executable, "-c", ASKED_EARLY, name, *(["--data", data] if data else [])],
        cwd=tmp_path,
        env=os.environ | below | {"XDG_CONFIG_HOME": str(tmp_path / "config")},
        capture_output=True,
        text=True,
        timeout=ENDED_WITHIN_S,
        check=False,
    )
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal that a shell lets a process ignore")
def test_that_a_desk_started_to_outlive_its_terminal_does(tmp_path: Path) -> None:
    with started(tmp_path, ignored="SIGHUP") as desk:
        send(desk, "SIGHUP")
        with pytest.raises(subprocess.TimeoutExpired):
            desk.wait(0.5)
        send(desk, "SIGTERM")
        assert desk.wait(ENDED_WITHIN_S) == 0
    assert_that_the_system_ended_it(tmp_path)


@pytest.mark.usefixtures("qapp", "restored_signals")
@pytest.mark.parametrize("event", [CONSOLE_CLOSED, LOGGED_OFF, SHUT_DOWN])
async def test_that_a_console_that_closes_is_kept_waiting_until_the_desk_has_ended(event: int) -> None:
    ending, is_asked, threads = ProcessEnd(), asyncio.Event(), []

    def end() -> None:
        threads.append(threading.current_thread())
        is_asked.set()

    ending.watch(end)
    console = asyncio.create_task(asyncio.to_thread(ending.on_console_event, event))
    await is_asked.wait()
    await asyncio.sleep(0.05)
    assert not console.done()
    ending.finish()
    assert await console is True
    assert threads == [threading.main_thread()]


@pytest.mark.usefixtures("qapp", "restored_signals")
async def test_that_other_events_of_a_console_are_left_to_others() -> None:
    ending = ProcessEnd()
    ending.watch(lambda: None)
    assert ending.on_console_event(CTRL_C) is False
    ending.finish()


@pytest.fixture
def restored_signals() -> object:
    numbers = [getattr(signal, name) for name in SIGNALS if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("qapp", "restored_signals")
@pytest.mark.parametrize("name", [name for name in SIGNALS if hasattr(signal, name)])
async def test_that_a_request_to_end_while_the_desk_opens_ends_it_once_it_is_open(name: str) -> None:
    signal.signal(getattr(signal, name), signal.SIG_DFL)
    ending, called = ProcessEnd(), []
    ending.watch(lambda: called.append("window"))
    signal.raise_signal(getattr(signal, name))
    ending.watch(lambda: called.append("desk"))
    ending.finish()
    assert called == ["window", "desk"]
