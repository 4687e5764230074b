"""A search gives its settings to a separate process, and to no file."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from config.settings import Settings
from engine.child_process import child_command, child_environment
from engine.commands.terminal import EXIT_REFUSED
from gui.features.replay.setup_search import SetupSearch
from tests.gui.desks_story import gold_rows


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_that_a_cancelled_search_ends_and_has_left_no_file(qapp: QApplication, temporary: Path) -> None:
    search = SetupSearch(qapp)
    search.start([["nothing.csv"]], Settings())
    assert list(temporary.iterdir()) == []
    search.close()
    assert not search.is_running
    assert list(temporary.iterdir()) == []


def test_that_each_market_is_searched(qtbot: QtBot, temporary: Path, tmp_path: Path) -> None:
    gold, search = str(gold_rows(tmp_path / "XAUUSD.csv", 150)), SetupSearch()
    results: list[str] = []
    shares: list[float] = []
    search.finished.connect(results.append)
    search.progressed.connect(shares.append)
    search.start([[gold], [gold]], Settings())
    qtbot.waitUntil(lambda: bool(results), timeout=60_000)
    assert results == [""]
    assert shares[-1] == 1.0
    assert 0.5 in shares
    assert list(temporary.iterdir()) == []


def test_that_a_search_goes_by_the_settings_that_it_is_given(tmp_path: Path) -> None:
    command = child_command("setups", str(gold_rows(tmp_path / "XAUUSD.csv", 150)), "--config", "-")
    said = subprocess.run(command, env=child_environment(), input=b'{"enabled": 5}', capture_output=True, check=False)
    assert said.returncode == EXIT_REFUSED
    assert b"standard input: enabled is 5" in said.stderr
