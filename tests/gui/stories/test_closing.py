"""Closing a window never leaves a position by a slip of the hand, and never holds up the system."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine.domain.messages.commands import Flatten
from engine.domain.messages.engine import PlaybackChanged
from engine.domain.messages.execution import TradeClosed, TradeOpened
from engine.domain.messages.trading import PaperTradesEnded
from gui.features.closing.model import PAUSED
from gui.features.closing.view.dialog import ClosingDialog
from gui.features.trading.model.sentences import sentence_of
from tests.gui.chart.builders import flush
from tests.gui.desk_window import DeskWindow
from tests.trading.desks import TradingDesk


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[DeskWindow]:
    desk = DeskWindow(qtbot)
    yield desk
    desk.window.close_now()


def trade(desk: DeskWindow) -> TradingDesk:
    """A position is open in the window."""
    trading = TradingDesk().start().trade_by_itself()
    trading.propose()
    trading.tick(61)
    show(desk, trading)
    assert desk.desk.closing.open_positions == 1
    return trading


def show(desk: DeskWindow, trading: TradingDesk) -> None:
    for event in trading.events:
        if isinstance(event, TradeOpened | TradeClosed):
            desk.desk.trading.on_event(event)
    flush()


def close_by_user(desk: DeskWindow) -> None:
    """As the cross of the window does."""
    desk.window.close()
    flush()


def dialog(desk: DeskWindow) -> ClosingDialog | None:
    assert desk.window.closing is not None
    return desk.window.closing.dialog


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    flush()


def test_that_a_window_with_nothing_open_closes_at_once(desk: DeskWindow) -> None:
    close_by_user(desk)
    assert not desk.window.isVisible()


def test_that_closing_with_an_open_position_asks_and_stays_by_default(desk: DeskWindow) -> None:
    trade(desk)
    close_by_user(desk)
    asked = dialog(desk)
    assert desk.window.isVisible()
    assert asked is not None
    assert asked.words.text().startswith("Open: 1 position. ")
    QTest.keyClick(asked, Qt.Key.Key_Escape)
    flush()
    assert desk.window.isVisible()
    assert dialog(desk) is None
    close_by_user(desk)
    assert dialog(desk) is not None


def test_that_a_broker_keeps_the_stops_of_a_desk_that_is_closed(desk: DeskWindow) -> None:
    desk.desk.playback.set_live()
    trade(desk)
    close_by_user(desk)
    asked = dialog(desk)
    assert asked is not None
    assert "Stops and targets stay at the broker" in asked.words.text()
    assert asked.leave.text() == "Keep the stops and close"
    click(asked.leave)
    assert not desk.window.isVisible()
    assert Flatten() not in desk.asked


def test_that_flatten_first_closes_the_window_once_nothing_is_open(desk: DeskWindow, qtbot: QtBot) -> None:
    trading = trade(desk)
    close_by_user(desk)
    asked = dialog(desk)
    assert asked is not None
    click(asked.first)
    assert desk.asked[-1] == Flatten()
    assert desk.window.isVisible()
    assert asked.words.text() == "Closing. Open: 1 position …"
    trading.do(Flatten())
    trading.tick(62)
    show(desk, trading)
    qtbot.waitUntil(lambda: not desk.window.isVisible())


def test_that_flatten_first_in_a_paused_market_says_what_it_waits_for(desk: DeskWindow) -> None:
    trade(desk)
    desk.desk.playback.show(PlaybackChanged(is_paused=True, speed=1.0))
    close_by_user(desk)
    asked = dialog(desk)
    assert asked is not None
    click(asked.first)
    assert asked.words.text() == f"Closing. Open: 1 position … {PAUSED}"


def test_that_the_end_of_a_session_is_never_held_up(desk: DeskWindow) -> None:
    trade(desk)
    desk.desk.closing.end_session()
    close_by_user(desk)
    assert not desk.window.isVisible()


def test_that_what_the_desk_closes_by_itself_is_closed_at_once(desk: DeskWindow) -> None:
    trade(desk)
    desk.window.close_now()
    assert not desk.window.isVisible()


def test_that_a_replay_with_trades_asks_whether_to_keep_them(desk: DeskWindow) -> None:
    desk.desk.closing.is_replay = True
    trading = trade(desk)
    trading.do(Flatten())
    trading.tick(62)
    show(desk, trading)
    close_by_user(desk)
    asked = dialog(desk)
    assert asked is not None
    assert asked.words.text() == "This replay has 1 closed trade. Its trades are lost when the window closes."
    assert asked.first.text() == "Save as journal …"
    click(asked.leave)
    assert not desk.window.isVisible()


def test_that_a_replay_with_a_position_alone_names_it_and_no_closed_trades(desk: DeskWindow) -> None:
    desk.desk.closing.is_replay = True
    trade(desk)
    close_by_user(desk)
    asked = dialog(desk)
    assert asked is not None
    assert asked.words.text() == "This replay has 1 open position. Its trades are lost when the window closes."
    click(asked.leave)


def test_that_the_next_start_says_what_became_of_a_position_on_paper(tmp_path: Path) -> None:
    first = TradingDesk(tmp_path, is_practice=True).start().trade_by_itself()
    first.propose()
    first.tick(61)
    assert first.of(TradeOpened)
    first.archive.close()  # as killed: nothing is closed before
    second = TradingDesk(tmp_path, is_practice=True).start()
    (ended,) = second.of(PaperTradesEnded)
    words = sentence_of(ended)
    assert words == "The paper account of the last run ended, and its trades have no result: BUY 0.01 XAUUSD"
    second.archive.close()
    third = TradingDesk(tmp_path, is_practice=True).start()
    assert third.of(PaperTradesEnded) == []
    third.archive.close()
