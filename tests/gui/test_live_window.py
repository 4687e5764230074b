"""The window on a broker's account: a strict stand-in for the terminal, in processes of its own."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from config.desk import FeedsSettings
from config.loader import export_settings, user_file
from config.settings import Settings
from engine.bootstrap import LiveDesk, build_live_engine
from gui.features.trading.view.mode_bar import HindranceLine
from gui.platform.event_loop import QtEventLoop
from gui.running_desk import RunningDesk
from gui.theme import DARK
from gui.user_desk import UserDesk
from gui.window import MainWindow
from tests.adapters.mt5.on_fake import GOLD, fake_settings, quick_world
from tests.fake_metatrader5.simulator import SimulatorClient, World

Scenario = Callable[[MainWindow, SimulatorClient], Awaitable[None]]


def build(settings: Settings, folder: Path) -> LiveDesk:
    return build_live_engine(settings, directory=folder / "live")


def play(
    application: QApplication,
    folder: Path,
    scenario: Scenario,
    make: Callable[[Settings, Path], LiveDesk] = build,
    world: World | None = None,
) -> None:
    """Opens a window on the account of a terminal, and plays a story on it."""

    async def whole(simulator: SimulatorClient) -> None:
        window = MainWindow(DARK)
        window.show()
        terminal = fake_settings(terminal_path=simulator.address, position_poll_ms=50)
        settings = Settings(symbols=(GOLD,), metatrader=terminal, feeds=FeedsSettings(source="metatrader"))
        running = RunningDesk(window, make(settings, folder), None, folder)
        try:
            await scenario(window, simulator)
        finally:
            await running.close()

    application.setQuitOnLastWindowClosed(False)
    with (
        SimulatorClient.start(world or quick_world()) as simulator,
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
        hindrance = window.findChild(HindranceLine)
        assert isinstance(hindrance, HindranceLine)
        await until(lambda: "No entries" in hindrance.text())
        simulator.change_terminal(trade_allowed=True)
        await until(lambda: not window.gateway.isVisible())
        assert [each["volume"] for each in simulator.positions()] == [0.05]

    play(qapp, tmp_path, scenario)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no variable moves the user's settings")
def test_that_the_users_desk_on_an_account_asks_for_a_typed_word_before_auto(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "shared"))

    def users(settings: Settings, folder: Path) -> LiveDesk:
        export_settings(settings, user_file())
        opened = UserDesk(argparse.Namespace(data_dir=folder, data=None, source=None)).open(lambda *_: None)
        assert isinstance(opened.desk, LiveDesk)
        return opened.desk

    async def scenario(window: MainWindow, _: SimulatorClient) -> None:
        await until(lambda: GOLD in window.desk.charts and window.desk.charts[GOLD].count >= 59)
        window.modes.symbols[GOLD].click()
        assert window.permission.dialog is not None
        window.permission.dialog.fields[GOLD].setText("UNPROVEN")
        window.permission.dialog.allow.click()
        await until(lambda: window.desk.trading.modes.is_auto(GOLD))

    play(qapp, tmp_path, scenario, users)
