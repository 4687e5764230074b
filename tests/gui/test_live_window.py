"""The window on a broker's account: a strict stand-in for the terminal, in processes of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication

from config.desk import FeedsSettings
from config.settings import Settings
from engine.bootstrap import build_live_engine
from gui.platform.event_loop import QtEventLoop
from gui.running_desk import RunningDesk
from gui.theme import DARK
from gui.window import MainWindow
from tests.adapters.mt5.on_fake import GOLD, fake_settings, quick_world
from tests.fake_metatrader5.simulator import SimulatorClient

Scenario = Callable[[MainWindow, SimulatorClient], Awaitable[None]]


def play(application: QApplication, folder: Path, scenario: Scenario) -> None:
    """Opens a window on the account of a terminal, and plays a story on it."""

    async def whole(simulator: SimulatorClient) -> None:
        window = MainWindow(DARK)
        window.show()
        terminal = fake_settings(terminal_path=simulator.address, position_poll_ms=50)
        settings = Settings(symbols=(GOLD,), metatrader=terminal, feeds=FeedsSettings(source="metatrader"))
        running = RunningDesk(window, build_live_engine(settings, directory=folder / "live"), None, folder)
        try:
            await scenario(window, simulator)
        finally:
            await running.close()

    application.setQuitOnLastWindowClosed(False)
    with (
        SimulatorClient.start(quick_world()) as simulator,
        asyncio.Runner(loop_factory=lambda: QtEventLoop(application)) as runner,
    ):
        runner.run(whole(simulator))
    application.setQuitOnLastWindowClosed(True)


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(20.0):
        while not is_so():
            await asyncio.sleep(0.01)


def test_that_a_desk_on_an_account_shows_it_and_says_what_keeps_it_from_trading(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario(window: MainWindow, simulator: SimulatorClient) -> None:
        await until(lambda: GOLD in window.desk.charts and window.desk.charts[GOLD].count >= 59)
        assert window.windowTitle().startswith("demo account 1001 at Fake-Demo")
        assert not window.player.isVisible()
        await until(lambda: window.desk.trading.modes.hindrance == "")
        simulator.trade(GOLD, 0.05, side="sell", sl=4100.0)
        await until(lambda: window.desk.trading.positions.rowCount() == 1)
        assert "not the desk's" in window.desk.trading.positions.words(0)
        simulator.change_terminal(trade_allowed=False)
        await until(window.gateway.isVisible)
        assert "Algo Trading" in window.gateway.way_out.text()
        await until(lambda: "No entries" in window.trading.modes.words.text())
        simulator.change_terminal(trade_allowed=True)
        await until(lambda: not window.gateway.isVisible())
        assert [each["volume"] for each in simulator.positions()] == [0.05]

    play(qapp, tmp_path, scenario)
