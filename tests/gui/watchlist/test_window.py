"""The watch list in the window, used by mouse and by keyboard."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QMenu
from pytestqt.qtbot import QtBot

from config.changes import with_values
from config.settings import BITCOIN_RULES, Settings
from engine.domain.messages.commands import SetAuto
from engine.domain.messages.engine import ChangeSettings
from engine.market.symbol_list import OfferedSymbol
from gui.features.watchlist.model.rows import ADD_ROW, SPREAD
from gui.features.watchlist.model.symbol_picker import listed
from gui.features.watchlist.view.add_dialog import AddSymbolDialog
from gui.theme import DARK
from tests.builders import quote
from tests.gui.chart.builders import flush
from tests.gui.watchlist.desk import BITCOIN, GOLD, WatchDesk


def test_that_a_click_or_return_brings_the_chart_of_a_symbol(qtbot: QtBot) -> None:
    desk = WatchDesk(qtbot)
    desk.click(BITCOIN)
    assert desk.window.deck.front_symbol == BITCOIN
    desk.press(Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    desk.press(Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert desk.view.table.hasFocus()
    desk.press(Qt.Key.Key_Up)
    desk.press(Qt.Key.Key_Return)
    assert desk.window.deck.front_symbol == GOLD


def test_that_the_last_row_opens_the_dialog_that_adds_symbols(qtbot: QtBot) -> None:
    desk = WatchDesk(qtbot)
    asked: list[bool] = []
    desk.model.adding_wanted.disconnect()
    desk.model.adding_wanted.connect(lambda: asked.append(True))
    for _ in range(2):
        desk.press(Qt.Key.Key_Down)
    desk.press(Qt.Key.Key_Return)
    desk.press(Qt.Key.Key_Insert)
    desk.press(Qt.Key.Key_Delete)
    assert len(asked) == 2
    assert next(action.text() for action in desk.menu(ADD_ROW).actions()) == "Add symbol …"
    assert desk.model.table.keys == [GOLD, BITCOIN, ADD_ROW]


def test_that_recordings_with_long_names_can_be_distinguished_in_the_dialog(qtbot: QtBot) -> None:
    desk = WatchDesk(qtbot)
    dialog = AddSymbolDialog(desk.model.picker, DARK, desk.window)
    dialog.show()
    names = [f"xauusd_m1_mt5rates_2025-12-03_2026-03-{day}.parquet" for day in (17, 18)]
    recordings = [OfferedSymbol(name=name, recording=f"/data/{name}") for name in names]
    desk.model.picker.show(listed(recordings, desk.model.picker.kept))
    assert desk.model.picker.table.rowCount() == 2
    table = dialog.table
    assert table.textElideMode() is Qt.TextElideMode.ElideMiddle
    assert table.sizeHintForColumn(0) > 200
    assert table.columnWidth(0) >= min(table.sizeHintForColumn(0), round(0.7 * table.viewport().width()))


def test_that_the_menu_of_a_row_leads_to_order_ticket_settings_and_mode_of_its_symbol(qtbot: QtBot) -> None:
    desk = WatchDesk(qtbot)
    desk.choose(BITCOIN, "Order ticket …")
    assert desk.window.panels["orderTicket"].isVisible()
    assert desk.desk.trading.entry.ticket.symbol == BITCOIN
    desk.desk.trading.on_quote(quote(1))
    desk.choose(BITCOIN, "Price alert …")
    alert, fields = desk.window.price_alerts.dialog, desk.desk.price_alerts.form.fields
    assert alert is not None
    assert fields is not None
    assert fields.symbol == BITCOIN
    alert.reject()
    desk.choose(BITCOIN, "Settings of the symbol …")
    dialog = desk.window.settings.dialog
    assert dialog is not None
    assert dialog.tree.current == "btcusd_rules"
    dialog.reject()
    desk.choose(GOLD, "Set to AUTO")
    assert desk.asked[-1] == SetAuto(GOLD, True)
    desk.set_modes(GOLD)
    desk.choose(GOLD, "Set to MANUAL")
    assert desk.asked[-1] == SetAuto(GOLD, False)


def test_that_a_menu_opened_by_key_sets_a_mode_only_while_the_keyboard_is_armed(qtbot: QtBot) -> None:
    desk = WatchDesk(qtbot)

    def set_by_key() -> None:
        event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
        desk.view.table.contextMenuEvent(event)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        next(action for action in menu.actions() if action.text() == "Set to AUTO").trigger()
        menu.close()

    set_by_key()
    assert not any(isinstance(each, SetAuto) for each in desk.asked)
    desk.desk.trading.arming.toggle()
    set_by_key()
    assert SetAuto(GOLD, True) in desk.asked


def test_that_rules_are_copied_after_a_preview(qtbot: QtBot) -> None:
    desk = WatchDesk(qtbot)
    desk.choose(GOLD, "Copy rules from …")
    dialog = desk.window.watchlist.copying
    assert dialog is not None
    assert dialog.sources.currentText() == "BTCUSD (Bitcoin)"
    assert desk.model.rules.table.rowCount() > 0
    dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel).click()
    assert not any(isinstance(each, ChangeSettings) for each in desk.asked)
    desk.choose(GOLD, "Copy rules from …")
    dialog = desk.window.watchlist.copying
    assert dialog is not None
    dialog.copy.click()
    desk.answer()
    assert desk.desk.settings.in_force.rules_for(GOLD) == BITCOIN_RULES
    assert desk.window.watchlist.copying is None
    desk.tick(quote(1, spread=0.26))
    assert desk.text(GOLD, SPREAD) == "0.26 / 15.00"


def test_that_rules_of_a_symbol_with_a_dot_can_be_removed_in_the_settings(qtbot: QtBot) -> None:
    rules = {"eurusd.r_rules": BITCOIN_RULES.as_json()}
    desk = WatchDesk(qtbot, with_values(Settings(), rules))
    desk.window.settings.open("eurusd.r_rules.stop_mode")
    dialog = desk.window.settings.dialog
    assert dialog is not None
    assert dialog.tree.current == "eurusd.r_rules"
    flush()
    dialog.rules.remove.click()
    dialog.accept_all.click()
    desk.answer()
    assert desk.desk.settings.in_force.rules_for("EURUSD.r") is None
