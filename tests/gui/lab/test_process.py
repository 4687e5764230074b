"""The lab is a process of its own beside the desk: opened by its menu, ended with it, and never a danger to it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import psutil
import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from config.settings import Settings
from engine.child_process import child_command, child_environment
from gui.beside import WindowsBeside
from gui.features.layout.file import Look
from gui.features.opening.window_messages import LabRequest
from tests.gui.desks_story import Story, messages_in
from tests.gui.desks_story import play as play_story

GRACE_S = 0.2
Tell = Callable[[Story, WindowsBeside], Awaitable[None]]


@pytest.fixture
def play(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Tell], None]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def run(tell: Tell) -> None:
        async def whole(story: Story) -> None:
            beside = WindowsBeside(None, story.folder / "data", grace_s=GRACE_S)
            beside.serve(story.running)
            try:
                await tell(story, beside)
            finally:
                await beside.close()
                assert beside.lab is None

        play_story(qapp, tmp_path, whole)

    return run


@pytest.fixture
def as_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Lets another program run in the place of the lab: in a packaged desk Python itself would be asked for it."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.chdir(tmp_path)

    def write(program: str) -> None:
        is_other = "import sys\nif sys.argv[1] not in ('lab', 'replay'): sys.exit()\n"  # the desk looks for setups
        (tmp_path / "worker").write_text(is_other + program)

    return write


def open_lab(story: Story) -> None:
    action = story.window.findChild(QAction, "tools.lab")
    assert isinstance(action, QAction)
    assert action in story.window.tools_menu.actions()
    action.trigger()


def test_that_a_lab_that_crashes_is_reported_in_the_desk_which_goes_on(
    play: Callable[[Tell], None], as_lab: Callable[[str], None]
) -> None:
    as_lab("import os, signal; os.kill(os.getpid(), signal.SIGTERM)")

    async def tell(story: Story, beside: WindowsBeside) -> None:
        open_lab(story)
        await story.until(lambda: messages_in(story.window))
        (sentence,) = messages_in(story.window)
        assert sentence.startswith("the lab: ")
        assert sentence.endswith("The desk goes on.")
        assert beside.lab is None
        assert not story.running.engine.done()

    play(tell)


def test_that_there_is_one_lab_which_comes_to_the_front_when_it_is_asked_for_again(
    play: Callable[[Tell], None], as_lab: Callable[[str], None], tmp_path: Path
) -> None:
    lines = "''.join(sys.stdin.readline() for _ in range(3))"
    heard = f"print('{{\"type\":\"opened\"}}', flush=True)\nopen('heard', 'w').write({lines})"
    as_lab(f"sys.stdin.readline()\n{heard}\nsys.stdin.read()")

    async def tell(story: Story, beside: WindowsBeside) -> None:
        open_lab(story)
        lab = beside.lab
        assert lab is not None
        await story.until(lambda: lab.is_opened)
        open_lab(story)
        story.window.lab.wanted.emit("20260302-100000-00")
        assert beside.lab is lab
        heard = tmp_path / "heard"
        await story.until(lambda: heard.is_file() and heard.read_text())
        assert heard.read_text() == "to front\nto front\nshow study 20260302-100000-00\n"

    play(tell)


def test_that_a_candle_that_the_lab_asks_for_is_played_beside_the_desk(
    play: Callable[[Tell], None], as_lab: Callable[[str], None], tmp_path: Path
) -> None:
    wanted = '{"type":"beside","files":[{"path":"XAUUSD.csv"}],"start":"2026-03-03T05:00:00Z"}'
    as_lab(
        f"request = sys.stdin.readline()\nif sys.argv[1] == 'lab': print('{wanted}', flush=True)\n"
        "else: open('request', 'w').write(request)\nsys.stdin.read()"
    )

    async def tell(story: Story, beside: WindowsBeside) -> None:
        open_lab(story)
        request = tmp_path / "request"
        await story.until(lambda: request.is_file() and request.read_text().endswith("\n"))
        assert '"start":"2026-03-03T05:00:00Z"' in request.read_text()
        assert [each.name for each in beside.replays] == ["XAUUSD.csv"]

    play(tell)


def test_that_the_lab_ends_in_order_when_its_desk_is_gone_and_leaves_nothing_behind(tmp_path: Path) -> None:
    request = LabRequest(
        settings=Settings().as_json(),
        settings_file=str(tmp_path / "config" / "microscalp" / "micro_scalp_config.json"),
        directory=str(tmp_path / "data"),
        size=(1280, 720),
        look=Look("light", "standard"),
    )
    below = {"XDG_CONFIG_HOME": str(tmp_path / "config"), "LOCALAPPDATA": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(
        child_command("lab"), env=child_environment() | below, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as lab:
        assert lab.stdin is not None
        assert lab.stdout is not None
        lab.stdin.write(msgspec.json.encode(request) + b"\n")
        lab.stdin.flush()
        assert lab.stdout.readline().strip() == b'{"type":"opened"}'
        assert lab.pid != os.getpid()
        lab.stdin.close()
        assert lab.wait(30) == 0
    assert not (tmp_path / "data").exists()


def test_that_a_study_ends_with_the_processes_that_it_started_when_the_lab_is_gone() -> None:
    with subprocess.Popen(
        child_command("study", "null", "--days=1000", "--workers=2", "--json"),
        env=child_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    ) as study:
        process = psutil.Process(study.pid)
        ends_s = time.monotonic() + 30.0
        while not (started := process.children(recursive=True)) and time.monotonic() < ends_s:
            time.sleep(0.02)
        assert started
        assert study.stdin is not None
        study.stdin.close()
        assert study.wait(10) != 0
        psutil.wait_procs(started, timeout=10)
        assert not any(each.is_running() for each in started)
