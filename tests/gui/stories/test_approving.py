"""A click on a card counts for the card that was under the pointer when the user decided."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QWidget
from pytestqt.qtbot import QtBot

from engine.domain.messages.commands import ApprovePlan, RejectPlan
from engine.domain.messages.trading import ApprovalAnswered, ApprovalAsked
from engine.domain.risk import ApprovalCard
from gui.features.approvals.view.approval_card import CardView
from gui.features.approvals.view.approval_desk import ENDED_FOR_MS
from gui.features.approvals.view.click_guard import LOOK_EVERY_MS, STILL_FOR_MS
from gui.theme import DARK, apply, colour
from tests.gui.chart.builders import flush
from tests.gui.desk_window import DeskWindow
from tests.trading.desks import TradingDesk

pytestmark = pytest.mark.long

STILL = STILL_FOR_MS + 2 * LOOK_EVERY_MS


@pytest.fixture
def desk(qtbot: QtBot) -> DeskWindow:
    desk = DeskWindow(qtbot)
    for button in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):  # another test may have left it pressed
        QTest.mouseRelease(desk.window, button)
    return desk


def a_card() -> ApprovalCard:
    trading = TradingDesk().start()
    trading.propose()
    return next(event.card for event in trading.events if isinstance(event, ApprovalAsked))


def propose(desk: DeskWindow, *plan_ids: str, symbol: str = "XAUUSD") -> None:
    card = a_card()
    for plan_id in plan_ids:
        plan = msgspec.structs.replace(card.plan, plan_id=plan_id, symbol=symbol)
        desk.desk.trading.on_event(ApprovalAsked(msgspec.structs.replace(card, plan=plan)))
    flush()


def answer(desk: DeskWindow, plan_id: str) -> None:
    desk.desk.trading.on_event(ApprovalAnswered(plan_id, "approved"))
    flush()


def approve_button(desk: DeskWindow, plan_id: str) -> QWidget:
    return desk.window.trading.desk.cards[plan_id].approve


def middle(widget: QWidget) -> QPoint:
    return widget.mapToGlobal(widget.rect().center())


def click_at(place: QPoint, *, is_second: bool = False) -> None:
    """Presses whatever is at that place of the screen, as the system would."""
    widget = QApplication.widgetAt(place)
    assert widget is not None
    act = QTest.mouseDClick if is_second else QTest.mouseClick
    act(widget, Qt.MouseButton.LeftButton, pos=widget.mapFromGlobal(place))


def answers(desk: DeskWindow) -> list[object]:
    """Without what the cards showed, of which other tests tell."""
    commands = (command for command in desk.asked if isinstance(command, ApprovePlan | RejectPlan))
    return [type(command)(command.plan_id) for command in commands]


def point_at(desk: DeskWindow) -> None:
    here = QPointF(5, 5)
    QApplication.sendEvent(desk.window.trading.desk, QEnterEvent(here, here, here))


def leave(desk: DeskWindow) -> None:
    QApplication.sendEvent(desk.window.trading.desk, QEvent(QEvent.Type.Leave))


# -- clicks


def test_that_a_double_click_on_approve_approves_one_trade_of_two(desk: DeskWindow) -> None:
    propose(desk, "first", "second")
    QTest.qWait(STILL)
    place = middle(approve_button(desk, "first"))
    click_at(place)
    answer(desk, "first")
    click_at(place, is_second=True)
    assert answers(desk) == [ApprovePlan("first")]


def test_that_a_card_which_slides_under_the_pointer_takes_no_click_at_once(desk: DeskWindow) -> None:
    propose(desk, "first", "second")
    QTest.qWait(STILL)
    place = middle(approve_button(desk, "first"))
    answer(desk, "first")
    QTest.qWait(ENDED_FOR_MS + 100)  # the pointer is elsewhere: the card below moves up
    flush()
    assert QApplication.widgetAt(place) is approve_button(desk, "second")
    click_at(place)
    assert answers(desk) == []
    QTest.qWait(STILL)
    click_at(place)
    assert answers(desk) == [ApprovePlan("second")]


def test_that_cards_keep_their_place_while_the_pointer_is_on_them(desk: DeskWindow, qtbot: QtBot) -> None:
    propose(desk, "first", "second", "third")
    point_at(desk)
    cards = desk.window.trading.desk.cards
    before = {plan_id: middle(card.approve) for plan_id, card in cards.items()}
    ended = cards["second"]
    answer(desk, "second")
    QTest.qWait(ENDED_FOR_MS + 100)
    assert {plan_id: middle(card.approve) for plan_id, card in cards.items()} == {
        plan_id: place for plan_id, place in before.items() if plan_id != "second"
    }
    assert (ended.countdown.text(), ended.approve.isEnabled()) == ("Approved", False)
    leave(desk)
    qtbot.waitUntil(lambda: middle(cards["third"].approve).y() == before["second"].y())


def test_that_a_card_that_has_just_appeared_takes_no_click(desk: DeskWindow) -> None:
    propose(desk, "first")
    click_at(middle(approve_button(desk, "first")))
    assert answers(desk) == []


def test_that_a_card_from_under_a_panel_takes_no_click_at_once(desk: DeskWindow) -> None:
    propose(desk, "first")
    cover = QWidget(desk.window)
    cover.setGeometry(desk.window.rect())
    cover.show()
    cover.raise_()
    QTest.qWait(STILL)
    cover.hide()
    click_at(middle(approve_button(desk, "first")))
    assert answers(desk) == []


def test_that_a_key_pressed_for_one_card_is_not_for_the_next(desk: DeskWindow) -> None:
    propose(desk, "first", "second")
    desk.action("trading.approve").trigger()
    answer(desk, "first")
    desk.action("trading.approve").trigger()
    assert answers(desk) == [ApprovePlan("first")]
    QTest.qWait(STILL)
    desk.action("trading.approve").trigger()
    assert answers(desk) == [ApprovePlan("first"), ApprovePlan("second")]


def test_that_an_approve_button_that_takes_no_click_looks_grey(desk: DeskWindow, qapp: QApplication) -> None:
    apply(qapp, DARK)
    propose(desk, "first")
    button = approve_button(desk, "first")
    for is_enabled, shade in ((True, DARK.accent), (False, DARK.surface)):
        button.setEnabled(is_enabled)
        flush()
        assert button.grab().toImage().pixelColor(6, 6) == colour(shade)


# -- in sight


def is_in_sight(widget: QWidget) -> bool:
    return widget.visibleRegion().boundingRect() == widget.rect() and QApplication.widgetAt(middle(widget)) is widget


def test_that_the_buttons_of_two_cards_are_in_sight_at_1280_by_720(desk: DeskWindow) -> None:
    propose(desk, "gold")
    propose(desk, "bitcoin", symbol="BTCUSD")
    flush()  # the dock takes its height once the cards are laid out
    assert (desk.window.width(), desk.window.height()) == (1280, 720)
    for card in desk.window.trading.desk.cards.values():
        assert is_in_sight(card.approve)
        assert is_in_sight(card.reject)


def test_that_an_answered_card_does_not_make_a_low_window_grow(desk: DeskWindow) -> None:
    desk.window.resize(1264, 680)
    flush()
    propose(desk, "gold")
    propose(desk, "bitcoin", symbol="BTCUSD")
    point_at(desk)
    answer(desk, "gold")
    assert desk.window.height() == 680
    assert is_in_sight(approve_button(desk, "bitcoin"))


def test_that_toolbar_and_title_count_what_awaits_approval(desk: DeskWindow) -> None:
    waiting = desk.window.trading.modes.waiting
    assert (waiting.text(), waiting.isEnabled()) == ("Awaiting approval: 0", False)
    width = waiting.width()
    propose(desk, "first", "second")
    assert (waiting.text(), waiting.isEnabled(), waiting.width()) == ("Awaiting approval: 2", True, width)
    assert desk.window.windowTitle().startswith("2 awaiting approval — ")
    answer(desk, "first")
    answer(desk, "second")
    assert waiting.text() == "Awaiting approval: 0"
    assert "awaiting" not in desk.window.windowTitle()


def covers(dock: QDockWidget, card: CardView) -> bool:
    return dock.frameGeometry().contains(middle(card.approve))


def test_that_a_panel_that_floats_covers_no_card(desk: DeskWindow, qtbot: QtBot) -> None:
    propose(desk, "first")
    (card,) = desk.window.trading.desk.cards.values()
    conditions = desk.window.panels["conditions"]
    conditions.setFloating(True)
    conditions.setGeometry(desk.window.trading.desk_dock.geometry().translated(desk.window.pos()))
    flush()
    qtbot.waitUntil(lambda: not covers(conditions, card))
    assert is_in_sight(card.approve)


def test_that_a_new_card_moves_a_floating_panel_aside(desk: DeskWindow, qtbot: QtBot) -> None:
    conditions = desk.window.panels["conditions"]
    conditions.setFloating(True)
    flush()
    propose(desk, "first")
    (card,) = desk.window.trading.desk.cards.values()
    conditions.move(desk.window.trading.desk.mapToGlobal(QPoint(0, 0)))
    propose(desk, "second")
    qtbot.waitUntil(lambda: not covers(conditions, card))


def test_that_a_click_on_a_card_brings_its_chart(desk: DeskWindow) -> None:
    propose(desk, "bitcoin", symbol="BTCUSD")
    assert desk.window.deck.front_symbol == "XAUUSD"
    card = desk.window.trading.desk.cards["bitcoin"]
    QTest.mouseClick(card.title, Qt.MouseButton.LeftButton)
    assert desk.window.deck.front_symbol == "BTCUSD"
