"""Settings changed in the window of a running desk, and a file that is edited meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from config.changes import with_values
from config.loader import load_settings, save_settings
from config.settings import Settings
from engine.bootstrap import MarketChoice, PlayedDesk, build_engine, open_markets
from engine.domain.messages.engine import CandleClosed, Event, Pause, StepCandle
from gui.features.settings.view.editors import NamesEditor, NumberEditor, TextEditor
from gui.platform.event_loop import QtEventLoop
from gui.populating import populate_window
from gui.theme import DARK
from gui.window import MainWindow

pytestmark = pytest.mark.long

SPREAD = "xauusd_rules.pre_trade_filters.spread.max_spread"
LOOKBACK = "xauusd_rules.analysis.sweep_lookback"


class Story:
    """The demo market, held; `step` plays one candle of gold."""

    def __init__(self, window: MainWindow, desk: PlayedDesk) -> None:
        self.window, self.desk = window, desk
        self.closed: list[CandleClosed] = []
        desk.bus.subscribe(self._on_event, CandleClosed)

    def _on_event(self, event: Event) -> None:
        assert isinstance(event, CandleClosed)
        if event.snapshot.candle.symbol == "XAUUSD":
            self.closed.append(event)

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(60.0):
            while not is_so():
                await asyncio.sleep(0.005)

    async def step(self) -> CandleClosed:
        count = len(self.closed)
        self.desk.engine.handle(StepCandle())
        await self.until(lambda: len(self.closed) > count and self.desk.player.is_paused)
        return self.closed[-1]

    def write(self, key: str, text: str) -> None:
        dialog = self.window.settings.dialog
        assert dialog is not None
        dialog.show_field(key)
        field = dialog.view(dialog.tree.current).rows[key].editor
        assert isinstance(field, NumberEditor | TextEditor | NamesEditor)
        field.selectAll()
        QTest.keyClicks(field, text)

    @property
    def in_force(self) -> Settings:
        return self.window.desk.settings.in_force


Scenario = Callable[[Story], Awaitable[None]]


@pytest.fixture
def scenario(qapp: QApplication, tmp_path: Path) -> Callable[[Scenario], None]:
    def run(story: Scenario) -> None:
        async def whole() -> None:
            window = MainWindow(DARK)
            desk = build_engine(open_markets(MarketChoice()), Settings(), speed=1.0)
            bridge = populate_window(window, desk)
            window.desk.settings.keep_in(tmp_path / "settings.json")
            engine = asyncio.create_task(desk.engine.run())
            stage = Story(window, desk)
            try:
                await stage.until(lambda: "XAUUSD" in window.desk.charts and window.desk.charts["XAUUSD"].count > 0)
                desk.engine.handle(Pause())
                await story(stage)
            finally:
                engine.cancel()
                bridge.stop()
                window.close()
                window.deleteLater()
                desk.archive.close()

        with asyncio.Runner(loop_factory=lambda: QtEventLoop(qapp)) as runner:
            runner.run(whole())

    return run


def test_that_a_limit_and_a_window_changed_in_the_dialog_count_from_the_next_candle(
    scenario: Callable[[Scenario], None], tmp_path: Path
) -> None:
    async def story(desk: Story) -> None:
        await desk.step()
        desk.window.settings.open()
        desk.write(SPREAD, "0.01")
        desk.write(LOOKBACK, "5")
        assert desk.window.settings.dialog is not None
        desk.window.settings.dialog.apply.click()
        await desk.until(lambda: desk.window.desk.settings.waiting != ())
        assert desk.in_force == Settings()
        while desk.in_force == Settings():  # the past is read again beside the market
            await desk.step()
        assert desk.in_force == with_values(Settings(), {SPREAD: 0.01, LOOKBACK: 5})
        closed = await desk.step()
        assert closed.judgement is not None
        assert closed.judgement.buy.pre_trade is not None
        desk.window.desk.settings.close()
        assert load_settings(tmp_path / "settings.json") == desk.in_force

    scenario(story)


def test_that_a_limit_relaxed_in_the_dialog_waits_ten_minutes_and_is_in_the_journal(
    scenario: Callable[[Scenario], None], tmp_path: Path
) -> None:
    async def story(desk: Story) -> None:
        first = await desk.step()
        desk.window.settings.open()
        desk.write(SPREAD, "0.5")
        assert desk.window.settings.dialog is not None
        desk.window.settings.dialog.apply.click()
        await desk.until(lambda: desk.window.desk.settings.waiting != ())
        assert load_settings(tmp_path / "settings.json") == with_values(Settings(), {SPREAD: 0.5})
        last = first
        while last.snapshot.candle.closed_at < first.snapshot.candle.closed_at + timedelta(minutes=10):
            assert desk.in_force == Settings()
            last = await desk.step()
        while desk.in_force == Settings():  # the past is read again beside the market
            await desk.step()
        assert desk.window.desk.settings.waiting == ()
        records = [
            change
            for entry in desk.desk.archive.journal.read(kind="settings_changed")
            for change in entry.payload.get("changes", ())
        ]
        assert [(change["key"], change["old"], change["new"]) for change in records] == [(SPREAD, 0.25, 0.5)]

    scenario(story)


def test_that_an_edit_of_the_file_reaches_the_engine_and_the_window(
    scenario: Callable[[Scenario], None], tmp_path: Path
) -> None:
    async def story(desk: Story) -> None:
        file = desk.window.desk.settings.file
        assert file is not None
        save_settings(with_values(Settings(), {SPREAD: 0.2, "interface.theme": "light"}), tmp_path / "settings.json")
        for _ in range(2):
            file.look()
            file.stop()
        await desk.until(lambda: desk.window.settings.notice.isVisibleTo(desk.window))
        await desk.until(lambda: desk.in_force.interface.theme == "light")
        await desk.step()
        await desk.step()
        await desk.until(lambda: desk.in_force.xauusd_rules.pre_trade_filters.spread.max_spread == 0.2)

    scenario(story)
