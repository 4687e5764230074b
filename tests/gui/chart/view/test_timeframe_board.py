"""The user chooses time frames, and sees them in front, beside one another and with one crosshair."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.features.chart.model.arrangement import Arrangement, Timeframe
from gui.features.chart.view.timeframes.board import TimeframeBoard
from tests.gui.chart.builders import flush, quiet_hours
from tests.gui.layout.desk import Desk

ALT, ALT_SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Desk:
    desk = Desk(qtbot, tmp_path / "layouts.json")
    desk.model.charts["XAUUSD"].append(quiet_hours(540, 60))
    desk.window.resize(1280, 800)
    desk.window.activateWindow()
    flush()
    return desk


def board_of(desk: Desk) -> TimeframeBoard:
    return desk.window.deck.boards["XAUUSD"]


def test_that_a_key_brings_another_time_frame_to_the_front_and_m1_back(desk: Desk) -> None:
    board = board_of(desk)
    QTest.keyClick(desk.window, Qt.Key.Key_4, ALT)
    flush()
    assert board.front_view.timeframe is Timeframe.H1
    assert board.front_view.isVisible()
    assert not board.m1.isVisible()
    assert board.front_view.snapshot_text.endswith("Mon 2 Mar 2026 17:00 VWAP – ATR(14) – London forming")
    assert board.front_view.plot.hasFocus()
    QTest.keyClick(desk.window, Qt.Key.Key_1, ALT)
    flush()
    assert board.m1.isVisible()
    assert not desk.model.timeframes["XAUUSD"].context[Timeframe.H1].is_open


def test_that_a_button_and_a_menu_do_the_same(desk: Desk) -> None:
    board = board_of(desk)
    board.bar.front[Timeframe.M15].trigger()
    board.bar.beside[Timeframe.M1].trigger()
    board.bar.grid.trigger()
    expected = Arrangement(front=Timeframe.M15, beside=(Timeframe.M1,), is_grid=True)
    assert board.arrangement == expected
    assert [view.timeframe for view in board.shown_views] == [Timeframe.M15, Timeframe.M1]


def test_that_the_crosshair_of_one_chart_is_on_the_others(desk: Desk) -> None:
    board = board_of(desk)
    QTest.keyClick(desk.window, Qt.Key.Key_2, ALT_SHIFT)
    flush()
    five = board.shown_views[1]
    assert five.timeframe is Timeframe.M5
    plot = board.m1.plot
    QTest.mouseMove(plot.viewport(), QPoint(300, 80))
    flush()
    row = plot.hovered_row
    assert row is not None
    linked = five.plot.canvas.crosshair
    assert linked.row == row // 5
    assert linked.price == pytest.approx(plot.canvas.view_scale.price_at(80.5))
    QTest.mouseMove(five.plot.viewport(), QPoint(100, 40))
    assert five.plot.hovered_row is not None
    assert plot.canvas.crosshair.row == 5 * five.plot.hovered_row


def test_that_another_time_frame_shows_the_time_that_was_looked_at(desk: Desk) -> None:
    board = board_of(desk)
    board.m1.look_at(320)
    before = board.m1.plot.last_in_view
    assert before is not None
    board.bar.front[Timeframe.M5].trigger()
    flush()
    after = board.front_view.plot.last_in_view
    assert after is not None
    assert 0 <= before - after < 2 * 300
    board.front_view.follow_live(True)
    board.bar.front[Timeframe.M15].trigger()
    assert board.front_view.is_following


def test_that_overlays_are_switched_on_all_charts_of_a_symbol(desk: Desk) -> None:
    board = board_of(desk)
    board.m1.set_overlay_visible("vwap", False)
    board.arrange(Arrangement(beside=(Timeframe.H1,)))
    hour = board.shown_views[1]
    assert not hour.is_overlay_visible("vwap")
    hour.set_overlay_visible("order_blocks", False)
    assert not board.m1.is_overlay_visible("order_blocks")
    assert "setups" not in dict(hour.overlays)


def test_that_a_record_of_the_journal_is_shown_on_m1(desk: Desk) -> None:
    board = board_of(desk)
    board.arrange(Arrangement(front=Timeframe.H4))
    desk.window.deck.bring_m1("XAUUSD").look_at(20, is_marked=True)
    assert board.front_view is board.m1


def test_that_time_frames_come_back_after_a_restart_and_with_a_named_layout(qtbot: QtBot, desk: Desk) -> None:
    assert desk.path is not None
    wanted = Arrangement(front=Timeframe.H1, beside=(Timeframe.M1, Timeframe.D1))
    board_of(desk).arrange(wanted)
    desk.window.layouts.save_as("context")
    desk.rest()
    desk.window.hide()

    again = Desk(qtbot, desk.path)
    assert board_of(again).arrangement == wanted
    assert again.window.deck.boards["BTCUSD"].arrangement == Arrangement()
    board_of(again).arrange(Arrangement())
    again.window.layouts.load("context")
    assert board_of(again).arrangement == wanted
    again.window.layouts.reset()
    assert board_of(again).arrangement == Arrangement()
