"""What the desk does with MetaTrader's own package where no terminal is installed."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from config.metatrader import MetaTraderSettings
from engine.adapters.mt5.conditions import LinkState
from engine.adapters.mt5.terminal_process import is_terminal_running
from engine.cli import main
from tests.adapters.mt5.linked import PATIENCE_S, linked
from tests.adapters.mt5.strict_fake.package_record import terminal_folder

pytestmark = [
    pytest.mark.skipif(sys.platform != "win32", reason="MetaTrader's package exists on Windows only"),
    pytest.mark.skipif(find_spec("MetaTrader5") is None, reason="MetaTrader's package is not installed"),
    pytest.mark.skipif(
        terminal_folder() is not None or is_terminal_running("") is True, reason="a terminal is installed here"
    ),
]

ROOT = Path(__file__).resolve().parents[3]
DESK = """
import asyncio
from config.metatrader import MetaTraderSettings
from engine.adapters.mt5.conditions import LinkState
from tests.adapters.mt5.linked import linked

async def main():
    async with linked(MetaTraderSettings(), is_terminal_running=None) as desk:
        print((await desk.reach(LinkState.TERMINAL_CLOSED)).worker_pid, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def is_gone(pid: int) -> bool:
    """Whether the process ends before patience does."""
    for _ in range(round(PATIENCE_S / 0.05)):
        if not psutil.pid_exists(pid):
            return True
        await asyncio.sleep(0.05)
    return False


async def test_that_a_worker_stands_by_until_the_terminal_is_opened_and_ends_with_its_link() -> None:
    async with linked(MetaTraderSettings(), is_terminal_running=None) as desk:
        worker = (await desk.reach(LinkState.TERMINAL_CLOSED)).worker_pid
        assert worker is not None
        assert psutil.pid_exists(worker)
    assert await is_gone(worker)


async def test_that_a_user_who_lets_the_desk_open_the_terminal_is_told_that_there_is_none() -> None:
    async with linked(MetaTraderSettings(), is_terminal_running=None) as desk:
        await desk.reach(LinkState.TERMINAL_CLOSED)
        desk.link.retry(may_start_terminal=True)
        report = await desk.reach(LinkState.TERMINAL_NOT_FOUND)
    assert report.condition.way_out


async def test_that_the_worker_ends_with_a_desk_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", DESK], cwd=ROOT, stdout=subprocess.PIPE, text=True) as desk:
        assert desk.stdout is not None
        worker = int(await asyncio.to_thread(desk.stdout.readline))
        desk.kill()
    assert await is_gone(worker)


def test_that_doctor_and_recorder_say_that_the_terminal_is_closed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    config, output = tmp_path / "config.json", tmp_path / "answers.json"
    config.write_text(json.dumps({"metatrader": {}}), encoding="utf-8")
    assert main(("mt5", "doctor", "--config", str(config))) == 1
    assert main(("mt5", "record", "--config", str(config), "--output", str(output))) == 2
    told = capfd.readouterr()
    assert told.out.startswith("LOOK  Connection: The terminal is closed.")
    assert told.err.startswith("microscalp: The terminal is closed.")
    assert not output.exists()
