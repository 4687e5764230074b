"""What this computer has of MetaTrader is found out before the terminal is touched."""

from __future__ import annotations

import sys

import pytest

from config.metatrader import MetaTraderSettings
from engine.adapters.mt5.conditions import LinkState
from engine.adapters.mt5.link.installation import is_terminal, probe_of, why_unavailable
from tests.adapters.mt5.linked import (
    linked,
)

ELSEWHERE = pytest.mark.skipif(sys.platform == "win32", reason="Windows can have the package")


def test_that_metatraders_package_is_for_windows_and_a_bridge_for_every_system() -> None:
    missing = why_unavailable("MetaTrader5", "linux")
    assert missing is not None
    assert missing.state is LinkState.PACKAGE_MISSING
    assert "Windows only" in missing.sentence
    assert "bridge" in missing.way_out
    assert why_unavailable("my.bridge", "darwin") is None


@ELSEWHERE
def test_that_windows_without_the_package_says_how_to_install_it() -> None:
    missing = why_unavailable("MetaTrader5", "win32")
    assert missing is not None
    assert "pip install MetaTrader5" in missing.way_out


@ELSEWHERE
async def test_that_choosing_metatrader_elsewhere_gives_the_reason_and_starts_no_worker() -> None:
    async with linked(MetaTraderSettings()) as desk:
        report = await desk.reach(LinkState.PACKAGE_MISSING)
    assert report.worker_pid is None


@pytest.mark.parametrize(
    ("program", "path", "is_it"),
    [
        (r"C:\Program Files\MT5\terminal64.exe", "", True),
        (r"C:\Program Files\MT5\terminal64.exe", r"c:\program files\mt5\Terminal64.exe", True),
        (r"C:\Program Files\MT5\terminal64.exe", r"D:\Other\terminal64.exe", False),
        (r"C:\Windows\explorer.exe", "", False),
        ("", "", False),
    ],
)
def test_that_a_running_terminal_is_known_by_its_path(program: str, path: str, is_it: bool) -> None:
    assert is_terminal(program, path) is is_it


def test_that_the_terminal_behind_a_bridge_is_not_looked_for_on_this_machine() -> None:
    assert probe_of("my.bridge")("192.168.1.5:18812") is None
