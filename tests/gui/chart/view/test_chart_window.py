"""The charts of a symbol stand in a window of their own, and come back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.chart.builders import flush
from tests.gui.layout.desk import Desk

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Desk:
    desk = Desk(qtbot, tmp_path / "layouts.json")
    desk.window.activateWindow()
    flush()
    return desk


def test_that_a_key_gives_charts_a_window_and_closing_it_brings_them_back(desk: Desk) -> None:
    deck = desk.window.deck
    QTest.keyClick(desk.window, Qt.Key.Key_W, CTRL_SHIFT)
    flush()
    board = deck.boards["XAUUSD"]
    window = board.window()
    assert window is not desk.window
    assert window.windowTitle() == "XAUUSD charts"
    assert board.m1.isVisible()
    assert deck.boards["BTCUSD"].window() is desk.window
    QTest.keyClick(window, Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    assert board.front_view.timeframe == "H1"
    window.close()
    flush()
    assert board.window() is desk.window
    assert board.front_view.isVisible()
    assert deck.front_symbol == "XAUUSD"


@pytest.mark.parametrize("is_side_by_side", [False, True])
def test_that_the_desk_follows_the_mouse_from_window_to_window(desk: Desk, is_side_by_side: bool) -> None:
    deck = desk.window.deck
    deck.set_side_by_side(is_side_by_side)
    deck.detach("BTCUSD")
    assert deck.front_symbol == "BTCUSD"
    for symbol in ("XAUUSD", "BTCUSD"):
        deck.boards[symbol].m1.plot.point_at_row(50)  # as the mouse does; here both windows lie at the same place
        assert deck.front_symbol == symbol
        assert desk.model.front == symbol
        assert deck.rect().contains(deck.plot_area)
    deck.detach("XAUUSD")
    assert deck.plot_area == deck.rect()


def test_that_windows_come_back_after_a_restart(qtbot: QtBot, desk: Desk) -> None:
    assert desk.path is not None
    desk.window.deck.detach("BTCUSD")
    desk.window.deck.boards["BTCUSD"].window().resize(700, 420)
    flush()
    desk.rest()
    desk.window.hide()

    again = Desk(qtbot, desk.path)
    deck = again.window.deck
    assert set(deck.windows) == {"BTCUSD"}
    assert deck.boards["BTCUSD"].window().size().width() == 700
    again.window.layouts.reset()
    assert not deck.windows
