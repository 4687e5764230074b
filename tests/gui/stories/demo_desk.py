"""A user at the real window, in front of an engine that plays the demo market; kept in a folder, as a desk is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from config.changes import with_values
from config.loader import load_settings, save_settings
from config.settings import Settings
from engine.adapters.demo_market import demo_markets
from engine.bootstrap import build_engine
from engine.domain.messages.engine import Pause, Resume, SetSpeed, StepCandle
from engine.market.feed import Market
from gui.desk_model import DeskModel
from gui.features.layout.file import LayoutFile
from gui.features.opening.markets import Markets
from gui.features.trading.model.levels import LevelKind, TradeLine
from gui.platform.event_loop import QtEventLoop
from gui.running_desk import RunningDesk
from gui.theme import DARK
from gui.window import MainWindow

GOLD, SEED = "XAUUSD", 7
PATIENCE_S = 60.0
MAX_STEPS = 120
"""Minutes within which the demo market has a setup of gold."""


WIDE_STOPS: dict[str, object] = {
    "xauusd_rules.sl_range": (8.0, 12.0),
    "xauusd_rules.tp_range": (16.0, 24.0),
    "risk_mitigation.max_price_drift_r": 10.0,
    "execution.deviation_points": 1_000,
    "keyboard.arm_seconds": 3_600,
}
"""Of a desk whose market stands still while the user thinks, and whose positions live for some minutes; the keyboard
stays armed however long a busy machine needs for a story."""


class DeskUser:
    """Holds the market from the beginning on; `step` plays a candle, `go_on` lets it run."""

    def __init__(self, running: RunningDesk) -> None:
        self.running = running

    @property
    def window(self) -> MainWindow:
        return self.running.window

    @property
    def shown(self) -> DeskModel:
        """What the window shows."""
        return self.running.window.desk

    # -- the market ---------------------------------------------------------------------------------------------

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not is_so():
                await asyncio.sleep(0.005)

    async def sit_down(self) -> None:
        """Waits until the charts stand, and holds the market."""
        await self.until(lambda: bool(self.shown.charts) and all(each.count for each in self.shown.charts.values()))
        await self.hold()
        self.window.activateWindow()
        await self.until(self.window.isActiveWindow)
        await self.until(lambda: self.shown.trading.modes.master != "")

    async def hold(self) -> None:
        self.running.desk.engine.handle(Pause())
        await self.until(lambda: self.shown.playback.is_paused)

    async def step(self) -> None:
        before = self.shown.charts[GOLD].count
        self.running.desk.engine.handle(StepCandle())
        await self.until(lambda: self.shown.charts[GOLD].count > before and self.shown.playback.is_paused)

    async def until_setup(self) -> None:
        """Candle by candle, until something waits for the user."""
        for _ in range(MAX_STEPS):
            await self.step()
            if self.waiting:
                return
        raise AssertionError("the demo market had no setup of gold")

    def go_on(self, speed: float) -> None:
        for command in (SetSpeed(speed), Resume()):
            self.running.desk.engine.handle(command)

    @property
    def waiting(self) -> tuple[str, ...]:
        return self.shown.trading.approvals.waiting

    # -- hands --------------------------------------------------------------------------------------------------

    def press(self, key: Qt.Key, *, shift: bool = False) -> None:
        """Ctrl and a key."""
        modifiers = Qt.KeyboardModifier.ControlModifier
        if shift:
            modifiers |= Qt.KeyboardModifier.ShiftModifier
        QTest.keyClick(self.window.focusWidget() or self.window, key, modifiers)

    def arm(self) -> None:
        self.press(Qt.Key.Key_A, shift=True)

    def action(self, name: str) -> QAction:
        found = self.window.findChild(QAction, name)
        assert isinstance(found, QAction), name
        return found

    @property
    def said(self) -> str:
        """The sentence in the status bar."""
        return self.window.statusBar().currentMessage()

    # -- what stands on the chart -------------------------------------------------------------------------------

    def level(self, kind: LevelKind) -> TradeLine:
        (line,) = [line for line in self.shown.charts[GOLD].trades.lines if line.kind is kind]
        return line

    def drag_level(self, kind: LevelKind, price: float) -> None:
        """Takes a line of the chart in front by the mouse, and lets it go at another price."""
        viewport = self.window.deck.views[0].plot.viewport()
        start, end = self._point(self.level(kind).price), self._point(price)
        QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
        QTest.mouseMove(viewport, (start + end) / 2)
        QTest.mouseMove(viewport, end)
        QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)

    def _point(self, price: float) -> QPoint:
        scale = self.window.deck.views[0].plot.canvas.view_scale
        return QPoint(200, round(float(scale.y(price))))


class Folder:
    """Where the user's desk is kept: store, layout, settings."""

    def __init__(self, path: Path) -> None:
        self.path, self.settings = path, path / "settings.json"

    async def sit(
        self,
        scenario: Callable[[DeskUser], Awaitable[None]],
        settings: Settings | None = None,
        markets: Sequence[Market] | None = None,
    ) -> None:
        """Opens the desk that is kept here, plays a story on it, and closes it; `settings` are of the first time."""
        played = Markets(tuple(markets or demo_markets(SEED)[:1]), ((), ()), (), SEED)
        if not self.settings.exists():
            save_settings(settings or with_values(Settings(), WIDE_STOPS), self.settings)
        window = MainWindow(DARK, LayoutFile(self.path / "layout.json"))
        window.resize(1280, 720)
        window.show()
        desk = build_engine(
            *(played.markets, load_settings(self.settings)),
            speed=1.0,
            directory=self.path / "store",
            calendar=self.path,
        )
        user = DeskUser(RunningDesk(window, desk, played, self.path))
        window.desk.settings.keep_in(self.settings)
        try:
            await user.sit_down()
            await scenario(user)
        finally:
            await user.running.close()


def run(application: QApplication, story: Callable[[], Awaitable[None]]) -> None:
    """On the window's own loop."""
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: QtEventLoop(application)) as runner:
        runner.run(_awaited(story))
    application.setQuitOnLastWindowClosed(True)


async def _awaited(story: Callable[[], Awaitable[None]]) -> None:
    await story()
