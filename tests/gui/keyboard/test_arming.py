"""Keys that trade: nothing until armed, not for long, never while the user types. Halt always works."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QToolButton, QVBoxLayout
from pytestqt.qtbot import QtBot

from config.desk import KeyboardSettings
from engine.domain.messages.commands import ApprovePlan, BreakEven, CloseTrade, Flatten, Halt, RejectPlan
from gui.features.keyboard.model.arming import Arming
from gui.features.replay.view.replay_mark import mark_replay
from gui.features.trading.model.positions import CLOSE
from gui.widgets.actions import TRADING_PROPERTY, make_action
from tests.fakes import source
from tests.gui.chart.builders import flush
from tests.gui.desk_window import DeskWindow
from tests.gui.trading.window import TradingWindow

pytestmark = pytest.mark.usefixtures("qapp")

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(qtbot: QtBot) -> TradingWindow:
    return TradingWindow(qtbot)


class Clock:
    """Monotonic seconds that a test moves."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def arming(clock: Clock) -> Arming:
    return Arming(KeyboardSettings(arm_seconds=60), clock=clock)


def heard(arming: Arming) -> list[str]:
    announced: list[str] = []
    arming.announced.connect(announced.append)
    return announced


# -- the state ----------------------------------------------------------------------------------------------------


def test_that_the_keyboard_is_disarmed_when_its_time_is_over(arming: Arming, clock: Clock) -> None:
    announced = heard(arming)
    arming.arm()
    clock.now_s += 59.5
    assert (arming.is_armed, arming.seconds_left) == (True, 1)
    clock.now_s += 0.5
    assert not arming.is_armed
    arming.refresh()
    assert announced == ["The keyboard is disarmed: the time is over"]


def test_that_each_trading_key_begins_the_time_again(arming: Arming, clock: Clock) -> None:
    arming.arm()
    clock.now_s += 50
    assert arming.admit("Approve", is_typing=False)
    assert arming.seconds_left == 60


def test_that_a_key_after_the_end_does_nothing_even_before_the_countdown_is_drawn(arming: Arming, clock: Clock) -> None:
    arming.arm()
    clock.now_s += 60
    assert not arming.admit("Approve", is_typing=False)


def test_that_a_key_that_was_refused_does_not_renew(arming: Arming, clock: Clock) -> None:
    arming.arm()
    clock.now_s += 50
    assert not arming.admit("Approve", is_typing=True)
    assert arming.seconds_left == 10


def test_that_the_user_may_do_without_arming(clock: Clock) -> None:
    arming = Arming(KeyboardSettings(needs_arming=False), clock=clock)
    assert arming.admit("Approve", is_typing=False)
    assert not arming.is_armed
    assert not arming.admit("Approve", is_typing=True)


def test_that_another_time_of_arming_disarms_what_was_armed_under_the_old_one(arming: Arming) -> None:
    arming.arm()
    arming.use_keyboard(KeyboardSettings(arm_seconds=60, keys=("chart.reset: F5",)))
    assert arming.is_armed
    arming.use_keyboard(KeyboardSettings(arm_seconds=10))
    assert not arming.is_armed


# -- the window ---------------------------------------------------------------------------------------------------


def test_that_no_trading_key_works_before_the_keyboard_is_armed_and_the_window_says_how(window: TradingWindow) -> None:
    window.propose()
    window.press(Qt.Key.Key_Return)
    window.press(Qt.Key.Key_Backspace)
    for key in (Qt.Key.Key_F, Qt.Key.Key_X, Qt.Key.Key_E):
        window.press(key, shift=True)
    assert window.asked == []
    assert [words.split(":")[0] for words in window.messages] == [
        *("Approve", "Reject", "Flatten (close all)", "Close position", "Break-even")
    ]
    hint = "Approve: its key does nothing until the keyboard is armed (press Ctrl+Shift+A or click Arm keys)"
    assert window.messages[0] == hint


def test_that_the_mouse_needs_no_arming(window: TradingWindow) -> None:
    window.propose()
    window.click(window.controls.desk.cards[window.card].approve)
    QTest.mouseClick(window.controls.modes.flatten, Qt.MouseButton.LeftButton)
    approved, flattened = window.asked
    assert isinstance(approved, ApprovePlan)
    assert (approved.plan_id, flattened) == ("scanner-signal-0", Flatten())
    assert window.messages == []


def test_that_a_frame_and_a_countdown_are_seen_while_the_keyboard_is_armed(window: TradingWindow) -> None:
    frame, button = window.controls.frame, window.controls.modes.arm
    assert (frame.isVisible(), button.text()) == (False, "Arm keys")
    window.arm()
    assert frame.isVisible()
    assert frame.geometry() == window.window.rect()
    assert button.text() == "Keys armed 1:00"
    window.window.resize(1000, 700)
    flush()
    assert frame.geometry() == window.window.rect()
    assert window.window.childAt(640, 300) is not frame
    window.arm()
    assert (frame.isVisible(), button.text()) == (False, "Arm keys")


def test_that_arming_a_narrow_window_leaves_its_row_of_buttons_as_it_is(qtbot: QtBot) -> None:
    desk = DeskWindow(qtbot)
    window = desk.window
    flush()
    player, button = window.player, window.modes.arm
    before = [each.isVisible() for each in player.findChildren(QToolButton)]
    desk.desk.trading.arming.arm()
    flush()
    assert (button.text(), button.toolButtonStyle()) == ("1:00", Qt.ToolButtonStyle.ToolButtonTextOnly)
    assert [each.isVisible() for each in player.findChildren(QToolButton)] == before


def test_that_the_button_arms_as_well(window: TradingWindow) -> None:
    QTest.mouseClick(window.controls.modes.arm, Qt.MouseButton.LeftButton)
    assert window.model.arming.is_armed


def test_that_halt_works_unarmed_and_disarms(window: TradingWindow) -> None:
    window.press(Qt.Key.Key_H, shift=True)
    assert window.asked == [Halt("manual halt")]
    window.model.arming.arm()
    window.frame()
    assert not window.model.arming.is_armed
    assert window.messages == ["The keyboard is disarmed: the desk was halted"]


def test_that_a_halted_desk_can_be_armed_to_close_what_is_open(window: TradingWindow) -> None:
    window.controls.modes.halt.click()
    window.frame()
    window.arm()
    window.frame()
    assert window.model.arming.is_armed


def test_that_halt_works_while_the_user_types_and_over_a_dialog_that_locks_the_window(
    window: TradingWindow, qtbot: QtBot
) -> None:
    dialog = QDialog(window.window)
    field = QLineEdit()
    QVBoxLayout(dialog).addWidget(field)
    dialog.open()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_H, CTRL | SHIFT)
    assert window.asked == [Halt("manual halt")]
    dialog.close()


def test_that_a_market_that_restarts_disarms(window: TradingWindow) -> None:
    window.arm()
    window.model.open([source()])
    assert not window.model.arming.is_armed
    assert window.messages == ["The keyboard is disarmed: the market was restarted"]


def test_that_leaving_the_desk_for_another_program_disarms(window: TradingWindow, qapp: QApplication) -> None:
    window.arm()
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert window.model.arming.is_armed
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    assert not window.model.arming.is_armed
    assert window.messages == ["The keyboard is disarmed: the desk was left for another program"]


def test_that_no_trading_key_works_while_a_text_field_has_the_keyboard(window: TradingWindow) -> None:
    window.propose()
    window.arm()
    window.field.setFocus()
    window.press(Qt.Key.Key_Return, window.field)
    window.press(Qt.Key.Key_F, window.field, shift=True)
    assert window.asked == []
    assert window.messages[-1] == "Flatten (close all): its key does nothing while a text field has the keyboard"


def test_that_a_key_held_down_trades_once(window: TradingWindow) -> None:
    window.propose()
    window.arm()
    window.press(Qt.Key.Key_Backspace)
    for _ in range(3):
        QTest.simulateEvent(window.window, True, Qt.Key.Key_Backspace.value, CTRL, "", True, -1)
    window.frame()
    window.propose(1)
    QTest.simulateEvent(window.window, True, Qt.Key.Key_Backspace.value, CTRL, "", True, -1)
    assert [type(command) for command in window.asked] == [RejectPlan]


def test_that_pressing_a_button_by_the_keyboard_needs_arming(window: TradingWindow) -> None:
    bar = window.controls.modes
    for button in (bar.flatten, bar.master["AUTO"], bar.symbols["XAUUSD"]):
        button.setFocus()
        QTest.keyClick(button, Qt.Key.Key_Space)
    assert window.asked == []
    QTest.keyClick(bar.halt, Qt.Key.Key_Space)
    assert window.asked == [Halt("manual halt")]


def test_that_no_card_can_be_answered_by_the_space_bar(window: TradingWindow) -> None:
    window.propose()
    card = window.controls.desk.cards[window.card]
    assert {card.approve.focusPolicy(), card.reject.focusPolicy()} == {Qt.FocusPolicy.NoFocus}


def test_that_return_on_the_close_cell_needs_arming(window: TradingWindow) -> None:
    open_position(window)
    table = window.controls.tabs.positions
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, CLOSE))
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert CloseTrade not in map(type, window.asked)
    window.arm()
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert isinstance(window.asked[-1], CloseTrade)


def test_that_a_trading_action_without_a_map_has_no_key(qapp: QApplication) -> None:
    action = make_action(qapp, "trading.test", "Test", "Tests", lambda: None, key="F9", is_trading=True)
    assert action.shortcuts() == []


def test_that_all_that_trades_is_known_as_trading(window: TradingWindow) -> None:
    actions = {action.objectName(): action for action in window.window.findChildren(QAction)}
    trading = {name for name, action in actions.items() if action.property(TRADING_PROPERTY)}
    assert trading == {
        *("trading.approve", "trading.reject", "trading.close", "trading.close_half", "trading.break_even"),
        *("trading.flatten", "trading.place_order"),
        "trading.release_halt",
    }


# -- the position that is meant -----------------------------------------------------------------------------------


def open_position(window: TradingWindow) -> None:
    window.propose()
    window.controls.desk.cards[window.card].approve.click()
    window.tick(61)
    window.tick(62, bid=2000.2)


@pytest.mark.parametrize(("key", "command"), [(Qt.Key.Key_X, CloseTrade(1001)), (Qt.Key.Key_E, BreakEven(1001))])
def test_that_the_only_position_is_meant_where_none_is_chosen(
    window: TradingWindow, key: Qt.Key, command: object
) -> None:
    open_position(window)
    window.arm()
    window.press(key, shift=True)
    assert window.asked[-1] == command


def test_that_a_key_without_a_position_says_so(window: TradingWindow) -> None:
    window.arm()
    window.press(Qt.Key.Key_X, shift=True)
    assert (window.asked, window.messages) == ([], ["There is no position of the desk"])


def test_that_a_position_on_its_way_out_is_not_closed_again(window: TradingWindow) -> None:
    open_position(window)
    window.arm()
    window.press(Qt.Key.Key_X, shift=True)
    window.frame()
    window.press(Qt.Key.Key_X, shift=True)
    assert [type(command) for command in window.asked].count(CloseTrade) == 1
    assert window.messages == ["The position is being closed"]


def test_that_the_frame_of_a_replay_does_not_cover_the_one_of_armed_keys(window: TradingWindow) -> None:
    mark_replay(window.window, "a recording")
    window.arm()
    window.window.resize(1200, 700)
    QApplication.sendEvent(window.window, QEvent(QEvent.Type.LayoutRequest))
    frames = [child.objectName() for child in window.window.children() if child.objectName().endswith("Frame")]
    assert frames[-2:] == ["replayFrame", "armedFrame"]
