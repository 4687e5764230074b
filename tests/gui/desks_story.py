"""A desk in its window, running, and the means to wait for what it shows."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from config.settings import Settings
from engine.adapters.recorded import open_recording
from engine.bootstrap import build_engine
from gui.features.opening.markets import Markets
from gui.features.opening.model import ChosenFile
from gui.features.opening.view.dialog import OpeningDialog
from gui.features.status.view.fault_bar import FaultBar
from gui.platform.event_loop import QtEventLoop
from gui.running_desk import RunningDesk
from gui.theme import DARK
from gui.window import MainWindow

PATIENCE_S = 60.0
"""On a machine that is busy with other tests."""


def gold_rows(path: Path, minutes: int) -> Path:
    """Gold going up and down in a MetaTrader 5 export."""
    rows = ["<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>"]
    for minute in range(minutes):
        before, after = (2000 + 5 * math.sin(at / 9) for at in (minute, minute + 1))
        high, low = max(before, after) + 0.4, min(before, after) - 0.4
        clock = f"2026.03.03\t{4 + minute // 60:02}:{minute % 60:02}:00"
        rows.append(f"{clock}\t{before:.2f}\t{high:.2f}\t{low:.2f}\t{after:.2f}\t{90 + minute % 20}\t0\t20")
    path.write_text("\n".join(rows) + "\n")
    return path


def markets_of(path: Path) -> Markets:
    """The markets of one recording."""
    return Markets.of_files([ChosenFile(path=str(path))], [open_recording(path)])


async def until(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not is_so():
            await asyncio.sleep(0.005)


class Story:
    """The desk, and what the user wants to see: `beside` are the files for other windows."""

    def __init__(self, running: RunningDesk, folder: Path) -> None:
        self.running = running
        self.window = running.window
        self.folder = folder
        self.beside: list[list[ChosenFile]] = []
        running.opening.beside_wanted.connect(self.beside.append)

    async def until(self, is_so: Callable[[], object]) -> None:
        await until(is_so)

    @property
    def candles(self) -> int:
        return candles(self.running)

    async def dialog(self) -> OpeningDialog:
        """The dialog of an opening, once everything is read."""
        return await opening_dialog(self.running)


def candles(running: RunningDesk) -> int:
    """How many the chart of gold shows."""
    chart = running.window.desk.charts.get("XAUUSD")
    return 0 if chart is None else chart.count


async def opening_dialog(running: RunningDesk) -> OpeningDialog:
    def dialogs() -> list[OpeningDialog]:
        return [each for each in running.window.findChildren(OpeningDialog) if each.isVisible()]

    await until(lambda: any(each.beside.isEnabled() or each._model.is_ready for each in dialogs()))
    return dialogs()[0]


def messages_in(window: QWidget) -> list[str]:
    """The sentences of what a window says went wrong."""
    return [fault.sentence for bar in window.findChildren(FaultBar) for fault in bar.faults]


def run(application: QApplication, story: Callable[[], Awaitable[None]]) -> None:
    """On the window's own loop."""

    async def awaited() -> None:
        await story()

    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: QtEventLoop(application)) as runner:
        runner.run(awaited())
    application.setQuitOnLastWindowClosed(True)


def play(
    application: QApplication,
    folder: Path,
    scenario: Callable[[Story], Awaitable[None]],
    markets: Markets | None = None,
) -> None:
    """Runs a desk on four hundred minutes of gold, or on other markets, and plays a story on it."""

    async def whole() -> None:
        played = markets or markets_of(gold_rows(folder / "XAUUSD_M1.csv", 400))
        window = MainWindow(DARK)
        window.resize(1280, 720)
        window.show()
        desk = build_engine(played.markets, Settings(), speed=1.0, directory=folder / "store")
        running = RunningDesk(window, desk, played, folder / "data")
        try:
            await scenario(Story(running, folder))
        finally:
            await running.close()

    run(application, whole)


def demo_gold() -> Markets:
    """The demo market's gold, which looks for no setups by itself."""
    demo = Markets.demo(7)
    return Markets(demo.markets[:1], demo.arguments[:1])
