"""The front door, entered as a person enters it: by the command line."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def microscalp(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs the desk in `folder`, on a machine without a display, with its files below that folder."""
    outside = {name: value for name, value in os.environ.items() if name not in _DISPLAYS}
    below = {"PYTHONPATH": str(ROOT), "HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config")}
    return subprocess.run(
        [sys.executable, "-m", "gui.app", *arguments],
        cwd=folder,
        env=outside | below | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """Two hundred minutes of gold as HistData writes them."""
    rows = []
    for minute in range(200):
        before, after = (2000 + 3 * math.sin(at / 7) for at in (minute, minute + 1))
        high, low = max(before, after) + 0.3, min(before, after) - 0.3
        clock = f"2026.03.03,{4 + minute // 60:02}:{minute % 60:02}"
        rows.append(f"{clock},{before:.2f},{high:.2f},{low:.2f},{after:.2f},0")
    path = tmp_path / "XAUUSD.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="only X11 and Wayland can be missing")
def test_that_without_a_display_the_desk_says_so_and_leaves_pictures(tmp_path: Path, gold: Path) -> None:
    told = microscalp(tmp_path, "--data", str(gold))
    assert told.returncode == 0, told.stderr
    assert "No display" in told.stdout
    assert "XAUUSD: HistData" in told.stdout
    assert (tmp_path / "tour" / "XAUUSD.png").stat().st_size > 10_000
    summary = json.loads((tmp_path / "tour" / "summary.json").read_text())
    assert summary["candles"] == {"XAUUSD": 200}
    assert summary["frames_painted"] > 0


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="only X11 and Wayland can be missing")
def test_that_the_tour_of_the_demo_market_shows_a_setup_that_waits_and_the_trades_of_its_day(tmp_path: Path) -> None:
    told = microscalp(tmp_path, "--tour")
    assert told.returncode == 0, told.stderr
    tour = tmp_path / "tour"
    empty, filled = (tour / f"panel-trading-{page}-dark.png" for page in (1, 3))
    assert filled.stat().st_size > empty.stat().st_size
    for name in ("approval-dark", "approval-light", "settings-risk_mitigation-light", "introduction-dark"):
        assert (tour / f"{name}.png").stat().st_size > 10_000, name


def test_that_a_broken_recording_is_told_in_one_line_and_opens_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "XAUUSD.csv"
    broken.write_bytes(b"\x00\x01garbage")
    told = microscalp(tmp_path, "--data", str(broken), "--tour")
    assert told.returncode == 2
    assert [line for line in told.stderr.splitlines() if "XAUUSD.csv" in line]
    assert "Traceback" not in told.stderr


def test_that_an_impossible_start_is_told_before_a_window_opens(tmp_path: Path) -> None:
    told = microscalp(tmp_path, "--start", "not a time")
    assert told.returncode == 2
    assert "is not a date and time" in told.stderr
