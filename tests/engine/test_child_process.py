"""Children are started by the same program, however it came onto the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.child_process import child_command, child_environment
from engine.workers import run_worker
from gui.app import main

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
SEARCH = ("setups", "--symbol", "XAUUSD", "--seed", "7", "--until", "2026-04-13T22:10")
NOTHING_LEFT = '{"type":"progress","share":1.0}'


def said_by_child(folder: Path) -> list[str]:
    done = subprocess.run(
        child_command(*SEARCH), cwd=folder, env=child_environment(), capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def test_that_a_checkout_starts_its_children_from_wherever_it_was_started(tmp_path: Path) -> None:
    assert child_command("setups", "gold.csv") == [
        sys.executable,
        "-P",
        "-m",
        "gui.app",
        "worker",
        "setups",
        "gold.csv",
    ]
    assert said_by_child(tmp_path)[-1] == NOTHING_LEFT


def test_that_an_installed_program_starts_the_one_that_is_installed_whatever_lies_in_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by the entry point, for which the folder with the packages is one of many on the path."""
    (tmp_path / "gui").mkdir()
    (tmp_path / "gui" / "app.py").write_text("raise SystemExit('not the program')")
    monkeypatch.setattr(sys, "path", [str(ROOT), *(entry for entry in sys.path if Path(entry).resolve() != ROOT)])
    assert said_by_child(tmp_path)[-1] == NOTHING_LEFT


def test_that_a_packaged_program_starts_itself_and_runs_the_worker(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/microscalp/microscalp")
    program, *arguments = child_command(*SEARCH)
    assert program == "/opt/microscalp/microscalp"
    assert child_environment() == dict(os.environ)
    assert main(arguments) == 0
    assert capfd.readouterr().out.splitlines()[-1] == NOTHING_LEFT


def test_that_only_workers_are_run_as_such() -> None:
    with pytest.raises(ValueError, match="no worker is called config"):
        run_worker("config", [])
