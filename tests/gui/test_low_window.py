"""A window of 1280 x 720 shows everything that it has to show."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLabel, QPushButton, QToolButton, QToolTip
from pytestqt.qtbot import QtBot

from engine.domain.messages.engine import GatewayChanged
from engine.domain.messages.trading import ApprovalAsked
from gui.features.calendar.view.calendar import CalendarPanel
from gui.features.chart.view.chart_view import MIN_PLOT_HEIGHT
from gui.features.price_alerts.view.table import PriceAlertPanel
from gui.features.ticket.view.ticket import TicketView
from gui.features.trading.view.table import ROW_HEIGHT
from gui.theme import DARK, style_sheet
from gui.widgets.short_label import ShortLabel
from tests.builders import quote
from tests.fakes import source
from tests.gui.chart.builders import flush
from tests.gui.desk_window import DeskWindow
from tests.gui.trading.window import TradingWindow
from tests.trading.desks import TradingDesk

SCREEN = (1280, 720)
FRAME = 40
"""Pixels of its height that the system's frame takes."""
LONG_NAME = "XAUUSD_M1_202602160207_202602272357_from_the_archive_of_a_broker_with_a_very_long_name.csv"


@pytest.fixture
def desk(qtbot: QtBot) -> DeskWindow:
    return DeskWindow(qtbot)


def size_of(desk: DeskWindow) -> tuple[int, int]:
    flush()
    return desk.window.width(), desk.window.height()


def test_that_a_recording_with_a_long_name_leaves_the_window_as_wide_as_it_was(desk: DeskWindow) -> None:
    desk.desk.status.open([source(name=LONG_NAME)])
    desk.window.status.refresh()
    assert size_of(desk) == SCREEN
    assert desk.window.status.candles.width() >= desk.window.status.candles.sizeHint().width()


def test_that_the_status_bar_hides_what_does_not_fit_and_keeps_no_window_wide(desk: DeskWindow) -> None:
    window, status = desk.window, desk.window.status
    desk.desk.status.open([source(name=LONG_NAME)])
    desk.desk.status.on_quote(quote(3), 0.0)
    desk.desk.status.count_candles("XAUUSD", 123_456)
    marks = QLabel("safety  store  loop  memory  news  data  decision")
    status.addPermanentWidget(marks)
    for name in ("conditions", "orderTicket"):
        window.panels[name].hide()
    status.refresh()
    flush()
    assert not status.candles.isHidden()
    window.resize(640, 700)
    flush()
    assert window.width() == 640
    shown = [each for each in (status.market_time, status.speed, status.quote_age, status.clock) if not each.isHidden()]
    assert status.market_time in shown
    assert status.candles.isHidden()
    assert all(each.width() >= each.sizeHint().width() for each in shown)
    window.resize(*SCREEN)
    flush()
    assert not status.candles.isHidden()


def test_that_a_name_that_is_cut_is_whole_in_its_tip(qtbot: QtBot) -> None:
    label = ShortLabel()
    qtbot.addWidget(label)
    label.setText("XAUUSD of a recording")
    label.setToolTip("Where the prices come from")
    label.show()
    label.resize(label.sizeHint())
    assert label.shown_words == "XAUUSD of a recording"
    assert label.full_tip == "Where the prices come from"
    label.resize(60, label.height())
    assert label.shown_words.endswith("…")
    QApplication.sendEvent(label, QHelpEvent(QEvent.Type.ToolTip, QPoint(1, 1), label.mapToGlobal(QPoint(1, 1))))
    assert QToolTip.text() == "XAUUSD of a recording\nWhere the prices come from"


def test_that_messages_about_the_desk_and_the_broker_take_their_height_from_the_panels(desk: DeskWindow) -> None:
    desk.window.faults.add_fault("The journal is not written", "The disk is full. Halt the desk, and open it again.")
    closed, way_out = "MetaTrader 5 is not running, and the desk may not open it by itself.", "Open the terminal."
    desk.desk.gateway.on_event(GatewayChanged("closed", closed, way_out, False, "", None, True))
    desk.desk.settings.on_file_faults(["settings.json: cooldown_seconds is -1; allowed is a whole number"])
    assert size_of(desk) == SCREEN
    assert desk.window.deck.views[0].plot.height() >= MIN_PLOT_HEIGHT
    for bar in (desk.window.faults, desk.window.gateway, desk.window.settings.notice):
        assert bar.isVisible()
        for words in bar.findChildren(QLabel):
            assert words.height() >= words.heightForWidth(words.width()), words.text()


def test_that_what_an_edited_file_did_is_reported_without_hiding_anything(desk: DeskWindow) -> None:
    desk.desk.settings.on_file_faults(["settings.json: cooldown_seconds is -1; allowed is a whole number"])
    flush()
    notice = desk.window.settings.notice.geometry()
    for part in (desk.window.deck, desk.window.trading.modes, desk.window.statusBar()):
        assert not notice.intersects(part.geometry())


def test_that_a_setup_that_waits_does_not_make_the_window_grow(desk: DeskWindow) -> None:
    """Not even beside a message that takes some of its height."""
    trading = TradingDesk()
    trading.start()
    trading.propose()
    desk.window.faults.add_fault("The journal is not written", "The disk is full. Halt the desk, and open it again.")
    desk.desk.trading.on_event(next(event for event in trading.events if isinstance(event, ApprovalAsked)))
    assert size_of(desk) == SCREEN
    (card,) = desk.window.trading.desk.cards.values()
    assert card.isVisible()
    assert card.height() >= card.heightForWidth(card.width())


def propose_two(desk: DeskWindow) -> None:
    trading = TradingDesk()
    trading.start()
    for minute in range(2):
        trading.propose(minute)
    for event in trading.events:
        if isinstance(event, ApprovalAsked):
            desk.desk.trading.on_event(event)
    flush()


def show_timeline(desk: DeskWindow) -> None:
    """As a replay does."""
    desk.window.timeline.show()
    flush()


def test_that_cards_scroll_and_leave_the_lowest_window_as_low_as_it_was(desk: DeskWindow) -> None:
    show_timeline(desk)
    desk.window.resize(SCREEN[0], 1)
    flush()
    lowest = desk.window.height()
    propose_two(desk)
    approvals = desk.window.trading.desk
    assert size_of(desk) == (SCREEN[0], lowest)
    assert approvals.verticalScrollBar().maximum() > 0
    first, _ = approvals.cards.values()
    assert not first.approve.visibleRegion().isEmpty()
    for plan_id in desk.desk.trading.approvals.waiting:
        desk.desk.trading.approvals.remove(plan_id, "expired")
    assert size_of(desk) == (SCREEN[0], lowest)


def test_that_a_low_screen_has_room_for_everything_below_the_frame_of_the_window(desk: DeskWindow) -> None:
    show_timeline(desk)
    propose_two(desk)
    desk.window.faults.add_fault("The journal is not written", "The disk is full. Halt the desk, and open it again.")
    desk.desk.settings.on_file_faults(["settings.json: cooldown_seconds is -1; allowed is a whole number"])
    desk.window.resize(SCREEN[0], SCREEN[1] - FRAME)
    assert size_of(desk) == (SCREEN[0], SCREEN[1] - FRAME)
    for part in (desk.window.statusBar(), desk.window.timeline, desk.window.trading.desk):
        bottom = part.mapTo(desk.window, part.rect().bottomLeft())
        assert desk.window.rect().contains(bottom), part.objectName()


def test_that_the_chart_has_half_of_a_low_window_at_first(desk: DeskWindow) -> None:
    show_timeline(desk)
    desk.window.resize(SCREEN[0], SCREEN[1] - FRAME)
    flush()
    desk.window.panels.arrange()
    flush()
    assert 2 * desk.window.deck.height() >= desk.window.height()
    propose_two(desk)
    assert 2 * desk.window.deck.height() >= desk.window.height()


def test_that_a_setup_that_waits_leaves_both_sides_of_the_order_ticket_in_sight(desk: DeskWindow) -> None:
    show_timeline(desk)
    desk.window.resize(SCREEN[0], SCREEN[1] - FRAME)
    desk.action("ticket.open").trigger()
    flush()
    propose_two(desk)
    ticket = desk.window.panels.content("orderTicket")
    assert isinstance(ticket, TicketView)
    assert size_of(desk) == (SCREEN[0], SCREEN[1] - FRAME)
    for button in (ticket.sell, ticket.buy):
        assert button.visibleRegion().boundingRect() == button.rect()
    first, _ = desk.window.trading.desk.cards.values()
    assert not first.approve.visibleRegion().isEmpty()


@pytest.mark.parametrize("name", ["priceAlerts", "calendar"])
def test_that_a_panel_below_a_low_chart_has_its_controls_in_its_title_and_room_for_rows(
    desk: DeskWindow, name: str
) -> None:
    show_timeline(desk)
    desk.window.resize(SCREEN[0], SCREEN[1] - FRAME)
    flush()
    desk.window.panels.arrange()
    desk.window.panels.bring(name)
    flush()
    panel = desk.window.panels.content(name)
    assert isinstance(panel, PriceAlertPanel | CalendarPanel)
    assert panel.head.mapTo(desk.window, QPoint(0, 0)).y() < panel.mapTo(desk.window, QPoint(0, 0)).y()
    assert panel.table.viewport().height() >= 1.75 * ROW_HEIGHT
    for button in panel.head.findChildren(QPushButton):
        assert not button.visibleRegion().isEmpty()
        assert button.height() >= button.minimumSizeHint().height()
    assert 2 * desk.window.deck.height() >= desk.window.height()


def test_that_plans_have_room_for_a_row_below_a_low_chart(desk: DeskWindow) -> None:
    show_timeline(desk)
    desk.window.resize(SCREEN[0], SCREEN[1] - FRAME)
    flush()
    desk.window.panels.arrange()
    tabs = desk.window.trading.tabs
    desk.window.panels.bring("watchlist")
    desk.window.panels.bring("trading")
    tabs.setCurrentWidget(tabs.plans)
    flush()
    assert tabs.plans.table.viewport().height() >= ROW_HEIGHT
    for part in (tabs.plans.filter, tabs.plans.new_plan):
        assert part.visibleRegion().boundingRect() == part.rect()
    tabs.setCurrentWidget(tabs.positions)
    flush()
    assert tabs.summary.isVisible()
    assert not tabs.plans.new_plan.isVisible()


def test_that_a_high_window_gives_the_tables_more_rows(desk: DeskWindow) -> None:
    trading = desk.window.panels["trading"]
    heights = {}
    for height in (1080, 2160):
        desk.window.resize(1920, height)
        flush()
        desk.window.panels.arrange()
        flush()
        heights[height] = trading.height()
    assert heights[2160] - heights[1080] >= 4 * ROW_HEIGHT
    assert 2 * desk.window.deck.height() >= desk.window.height()


def test_that_a_window_that_grew_for_a_message_goes_back_to_its_height(desk: DeskWindow) -> None:
    desk.window.resize(SCREEN[0], 1)
    flush()
    lowest = desk.window.height()
    desk.window.faults.add_fault("The journal is not written", "The disk is full. Halt the desk, and open it again.")
    assert size_of(desk)[1] > lowest
    desk.window.faults.dismiss.click()
    assert size_of(desk)[1] == lowest


def test_that_what_trading_has_to_say_stands_in_the_status_bar(desk: DeskWindow) -> None:
    desk.desk.trading.announced.emit("Approve plan failed: the time is over")
    assert desk.window.statusBar().currentMessage() == "Approve plan failed: the time is over"


def test_that_the_prices_of_a_new_plan_can_be_read(qtbot: QtBot) -> None:
    trading = TradingWindow(qtbot)
    trading.window.setStyleSheet(style_sheet(DARK))
    trading.propose()
    trading.controls.tabs.plans.new_plan.click()
    flush()
    dialog = trading.controls.plan_dialog
    assert dialog is not None
    numbers = dialog.findChildren(QAbstractSpinBox)
    assert len(numbers) == 5
    for number in numbers:
        field = number.lineEdit()
        assert field.width() > field.fontMetrics().horizontalAdvance(number.text()), number.text()
    dialog.close()


def test_that_the_settings_are_one_click_away(desk: DeskWindow) -> None:
    button = desk.window.settings.button
    assert button is not None
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert desk.window.settings.dialog is not None


def test_that_what_does_not_fit_into_a_toolbar_stands_behind_a_mark_that_can_be_seen(desk: DeskWindow) -> None:
    desk.window.resize(desk.window.minimumSizeHint())
    flush()
    assert desk.window.view_bar.more.isVisible()
    assert desk.window.view_bar.hidden_actions
    for bar in (desk.window.trading.modes, desk.window.player):
        mark = bar.findChild(QToolButton, "qt_toolbar_ext_button")
        assert isinstance(mark, QToolButton)
        assert mark.isVisible()
        picture = mark.grab().toImage()
        row = picture.height() // 2
        assert len({picture.pixel(x, row) for x in range(2, picture.width() - 2)}) > 1, bar.objectName()


def test_that_a_panel_brought_back_by_the_menu_stands_in_front_of_its_tabs(desk: DeskWindow) -> None:
    trading = desk.window.panels["trading"]
    for name in ("journal", "health", "volatility", "alerts"):
        trading.raise_()
        flush()
        assert not trading.visibleRegion().isEmpty()
        panel = desk.window.panels[name]
        panel.toggleViewAction().trigger()
        flush()
        assert not panel.visibleRegion().isEmpty(), name
        assert trading.visibleRegion().isEmpty(), name


def test_that_a_panel_behind_other_tabs_comes_to_the_front_before_it_is_hidden(desk: DeskWindow) -> None:
    panel, trading = desk.window.panels["alerts"], desk.window.panels["trading"]
    switch = panel.toggleViewAction()
    switch.trigger()
    flush()
    trading.raise_()
    flush()
    for is_front in (True, False, True):
        switch.trigger()
        flush()
        assert panel.isVisible() == switch.isChecked() == is_front
        assert trading.visibleRegion().isEmpty() == is_front
