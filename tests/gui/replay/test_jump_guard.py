"""A jump that would close positions is carried out only once the user agrees."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.domain.messages.engine import Seek
from gui.features.replay.model.playback import PlaybackModel
from gui.features.replay.view.jump_guard import JumpGuard
from tests.builders import MONDAY
from tests.gui.chart.builders import flush


class Jumper:
    """A player with so many open positions."""

    def __init__(self, qtbot: QtBot, positions: int) -> None:
        self.window, self.asked = QWidget(), list[object]()
        qtbot.addWidget(self.window)
        self.window.show()
        self.playback = PlaybackModel()
        self.playback.commanded.connect(self.asked.append)
        self.guard = JumpGuard(self.window, self.playback, lambda: positions)

    def press(self, words: str) -> None:
        assert self.guard.box is not None
        next(button for button in self.guard.box.buttons() if button.text() == words).click()
        flush()


def test_that_a_jump_without_positions_asks_nothing(qtbot: QtBot) -> None:
    jumper = Jumper(qtbot, 0)
    jumper.playback.seek(MONDAY)
    assert (jumper.asked, jumper.guard.box) == ([Seek(MONDAY)], None)


@pytest.mark.parametrize(("count", "words"), [(1, "1 open position is closed"), (2, "2 open positions are closed")])
def test_that_a_jump_with_positions_is_asked_about_once(qtbot: QtBot, count: int, words: str) -> None:
    jumper = Jumper(qtbot, count)
    jumper.playback.show_candle(MONDAY)
    jumper.playback.seek(MONDAY + timedelta(hours=1))
    assert jumper.asked == []
    assert jumper.guard.box is not None
    assert jumper.guard.box.text().startswith(words)
    jumper.press("Close and jump")
    assert jumper.asked[0] == Seek(MONDAY)
    assert jumper.guard.box is None


def test_that_a_jump_that_is_cancelled_leaves_everything(qtbot: QtBot) -> None:
    jumper = Jumper(qtbot, 1)
    jumper.playback.seek(MONDAY)
    assert jumper.guard.box is not None
    jumper.guard.box.reject()
    flush()
    assert jumper.asked == []
    assert not jumper.guard.box
