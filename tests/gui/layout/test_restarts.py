"""The next run restores the layout, automatically or by its name."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from pytestqt.qtbot import QtBot

from config.desk import InterfaceSettings
from config.settings import Settings
from gui.features.layout.file import LayoutFile, Look, last_theme
from gui.theme import DARK, LIGHT
from tests.gui.chart.builders import flush
from tests.gui.layout.desk import BOTTOM, Desk, overlay

# -- over the end of the program


def test_that_everything_stands_after_a_crash_where_it_stood_before(qtbot: QtBot, path: Path) -> None:
    first = Desk(qtbot, path)
    window = first.window
    window.resize(1000, 640)
    window.panels["conditions"].hide()
    window.removeDockWidget(first.extra)
    window.addDockWidget(BOTTOM, first.extra)
    first.extra.show()
    window.tabifyDockWidget(window.panels["trading"], first.extra)
    window.deck.views[0].set_overlay_visible("swings", False)
    table = window.trading.tabs.positions
    table.setColumnHidden(2, True)
    table.setColumnWidth(0, 143)
    table.horizontalHeader().moveSection(3, 1)
    window.deck.show_symbol(1)
    flush()
    first.rest()
    window.hide()  # the process is killed: nothing is asked, nothing is closed

    second = Desk(qtbot, path)
    again = second.window
    assert again.height() == 640
    assert again.panels["conditions"].isHidden()
    assert again.dockWidgetArea(second.extra) is BOTTOM
    assert second.extra in again.tabifiedDockWidgets(again.panels["trading"])
    assert not overlay(second, "swings")
    assert overlay(second, "vwap")
    table = again.trading.tabs.positions
    assert table.isColumnHidden(2)
    assert table.columnWidth(0) == 143
    assert table.horizontalHeader().logicalIndex(1) == 3
    assert again.deck.front_symbol == "BTCUSD"
    assert second.said == []


def test_that_charts_side_by_side_and_a_panel_that_floats_come_back(qtbot: QtBot, path: Path) -> None:
    first = Desk(qtbot, path)
    first.window.chart_actions.side_by_side.setChecked(True)
    first.extra.show()
    first.extra.setFloating(True)
    first.extra.setGeometry(QRect(40, 60, 300, 200))
    flush()
    first.rest()
    first.window.hide()
    second = Desk(qtbot, path)
    assert second.window.deck.is_side_by_side
    assert second.extra.isFloating()
    assert second.extra.size() == first.extra.size()


def test_that_a_window_that_is_closed_keeps_what_changed_last(qtbot: QtBot, path: Path) -> None:
    first = Desk(qtbot, path)
    first.window.panels["conditions"].hide()
    first.window.close()
    assert Desk(qtbot, path).window.panels["conditions"].isHidden()


def test_that_nothing_is_written_while_nothing_changes(qtbot: QtBot, path: Path) -> None:
    desk = Desk(qtbot, path)
    desk.rest()
    path.unlink()
    desk.rest()
    assert not path.exists()
    desk.extra.show()
    flush()
    desk.rest()
    assert path.exists()


def test_that_a_window_without_a_file_writes_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    desk = Desk(qtbot, None)
    desk.extra.show()
    desk.rest()
    desk.window.close()
    assert list(tmp_path.iterdir()) == []


def test_that_the_next_window_begins_in_the_look_of_the_last_one(qtbot: QtBot, path: Path) -> None:
    Desk(qtbot, path, Settings(interface=InterfaceSettings(theme="light"))).rest()
    look = LayoutFile(path).layouts.look
    assert last_theme(look) is LIGHT
    assert last_theme(None) is DARK
    assert last_theme(Look("pink", "standard")) is DARK


# -- layouts with a name


def test_that_a_named_layout_is_there_in_the_next_run_and_can_be_taken(qtbot: QtBot, path: Path) -> None:
    first = Desk(qtbot, path)
    first.window.panels["conditions"].hide()
    first.window.layouts.save_as("  Small screen ")
    first.window.panels["conditions"].show()
    first.window.close()

    second = Desk(qtbot, path)
    (name,) = second.window.layouts.names
    assert name == "Small screen"
    assert second.window.panels["conditions"].isVisible()
    (take,) = [each for each in second.window.layout_menu.actions() if each.text() == "Small screen"]
    take.trigger()
    assert second.window.panels["conditions"].isHidden()
    second.window.layouts.delete("Small screen")
    assert second.window.layouts.names == ()
    assert all(each.text() != "Small screen" for each in second.window.layout_menu.actions())


def test_that_a_layout_needs_a_name_that_can_be_shown_and_is_not_called_as_a_device(qtbot: QtBot) -> None:
    layouts = Desk(qtbot, None).window.layouts
    for name in ("", "   ", "x" * 61):
        with pytest.raises(ValueError, match="1 to 60 characters"):
            layouts.save_as(name)
    for name in ("CON", " nul ", "Com1.wide"):
        with pytest.raises(ValueError, match=r"Windows reserves the name (CON|NUL|COM1) for a device"):
            layouts.save_as(name)
    assert layouts.names == ()


def test_that_a_reset_restores_the_first_arrangement(qtbot: QtBot, path: Path) -> None:
    desk = Desk(qtbot, path)
    desk.window.panels["conditions"].hide()
    desk.window.panels["trading"].setFloating(True)
    desk.window.deck.views[0].set_overlay_visible("vwap", False)
    desk.window.layout_menu.reset.trigger()
    assert desk.window.panels["conditions"].isVisible()
    assert not desk.window.panels["trading"].isFloating()
    assert overlay(desk, "vwap")
