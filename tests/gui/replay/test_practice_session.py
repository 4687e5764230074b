"""A practice session in the window: orders, a jump, the score, and AUTO on the same parts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from engine.domain.market import Side
from engine.domain.messages.engine import Pause
from engine.domain.messages.manual import ManualOrder, PlaceOrder
from gui.features.practice.view.practice import PracticeView
from tests.gui.desks_story import Story, play

pytestmark = pytest.mark.long

GOLD = "XAUUSD"
START, LATER = timedelta(hours=3), timedelta(hours=5)
"""Into the recording."""


class Practising:
    """A user who plays gold from place to place."""

    def __init__(self, story: Story) -> None:
        self.story, self.desk = story, story.window.desk
        first_at = self.desk.playback.first_at
        assert first_at is not None
        self.first_at = first_at

    async def jump(self, to: timedelta) -> None:
        target = self.first_at + to
        self.desk.playback.seek(target)
        if (box := self.story.window.jumps.box) is not None:
            box.defaultButton().click()
        await self.story.until(lambda: self.desk.playback.position == target and self.desk.playback.newest_candle_at)
        await self.story.until(lambda: self.desk.trading.modes.master != "")

    async def play_minutes(self, minutes: int) -> None:
        for _ in range(minutes):
            before = self.desk.charts[GOLD].count
            self.desk.playback.step()
            await self._candles(before + 1)

    async def _candles(self, count: int) -> None:
        await self.story.until(lambda: self.desk.playback.is_paused and self.desk.charts[GOLD].count >= count)

    async def buy(self, name: str) -> None:
        await self.play_minutes(1)
        quote = self.desk.charts[GOLD].quote
        assert quote is not None
        price = quote.ask
        order = ManualOrder(
            order_id=name,
            symbol=GOLD,
            side=Side.BUY,
            volume=0.01,
            price=price,
            stop_loss=price - 0.6,
            take_profit=price + 1.8,
        )
        self.story.running.desk.engine.handle(PlaceOrder(order))
        await self.play_minutes(1)

    @property
    def history(self) -> list[list[str]]:
        table = self.desk.trading.history
        return [table.words(row) for row in range(table.rowCount())]

    @property
    def panel(self) -> PracticeView:
        content = self.story.window.panels.content("practice")
        assert isinstance(content, PracticeView)
        return content

    def line(self, title: str) -> str:
        return next(line.words for line in self.desk.practice.lines if line.title == title)


def test_that_a_session_keeps_its_trades_through_jumps_and_is_compared_with_auto(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario(story: Story) -> None:
        user = Practising(story)
        story.running.desk.engine.handle(Pause())
        await user.jump(START)
        await user.buy("first")
        await user.jump(LATER)
        await story.until(lambda: len(user.history) == 1)
        assert user.history[0][7] in ("jump", "stop loss", "take profit")
        await user.buy("second")
        await user.jump(START)
        await user.buy("again")
        await user.jump(LATER)
        assert [row[8] for row in user.history] == ["candle paths, seen before", "candle paths", "candle paths"]
        story.window.practice.compare.trigger()
        await story.until(lambda: user.panel.isVisible() and "2 trades" in user.line("Score"))
        assert "too few days" in user.line("Score")
        assert "1 trade" in user.line("Seen before")
        assert user.line("Outside the rules").startswith("2 orders without a setup")
        await story.until(lambda: user.desk.practice.versus is not None)
        assert user.desk.practice.versus_lines[0].words.startswith("2 trades on 1 day")
        assert "candle paths" in user.desk.practice.versus_lines[0].words
        assert user.panel.table.model().rowCount() >= 2
        story.window.practice.ask_for_new()
        assert story.window.practice.question is not None
        story.window.practice.question.accept()
        await story.until(lambda: user.history == [] and not user.desk.practice.has_trades)

    play(qapp, tmp_path, scenario)
