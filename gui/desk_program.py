"""Runs a desk in a window, from the empty window to its end, and each desk that replaces it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow

    from config.settings import Settings
    from engine.bootstrap import LiveDesk, PlayedDesk
    from engine.exchange_desk import PaperDesk
    from engine.process_end import ProcessEnd
    from gui.features.opening.first_opening import ReadingProgress
    from gui.features.opening.markets import Markets
    from gui.platform.crash import CrashWatch
    from gui.platform.isolation import Unhandled
    from gui.running_desk import RunningDesk
    from gui.theme import Theme
    from gui.window import MainWindow

W = TypeVar("W", bound="QMainWindow")

EXIT_FAILED, EXIT_REFUSED = 1, 2


class Troubles(NamedTuple):
    """What the window shows once it can: why no log is written (empty if one is), uncaught exceptions, and crashes of
    earlier runs, None where nobody hears of them."""

    log_fault: str
    unhandled: Unhandled
    crashes: CrashWatch | None = None


class Opened(NamedTuple):
    """A desk that does not run yet, and the markets that it plays; a live one has none."""

    desk: PlayedDesk | LiveDesk | PaperDesk
    markets: Markets | None


class Program(Protocol[W]):
    """What one process shows in its window."""

    theme: Theme

    def make_window(self) -> W:
        """An empty one; light enough to stand before any heavy library is imported."""
        ...

    async def run(self, window: W, troubles: Troubles, ending: ProcessEnd) -> int:
        """Until the user closes the window or the process is asked to end; returns the exit code."""
        ...


class DeskSource(Protocol):
    """Where the desk of a window comes from. Opening may raise `DeskError`, and belongs off the event loop."""

    @property
    def directory(self) -> Path:
        """Keeps recordings and the list of recent files."""
        ...

    def make_window(self) -> MainWindow: ...

    def open(self, report: ReadingProgress) -> Opened: ...

    def open_demo(self, report: ReadingProgress) -> Opened:
        """The demo market, where `open` does not lead to a desk."""
        ...

    def open_here(self, markets: Markets, settings: Settings) -> Opened:
        """What the user wants to play in the place of a desk that has ended."""
        ...

    def adopt(self, running: RunningDesk) -> None:
        """A desk has begun to run."""
        ...


async def run_desk(window: MainWindow, source: DeskSource, troubles: Troubles, ending: ProcessEnd) -> int:
    """Opens desks one after the other, as the user wishes; returns the exit code."""
    ending.watch(lambda: None)  # Ctrl+C while this imports must not cancel what comes after
    make = source.open
    while True:
        end = await _run_one(window, make, source, troubles, ending)
        if end is None:
            return EXIT_REFUSED
        if end.wanted_here is None:
            return EXIT_FAILED if end.has_failed else 0
        make = partial(_open_here, source, end.wanted_here, end.settings)
        window = _in_place_of(window, source.make_window())


class _End(NamedTuple):
    """How a desk ended: for other markets in its place, by the settings that it had, or for good."""

    wanted_here: Markets | None
    settings: Settings
    has_failed: bool


async def _run_one(
    window: MainWindow,
    make: Callable[[ReadingProgress], Opened],
    source: DeskSource,
    troubles: Troubles,
    ending: ProcessEnd,
) -> _End | None:
    """Runs a desk from its opening to its end; None where the user closed the window while it opened."""
    from config.loader import user_file
    from gui.features.opening.first_opening import FirstOpening
    from gui.running_desk import RunningDesk

    opening = FirstOpening[Opened](window, end=_end_unwanted, folder=user_file().parent)
    ending.watch(window.close_now)
    opened = await opening.open(make, source.open_demo)
    if opened is None:
        return None
    try:
        running = RunningDesk(window, opened.desk, opened.markets, source.directory)
        ending.watch(running.end_now)
        source.adopt(running)
        troubles.unhandled.noticed.connect(window.faults.add_fault)
        if troubles.crashes is not None:
            troubles.crashes.note_store(opened.desk.archive.directory)
            window.crashes.look(troubles.crashes)
        _keep_order(window)
        await running.is_over.wait()
        await running.close()
    finally:
        opened.desk.archive.close()
    return _End(running.wanted_here, opened.desk.settings_store.wanted, running.has_failed)


def _keep_order(window: MainWindow) -> None:
    """The start is over."""
    from gui.platform.garbage import GarbageKeeper, keep_what_exists
    from gui.platform.startup_trace import milestone

    milestone("populated")
    keep_what_exists()
    GarbageKeeper(window)


def _end_unwanted(opened: Opened) -> None:
    opened.desk.archive.close()


def _open_here(source: DeskSource, markets: Markets, settings: Settings, _: ReadingProgress) -> Opened:
    return source.open_here(markets, settings)


def _in_place_of(before: MainWindow, window: MainWindow) -> MainWindow:
    window.restoreGeometry(before.saveGeometry())
    window.show()
    return window
