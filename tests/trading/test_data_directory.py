"""One desk per data directory."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import Settings
from engine.bootstrap import MarketChoice, build_engine, open_markets
from engine.errors import DeskIsRunning


def test_that_a_second_desk_on_the_same_directory_is_refused_until_the_first_has_closed(tmp_path: Path) -> None:
    markets, settings = open_markets(MarketChoice()), Settings()
    first = build_engine(markets, settings, speed=math.inf, directory=tmp_path)
    with pytest.raises(DeskIsRunning, match=rf"process {os.getpid()}\) owns"):
        build_engine(markets, settings, speed=math.inf, directory=tmp_path)
    first.archive.close()
    build_engine(markets, settings, speed=math.inf, directory=tmp_path).archive.close()


def test_that_the_window_of_a_second_desk_ends_with_one_sentence(tmp_path: Path) -> None:
    first = build_engine(open_markets(MarketChoice()), Settings(), speed=math.inf, directory=tmp_path)
    command = [sys.executable, "-m", "gui.app", "--data-dir", str(tmp_path)]
    second = subprocess.run(
        command, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"}, capture_output=True, text=True, timeout=60
    )
    first.archive.close()
    assert second.returncode == 2
    assert second.stderr.splitlines() == [f"microscalp: another desk (process {os.getpid()}) owns {tmp_path}"]
