"""Replays are separate processes; the desk goes on whatever happens to them."""

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
from PySide6.QtWidgets import QApplication

from config.settings import Settings
from engine.child_process import child_command, child_environment
from gui.beside import WindowsBeside
from gui.features.layout.file import Look
from gui.features.opening.model import ChosenFile
from gui.features.opening.window_messages import ReplayRequest
from gui.window_process import WindowProcess
from tests.gui.desks_story import Story, gold_rows, messages_in
from tests.gui.desks_story import play as play_story

pytestmark = pytest.mark.long

GRACE_S = 0.2
SILENT = "import sys; sys.stdin.read()"
"""A replay that only ends when it is asked to."""


class Beside:
    """A desk with replays next to it."""

    def __init__(self, story: Story, replays: WindowsBeside) -> None:
        self.window, self.until, self.replays = story.window, story.until, replays
        self.story = story

    def open(self, *paths: Path) -> WindowProcess:
        self.story.running.opening.beside_wanted.emit([ChosenFile(path=str(path)) for path in paths])
        return self.replays.replays[-1]


Scenario = Callable[[Beside], Awaitable[None]]


@pytest.fixture
def play(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Scenario], None]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def run(scenario: Scenario, grace_s: float = GRACE_S) -> None:
        async def whole(story: Story) -> None:
            replays = WindowsBeside(None, story.folder / "data", grace_s=grace_s)
            replays.serve(story.running)
            try:
                await scenario(Beside(story, replays))
            finally:
                await replays.close()
                assert replays.replays == []

        play_story(qapp, tmp_path, whole)

    return run


@pytest.fixture
def as_replay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Lets another program run in the place of a replay: in a packaged desk Python itself would be asked for it."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.chdir(tmp_path)

    def write(program: str) -> None:
        is_other = "import sys\nif sys.argv[1] != 'replay': sys.exit()\n"  # the desk looks for setups as well
        (tmp_path / "worker").write_text(is_other + program)

    return write


def test_that_a_replay_plays_in_a_process_of_its_own_which_takes_nothing_along_when_it_is_killed(
    play: Callable[..., None],
) -> None:
    async def scenario(beside: Beside) -> None:
        opened: list[bool] = []
        replay = beside.open(gold_rows(beside.story.folder / "other XAUUSD.csv", 150))
        replay.opened.connect(lambda: opened.append(True))
        assert beside.window.statusBar().currentMessage() == "Opening other XAUUSD.csv in a new window …"
        await beside.until(lambda: opened)
        assert beside.window.statusBar().currentMessage() == ""
        number = replay.process.processId()
        assert number != os.getpid()
        psutil.Process(number).kill()
        await beside.until(lambda: messages_in(beside.window))
        (sentence,) = messages_in(beside.window)
        assert sentence.startswith("other XAUUSD.csv: its process was ended by ")
        assert sentence.endswith("The desk goes on.")
        assert beside.replays.replays == []
        assert not beside.story.running.engine.done()

    play(scenario)


def test_that_a_replay_is_sent_the_overlays_of_the_desks_charts(
    play: Callable[..., None], as_replay: Callable[[str], None], tmp_path: Path
) -> None:
    as_replay("import sys\nopen('request.json', 'w').write(sys.stdin.readline())\nsys.stdin.read()")
    sent = tmp_path / "request.json"

    async def scenario(beside: Beside) -> None:
        await beside.until(lambda: beside.window.deck.boards)
        symbol, board = next(iter(beside.window.deck.boards.items()))
        board.m1.set_overlay_visible("vwap", False)
        beside.open()
        await beside.until(lambda: sent.exists() and sent.read_text().endswith("\n"))
        request = msgspec.json.decode(sent.read_bytes(), type=ReplayRequest)
        assert "vwap" in request.looks[symbol].hidden

    play(scenario)


def test_that_a_replay_ends_in_order_when_its_desk_is_gone_and_leaves_the_users_files_alone(tmp_path: Path) -> None:
    request = ReplayRequest(
        files=[ChosenFile(path=str(gold_rows(tmp_path / "XAUUSD.csv", 150)))],
        settings=Settings().as_json(),
        settings_file=str(tmp_path / "config" / "microscalp" / "micro_scalp_config.json"),
        directory=str(tmp_path / "data"),
        size=(1280, 720),
        look=Look("light", "standard"),
    )
    below = {"XDG_CONFIG_HOME": str(tmp_path / "config"), "LOCALAPPDATA": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(
        child_command("replay"),
        env=child_environment() | below,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as replay:
        assert replay.stdin is not None
        assert replay.stdout is not None
        replay.stdin.write(msgspec.json.encode(request) + b"\n")
        replay.stdin.flush()
        assert replay.stdout.readline().strip() == b'{"type":"opened"}'
        replay.stdin.close()
        assert replay.wait(30) == 0
    assert not (tmp_path / "data").exists()
    assert [path for path in (tmp_path / "config").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("raise SystemExit('microscalp: the memory is full')", "microscalp: the memory is full"),
        ("raise SystemExit(3)", "its process ended with code 3"),
    ],
)
def test_that_a_replay_that_fails_is_reported_with_its_last_words(
    play: Callable[..., None], as_replay: Callable[[str], None], program: str, words: str
) -> None:
    as_replay(program)

    async def scenario(beside: Beside) -> None:
        beside.open()
        await beside.until(lambda: messages_in(beside.window))
        assert messages_in(beside.window) == [f"the demo market: {words}. The desk goes on."]
        assert beside.window.statusBar().currentMessage() == ""
        assert beside.replays.replays == []

    play(scenario)


def test_that_a_replay_that_cannot_be_started_is_reported(
    play: Callable[..., None], as_replay: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    as_replay(SILENT)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing"))

    async def scenario(beside: Beside) -> None:
        beside.story.running.opening.beside_wanted.emit([])
        await beside.until(lambda: messages_in(beside.window))
        assert "the demo market: it cannot be started: " in messages_in(beside.window)[0]

    play(scenario)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere files cannot be made scarce")
def test_that_a_replay_that_the_system_refuses_at_once_is_reported_and_forgotten(play: Callable[..., None]) -> None:
    import resource

    async def scenario(beside: Beside) -> None:
        scarce, maximum = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, maximum))
        try:
            beside.story.running.opening.beside_wanted.emit([])
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (scarce, maximum))
        assert "the demo market: it cannot be started: " in messages_in(beside.window)[0]
        assert beside.replays.replays == []

    play(scenario)


def test_that_what_comes_between_two_desks_waits_for_the_second(
    play: Callable[..., None], as_replay: Callable[[str], None]
) -> None:
    as_replay(f"{SILENT}\nraise SystemExit('the end')")

    async def scenario(beside: Beside) -> None:
        replay = beside.open()
        beside.window.close_now()
        replay.process.closeWriteChannel()
        await beside.until(lambda: not beside.replays.replays)
        beside.replays.open([])
        assert messages_in(beside.window) == []
        assert beside.replays.replays == []
        beside.replays.serve(beside.story.running)
        assert messages_in(beside.window) == ["the demo market: the end. The desk goes on."]
        assert [each.name for each in beside.replays.replays] == ["the demo market"]

    play(scenario)


def test_that_a_replay_that_the_user_closes_is_not_talked_about(
    play: Callable[..., None], as_replay: Callable[[str], None]
) -> None:
    as_replay("raise SystemExit(0)")

    async def scenario(beside: Beside) -> None:
        beside.open()
        await beside.until(lambda: not beside.replays.replays)
        assert messages_in(beside.window) == []

    play(scenario)


def test_that_a_replay_that_hangs_is_ended_by_force_and_the_event_loop_goes_on(
    play: Callable[..., None], as_replay: Callable[[str], None]
) -> None:
    as_replay('import time; print(\'{"type":"opened"}\', flush=True); time.sleep(600)')

    async def scenario(beside: Beside) -> None:
        replay, opened = beside.open(), []
        replay.opened.connect(lambda: opened.append(True))
        await beside.until(lambda: opened)
        number, began_s = replay.process.processId(), time.monotonic()
        await beside.replays.close()
        assert time.monotonic() - began_s >= GRACE_S
        assert not psutil.pid_exists(number)
        assert messages_in(beside.window) == []

    play(scenario)


def test_that_a_window_that_a_replay_opens_is_a_replay_beside_it(
    play: Callable[..., None], as_replay: Callable[[str], None]
) -> None:
    wanted = '{"type":"beside","files":[{"path":"XAUUSD.csv"}]}'
    is_first = "'csv' not in sys.stdin.readline()"
    as_replay(f"import sys\nif {is_first}: print('a word', '{wanted}', sep='\\n', flush=True)\n{SILENT}")

    async def scenario(beside: Beside) -> None:
        beside.open()
        await beside.until(lambda: len(beside.replays.replays) == 2)
        assert [each.name for each in beside.replays.replays] == ["the demo market", "XAUUSD.csv"]

    play(scenario)
