"""Panels, columns and what waits stand where the user put them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QDockWidget, QWidget
from pytestqt.qtbot import QtBot

from gui.theme import LIGHT
from gui.widgets.dock import PanelTitle
from gui.widgets.late import Late
from tests.gui.chart.builders import flush
from tests.gui.layout.desk import RIGHT, Desk
from tests.gui.trading.window import TradingWindow

# -- panels and columns


def test_that_a_hidden_panel_comes_back_by_the_menu(qtbot: QtBot) -> None:
    desk = Desk(qtbot, None)
    (toggle,) = [each for each in desk.window.panels_menu.actions() if each.objectName() == "panel.trading"]
    desk.window.panels["trading"].close()
    assert desk.window.panels["trading"].isHidden()
    toggle.trigger()
    assert desk.window.panels["trading"].isVisible()


def test_that_each_key_of_a_panel_stands_in_the_menu_and_the_ticket_has_one_switch(qtbot: QtBot) -> None:
    desk = Desk(qtbot, None)
    switches = {each.text(): each for each in desk.window.panels_menu.actions()}
    ticket = switches["Order ticket"]
    assert (ticket.shortcut().toString(), ticket is desk.window.ticket.open) == ("F9", True)
    ticket.trigger()
    assert desk.window.panels["orderTicket"].isVisible()
    assert ticket.isChecked()


def title_of(dock: QDockWidget) -> PanelTitle:
    title = dock.titleBarWidget()
    assert isinstance(title, PanelTitle)
    return title


def test_that_a_panel_floats_and_docks_by_the_button_in_its_title(qtbot: QtBot) -> None:
    desk = Desk(qtbot, None)
    dock = desk.window.panels["conditions"]
    title = title_of(dock)
    title.floats.click()
    assert dock.isFloating()
    title.floats.click()
    assert not dock.isFloating()
    title.closes.click()
    assert dock.isHidden()


def test_that_what_nobody_looks_at_is_not_made(qtbot: QtBot) -> None:
    desk = Desk(qtbot, None)
    late = desk.window.findChildren(Late)
    assert len(late) == 12
    assert not any(each.is_made for each in late)
    made: list[QWidget] = []
    health = desk.window.panels["health"].widget()
    assert isinstance(health, Late)
    health.made.connect(made.append)
    for _ in range(2):
        desk.window.panels["health"].toggleViewAction().trigger()
    assert made == [desk.window.panels.content("health")]
    assert [each.is_made for each in late].count(True) == 1


def test_that_what_is_made_later_has_the_theme_of_that_time(qtbot: QtBot) -> None:
    desk = Desk(qtbot, None)
    desk.window.set_theme(LIGHT)
    qtbot.waitUntil(desk.window.updatesEnabled)
    desk.window.panels["volatility"].toggleViewAction().trigger()
    ground = desk.window.panels.content("volatility").hours.grab().toImage().pixelColor(2, 2)
    assert ground.name() in (LIGHT.background, LIGHT.surface)


def test_that_columns_of_a_table_nobody_looks_at_are_kept(qtbot: QtBot, path: Path) -> None:
    first = Desk(qtbot, path)
    first.window.panels["health"].toggleViewAction().trigger()
    first.window.panels.content("health").table.setColumnWidth(0, 77)
    first.rest()
    first.window.panels["health"].toggleViewAction().trigger()
    first.rest()
    first.window.hide()
    second = Desk(qtbot, path)
    second.window.panels["conditions"].hide()
    second.rest()  # written by a window in which nobody has looked at the table
    second.window.hide()
    third = Desk(qtbot, path)
    third.window.panels["health"].toggleViewAction().trigger()
    assert third.window.panels.content("health").table.columnWidth(0) == 77
    third.window.layout_menu.reset.trigger()
    assert third.window.panels.content("health").table.columnWidth(0) != 77


def test_that_the_way_back_counts_for_tables_that_come_later(qtbot: QtBot, path: Path) -> None:
    first = Desk(qtbot, path)
    first.window.panels["health"].toggleViewAction().trigger()
    first.window.panels.content("health").table.setColumnWidth(0, 77)
    first.window.panels["health"].toggleViewAction().trigger()
    first.rest()
    first.window.hide()
    second = Desk(qtbot, path)
    second.window.layout_menu.reset.trigger()
    second.window.panels["health"].toggleViewAction().trigger()
    assert second.window.panels.content("health").table.columnWidth(0) != 77


def test_that_rows_removed_from_the_watch_list_of_a_played_market_stay_away(qtbot: QtBot, path: Path) -> None:
    first = Desk(qtbot, path)
    first.model.watchlist.remove("XAUUSD")
    first.rest()
    first.window.hide()
    second = Desk(qtbot, path)
    assert list(second.model.watchlist.symbols.of_market) == ["BTCUSD"]
    second.window.layout_menu.reset.trigger()
    assert list(second.model.watchlist.symbols.of_market) == ["XAUUSD", "BTCUSD"]


def test_that_a_column_is_hidden_by_the_menu_of_the_heads_but_never_the_last_one(qtbot: QtBot) -> None:
    table = Desk(qtbot, None).window.trading.tabs.positions
    actions = table.column_menu().actions()
    assert [each.text() for each in actions][:2] == ["Symbol", "Side"]
    assert all(each.text() for each in actions)
    for action in actions[:-1]:
        action.trigger()
    assert table.isColumnHidden(0)
    last = table.column_menu().actions()[-1]
    assert not last.isEnabled()
    table.column_menu().actions()[0].trigger()
    assert not table.isColumnHidden(0)


# -- what waits


def test_that_what_waits_comes_to_the_front_wherever_the_user_put_it(qtbot: QtBot) -> None:
    scene = TradingWindow(qtbot)
    window, dock = scene.window, scene.controls.desk_dock
    beside = QDockWidget("Beside", window)
    window.addDockWidget(RIGHT, beside)
    window.tabifyDockWidget(dock, beside)
    assert dock.isHidden()
    beside.show()
    beside.raise_()
    scene.propose()
    flush()
    assert dock.isVisible()
    assert not dock.visibleRegion().isEmpty()
    assert beside.visibleRegion().isEmpty()


def test_that_what_waits_floats_where_it_was_put_and_cannot_be_closed(qtbot: QtBot) -> None:
    scene = TradingWindow(qtbot)
    dock = scene.controls.desk_dock
    scene.propose()
    dock.setFloating(True)
    title = title_of(dock)
    assert title.closes.isHidden()
    assert dock.isVisible()
    scene.model.approvals.reject(scene.card)
    scene.frame()
    assert dock.isHidden()
    scene.propose(5)
    assert dock.isVisible()
    assert dock.isFloating()
