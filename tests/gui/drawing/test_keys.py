"""The whole desk: drawing by keys alone, from the menus, on every chart of a symbol, and kept with the desk."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QToolButton

from gui.features.chart.model.arrangement import Arrangement, Timeframe
from gui.features.chart.view.chart_view import ChartView
from gui.features.drawing.model.drawing import Kind
from gui.features.drawing.model.drawings import Drawings
from gui.features.drawing.model.file import file_of, read_drawings
from gui.features.drawing.view.menus import DrawingMenu
from gui.features.trading.model.levels import LevelKind, TradeLine
from tests.gui.chart.builders import flush
from tests.gui.chart.view.hand import hover, place
from tests.gui.desk_window import DeskWindow
from tests.gui.drawing.builders import level

ALT, CTRL, SHIFT, NONE = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.NoModifier,
)
GOLD = "XAUUSD"


class Keyboard:
    """A user of the gold chart who has no mouse."""

    def __init__(self, desk: DeskWindow) -> None:
        self.desk, self.view = desk, desk.window.deck.views[0]
        self.drawings: Drawings = desk.desk.charts[GOLD].drawings
        self.view.setFocus()
        flush()

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE, times: int = 1) -> None:
        for _ in range(times):
            QTest.keyClick(self.view.plot, key, modifiers)
        flush()

    def write(self, words: str | None) -> None:
        """In the dialog that asks for them, which is cancelled where there are none."""
        dialog = self.desk.window.findChildren(QInputDialog)[-1]
        dialog.setTextValue(words or "")
        dialog.reject() if words is None else dialog.accept()
        self.desk.window.activateWindow()
        self.view.setFocus()
        flush()


@pytest.fixture
def keyboard(desk: DeskWindow) -> Keyboard:
    return Keyboard(desk)


def test_that_a_level_is_drawn_moved_undone_and_deleted_by_keys(keyboard: Keyboard) -> None:
    drawings, model = keyboard.drawings, keyboard.desk.desk.charts[GOLD]
    camera = keyboard.view.plot.camera.first, keyboard.view.plot.camera.low
    keyboard.press(Qt.Key.Key_H, ALT)
    assert drawings.tools.kind is Kind.HORIZONTAL_LINE
    assert drawings.held is not None
    assert drawings.held.first.price == model.last_price
    keyboard.press(Qt.Key.Key_Up, times=3)
    keyboard.press(Qt.Key.Key_Return)
    (line,) = drawings.all
    assert line.first.price == pytest.approx(model.last_price + 0.03)
    assert drawings.tools.kind is None
    keyboard.press(Qt.Key.Key_Down, SHIFT)
    keyboard.press(Qt.Key.Key_Up)
    assert drawings.all[0].first.price == pytest.approx(model.last_price - 0.06)
    for _ in range(2):
        keyboard.press(Qt.Key.Key_Z, CTRL)
    assert drawings.all == (line,)
    keyboard.press(Qt.Key.Key_Y, CTRL)
    assert drawings.all[0].first.price == pytest.approx(model.last_price - 0.07)
    keyboard.press(Qt.Key.Key_Delete)
    assert drawings.all == ()
    keyboard.press(Qt.Key.Key_Z, CTRL)
    assert len(drawings.all) == 1
    assert (keyboard.view.plot.camera.first, keyboard.view.plot.camera.low) == camera


def test_that_a_trend_line_is_drawn_and_its_ends_are_moved_by_keys(keyboard: Keyboard) -> None:
    drawings, axis = keyboard.drawings, keyboard.desk.desk.charts[GOLD].axis
    keyboard.press(Qt.Key.Key_T, ALT)
    keyboard.press(Qt.Key.Key_Left, SHIFT, times=3)
    keyboard.press(Qt.Key.Key_Return)
    keyboard.press(Qt.Key.Key_Right, SHIFT, times=2)
    keyboard.press(Qt.Key.Key_Up, times=5)
    keyboard.press(Qt.Key.Key_Return)
    (line,) = drawings.all
    assert [axis.position(each.time_s) for each in line.anchors] == [269, 289]
    assert line.last.price == pytest.approx(line.first.price + 0.05)
    keyboard.press(Qt.Key.Key_Left, ALT)
    keyboard.press(Qt.Key.Key_Right, CTRL)
    assert [axis.position(each.time_s) for each in drawings.all[0].anchors] == [268, 290]
    keyboard.press(Qt.Key.Key_Right)
    assert [axis.position(each.time_s) for each in drawings.all[0].anchors] == [269, 291]


def test_that_a_level_far_away_needs_few_keys(keyboard: Keyboard) -> None:
    scale = keyboard.view.plot.canvas.view_scale
    keyboard.press(Qt.Key.Key_H, ALT)
    before = keyboard.drawings.held
    keyboard.press(Qt.Key.Key_PageUp, times=2)
    keyboard.press(Qt.Key.Key_Return)
    assert before is not None
    moved = keyboard.drawings.all[0].first.price - before.first.price
    assert moved == pytest.approx((scale.high - scale.low) / 10.0, abs=0.02)


def test_that_another_symbol_is_chosen_by_its_key_while_a_drawing_is_selected(keyboard: Keyboard) -> None:
    keyboard.drawings.add(level())
    keyboard.press(Qt.Key.Key_PageDown, CTRL)
    assert keyboard.desk.window.deck.front_symbol == "BTCUSD"
    assert keyboard.drawings.all == (level(),)


def test_that_a_level_stands_at_a_price_that_the_instrument_can_have(keyboard: Keyboard) -> None:
    keyboard.view._model.tick_size = 0.25
    keyboard.press(Qt.Key.Key_H, ALT)
    keyboard.press(Qt.Key.Key_Up)
    keyboard.press(Qt.Key.Key_Return)
    assert keyboard.drawings.all[0].first.price % 0.25 == 0.0


def test_that_a_measurement_is_made_by_keys_and_escape_removes_it(keyboard: Keyboard) -> None:
    keyboard.press(Qt.Key.Key_M, ALT)
    keyboard.press(Qt.Key.Key_Return)
    keyboard.press(Qt.Key.Key_Up, SHIFT, times=4)
    keyboard.press(Qt.Key.Key_Enter)
    assert keyboard.drawings.is_measured
    keyboard.press(Qt.Key.Key_Escape)
    assert keyboard.drawings.held is None
    assert keyboard.drawings.all == ()


def test_that_keys_go_from_drawing_to_drawing_and_open_the_menu(keyboard: Keyboard) -> None:
    for name in "ab":
        keyboard.drawings.add(level(2000.0 + len(name), name=name))
    keyboard.press(Qt.Key.Key_Escape)
    assert keyboard.drawings.selected is None
    keyboard.press(Qt.Key.Key_D)
    assert keyboard.drawings.selected == keyboard.drawings.find("a")
    keyboard.press(Qt.Key.Key_D, SHIFT)
    assert keyboard.drawings.selected == keyboard.drawings.find("b")
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(10, 10), QPoint(10, 10))
    QApplication.sendEvent(keyboard.view, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, DrawingMenu)
    menu.close()


def test_that_the_same_key_puts_a_tool_away_and_another_one_takes_its_place(keyboard: Keyboard) -> None:
    tools = keyboard.drawings.tools
    keyboard.press(Qt.Key.Key_T, ALT)
    keyboard.press(Qt.Key.Key_Return)
    keyboard.press(Qt.Key.Key_R, ALT)
    assert tools.kind is Kind.RAY
    assert keyboard.drawings.held is not None
    assert keyboard.drawings.held.kind is Kind.RAY
    keyboard.press(Qt.Key.Key_R, ALT)
    assert tools.kind is None
    assert keyboard.drawings.held is None


def test_that_arrows_move_the_chart_while_nothing_is_selected(keyboard: Keyboard) -> None:
    before = keyboard.view.plot.camera.first
    keyboard.press(Qt.Key.Key_Left)
    assert keyboard.view.plot.camera.first < before


def test_that_a_level_is_drawn_at_the_crosshair_at_once(keyboard: Keyboard) -> None:
    at = place(keyboard.view, 250, 2000.3)
    hover(keyboard.view, at)
    keyboard.desk.desk.drawing_tools.set_snapping(False)
    keyboard.press(Qt.Key.Key_H, ALT)
    (line,) = keyboard.drawings.all
    assert line.first.price == pytest.approx(2000.3, abs=0.02)
    assert keyboard.drawings.tools.kind is None


def test_that_a_level_is_drawn_on_the_chart_under_the_mouse_wherever_the_keyboard_is(keyboard: Keyboard) -> None:
    board = keyboard.desk.window.deck.boards[GOLD]
    board.arrange(Arrangement(front=Timeframe.M1, beside=(Timeframe.M5,)))
    flush()
    m5 = board.shown_views[1]
    keyboard.desk.desk.drawing_tools.set_snapping(False)
    hover(m5, place(m5, 55, 2000.7))
    keyboard.press(Qt.Key.Key_H, ALT)
    assert keyboard.drawings.all[0].first.price == pytest.approx(2000.7, abs=0.03)


def test_that_words_are_written_on_the_chart(keyboard: Keyboard) -> None:
    keyboard.press(Qt.Key.Key_X, ALT)
    keyboard.press(Qt.Key.Key_Return)
    keyboard.write("News")
    assert [each.text for each in keyboard.drawings.all] == ["News"]
    keyboard.press(Qt.Key.Key_F2)
    keyboard.write("CPI")
    assert [each.text for each in keyboard.drawings.all] == ["CPI"]
    for words in (None, "  "):
        keyboard.press(Qt.Key.Key_X, ALT)
        keyboard.press(Qt.Key.Key_Return)
        keyboard.write(words)
        assert keyboard.drawings.held is None
    assert len(keyboard.drawings.all) == 1


# -- the window


def test_that_the_toolbar_has_one_button_with_all_tools(desk: DeskWindow) -> None:
    controls = desk.window.drawing
    button = desk.window.view_bar.button(controls.menu.menuAction())
    assert isinstance(button, QToolButton)
    assert button.text() == "Draw ▾"
    words = [action.text() for action in controls.menu.actions() if action.text()]
    assert words[:7] == [
        "Horizontal line",
        "Trend line",
        "Ray",
        "Rectangle",
        "Fibonacci retracement",
        "Text",
        "Measure",
    ]
    controls.tools[Kind.RAY].trigger()
    assert controls.tools[Kind.RAY].isChecked()
    desk.window.live.trigger()
    assert not controls.tools[Kind.RAY].isChecked()


def test_that_the_menu_offers_what_can_be_done(keyboard: Keyboard) -> None:
    controls = keyboard.desk.window.drawing
    by_name = {action.text(): action for action in controls.edits}
    controls.menu.aboutToShow.emit()
    assert not any(action.isEnabled() for action in controls.edits)
    controls.menu.aboutToHide.emit()
    assert by_name["Undo"].isEnabled()
    keyboard.drawings.add(level())
    controls.menu.aboutToShow.emit()
    assert {name for name, action in by_name.items() if not action.isEnabled()} == {"Redo"}
    by_name["Delete all drawings"].trigger()
    assert keyboard.drawings.all == ()


def test_that_a_tool_shows_drawings_that_were_hidden(desk: DeskWindow) -> None:
    view = desk.window.deck.views[0]
    view.set_overlay_visible("drawings", False)
    desk.window.drawing.tools[Kind.TREND_LINE].trigger()
    assert view.is_overlay_visible("drawings")


def test_that_every_time_frame_shows_and_places_the_same_drawing(keyboard: Keyboard) -> None:
    board = keyboard.desk.window.deck.boards[GOLD]
    board.arrange(Arrangement(front=Timeframe.M1, beside=(Timeframe.M5, Timeframe.M15), is_grid=True))
    flush()
    m1, m5, _ = board.shown_views
    keyboard.drawings.tools.choose(Kind.TREND_LINE)
    for view, row in ((m1, 285), (m5, 58)):
        at = place(view, row, 2000.4)
        QTest.mouseClick(view.plot.viewport(), Qt.MouseButton.LeftButton, NONE, at)
        flush()
    (line,) = keyboard.drawings.all
    assert [_row(m1, each.time_s) for each in line.anchors] == [285, 290]
    assert [_row(m5, each.time_s) for each in line.anchors] == [57, 58]
    assert all(len(view.plot.canvas.drawing_shapes) == 1 for view in board.shown_views)


def _row(view: ChartView, time_s: int) -> int:
    return int(view._model.axis.rows(time_s))


def test_that_a_window_of_its_own_has_the_keys_too(keyboard: Keyboard) -> None:
    deck = keyboard.desk.window.deck
    deck.detach(GOLD)
    flush()
    keyboard.view.setFocus()
    keyboard.press(Qt.Key.Key_H, ALT)
    keyboard.press(Qt.Key.Key_Return)
    assert len(keyboard.drawings.all) == 1


def test_that_r_is_that_of_the_prepared_order_of_the_chart(desk: DeskWindow) -> None:
    chart = desk.desk.charts[GOLD]
    assert chart.drawings.risk() is None
    kinds = ((LevelKind.ENTRY, 2000.0), (LevelKind.STOP, 1998.5))
    chart.trades.show_draft(tuple(TradeLine(kind, price, "", is_draft=True, form="f") for kind, price in kinds), "f")
    risk = chart.drawings.risk()
    assert risk is not None
    assert (risk.distance, risk.owner) == (1.5, "the order")


def test_that_each_symbol_keeps_its_drawings_with_the_desk(desk: DeskWindow, tmp_path: Path) -> None:
    kept = desk.desk.kept_drawings
    kept.begin(tmp_path)
    desk.desk.charts[GOLD].drawings.add(level(2000.5))
    desk.desk.charts["BTCUSD"].drawings.add(level(90_000.0))
    desk.desk.open([desk.desk.sources[GOLD]])
    assert desk.desk.charts[GOLD].drawings.all == (level(2000.5),)
    kept.close()
    assert read_drawings(file_of(tmp_path, GOLD), GOLD) == (level(2000.5),)
    assert read_drawings(file_of(tmp_path, "BTCUSD"), "BTCUSD") == (level(90_000.0),)
