"""What is said to an order in a paused market."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from engine.domain.messages.commands import Flatten
from engine.domain.messages.engine import PlaybackChanged
from tests.gui.desk_window import DeskWindow


def test_that_an_order_waits_for_a_quote_only_as_long_as_the_market_is_paused(qtbot: QtBot) -> None:
    desk = DeskWindow(qtbot)
    desk.desk.playback.show(PlaybackChanged(is_paused=True, speed=1.0))
    desk.desk.trading.commanded.emit(Flatten())
    assert "waits for the next quote" in desk.window.statusBar().currentMessage()
    desk.desk.playback.show(PlaybackChanged(is_paused=False, speed=1.0))
    assert desk.window.statusBar().currentMessage() == ""
