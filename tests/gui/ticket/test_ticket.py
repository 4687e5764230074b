"""The order ticket: set up by form, by keys and on the chart, reviewed before the click, and sent once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.adapters.paper.faults import INVALID_STOPS, NO_FAULT, Fault, FaultPlan
from engine.domain.market import Side
from engine.domain.messages.broker import BrokerRequest, SubmitOrder
from engine.domain.messages.commands import Halt
from engine.domain.messages.manual import EditProposal, PlaceOrder
from engine.domain.plan import PlanStatus
from gui.features.ticket.model.fields import STOP_UNITS, TARGET_UNITS, LevelBy
from gui.features.ticket.model.words import stop_note
from gui.features.trading.model.levels import LevelKind
from gui.features.trading.model.words import lots_text
from gui.widgets.dock import dock_of
from tests.approximate import close_to
from tests.gui.chart.builders import flush
from tests.gui.trading.window import TradingWindow


@pytest.fixture
def window(qtbot: QtBot) -> TradingWindow:
    return opened(qtbot)


def opened(qtbot: QtBot, faults: FaultPlan | None = None) -> TradingWindow:
    """A desk whose ticket was opened by its key."""
    window = TradingWindow(qtbot, faults)
    window.model.entry.ticket.show_symbol("XAUUSD")
    window.tick(2)
    QTest.keyClick(window.window, Qt.Key.Key_F9)
    look(window)
    return window


def look(window: TradingWindow) -> None:
    """A frame in which the ticket asks, and one in which it is answered."""
    window.frame()
    window.frame()
    flush()


def lines(window: TradingWindow) -> dict[LevelKind, float]:
    return {line.kind: line.price for line in window.chart.trades.lines if line.form == "Ticket"}


def scroll(field: QWidget) -> None:
    """One step of the wheel downwards over a field."""
    place, nothing = QPointF(field.rect().center()), QPoint()
    QApplication.sendEvent(
        field,
        QWheelEvent(
            place, field.mapToGlobal(place), nothing, QPoint(0, -120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        ),
    )  # fmt: skip


def orders(window: TradingWindow) -> list[PlaceOrder]:
    return [command for command in window.asked if isinstance(command, PlaceOrder)]


def test_that_the_ticket_shows_prices_risk_and_the_answer_of_the_risk_check(window: TradingWindow) -> None:
    view = window.ticket
    assert (view.sell.text(), view.buy.text(), view.buy.isChecked()) == ("SELL\n1,999.80", "BUY\n2,000.00", True)
    assert view.gate.text() == "✓ Risk check passed"
    assert view.figures[0].text() == "0.85 USD = 1 R, less than 0.01 % of equity"
    assert view.figures[1].text() == "0.24 R for spread and slippage"
    assert (view.send.text(), view.send.isEnabled()) == ("Buy 0.01 XAUUSD at market", True)
    assert lines(window) == {LevelKind.STOP: close_to(1999.15), LevelKind.TARGET: close_to(2001.7)}
    window.desk.do(Halt("enough"))
    look(window)
    assert (view.gate.text(), view.send.isEnabled()) == ("✗ the desk is halted", False)


def test_that_an_order_is_sent_by_one_click_once_and_filled(window: TradingWindow) -> None:
    window.click(window.ticket.send, is_double=True)
    (asked,) = orders(window)
    assert (asked.order.side, asked.order.volume, asked.order.stop_loss) == (Side.BUY, 0.01, close_to(1999.15))
    look(window)
    window.tick(3)
    look(window)
    assert window.ticket.answer.text() == "Filled: BUY 0.01 lots of XAUUSD (08:00:02 UTC)"
    assert window.ticket.answer.property("isWarning") is False
    assert window.model.positions.rowCount() == 1
    assert [plan.status for plan in window.desk.plans.values()] == [PlanStatus.OPEN]


def test_that_the_keys_alone_set_up_and_send_an_order_once_armed(window: TradingWindow) -> None:
    view = window.ticket
    assert view.buy.hasFocus()
    view.sell.setFocus()
    QTest.keyClick(view.sell, Qt.Key.Key_Space)
    look(window)
    assert (view.sell.isChecked(), view.send.text()) == (True, "Sell 0.01 XAUUSD at market")
    window.press(Qt.Key.Key_F9, view.sell)
    assert orders(window) == []
    window.arm()
    window.press(Qt.Key.Key_F9, view.sell)
    (asked,) = orders(window)
    assert (asked.order.side, asked.order.stop_loss > asked.order.price) == (Side.SELL, True)
    QTest.keyClick(window.window, Qt.Key.Key_F9)
    assert not view.isVisible()
    assert lines(window) == {}


def test_that_stop_and_target_are_dragged_on_the_chart_before_sending(window: TradingWindow) -> None:
    window.drag(1999.15, 1999.3)
    stop = lines(window)[LevelKind.STOP]
    assert stop == close_to(1999.3, abs=0.05)
    look(window)
    number = window.ticket.form.stop_number.value()
    assert number == close_to(2000.0 - stop, abs=0.011)
    window.click(window.ticket.send)
    assert orders(window)[0].order.stop_loss == close_to(stop)


def test_that_a_level_is_dragged_by_its_name_where_that_stands_beside_its_line(window: TradingWindow) -> None:
    canvas, viewport = window.view.plot.canvas, window.view.plot.viewport()
    viewport.grab()
    before = lines(window)[LevelKind.STOP]
    x = canvas.plot.width() - 20
    name = next(y for y in range(canvas.plot.height()) if "stop" in canvas.level_name_at(QPoint(x, y)))
    step = canvas.view_scale.price_at(0.0) - canvas.view_scale.price_at(20.0)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(x, name))
    QTest.mouseMove(viewport, QPoint(x, name + 20))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(x, name + 20))
    assert lines(window)[LevelKind.STOP] == close_to(before - step, abs=0.02)


def test_that_the_answer_to_an_order_does_not_move_the_button(window: TradingWindow) -> None:
    place = window.ticket.send.geometry()
    window.click(window.ticket.send)
    look(window)
    window.tick(3)
    look(window)
    assert window.ticket.answer.text()
    assert window.ticket.send.geometry() == place


def test_that_units_are_chosen_and_levels_follow_the_price_or_stay(window: TradingWindow) -> None:
    form = window.model.entry.ticket.form
    window.tick(3, bid=2000.0)
    look(window)
    assert lines(window)[LevelKind.STOP] == close_to(1999.35)
    form.choose_stop_unit(STOP_UNITS.index(LevelBy.PRICE))
    form.choose_target_unit(TARGET_UNITS.index(LevelBy.ATR))
    window.tick(4, bid=1999.8)
    look(window)
    assert lines(window)[LevelKind.STOP] == close_to(1999.35)
    assert window.ticket.form.stop_number.value() == close_to(1999.35)
    assert "reason" not in window.ticket.gate.text()


def test_that_a_stop_out_of_range_is_refused_in_words_before_the_click(window: TradingWindow) -> None:
    window.ticket.form.stop_number.setValue(5.0)
    look(window)
    assert "stop distance 5 is outside 0.5 to 1.2" in window.ticket.gate.text()
    window.model.entry.ticket.send()
    assert "No order was sent: stop distance 5" in window.messages[-1]
    assert orders(window) == []


def test_that_an_order_refused_on_its_way_is_answered_as_a_warning(window: TradingWindow) -> None:
    answer = window.ticket.answer
    window.desk.do(Halt("enough"))
    window.click(window.ticket.send)
    window.frame()
    assert answer.text()[:1].isupper()
    assert answer.property("isWarning") is True


def test_that_a_position_is_added_to_from_its_menu(window: TradingWindow) -> None:
    window.click(window.ticket.send)
    window.tick(3)
    dock_of(window.ticket).hide()
    entries = {entry.title: entry for entry in window.model.entry.position_menu.entries(1001)}
    added = entries["Add to position …"].does
    assert callable(added)
    added()
    assert (window.ticket.isVisible(), window.ticket.buy.isChecked()) == (True, True)


def test_that_a_proposal_is_edited_on_its_card_and_approved_as_edited(window: TradingWindow) -> None:
    window.propose()
    card = window.controls.desk.cards[window.card]
    card.edit.click()
    assert card.form is not None
    card.form.stop_number.setValue(1999.2)
    card.form.size_number.setValue(0.03)
    window.frame()
    assert [figure.text() for figure in card.figures] == ["2,000.00", "1,999.20", "2,001.00", "0.03"]
    assert [type(command) for command in window.asked] == [EditProposal, EditProposal]
    window.model.approvals.approve(window.card)
    window.frame()
    window.tick(61)
    assert window.model.positions.words(0)[2:6] == ["0.03", "2,000.00", "1,999.20", "2,001.00"]


def test_that_nothing_is_approved_while_the_form_shows_what_the_desk_did_not_accept(window: TradingWindow) -> None:
    window.propose()
    card, approvals = window.controls.desk.cards[window.card], window.model.approvals
    card.edit.click()
    assert card.form is not None
    card.form.stop_number.setValue(1990.0)
    window.frame()
    assert card.gate.text().startswith("✗ Not accepted: stop distance 10 is outside 0.5 to 1.2")
    assert (card.gate.property("isWarning"), card.approve.isEnabled()) == (True, False)
    assert card.figures[1].text() == "1,999.50"
    approvals.approve(window.card)
    assert [type(command) for command in window.asked] == [EditProposal]
    assert "was not approved: what you entered was not accepted: stop distance 10" in window.messages[-1]
    card.restore.click()
    window.frame()
    assert (card.gate.text(), card.approve.isEnabled()) == ("✓ Risk check passed", True)


def test_that_closing_the_form_ends_what_the_desk_did_not_accept(window: TradingWindow) -> None:
    window.propose()
    card = window.controls.desk.cards[window.card]
    card.edit.click()
    assert card.form is not None
    card.form.size_number.setValue(5000.0)
    window.frame()
    assert not card.approve.isEnabled()
    card.edit.click()
    window.frame()
    assert card.approve.isEnabled()


def test_that_a_stop_that_one_candle_can_reach_is_named_before_the_click(window: TradingWindow) -> None:
    ticket, view = window.model.entry.ticket, window.ticket
    short = stop_note(ticket.form.levels, 8.5)
    assert short == "▲ The stop is only 0.10 of an average M1 range: one candle can reach it"
    assert stop_note(ticket.form.levels, 0.8) == stop_note(ticket.form.levels, None) == stop_note(None, 8.5) == ""
    assert (view.notes.text(), view.notes.isVisible()) == (ticket.notes, bool(ticket.notes))


def test_that_long_prices_push_no_button_out_of_the_panel(window: TradingWindow) -> None:
    form = window.ticket.form
    before = form.minimumSizeHint().width()
    form.stop_number.setValue(123.45)
    for meaning in form.meanings:
        meaning.setText("75,442.08, 120.00 away from the price of the entry")
    flush()
    assert form.minimumSizeHint().width() <= before
    assert "75,442.08" in form.meanings[0].full_tip


def test_that_quotes_leave_alone_what_is_being_typed(window: TradingWindow) -> None:
    number = window.ticket.form.stop_number
    number.setFocus()
    number.selectAll()
    QTest.keyClicks(number, "0.9")
    window.tick(3, bid=1999.9)
    look(window)
    assert number.text() == "0.9"
    QTest.keyClick(number, Qt.Key.Key_Return)
    look(window)
    assert number.text() == "0.90"
    assert lines(window)[LevelKind.STOP] == close_to(1999.2)


def test_that_scrolling_turns_no_field_under_the_mouse(window: TradingWindow) -> None:
    form = window.ticket.form
    window.ticket.buy.setFocus()
    for field in (form.stop_number, form.stop_unit, form.size_unit):
        before = form.stop_number.text(), form.stop_unit.currentText(), form.size_unit.currentText()
        scroll(field)
        assert (form.stop_number.text(), form.stop_unit.currentText(), form.size_unit.currentText()) == before


def test_that_the_button_that_sends_is_in_sight_in_a_low_panel(window: TradingWindow) -> None:
    view = window.ticket
    view.setFixedHeight(160)
    flush()
    for part in (view.send, view.gate):
        assert view.rect().contains(part.geometry())
        assert not part.visibleRegion().isEmpty()


def test_that_one_lot_is_no_lots() -> None:
    assert lots_text(1.0) == "1 lot"
    assert lots_text(0.5) == "0.5 lots"


def test_that_the_unit_of_money_at_risk_has_a_currency(window: TradingWindow) -> None:
    units = window.ticket.form.size_unit
    assert [units.itemText(place) for place in range(units.count())] == ["lots", "% equity", "USD at risk"]


class StopsTooClose:
    """A broker that wants stops further away than they are."""

    def next(self, request: BrokerRequest) -> Fault:
        return Fault(refusal=INVALID_STOPS) if isinstance(request, SubmitOrder) else NO_FAULT


def test_that_a_failed_order_says_when_and_what_to_change_until_the_form_changes(qtbot: QtBot) -> None:
    window = opened(qtbot, StopsTooClose())
    place = window.ticket.send.geometry()
    window.click(window.ticket.send)
    look(window)
    for second in range(3, 12):
        window.tick(second)
        look(window)
    assert window.ticket.answer.text() == (
        "Failed: Invalid stops (08:00:03 UTC). Move stop and target at least 0.01 from the price"
    )
    assert window.ticket.answer.property("isWarning") is True
    assert window.ticket.send.geometry() == place
    window.ticket.form.stop_number.setValue(0.9)
    assert window.ticket.answer.text() == ""
