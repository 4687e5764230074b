"""The front door, entered as the user enters it: by the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

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
        timeout=180,
        check=False,
    )


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="only X11 and Wayland can be missing")
def test_that_without_a_display_the_desk_says_so_and_leaves_pictures_of_a_day_with_its_trades(tmp_path: Path) -> None:
    result = microscalp(tmp_path)
    assert result.returncode == 0, result.stderr
    assert "No display" in result.stdout
    assert "XAUUSD: seed 7, demo market" in result.stdout
    tour = tmp_path / "tour"
    summary = json.loads((tour / "summary.json").read_text())
    assert set(summary["candles"]) == {"XAUUSD", "BTCUSD"}
    assert summary["frames_painted"] > 0
    for name in ("XAUUSD", "approval-dark", "approval-light", "settings-risk_mitigation-light", "introduction-dark"):
        assert (tour / f"{name}.png").stat().st_size > 10_000, name
    empty, filled = (tour / f"panel-trading-{page}-dark.png" for page in (1, 3))
    assert filled.stat().st_size > empty.stat().st_size


def test_that_a_broken_recording_is_reported_in_one_line_and_opens_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "XAUUSD.csv"
    broken.write_bytes(b"\x00\x01garbage")
    result = microscalp(tmp_path, "--data", str(broken), "--tour")
    assert result.returncode == 2
    assert [line for line in result.stderr.splitlines() if "XAUUSD.csv" in line]
    assert "Traceback" not in result.stderr


def test_that_a_tour_that_cannot_be_written_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "tour").touch()
    result = microscalp(tmp_path, "--tour")
    assert result.returncode == 2
    assert "tour: it is a file, and a folder is needed" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a process there cannot be asked to end")
def test_that_the_window_names_a_data_folder_that_is_a_file_and_ends_with_2_when_it_is_closed(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    below = {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(
        [sys.executable, "-m", "gui.app", "--data-dir", "data"],
        cwd=tmp_path,
        env=os.environ | below | {"XDG_CONFIG_HOME": str(tmp_path / "config")},
        stderr=subprocess.PIPE,
        text=True,
    ) as desk:
        assert desk.stderr is not None
        said = next(line for line in desk.stderr if line.startswith("microscalp:"))
        desk.terminate()
        assert desk.wait(timeout=30) == 2
    assert "plans and journal cannot be kept in data: it is a file, and a folder is needed" in said


def test_that_an_impossible_start_is_reported_before_a_window_opens(tmp_path: Path) -> None:
    result = microscalp(tmp_path, "--start", "not a time")
    assert result.returncode == 2
    assert "is not a date and time" in result.stderr


def test_that_ctrl_c_during_imports_ends_a_command_with_130_and_one_line() -> None:
    code = """
import signal, sys
class Pressed:
    def find_spec(self, name, *_):
        if name == "engine.commands":
            signal.raise_signal(signal.SIGINT)
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background lets its processes ignore it
sys.meta_path.insert(0, Pressed())
sys.argv = ["microscalp", "lab", "null"]
from gui.app import main
sys.exit(main())
"""
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, result.stderr) == (130, "microscalp: stopped\n")
