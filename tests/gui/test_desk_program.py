"""The desks that one process shows: the user's, its replacements, and a replay."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import weakref
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QApplication, QLabel

from config.changes import with_values
from config.loader import save_settings, user_file
from config.settings import Settings
from engine.bootstrap import PlayedDesk
from engine.domain.messages.commands import Halt
from engine.domain.risk import LockName
from engine.process_end import SIGNALS, ProcessEnd
from gui.desk_program import DeskSource, Troubles, run_desk
from gui.features.chart.model.overlay_styles import ChartLook, OverlayStyle
from gui.features.layout.file import Look
from gui.features.opening.model import ChosenFile
from gui.features.opening.view.opening_page import WayOut
from gui.features.opening.window_messages import ReplayRequest
from gui.platform.isolation import Unhandled
from gui.platform.options import parser
from gui.replay_desk import ReplayDesk
from gui.running_desk import RunningDesk
from gui.theme import LIGHT
from gui.user_desk import UserDesk
from gui.window import MainWindow
from tests.gui.desks_story import candles, gold_rows, opening_dialog, run, until

pytestmark = pytest.mark.long

_movable = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the user's folders cannot be moved")


@pytest.fixture(autouse=True)
def own_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The user's folders of a test, and signals as they were before it."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "user"))
    before = {
        getattr(signal, name): signal.getsignal(getattr(signal, name)) for name in SIGNALS if hasattr(signal, name)
    }
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


class Shown:
    """The window of a process that runs desks one after the other."""

    def __init__(self, source: DeskSource) -> None:
        self.desks: list[RunningDesk] = []
        adopt = source.adopt

        def adopt_and_note(running: RunningDesk) -> None:
            adopt(running)
            self.desks.append(running)

        source.adopt = adopt_and_note  # type: ignore[method-assign]  # listens in
        window = source.make_window()
        window.show()
        self.window: MainWindow | None = window
        self._ending, self._unhandled = ProcessEnd(), Unhandled()
        troubles, ending = Troubles("", self._unhandled), self._ending
        if isinstance(source, UserDesk):
            self.over = asyncio.create_task(source.run(window, troubles, ending))
        else:  # which would wait for the end of whoever started the tests
            self.over = asyncio.create_task(run_desk(window, source, troubles, ending))

    async def desk(self) -> RunningDesk:
        """The one that runs, once it shows its market."""
        await until(lambda: self.desks and candles(self.desks[-1]) > 0)
        return self.desks[-1]

    def forget(self) -> None:
        """The next desk is waited for."""
        self.desks.clear()
        self.window = None

    async def close(self) -> None:
        await asyncio.sleep(0)
        self._ending.request()
        try:
            await self.over
        finally:
            self._ending.finish()
            self._unhandled.stop()


def show(
    application: QApplication, make: Callable[[], DeskSource], scenario: Callable[[Shown], Awaitable[None]]
) -> None:
    async def story() -> None:
        shown = Shown(make())
        try:
            await scenario(shown)
        finally:
            await shown.close()

    run(application, story)


async def open_here(running: RunningDesk, path: Path) -> None:
    running.opening.open([ChosenFile(path=str(path))])
    (await opening_dialog(running)).here.click()


def a_replay(folder: Path, path: Path) -> ReplayDesk:
    settings = with_values(Settings(), {"interface.theme": "light"})
    return ReplayDesk(
        ReplayRequest(
            files=[ChosenFile(path=str(path))],
            settings=settings.as_json(),
            settings_file=str(folder / "settings.json"),
            directory=str(folder / "data"),
            size=(1200, 700),
            look=Look("light", "standard"),
        )
    )


def test_that_a_replay_is_unmistakable_and_begins_with_the_settings_and_the_look_of_the_desk(
    qapp: QApplication, tmp_path: Path
) -> None:
    path = gold_rows(tmp_path / "other XAUUSD.csv", 150)

    async def scenario(shown: Shown) -> None:
        assert shown.window is not None
        assert shown.window.windowTitle() == "REPLAY"
        assert shown.window.theme == LIGHT
        running = await shown.desk()
        window = running.window
        assert (window.width(), window.height()) == (1200, 700)
        assert window.windowTitle() == "REPLAY — XAUUSD"
        badge = window.findChild(QLabel, "replayBadge")
        assert badge is not None
        assert badge.text() == "REPLAY  other XAUUSD.csv"
        assert running.desk.settings.interface.theme == "light"
        assert window.desk.closing.is_replay
        assert window.desk.settings.file is None

    show(qapp, lambda: a_replay(tmp_path, path), scenario)


def test_that_the_charts_of_a_replay_begin_with_the_overlays_of_the_desk(qapp: QApplication, tmp_path: Path) -> None:
    path = gold_rows(tmp_path / "XAUUSD.csv", 150)
    look = ChartLook(hidden=("vwap",), styles={"swings": OverlayStyle(opacity=30)})

    def make() -> ReplayDesk:
        request = a_replay(tmp_path, path)._request
        return ReplayDesk(msgspec.structs.replace(request, looks={"XAUUSD": look, "BTCUSD": look}))

    async def scenario(shown: Shown) -> None:
        running = await shown.desk()
        await until(lambda: "XAUUSD" in running.window.deck.boards)
        view = running.window.deck.boards["XAUUSD"].m1
        await until(lambda: view.styles == look.styles)
        assert not view.is_overlay_visible("vwap")

    show(qapp, make, scenario)


def test_that_of_several_recordings_of_a_symbol_the_one_with_the_wanted_candle_is_played(
    qapp: QApplication, tmp_path: Path
) -> None:
    early, late = gold_rows(tmp_path / "XAUUSD early.csv", 150), tmp_path / "XAUUSD late.csv"
    late.write_text(early.read_text().replace("2026.03.03", "2026.03.10"))

    def make() -> ReplayDesk:
        request = a_replay(tmp_path, early)._request
        files = [*request.files, ChosenFile(path=str(late))]
        start = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
        return ReplayDesk(msgspec.structs.replace(request, files=files, start=start))

    async def scenario(shown: Shown) -> None:
        running = await shown.desk()
        assert [source.name for source in running.desk.engine.sources] == ["XAUUSD late.csv"]

    show(qapp, make, scenario)


def test_that_a_replay_follows_the_look_of_the_users_settings_and_nothing_else_in_them(
    qapp: QApplication, tmp_path: Path
) -> None:
    path = gold_rows(tmp_path / "XAUUSD.csv", 150)
    changed = with_values(Settings(), {"interface.theme": "dark", "health.patience_seconds": 77.0})
    save_settings(changed, tmp_path / "settings.json")
    written = (tmp_path / "settings.json").read_bytes()

    async def scenario(shown: Shown) -> None:
        running = await shown.desk()
        await until(lambda: running.window.theme != LIGHT)
        assert running.desk.settings_store.in_force.health == Settings().health
        assert (tmp_path / "settings.json").read_bytes() == written

    show(qapp, lambda: a_replay(tmp_path, path), scenario)


def test_that_a_recording_that_a_replay_cannot_read_is_reported_in_its_window_with_the_ways_out(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario(shown: Shown) -> None:
        assert shown.window is not None
        page = shown.window.opening
        await until(lambda: page.title.text() == "The recording cannot be opened")
        assert "gone.csv" in page.words.text()
        page.buttons[WayOut.CLOSE].click()
        await shown.over

    show(qapp, lambda: a_replay(tmp_path, tmp_path / "gone.csv"), scenario)


def test_that_desks_in_the_place_of_another_leave_nothing_behind(qapp: QApplication, tmp_path: Path) -> None:
    path = gold_rows(tmp_path / "XAUUSD.csv", 150)
    watched: list[weakref.ref[object]] = []

    async def scenario(shown: Shown) -> None:
        for _ in range(3):
            running = await shown.desk()
            window, desk = running.window, running.desk
            parts = desk.engine, desk.archive, window, window.desk, *window.desk.charts.values(), window.desk.trading
            watched.extend(weakref.ref(each) for each in parts)
            del window, desk, parts
            size = running.window.size()
            await open_here(running, path)
            shown.forget()
            del running
            assert (await shown.desk()).window.size() == size

        def are_gone() -> bool:
            gc.unfreeze()
            gc.collect()
            return [each() for each in watched] == [None] * len(watched)

        await until(are_gone)

    show(qapp, lambda: a_replay(tmp_path, path), scenario)
    gc.freeze()  # again, else later tests look for garbage among all tests there are


@_movable
def test_that_what_is_opened_here_takes_the_place_of_the_users_desk_and_keeps_its_store(
    qapp: QApplication, tmp_path: Path
) -> None:
    options = parser().parse_args(["--data", str(gold_rows(tmp_path / "XAUUSD.csv", 150))])
    options.data_dir = tmp_path / "data"

    async def scenario(shown: Shown) -> None:
        before = await shown.desk()
        before.desk.engine.handle(Halt("a test"))
        await open_here(before, gold_rows(tmp_path / "XAUUSD 2.csv", 50))
        shown.desks.clear()
        running = await shown.desk()
        assert before.engine.done()
        assert [lock.name for lock in running.desk.archive.locks.locks()] == [LockName.HALT]
        assert isinstance(running.desk, PlayedDesk)
        assert running.desk.markets[0].source.name == "XAUUSD 2.csv"
        assert running.window.desk.settings.file is not None
        assert running.window.desk.settings.file.path == user_file()
        assert os.fspath(tmp_path) in str(user_file())

    show(qapp, lambda: UserDesk(options), scenario)


def test_that_the_window_closed_while_a_desk_opens_ends_the_process(qapp: QApplication, tmp_path: Path) -> None:
    path = gold_rows(tmp_path / "XAUUSD.csv", 150)

    async def scenario(shown: Shown) -> None:
        assert shown.window is not None
        shown.window.close()
        await shown.over
        assert shown.desks == []

    show(qapp, lambda: a_replay(tmp_path, path), scenario)
