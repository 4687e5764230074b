"""The whole desk, window and engine, on a small recording of its own."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication

from config.settings import Settings
from engine.adapters.recorded import open_recording
from engine.bootstrap import PlayedDesk, build_engine
from gui.platform.event_loop import QtEventLoop
from gui.populating import populate_window
from gui.theme import DARK
from gui.window import MainWindow
from tests.gui.desks_story import gold_rows

CANDLES = 400


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Gold going up and down in a MetaTrader 5 export of four hundred minutes."""
    return gold_rows(tmp_path / "XAUUSD_M1.csv", CANDLES)


class Story:
    """A running desk in its window, and the means to wait for what it shows."""

    def __init__(self, window: MainWindow, desk: PlayedDesk) -> None:
        self.window = window
        self.desk = desk

    @property
    def candles(self) -> int:
        chart = self.window.desk.charts.get("XAUUSD")
        return 0 if chart is None else chart.count

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(60.0):
            while not is_so():
                await asyncio.sleep(0.005)


Scenario = Callable[[Story], Awaitable[None]]
Play = Callable[[float, Scenario], None]


@pytest.fixture
def play(qapp: QApplication, recording: Path) -> Play:
    def run(speed: float, scenario: Scenario) -> None:
        async def whole() -> None:
            window = MainWindow(DARK)
            desk = build_engine([open_recording(recording)], Settings(), speed=speed)
            bridge = populate_window(window, desk)
            engine = asyncio.create_task(desk.engine.run())
            try:
                await scenario(Story(window, desk))
            finally:
                engine.cancel()
                bridge.stop()
                window.close()
                window.deleteLater()
                desk.archive.close()

        with asyncio.Runner(loop_factory=lambda: QtEventLoop(qapp)) as runner:
            runner.run(whole())

    return run


def test_that_the_chart_opens_with_history_and_plays_to_the_end(play: Play) -> None:
    async def scenario(story: Story) -> None:
        await story.until(lambda: story.candles > 0)
        await story.until(lambda: story.window.desk.playback.has_ended)
        assert story.candles == CANDLES

    play(math.inf, scenario)


def test_that_pause_holds_the_market_and_step_plays_one_candle(play: Play) -> None:
    async def scenario(story: Story) -> None:
        player = story.window.player
        await story.until(lambda: story.candles >= 100)
        player.play.trigger()
        await story.until(lambda: story.window.desk.playback.is_paused)
        held = story.candles
        player.step.trigger()
        await story.until(lambda: story.candles == held + 1)
        await story.until(lambda: story.window.desk.playback.is_paused)
        assert player.play.text().endswith("Play")

    play(1.0, scenario)


def test_that_a_step_back_takes_one_candle_back_and_holds(play: Play) -> None:
    async def scenario(story: Story) -> None:
        await story.until(lambda: story.candles >= 100)
        held = story.candles
        story.window.player.back.trigger()
        await story.until(lambda: story.window.desk.playback.is_paused and story.candles == held - 1)

    play(1.0, scenario)


def test_that_jumping_back_shows_the_past_again(play: Play) -> None:
    async def scenario(story: Story) -> None:
        await story.until(lambda: story.window.desk.playback.has_ended)
        story.window.desk.playback.set_speed(1.0)
        story.window.desk.playback.seek(datetime(2026, 3, 3, 4, 0, tzinfo=UTC))
        await story.until(lambda: story.candles == 120)  # the file's 04:00 is 02:00 UTC
        assert not story.window.desk.playback.has_ended

    play(math.inf, scenario)


def test_that_charts_stand_side_by_side_and_come_back(play: Play) -> None:
    async def scenario(story: Story) -> None:
        await story.until(lambda: story.candles > 0)
        story.window.chart_actions.side_by_side.setChecked(True)
        assert story.window.deck.is_side_by_side
        story.window.chart_actions.side_by_side.setChecked(False)
        assert story.window.deck.front_symbol == "XAUUSD"

    play(1.0, scenario)


def test_that_an_overlay_switched_off_on_the_chart_is_off_in_the_toolbar_too(play: Play) -> None:
    async def scenario(story: Story) -> None:
        await story.until(lambda: story.candles > 0)
        view = story.window.deck.views[0]
        name, title = view.overlays[0]
        view.overlay_actions[name].trigger()
        (action,) = [each for each in story.window.view_bar.overlays.actions() if each.text() == title]
        assert not action.isChecked()
        action.trigger()
        assert view.is_overlay_visible(name)

    play(1.0, scenario)


def test_that_a_hovered_candle_shows_its_judgement_and_esc_returns_to_live(play: Play) -> None:
    async def scenario(story: Story) -> None:
        window = story.window
        await story.until(lambda: window.desk.playback.has_ended)
        await story.until(lambda: "Live: candle of 08:39" in window.panels.content("conditions").words)
        view = window.deck.views[0]
        for row in (200, 201, 202):
            view.plot.point_at_row(row)
        await story.until(lambda: "Candle of Tue 3 Mar 05:22" in window.panels.content("conditions").words)
        assert "Cooldown: live only" in window.panels.content("conditions").words
        escape = next(action for action in window.actions() if action.shortcut() == QKeySequence("Esc"))
        escape.trigger()
        await story.until(lambda: "Live: candle of 08:39" in window.panels.content("conditions").words)
        view.strip.hovered.emit(300)
        await story.until(lambda: "Candle of Tue 3 Mar 07:00" in window.panels.content("conditions").words)
        view.strip.hovered.emit(None)
        await story.until(lambda: "Live: candle of 08:39" in window.panels.content("conditions").words)

    play(math.inf, scenario)


def test_that_every_closed_candle_has_its_cells_in_the_strip(play: Play) -> None:
    async def scenario(story: Story) -> None:
        await story.until(lambda: story.window.desk.playback.has_ended)
        verdicts = story.window.desk.charts["XAUUSD"].verdicts
        assert len(verdicts) == CANDLES
        assert (verdicts.buy.values > 0).all()

    play(math.inf, scenario)
