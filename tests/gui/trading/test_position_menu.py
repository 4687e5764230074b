"""What can be done with a position: from its menu by mouse, and by keys alone."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QInputDialog
from pytestqt.qtbot import QtBot

from config.settings import Settings
from engine.domain.market import Side
from engine.domain.messages.commands import CloseTrade, MoveStops
from engine.domain.messages.manual import CloseTrades, ManualOrder, PlaceOrder, SetExitRules
from gui.features.trading.model.position_menu import PositionMenu, Question
from gui.features.trading.view.position_context_menu import PositionContextMenu
from tests.approximate import close_to
from tests.builders import GOLD_CONTRACT
from tests.gui.trading.window import TradingWindow

TICKET = 1001


@pytest.fixture
def window(qtbot: QtBot) -> TradingWindow:
    """A desk with one position of 0.04 lots."""
    window = TradingWindow(qtbot)
    levels = {"price": 2000.0, "stop_loss": 1999.5, "take_profit": 2001.5}
    window.desk.do(PlaceOrder(ManualOrder(order_id="one", symbol="XAUUSD", side=Side.BUY, volume=0.04, **levels)))
    quote_at(window, 5.0)
    return window


def quote_at(window: TradingWindow, seconds: float, bid: float = 1999.8) -> None:
    window.tick(seconds, bid=bid)
    window.chart.set_live(None, window.desk.market.quotes["XAUUSD"])


def menu_of(window: TradingWindow, *, is_by_key: bool = False) -> PositionContextMenu:
    menu = window.controls.tabs.positions.open_menu(TICKET, is_by_key=is_by_key)
    assert menu is not None
    return menu


def entry(menu: PositionContextMenu, title: str) -> QAction:
    return next(action for action in menu.actions() if action.text().startswith(title))


def choose_by_key(window: TradingWindow, title: str) -> None:
    """As the menu key, arrows and Return do: the menu closes first."""
    menu = menu_of(window, is_by_key=True)
    chosen = entry(menu, title)
    menu.close()
    chosen.trigger()


def test_that_the_money_of_a_closed_part_is_kept_apart_from_what_is_open(window: TradingWindow) -> None:
    window.desk.do(CloseTrade(TICKET, 0.02))
    quote_at(window, 6.0)
    quote_at(window, 7.0, bid=2000.0)
    window.frame()
    positions, account = window.model.positions, window.desk.broker.account
    assert positions.closed_parts.volume_lots == close_to(0.02)
    assert account.balance + positions.profit - positions.closed_parts.profit == close_to(account.equity)


def test_that_the_menu_names_the_volumes_and_greys_what_cannot_be(window: TradingWindow) -> None:
    menu = menu_of(window)
    titles = [action.text() for action in menu.actions() if action.text()]
    assert titles[: titles.index("Table")] == [
        "Close",
        "Close 25 % (0.01 lots)",
        "Close 50 % (0.02 lots)",
        "Close 75 % (0.03 lots)",
        "Close volume …",
        "Break-even",
        "Move stop to …",
        entry(menu, "Stop to last swing low").text(),
        "Trailing stop",
        "Opposite candle close",
        "Add to position …",
        "Close all BUY of XAUUSD (1)",
        "Close all of XAUUSD (1)",
        "Close all BUY (1)",
    ]
    assert not entry(menu, "Break-even").isEnabled()
    quote_at(window, 6.0, bid=2000.5)
    assert entry(menu_of(window), "Break-even").isEnabled()


def test_that_a_part_above_the_largest_order_is_greyed_and_refused_with_the_reason(window: TradingWindow) -> None:
    contract = msgspec.structs.replace(GOLD_CONTRACT, volume_max=0.02)
    menu = PositionMenu(window.model.positions, {"XAUUSD": contract}, Settings())
    entries = {entry.title: entry for entry in menu.entries(TICKET)}
    part, question = entries["Close 75 %"], entries["Close volume …"].does
    assert (part.is_enabled, part.tip) == (False, "Not possible: an order may have 0.02 lots at most")
    assert isinstance(question, Question)
    assert (question.label, question.high) == ("Lots of BUY XAUUSD, up to 0.02 of 0.04", 0.02)
    assert contract.part_of(0.04, 0.03) is None
    assert contract.part_of(0.04, 0.02) == close_to(0.02)


def test_that_the_tab_of_plans_says_what_it_counts(window: TradingWindow) -> None:
    tabs = window.controls.tabs
    assert tabs.tabText(1) == "Plans 1"
    assert tabs.tabToolTip(1) == "Every order belongs to a plan. Live now: 0 waiting, 1 with an open position"


def test_that_a_part_is_closed_and_its_share_counts_in_r_and_money(window: TradingWindow) -> None:
    quote_at(window, 6.0, bid=2000.5)
    entry(menu_of(window), "Close 50 %").trigger()
    quote_at(window, 7.0, bid=2000.5)
    assert window.asked[-1] == CloseTrade(TICKET, 0.02)
    table = window.model.positions
    assert table.words(0)[2] == "0.02"
    assert "+1.00 R" in table.words(0)
    assert "+2.00" in table.words(0)


def test_that_exit_rules_are_switched_for_the_position_alone(window: TradingWindow) -> None:
    rule = entry(menu_of(window), "Trailing stop")
    assert rule.isChecked()
    rule.trigger()
    window.frame()
    assert window.asked[-1] == SetExitRules(TICKET, trailing=False)
    assert not entry(menu_of(window), "Trailing stop").isChecked()
    assert entry(menu_of(window), "Opposite candle close").isChecked()


def test_that_a_stop_is_moved_to_a_price_that_is_asked_for(window: TradingWindow) -> None:
    entry(menu_of(window), "Move stop to").trigger()
    (dialog,) = window.controls.tabs.positions.findChildren(QInputDialog)
    assert dialog.labelText() == "Stop of BUY XAUUSD"
    dialog.setDoubleValue(1999.3)
    dialog.accept()
    assert window.asked[-1] == MoveStops(TICKET, stop_loss=1999.3)
    quote_at(window, 6.0)
    assert window.model.positions.words(0)[4] == "1,999.30"


def test_that_the_stop_goes_one_tick_beyond_the_last_swing(window: TradingWindow) -> None:
    swings = window.chart.findings.swings
    swings.add(window.chart.count - 1, 1999.4, False)
    entry(menu_of(window), "Stop to last swing low (1,999.39)").trigger()
    assert window.asked[-1] == MoveStops(TICKET, stop_loss=1999.39)


def test_that_keys_alone_need_arming_and_close_half(window: TradingWindow) -> None:
    choose_by_key(window, "Close all of XAUUSD")
    window.press(Qt.Key.Key_D, shift=True)
    assert not [one for one in window.asked if isinstance(one, CloseTrade | CloseTrades)]
    assert "armed" in window.messages[-1]
    window.arm()
    window.press(Qt.Key.Key_D, shift=True)
    choose_by_key(window, "Close all of XAUUSD")
    assert window.asked[-2:] == [CloseTrade(TICKET, 0.02), CloseTrades("XAUUSD")]


def test_that_a_right_click_and_the_menu_key_open_the_menu_of_a_row(window: TradingWindow) -> None:
    table = window.controls.tabs.positions
    table.selectRow(0)
    place = table.visualRect(window.model.positions.index(0, 0)).center()
    for reason in (QContextMenuEvent.Reason.Mouse, QContextMenuEvent.Reason.Keyboard):
        QApplication.sendEvent(table.viewport(), QContextMenuEvent(reason, place, table.mapToGlobal(place)))
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, PositionContextMenu)
        menu.close()


def test_that_a_position_that_is_being_closed_has_no_menu(window: TradingWindow) -> None:
    window.desk.do(CloseTrade(TICKET))
    window.frame()
    assert window.controls.tabs.positions.open_menu(TICKET, is_by_key=False) is None


def test_that_a_swing_beyond_the_largest_stop_is_greyed_with_its_reason(window: TradingWindow) -> None:
    window.chart.findings.swings.add(window.chart.count - 1, 1990.0, False)
    to_swing = entry(menu_of(window), "Stop to last swing low")
    assert not to_swing.isEnabled()
    assert to_swing.toolTip().startswith("Not possible: stop distance 10.01 is above the maximum of 1.2")
