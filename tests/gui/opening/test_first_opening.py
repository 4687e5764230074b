"""From the start of the program to a desk: progress, what is in the way, and the ways out, in the window."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from engine.errors import DeskIsRunning, InvalidConfiguration, UnreadableRecording, UnusableStore
from gui.desk_model import DeskModel
from gui.features.opening.first_opening import Abandoned, FirstOpening, ReadingProgress
from gui.features.opening.view.opening_page import WayOut
from gui.platform.event_loop import QtEventLoop
from gui.theme import DARK
from gui.window import MainWindow
from tests.gui.desks_story import until

DEMO = "the demo market"


class Start:
    """A window that opens what a test says; `ended` are the desks that came too late."""

    def __init__(self) -> None:
        self.window = MainWindow(DARK)
        self.window.show()
        self.page = self.window.opening
        self.ended: list[str] = []
        self.opening = FirstOpening[str](self.window, end=self.ended.append, folder=Path("settings"))

    def open(self, make: Callable[[ReadingProgress], str]) -> asyncio.Task[str | None]:
        return asyncio.get_running_loop().create_task(self.opening.open(make, lambda _: DEMO))

    @property
    def offered(self) -> list[str]:
        return [each.text() for each in self.page.findChildren(QPushButton) if each.isVisible()]

    def click(self, way: WayOut) -> None:
        self.page.buttons[way].click()


@pytest.fixture
def run(qapp: QApplication) -> Callable[[Callable[[Start], Awaitable[None]]], None]:
    """Runs a story on the window's own loop."""

    def run(story: Callable[[Start], Awaitable[None]]) -> None:
        async def whole() -> None:
            start = Start()
            try:
                await story(start)
            finally:
                start.window.close()
                start.window.deleteLater()

        qapp.setQuitOnLastWindowClosed(False)
        with asyncio.Runner(loop_factory=lambda: QtEventLoop(qapp)) as runner:
            runner.run(whole())
        qapp.setQuitOnLastWindowClosed(True)

    return run


Run = Callable[[Callable[[Start], Awaitable[None]]], None]


@pytest.mark.parametrize(
    ("error", "title", "ways"),
    [
        (DeskIsRunning("a desk runs"), "Another desk is running", ["Try again", "Close"]),
        (UnusableStore("the store is newer"), "The store cannot be used", ["Try again", "Close"]),
        (
            InvalidConfiguration("cooldown_seconds is -1"),
            "The settings cannot be used",
            ["Try again", "Show the folder", "Close"],
        ),
        (
            UnreadableRecording("gold.csv, line 3: no price"),
            "The recording cannot be opened",
            ["Try again", "Open the demo market", "Close"],
        ),
        (KeyError("GOLD"), "The desk cannot open", ["Try again", "Open the demo market", "Close"]),
    ],
)
def test_that_what_is_in_the_way_is_reported_in_the_window_with_the_ways_out(
    run: Run, error: Exception, title: str, ways: list[str]
) -> None:
    def refuse(_: ReadingProgress) -> str:
        raise error

    async def story(start: Start) -> None:
        opening = start.open(refuse)
        await until(lambda: start.page.title.text() == title)
        assert str(error) in start.page.words.text()
        assert start.offered == ways
        start.click(WayOut.CLOSE)
        assert await opening is None

    run(story)


def test_that_trying_again_opens_once_the_way_is_free(run: Run) -> None:
    tries = iter((DeskIsRunning("a desk runs"), None))

    def make(_: ReadingProgress) -> str:
        if (error := next(tries)) is not None:
            raise error
        return "a desk"

    async def story(start: Start) -> None:
        opening = start.open(make)
        await until(lambda: start.offered)
        start.click(WayOut.AGAIN)
        assert await opening == "a desk"

    run(story)


def test_that_the_demo_market_is_a_way_out_of_a_broken_recording(run: Run) -> None:
    def refuse(_: ReadingProgress) -> str:
        raise UnreadableRecording("gold.csv is empty")

    async def story(start: Start) -> None:
        opening = start.open(refuse)
        await until(lambda: start.offered)
        start.click(WayOut.DEMO)
        assert await opening == DEMO

    run(story)


def test_that_reading_shows_how_far_it_is_and_can_be_cancelled(run: Run) -> None:
    may_go_on = threading.Event()

    def make(report: ReadingProgress) -> str:
        report("Reading gold.csv (1 of 3) …", 0, 3)
        may_go_on.wait(10)
        report("Reading silver.csv (2 of 3) …", 1, 3)
        return "never"

    async def story(start: Start) -> None:
        opening = start.open(make)
        await until(lambda: start.offered == ["Cancel"])
        assert start.page.title.text() == "Reading gold.csv (1 of 3) …"
        assert (start.page.bar.value(), start.page.bar.maximum()) == (0, 3)
        start.click(WayOut.CANCEL)
        await until(lambda: start.page.title.text() == "Nothing was opened")
        may_go_on.set()
        start.click(WayOut.DEMO)
        assert await opening == DEMO
        assert start.ended == []

    run(story)


def test_that_a_desk_that_comes_after_the_window_was_closed_is_ended(run: Run) -> None:
    may_go_on = threading.Event()

    def make(report: ReadingProgress) -> str:
        report("Reading gold.csv (1 of 1) …", 0, 1)
        may_go_on.wait(10)
        return "too late"

    async def story(start: Start) -> None:
        opening = start.open(make)
        await until(lambda: start.offered)
        start.window.close()
        assert await opening is None
        may_go_on.set()
        await until(lambda: start.ended == ["too late"])

    run(story)


def test_that_reading_that_is_no_longer_wanted_is_stopped(run: Run) -> None:
    stopped, may_go_on = threading.Event(), threading.Event()

    def make(report: ReadingProgress) -> str:
        report("Reading gold.csv (1 of 2) …", 0, 2)
        may_go_on.wait(10)
        try:
            report("Reading silver.csv (2 of 2) …", 1, 2)
        except Abandoned:
            stopped.set()
            raise
        return "never"

    async def story(start: Start) -> None:
        opening = start.open(make)
        await until(lambda: start.offered)
        start.window.close()
        assert await opening is None
        may_go_on.set()
        await until(stopped.is_set)

    run(story)


@pytest.mark.usefixtures("qapp")
def test_that_a_fault_is_announced_once_and_goes_when_it_was_read() -> None:
    window, model = MainWindow(DARK), DeskModel()
    model.setParent(window)
    window.populate(model)
    window.show()
    assert not window.faults.isVisible()
    for _ in range(3):
        window.faults.add_fault("The store was damaged", "It was set aside.")
    window.faults.add_fault("This cannot be opened", "gold.csv is empty.")
    assert window.faults.isVisible()
    assert window.faults.words.text() == "gold.csv is empty."
    assert window.faults.dismiss.text() == "Dismiss (1 more)"
    window.faults.dismiss.click()
    assert window.faults.title.text() == "▲ The store was damaged"
    window.faults.dismiss.click()
    assert not window.faults.isVisible()
    window.close()
    window.deleteLater()
