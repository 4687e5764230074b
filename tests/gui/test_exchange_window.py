"""The window on an exchange's live prices: a mock of one, in a process of its own."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from PySide6.QtWidgets import QApplication

from config.desk import FeedsSettings
from config.loader import export_settings, user_file
from config.settings import Settings
from engine.adapters.recorded import open_recording
from engine.domain.market import Quote
from engine.exchange_desk import PaperDesk
from gui.platform.event_loop import QtEventLoop
from gui.platform.options import SOURCES, parser
from gui.running_desk import RunningDesk
from gui.theme import DARK
from gui.user_desk import UserDesk
from gui.window import MainWindow
from tests.mock_exchange.running import Market, RunningExchange, mock_exchange

BITCOIN = "BTCUSDT"


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(60.0):
        while not is_so():
            await asyncio.sleep(0.01)


def test_that_the_command_line_knows_every_source_of_the_settings() -> None:
    assert set(SOURCES) == set(get_args(FeedsSettings.model_fields["source"].annotation))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no variable moves the user's settings")
def test_that_the_window_shows_live_prices_with_a_paper_account_and_says_when_they_are_lost(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "shared"))

    async def scenario(window: MainWindow, running: RunningDesk, exchange: RunningExchange) -> None:
        await until(lambda: BITCOIN in window.desk.charts and window.desk.charts[BITCOIN].count >= 2 * 24 * 60 - 1)
        await until(lambda: window.desk.trading.modes.hindrance == "")
        assert not window.player.isVisible()
        ticket = window.desk.trading.entry.ticket
        ticket.show_symbol(BITCOIN)
        await until(lambda: ticket.objection == "")
        assert window.desk.trading.draft.symbols == (BITCOIN,)
        window.modes.symbols[BITCOIN].click()
        await until(lambda: window.desk.trading.modes.is_auto(BITCOIN))
        assert window.permission.dialog is None, "a paper account asks for no typed word"
        running.recording.asked.emit(True)
        await until(lambda: running.desk.recorder.bytes > 0)
        exchange.strike("cut", 1.0)
        await until(window.gateway.isVisible)
        assert window.gateway.words.text().startswith("No live prices for BTCUSDT: Binance spot")
        await until(lambda: not window.gateway.isVisible())

    async def whole() -> None:
        with mock_exchange(Market(seconds=60)) as exchange:
            feeds = FeedsSettings(source="binance", exchange=exchange.settings)
            export_settings(Settings(symbols=("BTCUSD",), feeds=feeds), user_file())
            options = argparse.Namespace(**vars(parser().parse_args([])) | {"data_dir": tmp_path})
            opened = UserDesk(options).open(lambda *_: None)
            assert isinstance(opened.desk, PaperDesk)
            window = MainWindow(DARK)
            window.show()
            running = RunningDesk(window, opened.desk, None, tmp_path)
            try:
                await scenario(window, running, exchange)
            finally:
                await running.close()

    qapp.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: QtEventLoop(qapp)) as runner:
        runner.run(whole())
    qapp.setQuitOnLastWindowClosed(True)
    assert (tmp_path / "paper" / "binance" / "paper_account.json").exists()
    (folder,) = (tmp_path / "recordings").iterdir()
    recording = open_recording(next(folder.iterdir()))
    assert recording.source.has_aggressor_volume
    assert any(isinstance(item, Quote) for item in recording.items_from(recording.opens_at))
