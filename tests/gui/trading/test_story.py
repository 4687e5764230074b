"""From a setup to a closed position manually, as the user sees it."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.domain.messages.commands import ApprovePlan, BreakEven, CloseTrade, RejectPlan
from engine.domain.messages.trading import ApprovalAsked
from gui.features.trading.model.plans import ALL
from gui.features.trading.model.positions import CLOSE
from tests.gui.chart.builders import flush
from tests.gui.trading.window import TradingWindow


@pytest.fixture
def window(qtbot: QtBot) -> TradingWindow:
    """Its keyboard is armed."""
    window = TradingWindow(qtbot)
    window.arm()
    return window


def test_that_a_setup_is_approved_by_key_stands_as_a_position_and_is_closed_by_button(window: TradingWindow) -> None:
    window.propose()
    card = window.controls.desk.cards[window.card]
    assert (card.title.text(), card.countdown.text()) == ("BUY XAUUSD", "1:00")
    window.press(Qt.Key.Key_Return)
    window.tick(61)
    window.tick(62, bid=2000.2)
    positions = window.controls.tabs.positions
    assert window.model.positions.words(0)[:9] == [
        *("XAUUSD", "BUY", "0.01", "2,000.00", "1,999.50", "2,001.00"),
        *("+0.40 R", "+0.20", "1 s"),
    ]
    assert not window.controls.desk.cards
    window.click_cell(positions, 0, "Close")
    window.tick(70, bid=2000.2)
    assert window.model.positions.rowCount() == 0
    assert window.model.history.words(0)[7:11] == ["manual", "broker", "+0.40 R", "+0.20"]
    assert window.model.history.words(0)[11:] == ["Write …", "+0.80 R", "0.40 R", "0.00"]
    assert window.controls.tabs.tabText(2) == "History 1"
    assert window.controls.tabs.summary.text() == "Today: 1 trade, +0.40 R, +0.20 USD"
    assert window.desk.orders == 1


def test_that_a_double_click_on_approve_makes_one_order(window: TradingWindow) -> None:
    window.propose()
    button = window.controls.desk.cards[window.card].approve
    window.click(button)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.mouseDClick(button, Qt.MouseButton.LeftButton)
    window.tick(61)
    assert [command.plan_id for command in window.asked if isinstance(command, ApprovePlan)] == ["scanner-signal-0"]
    assert window.desk.orders == 1


def test_that_a_card_says_sent_and_takes_no_second_answer(window: TradingWindow) -> None:
    window.propose()
    card = window.controls.desk.cards[window.card]
    card.approve.click()
    assert (card.answer.text(), card.approve.isEnabled(), card.reject.isEnabled()) == ("sent", False, False)
    window.press(Qt.Key.Key_Backspace)
    assert [type(command) for command in window.asked] == [ApprovePlan]


def test_that_a_rejected_card_leaves_and_nothing_is_ordered(window: TradingWindow) -> None:
    window.propose()
    window.press(Qt.Key.Key_Backspace)
    window.frame()
    window.tick(61)
    assert window.asked == [RejectPlan("scanner-signal-0")]
    assert (window.controls.desk.cards, window.desk.orders) == ({}, 0)
    window.model.plans.set_filter(ALL)
    assert window.model.plans.words(0)[3] == "rejected"


def test_that_no_trading_key_works_while_the_user_types(window: TradingWindow) -> None:
    window.propose()
    window.field.setFocus()
    window.press(Qt.Key.Key_Return, window.field)
    window.press(Qt.Key.Key_Backspace, window.field)
    assert window.asked == []


def test_that_a_click_after_the_end_is_reported_with_its_reason(window: TradingWindow) -> None:
    window.propose()
    window.desk.clock.set(window.desk.cards[0].ends_at)
    card = window.controls.desk.cards[window.card]
    card.approve.click()
    window.frame()
    assert window.messages == ["Approve plan failed: the time is over"]
    assert card.answer.text() == "the time is over"


def test_that_the_card_shows_how_price_and_spread_moved_since_the_signal(window: TradingWindow) -> None:
    window.propose()
    card = window.controls.desk.cards[window.card]
    assert card.moves.text() == "Since the signal: price unmoved · spread 0.20, unchanged"
    window.tick(75, bid=1999.95)
    assert card.moves.text() == "Since the signal: price worse by 0.30 R · spread 0.20, unchanged"
    assert card.moves.property("isWarning")
    assert card.countdown.text() == "45 s"


def test_that_failed_risk_checks_are_shown_on_the_card(window: TradingWindow) -> None:
    window.controls.modes.master["CLOSE ONLY"].click()
    window.propose()
    gate = window.controls.desk.cards[window.card].gate
    assert gate.text() == "✗ Risk check failed: the desk is CLOSE ONLY"


def test_that_the_card_shows_what_the_gate_would_say_now(window: TradingWindow) -> None:
    window.propose()
    gate = window.controls.desk.cards[window.card].gate
    assert gate.text() == "✓ Risk check passed"
    window.tick(75, bid=1999.95)
    window.frame()
    assert gate.text() == "✗ Risk check failed: price moved 0.3 R from the planned entry, max 0.25 R"
    card = window.controls.desk.cards[window.card]
    assert (card.approve.isEnabled(), card.reject.isEnabled()) == (False, True)
    window.tick(76)
    window.frame()
    assert card.approve.isEnabled()


def test_that_a_key_for_what_fails_the_risk_check_says_so_and_leaves_the_proposal(window: TradingWindow) -> None:
    window.propose()
    window.tick(75, bid=1999.95)
    window.frame()
    window.press(Qt.Key.Key_Return)
    window.frame()
    why = "price moved 0.3 R from the planned entry, max 0.25 R"
    assert window.messages == [f"BUY XAUUSD was not approved: the risk check failed: {why}"]
    assert window.asked == []
    assert window.model.plans.words(0)[3] != "denied"


def test_that_a_proposal_that_nobody_answered_says_that_it_expired(window: TradingWindow) -> None:
    window.propose()
    window.tick(121)
    assert "BUY XAUUSD: the proposal expired" in window.messages


def test_that_break_even_is_asked_for_and_shown_when_the_broker_agrees(window: TradingWindow) -> None:
    window.propose()
    window.press(Qt.Key.Key_Return)
    window.tick(61)
    window.controls.position_actions.break_even.trigger()  # its cell is grey
    window.frame()
    assert window.messages == [
        "The levels of XAUUSD 1001 stay where they are: "
        "the market is not beyond the entry price, or the stop is there already"
    ]
    window.tick(62, bid=2000.2)
    window.click_cell(window.controls.tabs.positions, 0, "Break-even")
    assert window.model.positions.words(0)[4] == "1,999.50"
    window.tick(63, bid=2000.2)
    assert window.model.positions.words(0)[4] == "2,000.00"
    assert window.model.positions.words(0)[9] == "break-even"
    assert [type(command) for command in window.asked[1:]] == [BreakEven, BreakEven]


def test_that_a_position_on_its_way_out_cannot_be_closed_twice(window: TradingWindow) -> None:
    window.propose()
    window.press(Qt.Key.Key_Return)
    window.tick(61)
    table = window.controls.tabs.positions
    window.click_cell(table, 0, "Close")
    window.frame()
    window.click_cell(table, 0, "closing …")
    assert [type(command) for command in window.asked[1:]] == [CloseTrade]


def test_that_a_position_is_closed_by_the_keyboard_alone(window: TradingWindow) -> None:
    window.propose()
    window.press(Qt.Key.Key_Return)
    window.tick(61)
    table = window.controls.tabs.positions
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, CLOSE))
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert isinstance(window.asked[-1], CloseTrade)


def test_that_many_cards_leave_the_window_its_size(window: TradingWindow) -> None:
    window.propose()
    card = window.desk.cards[0]
    for number in range(5):
        another = msgspec.structs.replace(card.plan, plan_id=f"another-{number}")
        window.model.on_event(ApprovalAsked(msgspec.structs.replace(card, plan=another)))
    flush()
    assert len(window.controls.desk.cards) == 6
    assert window.window.height() == 720
    oldest = next(iter(window.controls.desk.cards.values()))
    assert window.controls.desk.height() >= oldest.height()


@pytest.mark.parametrize(("bid", "words"), [(1999.4, "beyond the stop"), (2001.2, "beyond the target")])
def test_that_no_entry_is_called_better_once_its_stop_or_its_target_is_passed(
    window: TradingWindow, bid: float, words: str
) -> None:
    window.propose()
    window.tick(75, bid=bid)
    card = window.controls.desk.cards[window.card]
    assert card.moves.text().startswith(f"Since the signal: price {words} ·")
    assert card.moves.property("isWarning")


def test_that_the_answer_of_the_risk_check_stays_in_sight_while_a_proposal_is_edited(window: TradingWindow) -> None:
    window.propose()
    card = window.controls.desk.cards[window.card]
    card.edit.click()
    window.frame()
    window.tick(75, bid=1999.95)
    window.frame()
    assert card.form is not None
    assert card.gate.geometry().bottom() < card.form.geometry().top()
    assert not card.gate.visibleRegion().isEmpty()


def test_that_an_edited_proposal_goes_back_to_what_was_proposed(window: TradingWindow) -> None:
    window.propose()
    card = window.controls.desk.cards[window.card]
    proposed = [figure.text() for figure in card.figures]
    card.edit.click()
    assert (card.restore.isVisible(), card.restore.isEnabled()) == (True, False)
    assert card.form is not None
    card.form.stop_number.setValue(1999.3)
    window.frame()
    assert [figure.text() for figure in card.figures] != proposed
    card.edit.click()  # what was proposed is not forgotten with the form
    card.edit.click()
    assert card.restore.isEnabled()
    card.restore.click()
    window.frame()
    assert [figure.text() for figure in card.figures] == proposed
    assert not card.restore.isEnabled()
