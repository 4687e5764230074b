"""One desk per data directory."""

from __future__ import annotations

import math
import os
import signal
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


@pytest.mark.skipif(sys.platform == "win32", reason="no signal asks a program to end there")
def test_that_the_window_of_a_second_desk_says_why_it_does_not_open_and_waits(tmp_path: Path) -> None:
    first = build_engine(open_markets(MarketChoice()), Settings(), speed=math.inf, directory=tmp_path)
    command = [sys.executable, "-m", "gui.app", "--data-dir", str(tmp_path)]
    with subprocess.Popen(
        command, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"}, stderr=subprocess.PIPE, text=True
    ) as second:
        assert second.stderr is not None
        message = second.stderr.readline()
        is_open = second.poll() is None
        second.send_signal(signal.SIGTERM)
        more = second.stderr.read()
    first.archive.close()
    assert (message, more) == (f"microscalp: another desk (process {os.getpid()}) owns {tmp_path}\n", "")
    assert is_open
    assert second.returncode == 2
