"""The map of the keyboard: every key belongs to a named action, and the user may choose others."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QShortcut
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from config.desk import KeyboardSettings
from config.loader import parse_settings
from config.settings import Settings
from engine.errors import InvalidConfiguration
from tests.gui.chart.builders import flush
from tests.gui.desk_window import DeskWindow
from tests.whole import present

CTRL = Qt.KeyboardModifier.ControlModifier


def keys_of(desk: DeskWindow, name: str) -> str:
    return next(entry.text for entry in desk.window.keys.entries() if entry.name == name)


# -- the map ------------------------------------------------------------------------------------------------------


def test_that_every_key_of_the_window_belongs_to_a_named_action(desk: DeskWindow) -> None:
    assert desk.window.findChildren(QShortcut) == []
    actions = desk.window.findChildren(QAction)
    assert [action.text() for action in actions if action.shortcuts() and not action.objectName()] == []


def test_that_no_two_actions_have_the_same_key(desk: DeskWindow) -> None:
    keys = [key.toString() for action in desk.window.keys.actions.values() for key in action.shortcuts()]
    assert len(keys) == len(set(keys))
    assert desk.window.keys.faults == {}


def test_that_the_map_has_all_that_a_trader_does_by_key(desk: DeskWindow) -> None:
    names = set(desk.window.keys.actions)
    assert {
        f"trading.{verb}" for verb in ("arm", "approve", "reject", "close", "break_even", "flatten", "halt")
    } <= names
    assert {"trading.release_halt", "chart.side_by_side", "chart.auto_price", "chart.follow_live"} <= names
    assert {f"overlay.{name}" for name, _ in desk.window.deck.views[0].overlays} <= names
    assert {"panel.conditions", "help.keys"} <= names
    assert keys_of(desk, "trading.release_halt") == ""


def test_that_tips_name_the_keys_in_force(desk: DeskWindow) -> None:
    assert desk.window.chart_actions.reset.toolTip() == "The newest candles at the usual width (Home)"
    desk.window.keys.choose("chart.reset", "F7")
    desk.answer()
    assert desk.window.chart_actions.reset.toolTip() == "The newest candles at the usual width (F7)"


def test_that_a_chosen_key_works_once_the_settings_have_it_and_the_old_one_no_more(desk: DeskWindow) -> None:
    assert desk.window.keys.choose("chart.side_by_side", "F7") == ""
    desk.press(Qt.Key.Key_F7)
    assert not desk.window.deck.is_side_by_side
    desk.answer()
    desk.press(Qt.Key.Key_B, CTRL)
    assert not desk.window.deck.is_side_by_side
    desk.press(Qt.Key.Key_F7)
    assert desk.window.deck.is_side_by_side


def test_that_only_what_differs_from_the_defaults_is_kept(desk: DeskWindow) -> None:
    keys = desk.window.keys
    keys.choose("chart.reset", "F7")
    desk.answer()
    assert desk.desk.settings.in_force.keyboard.chosen == {"chart.reset": "F7"}
    keys.choose("help.keys", "")
    desk.answer()
    assert desk.desk.settings.in_force.keyboard.chosen == {"chart.reset": "F7", "help.keys": ""}
    keys.reset("chart.reset")
    desk.answer()
    assert desk.desk.settings.in_force.keyboard.chosen == {"help.keys": ""}
    keys.reset_all()
    desk.answer()
    assert desk.desk.settings.in_force.keyboard.chosen == {}
    assert keys_of(desk, "help.keys") == "F1"


def test_that_a_key_that_another_action_has_is_refused_with_its_owner(desk: DeskWindow) -> None:
    assert desk.window.keys.choose("chart.reset", "Ctrl+B") == "Ctrl+B is the key of Side by side"
    assert desk.asked == []


def test_that_what_trades_or_halts_gets_no_key_that_is_struck_while_writing(desk: DeskWindow) -> None:
    for name in ("trading.halt", "trading.approve"):
        allowed = [key for key in ("H", "Shift+H", "F8", "Alt+Q") if not desk.window.keys.fault(name, key)]
        assert allowed == ["F8", "Alt+Q"]


def test_that_words_that_are_no_key_are_refused(desk: DeskWindow) -> None:
    assert desk.window.keys.choose("chart.reset", "Hyper+Q") == "Hyper+Q is no key"


def test_that_a_default_that_another_action_has_taken_cannot_come_back_unasked(desk: DeskWindow) -> None:
    keys = desk.window.keys
    for name, key in (("chart.reset", "F7"), ("chart.live", "Home")):
        assert keys.choose(name, key) == ""
        desk.answer()
    assert keys.reset("chart.reset") == "Home is the key of Return to live"


def test_that_a_written_choice_that_cannot_be_leaves_the_default_and_is_reported(qtbot: QtBot) -> None:
    written = ("chart.reset: Ctrl+B", "help.keys: nonsense", "no.such_action: F9", "trading.arm: F10")
    desk = DeskWindow(qtbot, Settings(keyboard=KeyboardSettings(keys=written)))
    assert desk.window.keys.faults == {
        "chart.reset": "Ctrl+B is the key of Side by side",
        "help.keys": "nonsense is no key",
    }
    assert [keys_of(desk, name) for name in ("chart.reset", "help.keys", "trading.arm")] == ["Home", "F1", "F10"]
    assert "press F10" in desk.desk.trading.arming.way_to_arm


def test_that_a_line_that_chooses_nothing_is_reported_with_what_is_allowed() -> None:
    with pytest.raises(InvalidConfiguration, match=r"keyboard.keys.0 'Home' chooses no key; allowed is an action and"):
        parse_settings(b'{"keyboard": {"keys": ["Home"]}}', "a file")


# -- the charts ---------------------------------------------------------------------------------------------------


def test_that_halt_is_given_to_dialogs_and_is_no_entry_of_every_menu(desk: DeskWindow) -> None:
    halt = desk.action("trading.halt")
    desk.window.keyboard.show()
    flush()
    dialog = present(desk.window.keyboard.dialog)
    assert halt in dialog.actions()
    dialog.close()
    desk.window.file_menu.popup(desk.window.pos())
    flush()
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.focusWindowChanged.emit(None)
    assert halt not in desk.window.file_menu.actions()
    desk.window.file_menu.close()


def test_that_keys_turn_from_symbol_to_symbol(desk: DeskWindow) -> None:
    deck = desk.window.deck
    desk.press(Qt.Key.Key_2, CTRL)
    assert deck.front_symbol == "BTCUSD"
    desk.press(Qt.Key.Key_PageDown, CTRL)
    assert deck.front_symbol == "XAUUSD"
    desk.press(Qt.Key.Key_PageUp, CTRL)
    assert deck.front_symbol == "BTCUSD"
    desk.press(Qt.Key.Key_B, CTRL)
    desk.press(Qt.Key.Key_1, CTRL)
    assert deck.front_symbol == "XAUUSD"
    assert deck.view_at_keyboard is deck.views[0]


def test_that_keys_zoom_pan_and_follow_the_chart_in_front(desk: DeskWindow) -> None:
    view = desk.window.deck.views[0]
    camera = view.plot.camera
    step = camera.step
    desk.press(Qt.Key.Key_Plus)
    assert camera.step > step
    desk.press(Qt.Key.Key_Minus)
    assert camera.step == pytest.approx(step)
    last = camera.last
    for _ in range(4):
        desk.press(Qt.Key.Key_Left)
    assert camera.last < last
    assert not view.is_following
    desk.press(Qt.Key.Key_End)
    assert view.is_following
    camera.zoom_price(2.0)
    desk.press(Qt.Key.Key_0, CTRL)
    assert camera.is_auto_price
    desk.press(Qt.Key.Key_Plus)
    desk.press(Qt.Key.Key_Home)
    assert camera.step == pytest.approx(step)


def test_that_arrows_in_a_table_leave_the_chart_alone(desk: DeskWindow) -> None:
    camera, table = desk.window.deck.views[0].plot.camera, desk.window.trading.tabs.positions
    last = camera.last
    table.setFocus()
    desk.press(Qt.Key.Key_Left, on=table)
    assert camera.last == last


def test_that_an_overlay_can_be_given_a_key(desk: DeskWindow) -> None:
    name = desk.window.deck.views[0].overlays[0][0]
    desk.window.keys.choose(f"overlay.{name}", "F7")
    desk.answer()
    desk.press(Qt.Key.Key_F7)
    assert [view.is_overlay_visible(name) for view in desk.window.deck.views] == [False, False]


def test_that_the_conditions_come_and_go_by_key(desk: DeskWindow) -> None:
    assert desk.window.panels.content("conditions").isVisible()
    desk.press(Qt.Key.Key_I, CTRL)
    flush()
    assert not desk.window.panels.content("conditions").isVisible()
