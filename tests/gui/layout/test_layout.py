from __future__ import annotations

import base64
import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDockWidget, QLabel, QMainWindow, QToolBar, QWidget
from pytestqt.qtbot import QtBot

from config.settings import InterfaceSettings, Settings
from gui.features.desk.model.desk import DeskModel
from gui.features.layout.book import VERSION, Columns, LayoutBook, Look, UnreadableLayout, book_of
from gui.features.layout.file import LayoutFile
from gui.features.layout.place import fit_to_screen, largest_size
from gui.features.settings.theming import last_theme
from gui.theme import DARK, LIGHT
from gui.widgets.late import Late
from gui.window import MainWindow
from tests.builders import BITCOIN
from tests.fakes import source
from tests.gui.chart.builders import flush, quiet_hours
from tests.gui.trading.window import TradingWindow
from tests.refusing_renames import FOR_EVER, RefusingRenames

RIGHT, BOTTOM = Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea


class Desk:
    """A window of two charts that keeps its layout in a file, and the person before it."""

    def __init__(self, qtbot: QtBot, path: Path | None, settings: Settings | None = None) -> None:
        self.path = path
        self.said: list[str] = []
        self.model = DeskModel(settings)
        self.window = MainWindow(DARK, None if path is None else LayoutFile(path))
        self.model.setParent(self.window)
        qtbot.addWidget(self.window)
        self.window.layouts.told.connect(self.said.append)
        self.window.furnish(self.model)
        self.extra = self.window.add_panel("extra", "Extra", QLabel("more"), RIGHT)
        self.window.layouts.begin()
        self.model.open([source(), source(instrument=BITCOIN)])
        for chart in self.model.charts.values():
            chart.append(quiet_hours(60))
        self.window.show()
        qtbot.waitExposed(self.window)
        flush()

    def rest(self) -> None:
        """Long enough without a change for the layout to be written."""
        keeper = self.window.layouts
        keeper.look()
        keeper.look()
        keeper.wait()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk" / "layouts.json"


def overlay(desk: Desk, name: str) -> bool:
    return desk.window.deck.views[0].is_overlay_visible(name)


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
    look = LayoutFile(path).book.look
    assert last_theme(look) is LIGHT
    assert last_theme(None) is DARK
    assert last_theme(Look("pink", "standard")) is DARK


# -- files that do not fit


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"version": 99}',
        '{"version": 1}',
        '{"version": 1, "current": 7, "named": {}, "look": null}',
        '{"version": 1, "current": null, "named": {}, "look": null, "more": 1}',
        '{"version": 1, "current": null, "named": {}, "look": {"surfaces": ["light"], "colours": "x"}}',
        '{"version": 1, "current": null, "named": {"a": {"place": "?"}}, "look": null}',
        "[" * 200_000,
        "\x00" * 100,
        " " * 2_000_001,
    ],
    ids=range(13),
)
def test_that_a_damaged_file_is_set_aside(path: Path, content: str) -> None:
    path.parent.mkdir()
    path.write_text(content, encoding="utf-8")
    file = LayoutFile(path)
    assert file.book == LayoutBook()
    assert file.fault.startswith("The saved layout is not used")
    assert path.with_name("layouts-unreadable.json").read_text(encoding="utf-8") == content


def test_that_a_damaged_file_is_told_and_the_window_stands_as_the_first_time(qtbot: QtBot, path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"\xff\xfe rubbish")
    desk = Desk(qtbot, path)
    assert len(desk.said) == 1
    assert desk.said[0].endswith("the file is kept as layouts-unreadable.json.")
    assert not desk.window.panels["trading"].isHidden()


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    )
)
def test_that_whatever_stands_in_place_of_a_layout_is_refused(said: object) -> None:
    for book in (
        {"version": VERSION, "current": said, "named": {}, "look": None},
        {"version": VERSION, "current": None, "named": {"a": said}, "look": None},
        {"version": VERSION, "current": None, "named": {}, "look": said},
    ):
        with suppress(UnreadableLayout):
            assert book_of(json.dumps(book)) == LayoutBook()


def changed(path: Path, **fields: object) -> None:
    """The file with other fields in its present layout."""
    book = json.loads(path.read_text())
    book["current"] |= fields
    path.write_text(json.dumps(book))


@pytest.mark.parametrize(
    "docks", ["", base64.b64encode(b"no docks at all").decode(), base64.b64encode(bytes(500)).decode()]
)
def test_that_docks_that_qt_does_not_understand_stand_as_the_first_time(qtbot: QtBot, path: Path, docks: str) -> None:
    Desk(qtbot, path).rest()
    changed(path, docks=docks)
    desk = Desk(qtbot, path)
    assert desk.said == ["The saved layout is not used: it does not fit this window."]
    assert not desk.window.panels["trading"].isHidden()
    assert desk.window.panels["conditions"].isVisible()


@pytest.mark.parametrize(
    "columns",
    [
        Columns((0,), (10,), ()),
        Columns((0, 1, 2), (50, 50, 50), (0, 1, 2)),
        Columns((0, 0, 0), (50, 50, 50), ()),
        Columns((0, 1, 2), (10**9, 50, 50), ()),
        Columns((0, 1, 2), (50, 50, 50), (7,)),
    ],
)
def test_that_columns_that_a_table_does_not_have_do_not_fit(columns: Columns) -> None:
    assert not columns.fits(3)
    assert Columns((2, 0, 1), (50, 0, 50), (1,)).fits(3)


def test_that_columns_of_another_table_are_passed_over(qtbot: QtBot, path: Path) -> None:
    Desk(qtbot, path).rest()
    odd = {"order": [0], "widths": [10], "hidden": []}
    changed(path, columns={"positions": odd, "nobody": odd})
    desk = Desk(qtbot, path)
    table = desk.window.trading.tabs.positions
    assert desk.said == []
    assert table.columnWidth(0) > 10


def test_that_a_window_of_a_screen_that_is_gone_comes_back_into_view(qtbot: QtBot, path: Path) -> None:
    first = Desk(qtbot, path)
    first.extra.show()
    first.extra.setFloating(True)
    first.extra.setGeometry(QRect(9000, 9000, 300, 200))
    first.window.move(QPoint(-7000, 4000))
    flush()
    first.rest()
    first.window.hide()
    second = Desk(qtbot, path)
    screen = QGuiApplication.primaryScreen().availableGeometry()
    assert screen.intersects(QRect(second.window.frameGeometry().topLeft(), second.window.size()))
    assert screen.contains(second.window.frameGeometry().topLeft() + QPoint(60, 10))
    assert screen.contains(second.extra.frameGeometry().topLeft() + QPoint(60, 10))


def test_that_a_disk_that_is_full_is_told_once(qtbot: QtBot, path: Path) -> None:
    desk = Desk(qtbot, path)
    path.parent.mkdir(exist_ok=True)
    desk.rest()
    path.unlink()
    path.mkdir()
    for is_shown in (True, False):
        desk.extra.setVisible(is_shown)
        flush()
        desk.rest()
    flush()
    assert len(desk.said) == 1
    assert desk.said[0].startswith("The layout cannot be saved")


def test_that_a_layout_that_cannot_be_written_is_written_as_soon_as_it_can_be(
    qtbot: QtBot, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(qtbot, path)
    desk.rest()
    renames = RefusingRenames(monkeypatch)
    renames.refuse(FOR_EVER)
    desk.extra.setVisible(not desk.extra.isVisible())
    flush()
    desk.rest()
    before = path.read_text()
    renames.refuse(0)
    desk.rest()
    assert path.read_text() != before


def test_that_a_damaged_layout_that_is_open_elsewhere_is_kept_before_another_is_written(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.parent.mkdir()
    path.write_text("rubbish")
    renames = RefusingRenames(monkeypatch)
    renames.refuse(2)
    file = LayoutFile(path)
    assert path.read_text() == "rubbish"
    file.write(LayoutBook())
    assert path.with_name("layouts-unreadable.json").read_text() == "rubbish"
    assert LayoutFile(path).book == LayoutBook()


# -- layouts with a name


def test_that_a_named_layout_is_there_in_the_next_run_and_can_be_taken(qtbot: QtBot, path: Path) -> None:
    first = Desk(qtbot, path)
    first.window.panels["conditions"].hide()
    first.window.layouts.save_as("  Small screen ")
    first.window.panels["conditions"].show()
    first.window.close()

    second = Desk(qtbot, path)
    assert second.window.layouts.names == ("Small screen",)
    assert second.window.panels["conditions"].isVisible()
    (take,) = [each for each in second.window.layout_menu.actions() if each.text() == "Small screen"]
    take.trigger()
    assert second.window.panels["conditions"].isHidden()
    second.window.layouts.delete("Small screen")
    assert second.window.layouts.names == ()
    assert all(each.text() != "Small screen" for each in second.window.layout_menu.actions())


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_that_a_layout_needs_a_name_that_can_be_shown(qtbot: QtBot, name: str) -> None:
    desk = Desk(qtbot, None)
    with pytest.raises(ValueError, match="1 to 60 characters"):
        desk.window.layouts.save_as(name)


@pytest.mark.parametrize("name", ["CON", " nul ", "Com1.wide"])
def test_that_a_layout_is_not_called_as_a_device(qtbot: QtBot, name: str) -> None:
    desk = Desk(qtbot, None)
    with pytest.raises(ValueError, match=r"Windows reserves the name (CON|NUL|COM1) for a device"):
        desk.window.layouts.save_as(name)
    assert desk.window.layouts.names == ()


def test_that_the_way_back_leads_to_the_first_arrangement(qtbot: QtBot, path: Path) -> None:
    desk = Desk(qtbot, path)
    desk.window.panels["conditions"].hide()
    desk.window.panels["trading"].setFloating(True)
    desk.window.deck.views[0].set_overlay_visible("vwap", False)
    desk.window.layout_menu.reset.trigger()
    assert desk.window.panels["conditions"].isVisible()
    assert not desk.window.panels["trading"].isFloating()
    assert overlay(desk, "vwap")


# -- panels and columns


def test_that_a_hidden_panel_comes_back_by_the_menu(qtbot: QtBot) -> None:
    desk = Desk(qtbot, None)
    (toggle,) = [each for each in desk.window.panels_menu.actions() if each.objectName() == "panel.trading"]
    desk.window.panels["trading"].close()
    assert desk.window.panels["trading"].isHidden()
    toggle.trigger()
    assert desk.window.panels["trading"].isVisible()


def test_that_a_panel_floats_and_docks_by_the_button_in_its_title(qtbot: QtBot) -> None:
    desk = Desk(qtbot, None)
    dock = desk.window.panels["conditions"]
    title = dock.titleBarWidget()
    title.floats.click()  # type: ignore[attr-defined]
    assert dock.isFloating()
    title.floats.click()  # type: ignore[attr-defined]
    assert not dock.isFloating()
    title.closes.click()  # type: ignore[attr-defined]
    assert dock.isHidden()


def test_that_what_nobody_looks_at_is_not_made(qtbot: QtBot) -> None:
    desk = Desk(qtbot, None)
    late = desk.window.findChildren(Late)
    assert len(late) == 6
    assert not any(each.is_made for each in late)
    made: list[QWidget] = []
    health = desk.window.panels["health"].widget()
    assert isinstance(health, Late)
    health.made.connect(made.append)
    for _ in range(2):
        desk.window.panels["health"].toggleViewAction().trigger()
    assert made == [desk.window.health.panel]
    assert [each.is_made for each in late].count(True) == 1


def test_that_what_is_made_later_has_the_look_of_that_moment(qtbot: QtBot) -> None:
    desk = Desk(qtbot, None)
    desk.window.set_theme(LIGHT)
    qtbot.waitUntil(desk.window.updatesEnabled)
    desk.window.panels["volatility"].toggleViewAction().trigger()
    ground = desk.window.volatility.panel.hours.grab().toImage().pixelColor(2, 2)
    assert ground.name() in (LIGHT.background, LIGHT.surface)


def test_that_columns_of_a_table_nobody_looks_at_are_kept(qtbot: QtBot, path: Path) -> None:
    first = Desk(qtbot, path)
    first.window.panels["health"].toggleViewAction().trigger()
    first.window.health.panel.table.setColumnWidth(0, 77)
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
    assert third.window.health.panel.table.columnWidth(0) == 77
    third.window.layout_menu.reset.trigger()
    assert third.window.health.panel.table.columnWidth(0) != 77


def test_that_the_way_back_counts_for_tables_that_come_later(qtbot: QtBot, path: Path) -> None:
    first = Desk(qtbot, path)
    first.window.panels["health"].toggleViewAction().trigger()
    first.window.health.panel.table.setColumnWidth(0, 77)
    first.window.panels["health"].toggleViewAction().trigger()
    first.rest()
    first.window.hide()
    second = Desk(qtbot, path)
    second.window.layout_menu.reset.trigger()
    second.window.panels["health"].toggleViewAction().trigger()
    assert second.window.health.panel.table.columnWidth(0) != 77


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


def test_that_what_waits_comes_to_the_front_wherever_a_person_put_it(qtbot: QtBot) -> None:
    scene = TradingWindow(qtbot)
    window, dock = scene.window, scene.room.desk_dock
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
    dock = scene.room.desk_dock
    scene.propose()
    dock.setFloating(True)
    title = dock.titleBarWidget()
    assert title.closes.isHidden()  # type: ignore[attr-defined]
    assert dock.isVisible()
    scene.model.approvals.reject(scene.card)
    scene.frame()
    assert dock.isHidden()
    scene.propose(5)
    assert dock.isVisible()
    assert dock.isFloating()


# -- reset, screens


def parts_in_sight(window: MainWindow) -> dict[str, bool]:
    parts: list[QWidget] = [*window.findChildren(QDockWidget), *window.findChildren(QToolBar)]
    return {part.objectName(): part.isVisible() for part in parts}


def first_window(qtbot: QtBot, path: Path) -> MainWindow:
    """As a start makes it: shown at once, filled a moment later."""
    model = DeskModel()
    window = MainWindow(DARK, LayoutFile(path))
    model.setParent(window)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.furnish(model)
    window.layouts.begin()
    model.open([source(), source(instrument=BITCOIN)])
    for chart in model.charts.values():
        chart.append(quiet_hours(60))
    flush()
    return window


def test_that_a_reset_gives_exactly_the_first_arrangement(qtbot: QtBot, path: Path) -> None:
    window = first_window(qtbot, path)
    first, size = parts_in_sight(window), window.size()
    assert first["modes"]
    assert first["player"]
    assert first["trading"]
    window.panels["trading"].hide()
    window.panels["conditions"].setFloating(True)
    window.player.hide()
    window.resize(900, 600)
    flush()
    window.layout_menu.reset.trigger()
    flush()
    assert parts_in_sight(window) == first
    assert window.size() == size
    assert not window.panels["conditions"].isFloating()


def test_that_a_reset_in_a_later_run_gives_the_first_arrangement_too(qtbot: QtBot, path: Path) -> None:
    window = first_window(qtbot, path)
    first, size = parts_in_sight(window), window.size()
    window.resize(900, 600)
    window.panels["trading"].hide()
    flush()
    window.close()
    again = first_window(qtbot, path)
    assert again.size() == QSize(900, 600)
    again.layout_menu.reset.trigger()
    flush()
    assert parts_in_sight(again) == first
    assert again.size() == size


def test_that_nothing_hides_halt_and_flatten(qtbot: QtBot, path: Path) -> None:
    window = first_window(qtbot, path)
    bar = window.trading.modes
    bar.toggleViewAction().trigger()
    bar.hide()
    assert bar.isVisible()
    without = QMainWindow()
    qtbot.addWidget(without)
    hidden = QToolBar(objectName="modes")
    without.addToolBar(hidden)
    hidden.hide()
    assert window.restoreState(without.saveState(VERSION), VERSION)
    flush()
    assert window.trading.modes.halt.isVisible()
    assert window.trading.modes.flatten.isVisible()


@pytest.mark.parametrize(
    "frame",
    [QRect(-300, 50, 1000, 700), QRect(1500, 700, 900, 700), QRect(0, 0, 4000, 3000), QRect(9000, 9000, 800, 600)],
)
def test_that_a_window_of_a_larger_screen_is_wholly_on_the_one_that_is_there(qtbot: QtBot, frame: QRect) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    window.setGeometry(frame)
    assert fit_to_screen(window)
    assert QGuiApplication.primaryScreen().availableGeometry().contains(window.frameGeometry())
    assert not fit_to_screen(window)


def test_that_a_window_is_not_moved_more_than_it_has_to_be(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    window.setGeometry(QRect(100, 500, 900, 700))
    left = window.frameGeometry().left()
    fit_to_screen(window)
    assert window.frameGeometry().left() == left
    assert window.size() == QSize(900, 700)


def test_that_the_first_window_is_no_larger_than_its_screen(qtbot: QtBot) -> None:
    window = MainWindow(DARK)
    qtbot.addWidget(window)
    screen = window.screen().availableGeometry().size()
    assert window.width() <= screen.width()
    assert window.height() <= screen.height()
    assert largest_size(window.screen()).height() < screen.height()
