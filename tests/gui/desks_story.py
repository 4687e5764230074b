"""Desks in their windows, running, and the means to wait for what they show."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from config.settings import Settings
from engine.adapters.recorded import open_recording
from engine.bootstrap import build_engine
from gui.desks import Desks
from gui.features.opening.markets import Markets
from gui.features.opening.model import ChosenFile
from gui.features.opening.view.dialog import OpeningDialog
from gui.features.status.view.fault_bar import FaultBar
from gui.platform.event_loop import QtEventLoop
from gui.running_desk import RunningDesk
from gui.theme import DARK
from gui.window import MainWindow


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


class Story:
    """The first desk, on a recording of gold, and what is opened beside it."""

    def __init__(self, desks: Desks, folder: Path) -> None:
        self.desks = desks
        self.folder = folder

    @property
    def first(self) -> RunningDesk:
        assert self.desks.first is not None
        return self.desks.first

    @property
    def replay(self) -> RunningDesk:
        (replay,) = self.desks.replays
        return replay

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(30.0):
            while not is_so():
                await asyncio.sleep(0.005)

    async def dialog(self, over: RunningDesk | None = None) -> OpeningDialog:
        """The dialog of an opening, once everything is read."""
        window = (over or self.first).window
        await self.until(lambda: any(each.beside.isEnabled() or _asks(each) for each in _dialogs(window)))
        return _dialogs(window)[0]

    async def open_beside(self, path: Path) -> RunningDesk:
        number = len(self.desks.replays)
        self.desks.open_files(self.first, [ChosenFile(path=str(path))])
        (await self.dialog()).beside.click()
        await self.until(lambda: len(self.desks.replays) > number)
        return self.desks.replays[-1]


def _asks(dialog: OpeningDialog) -> bool:
    return dialog._model.is_ready


def _dialogs(window: QWidget) -> list[OpeningDialog]:
    return [each for each in window.findChildren(OpeningDialog) if each.isVisible()]


def told_in(window: QWidget) -> list[str]:
    """The sentences of what a window says went wrong."""
    return [fault.sentence for bar in window.findChildren(FaultBar) for fault in bar.faults]


def play(
    application: QApplication, folder: Path, tell: Callable[[Story], Awaitable[None]], *, is_demo: bool = False
) -> None:
    """Runs a first desk on four hundred minutes of gold or the demo market's gold, and tells a story about it."""

    async def whole() -> None:
        markets = _demo_gold() if is_demo else _gold(folder)
        desks = Desks(folder / "data", folder / "store")
        window = MainWindow(DARK)
        window.resize(1280, 720)
        window.show()
        desk = build_engine(markets.markets, Settings(), speed=1.0, directory=folder / "store")
        desks.open_first(window, desk, markets)
        try:
            await tell(Story(desks, folder))
        finally:
            await desks.close()

    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: QtEventLoop(application)) as runner:
        runner.run(whole())
    application.setQuitOnLastWindowClosed(True)


def _gold(folder: Path) -> Markets:
    path = gold_rows(folder / "XAUUSD_M1.csv", 400)
    return Markets.of_files([ChosenFile(path=str(path))], [open_recording(path)])


def _demo_gold() -> Markets:
    demo = Markets.demo(7)
    return Markets(demo.markets[:1], demo.arguments[:1])
