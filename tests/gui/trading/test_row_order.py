"""Any table: rows are sorted, searched, summed and copied, by the mouse and by keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from gui.features.trading.model.row_order import number_in
from gui.features.trading.model.table import Cell, Column, RowTable, Tone
from gui.features.trading.model.words import money_text
from gui.features.trading.view.table import TradeTable
from gui.theme import DARK
from tests.builders import closed_trade
from tests.gui.desk_window import DeskWindow

COLUMNS = (
    Column("Name", "", "xxxxxx"),
    Column("Money", "", "1,000.00", True, money_text),
    Column("", "Removes it", "Remove"),
)


def cells(name: str, money: float) -> list[Cell]:
    return [Cell(name), Cell(money_text(money), amount=money), Cell("Remove", Tone.ACTION)]


@pytest.fixture
def rows() -> RowTable:
    table = RowTable(COLUMNS)
    for name, money in (("gold", 9.0), ("silver", -20.0), ("Golden", 1000.0)):
        table.put(name, cells(name, money))
    return table


@pytest.fixture
def view(qtbot: QtBot, rows: RowTable) -> TradeTable:
    table = TradeTable(rows, DARK, "Nothing", name="Rows", shows="Show it")
    qtbot.addWidget(table)
    table.resize(400, 200)
    table.show()
    return table


def keys(table: RowTable) -> list[object]:
    return [table.key(row) for row in range(table.rowCount())]


def test_that_a_title_that_gains_a_currency_is_not_cut(rows: RowTable, view: TradeTable) -> None:
    rows.retitle(1, "Expectancy of a trade, USD")
    assert view.columnWidth(1) > view.horizontalHeader().fontMetrics().horizontalAdvance("Expectancy of a trade, USD")


@pytest.mark.parametrize(
    ("text", "number"),
    [("+1,000.50 R", 1000.5), ("−2.00", -2.0), ("42 s", 42.0), ("3:07", 187.0), ("1:02:09", 3729.0), ("–", None)],
)
def test_that_the_number_of_a_cell_is_read(text: str, number: float | None) -> None:
    assert number_in(text) == number


def test_that_rows_are_sorted_by_what_they_say_and_the_third_click_brings_the_newest_first(rows: RowTable) -> None:
    rows.sort(1)
    assert keys(rows) == ["silver", "gold", "Golden"]
    rows.sort(0, Qt.SortOrder.DescendingOrder)
    assert keys(rows) == ["silver", "Golden", "gold"]
    rows.sort(-1)
    assert keys(rows) == ["Golden", "silver", "gold"]


def test_that_a_sorted_table_stays_sorted_as_rows_come_change_and_go(rows: RowTable, qtbot: QtBot) -> None:
    rows.sort(1)
    rows.put("tin", cells("tin", 3.0))
    assert keys(rows) == ["silver", "tin", "gold", "Golden"]
    rows.remove("gold")
    rows.put("silver", cells("silver", 5.0))
    qtbot.waitUntil(lambda: keys(rows) == ["tin", "silver", "Golden"])
    rows.replace([(name, cells(name, money)) for name, money in (("a", 2.0), ("b", 1.0))])
    assert keys(rows) == ["b", "a"]


def test_that_a_row_stays_chosen_where_the_order_changes(rows: RowTable, view: TradeTable) -> None:
    view.choose("silver")
    changes: tuple[Callable[[], None], ...] = (
        lambda: rows.sort(1),
        lambda: rows.set_search("s"),
        lambda: rows.set_search(""),
    )
    for change in changes:
        change()
        assert rows.key(view.selectionModel().selectedRows()[0].row()) == "silver"


def test_that_the_search_leaves_out_rows_which_go_on_and_are_summed_no_more(rows: RowTable) -> None:
    assert rows.sums() == {1: "+989.00"}
    rows.set_search("GOLD 00")
    rows.put("silver", cells("silver", -21.0))
    rows.put("tin", cells("tin", 1.0))
    assert (keys(rows), rows.count, rows.sums()) == (["Golden", "gold"], 4, {1: "+1,009.00"})
    assert rows.cell_of("silver", 1).text == "−21.00"
    rows.remove("tin")
    rows.put("Golden", [Cell("Golden"), Cell("–"), Cell("")])
    assert rows.sums() == {1: "+9.00"}
    rows.set_search("")
    assert keys(rows) == ["Golden", "silver", "gold"]


def test_that_keys_search_copy_and_show_all_again(rows: RowTable, view: TradeTable) -> None:
    QTest.keyClick(view, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert view.search.isVisible()
    QTest.keyClicks(view.search, "silv")
    QTest.keyClick(view.search, Qt.Key.Key_Down)
    view.choose("silver")
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "silver\t-20.00"
    QTest.keyClick(view.search, Qt.Key.Key_Escape)
    assert (rows.rowCount(), view.search.isVisible()) == (3, False)


def test_that_escape_ends_the_search_before_it_leads_the_charts_back(rows: RowTable, view: TradeTable) -> None:
    QShortcut(QKeySequence("Esc"), view).activated.connect(lambda: pressed.append("charts"))
    pressed: list[str] = []
    for has_keyboard in (view.search, view):
        view.search.begin("nothing like it")
        has_keyboard.setFocus()
        QTest.keyClick(has_keyboard, Qt.Key.Key_Escape)
        assert (rows.rowCount(), pressed) == (3, [])


def test_that_an_empty_search_field_leaves_with_the_keyboard(view: TradeTable) -> None:
    view.search.begin()
    view.setFocus()
    assert not view.search.isVisible()


def test_that_a_row_chosen_elsewhere_ends_the_search_that_hides_it(rows: RowTable, view: TradeTable) -> None:
    view.search.begin("gold")
    view.choose("silver")
    assert rows.key(view.currentIndex().row()) == "silver"


def test_that_the_menu_of_a_row_acts_copies_filters_and_sorts(rows: RowTable, view: TradeTable) -> None:
    acted: list[tuple[int, int]] = []
    view.acted.connect(lambda row, column: acted.append((row, column)))
    menu = view.row_menu(rows.index(0, 0))
    found = {action.text(): action for action in menu.actions()}
    rows.sort(1)  # while it is open: what it does is for the row that it was opened on
    found["Remove"].trigger()
    found["Show it"].trigger()
    assert acted == [(2, 2), (2, 0)]
    found["Copy table"].trigger()
    assert QGuiApplication.clipboard().text() == "Name\tMoney\nsilver\t-20.00\ngold\t+9.00\nGolden\t+1,000.00"
    found["Sort by Name, descending"].trigger()
    assert keys(rows) == ["silver", "Golden", "gold"]
    found["Filter by “Golden”"].trigger()
    assert keys(rows) == ["Golden"]
    again = {action.text(): action for action in view.row_menu(QModelIndex()).actions()}
    again["Remove sorting"].trigger()
    again["Show all rows"].trigger()
    assert keys(rows) == ["Golden", "silver", "gold"]


def test_that_sums_stand_below_the_last_row_and_cover_none(rows: RowTable, view: TradeTable) -> None:
    assert view.sums is not None
    assert view.sums.isVisible()
    assert view.sums.texts() == {0: "3 rows", 1: "+989.00"}
    view.resize(400, view.horizontalHeader().height() + view.sums.height() + 30)
    view.scrollToBottom()
    last = view.visualRect(rows.index(2, 0)).bottom()
    assert view.viewport().mapToParent(view.viewport().rect().topLeft()).y() + last < view.sums.y()


def test_that_the_keys_of_the_window_are_for_the_table_in_sight(qtbot: QtBot) -> None:
    window = DeskWindow(qtbot)
    tabs = window.window.trading.tabs
    window.desk.trading.history.show(closed_trade())
    tabs.setCurrentWidget(tabs.history)
    window.action("table.filter").trigger()
    assert tabs.history.search.isVisible()
    assert not tabs.positions.search.isVisible()
    QTest.keyClick(tabs.history.search, Qt.Key.Key_Escape)
    window.action("table.row_menu").trigger()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert "Show on chart" in [action.text() for action in menu.actions()]
    menu.close()


def test_that_the_cell_of_the_keyboard_is_seen_and_is_the_one_of_the_menu(view: TradeTable, rows: RowTable) -> None:
    view.window().activateWindow()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    pictures = [view.grab().toImage()]
    QTest.keyClick(view, Qt.Key.Key_Right)
    pictures.append(view.grab().toImage())
    assert pictures[0] != pictures[1]
    titles = [action.text() for action in view.row_menu(view.currentIndex()).actions()]
    assert f"Sort by {rows.columns[1].title}, ascending" in titles


def test_that_columns_are_hidden_and_shown_from_the_menu_of_a_row(view: TradeTable, rows: RowTable) -> None:
    (columns,) = [action for action in view.row_menu(rows.index(0, 0)).actions() if action.text() == "Columns"]
    menu = columns.menu()
    assert isinstance(menu, QMenu)
    menu.actions()[1].trigger()
    assert view.isColumnHidden(1)
    menu.actions()[1].trigger()
    assert not view.isColumnHidden(1)
