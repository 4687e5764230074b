"""What is said to an order in a paused market."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from engine.domain.messages.commands import Flatten
from engine.domain.messages.engine import PlaybackChanged
from engine.domain.messages.execution import Reconciled, ReconciliationStarted
from tests.builders import MONDAY
from tests.gui.desk_window import DeskWindow


def test_that_an_order_waits_for_a_quote_only_as_long_as_the_market_is_paused(qtbot: QtBot) -> None:
    desk = DeskWindow(qtbot)
    desk.desk.playback.show(PlaybackChanged(is_paused=True, speed=1.0))
    desk.desk.trading.commanded.emit(Flatten())
    assert "waits for the next quote" in desk.window.statusBar().currentMessage()
    desk.desk.playback.show(PlaybackChanged(is_paused=False, speed=1.0))
    assert desk.window.statusBar().currentMessage() == ""


def test_that_a_paused_market_is_named_as_the_reason_why_nothing_can_be_entered_after_a_jump(qtbot: QtBot) -> None:
    desk = DeskWindow(qtbot)
    modes = desk.desk.trading.modes
    modes.show_broker(ReconciliationStarted(reason="the broker is connected", at=MONDAY))
    assert modes.hindrance == "No entries: reconciling positions and orders with the broker's"
    desk.desk.playback.show(PlaybackChanged(is_paused=True, speed=1.0))
    assert modes.hindrance == "No entries: the market is paused; press Play"
    desk.desk.playback.show(PlaybackChanged(is_paused=False, speed=1.0))
    assert modes.hindrance == "No entries: reconciling positions and orders with the broker's"
    modes.show_broker(Reconciled(open_trades=0, unknown=(), at=MONDAY))
    desk.desk.playback.show(PlaybackChanged(is_paused=True, speed=1.0))
    assert modes.hindrance == ""
