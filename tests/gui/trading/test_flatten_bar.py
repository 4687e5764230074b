"""The window while a Flatten is in force, or a safety order is not in the store yet."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from config.desk import KeyboardSettings
from engine.domain.messages.broker import ClosePosition
from engine.domain.messages.commands import CancelFlatten, Flatten
from engine.domain.messages.trading import FlattenChanged, ModesChanged
from engine.domain.risk import Authority
from engine.domain.trades import FlattenRest
from gui.features.keyboard.model.arming import Arming
from gui.features.trading.model.safety import SafetyModel
from gui.features.trading.view.safety_bar import SafetyBar
from tests.builders import MONDAY
from tests.gui.trading.test_refused_exits import Refuses, held
from tests.gui.trading.window import TradingWindow


@pytest.fixture
def faults() -> Refuses:
    return Refuses(ClosePosition)


@pytest.fixture
def window(qtbot: QtBot, faults: Refuses) -> TradingWindow:
    return held(qtbot, faults)


def bar_of(window: TradingWindow) -> SafetyBar:
    bar = SafetyBar(window.model.safety, window.model.arming, window.window)
    window.window.addToolBar(bar)
    return bar


def test_that_a_flatten_says_what_is_left_and_when_the_next_attempt_is_made(window: TradingWindow) -> None:
    bar = bar_of(window)
    assert not bar.isVisible()
    window.desk.do(Flatten())
    window.tick(61.5)
    assert bar.words.text() == "Flatten: 1 position left, next attempt in 1 s: AutoTrading disabled by client"
    assert bar.isVisible()
    assert window.controls.modes.flatten_action.iconText() == "FLATTENING"
    assert window.model.modes.hindrance == "No entries: every position is being closed (Flatten)"


def test_that_the_line_goes_when_everything_is_closed(window: TradingWindow, faults: Refuses) -> None:
    bar = bar_of(window)
    window.desk.do(Flatten())
    window.tick(61.5)
    faults.is_refusing = False
    QTest.mouseClick(bar.again, Qt.MouseButton.LeftButton)
    window.tick(61.6)
    assert window.desk.broker.positions == ()
    assert not bar.isVisible()
    assert window.messages[-1] == "Flatten is done"
    assert window.controls.modes.flatten_action.iconText() == "FLATTEN"


def test_that_a_click_cancels_a_flatten_and_a_key_needs_arming(window: TradingWindow) -> None:
    bar = bar_of(window)
    window.desk.do(Flatten())
    window.tick(61.5)
    QTest.keyClick(bar.cancel, Qt.Key.Key_Space)
    assert CancelFlatten() not in window.asked
    QTest.mouseClick(bar.cancel, Qt.MouseButton.LeftButton)
    window.frame()
    assert window.asked[-1] == CancelFlatten()
    assert not bar.isVisible()
    assert window.messages[-1] == "Flatten cancelled: closes already sent still go through, no more are sent"


def test_that_a_flatten_before_the_broker_has_answered_says_so() -> None:
    safety = SafetyModel()
    safety.show_flatten(FlattenChanged(MONDAY, FlattenRest(positions=0, orders=0, is_certain=False)))
    assert safety.words == "Flatten: the desk closes every position as soon as the broker shows what is open"


def test_that_an_order_without_an_answer_is_counted_as_left() -> None:
    safety = SafetyModel()
    safety.show_flatten(FlattenChanged(MONDAY, FlattenRest(positions=0, orders=1)))
    assert safety.words == "Flatten: 0 positions left, 1 order without an answer"


def test_that_a_safety_order_that_is_not_in_the_store_yet_stands_across_the_window(qtbot: QtBot) -> None:
    safety = SafetyModel()
    bar = SafetyBar(safety, Arming(KeyboardSettings()))
    qtbot.addWidget(bar)
    safety.show_modes(ModesChanged(Authority.MANUAL, frozenset(), "", None, unwritten="halt in force, disk full"))
    assert bar.words.text() == "Halt in force, disk full"
    assert not bar.cancel.isVisible()


def test_that_a_market_that_begins_takes_the_line_away_until_it_is_reported_again() -> None:
    safety = SafetyModel()
    rest = FlattenRest(positions=2, orders=0, retry_at=MONDAY, reason="Market closed")
    safety.show_flatten(FlattenChanged(MONDAY, rest))
    safety.move_on(MONDAY - timedelta(seconds=4))
    assert safety.words == "Flatten: 2 positions left, next attempt in 4 s: Market closed"
    safety.open()
    assert safety.words == ""


def test_that_a_flatten_with_nothing_open_says_so(qtbot: QtBot) -> None:
    window = TradingWindow(qtbot)
    window.controls.modes.flatten.click()
    window.frame()
    window.tick(62)
    assert window.messages == ["Nothing is open: there was nothing to close"]
