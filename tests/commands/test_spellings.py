"""Every command and option that a version had is still understood, so that no script of a user breaks.

Each line is refused for what it names, a file or a value that is not there, and never for a word in it. A command or
option that is renamed keeps its line here, under its old name.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest

from engine.cli import main
from gui.platform.options import parser

READING: Final = "--symbol XAUUSD --clock UTC --spread 0.2 --config none.json"
PLACE: Final = "--config none.json --data-dir none"
COMMANDS: Final = (
    f"readings none.csv --limit 3 {READING}",
    f"explain none.csv --at 2026-03-02T14:05 {READING}",
    f"scan none.csv {READING}",
    f"setups none.csv --seed 7 --until 2026-03-02T14:05 {READING}",
    f"replay none.csv none.zip --auto --seed 1 --paths 2 --fills paths --json --symbol BTCUSD {READING}",
    f"replay none.csv --fills worst {READING}",
    "lab null --symbol XAUUSD --days 1 --seed 1 --paths 1 --every-candle --workers 1 --json --config none.json",
    f"plan add --id a --symbol XAUUSD --side buy --entry 2000 --stop 1999 --target 2002 --volume 0.1 --notes b {PLACE}",
    f"plan add --side SELL --expires-minutes 5 --json none.json {PLACE}",
    "plan list --limit 3 --json --data-dir none",
    "explain --at 2026-03-02T14:05 --symbol XAUUSD --data-dir none",
    "status --json --data-dir none",
    "plan show a --data-dir none",
    "plan cancel a --data-dir none",
    "report --since 2026-03-02 --until 2026-03-03T08:00 --output none.html --config none.json --data-dir none",
    "report --day 2026-03-02 --data-dir none",
    "config check none.json",
    "config show --config none.json",
    "mt5 doctor --wait 1 --config none.json",
    "mt5 record --wait 1 --output none.json --config none.json",
)
WINDOW: Final = (
    "--data none.csv none.zip --data more.csv --symbol XAUUSD --symbol BTCUSD --clock UTC --spread 0.2",
    "--start 2026-03-02T14:00 --speed max --seed 7 --data-dir none",
    "--speed 20 --tour",
)


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with no more than a file in the place of the desk's folder; commands keep the priority of the tests."""
    (tmp_path / "none").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delattr(os, "nice", raising=False)
    return tmp_path


@pytest.mark.parametrize("line", COMMANDS)
def test_that_each_command_with_each_of_its_options_is_understood(
    line: str, nowhere: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(line.split()) == 2  # what argparse does not understand raises SystemExit
    assert capfd.readouterr().err.startswith("microscalp: ")
    assert [path.name for path in nowhere.iterdir()] == ["none"]


@pytest.mark.usefixtures("nowhere")
def test_that_the_path_of_the_configuration_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "path"]) == 0
    assert capfd.readouterr().out.strip().endswith(".json")


@pytest.mark.parametrize("line", WINDOW)
def test_that_each_option_of_the_window_is_understood(line: str) -> None:
    parser().parse_args(line.split())
