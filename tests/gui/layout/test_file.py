"""A file of layouts is believed in no point, and survives every fault of the disk."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from pathlib import Path
from shutil import rmtree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from gui.features.layout.file import (
    EMPTY,
    MAX_ITEMS,
    MAX_TEXT,
    VERSION,
    Columns,
    LayoutFile,
    UnreadableLayout,
    joined,
    layouts_of,
)
from tests.examples import examples
from tests.gui.chart.builders import flush
from tests.gui.layout.desk import Desk
from tests.refusing_renames import FOR_EVER, RefusingRenames

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
    assert file.layouts == EMPTY
    assert file.fault.startswith("The saved layout is not used")
    assert path.with_name("layouts-unreadable.json").read_text(encoding="utf-8") == content


def test_that_a_damaged_file_is_reported_and_the_window_stands_as_the_first_time(qtbot: QtBot, path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"\xff\xfe rubbish")
    desk = Desk(qtbot, path)
    assert len(desk.said) == 1
    assert desk.said[0].endswith("the file is kept as layouts-unreadable.json.")
    assert not desk.window.panels["trading"].isHidden()


@examples(60)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    )
)
def test_that_anything_but_a_layout_is_refused(said: object) -> None:
    for layouts in (
        {"version": VERSION, "current": said, "named": {}, "look": None},
        {"version": VERSION, "current": None, "named": {"a": said}, "look": None},
        {"version": VERSION, "current": None, "named": {}, "look": said},
    ):
        with suppress(UnreadableLayout):
            assert layouts_of(json.dumps(layouts)) == EMPTY


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("place", "?"),
        ("place", "A" * 100_004),
        ("docks", 7),
        ("is_side_by_side", 1),
        ("front", "x" * 201),
        ("hidden_overlays", "vwap"),
        ("hidden_overlays", ["vwap"] * 201),
        ("hidden_overlays", [1]),
        ("columns", []),
        ("columns", {"positions": {"order": [0.5], "widths": [], "hidden": []}}),
        ("columns", {"positions": {"order": [True], "widths": [], "hidden": []}}),
        ("columns", {"positions": {"order": [], "widths": []}}),
        ("columns", {str(number): {"order": [], "widths": [], "hidden": []} for number in range(201)}),
        ("more", 1),
    ],
)
def test_that_a_layout_with_a_wrong_field_is_refused(field: str, value: object) -> None:
    layout = {"place": "", "docks": "", "is_side_by_side": False, "front": "", "hidden_overlays": [], "columns": {}}
    whole = {"version": VERSION, "current": layout, "named": {}, "look": None}
    assert layouts_of(json.dumps(whole)).current is not None
    with pytest.raises(UnreadableLayout, match="it is damaged"):
        layouts_of(json.dumps({**whole, "current": {**layout, field: value}}))


def test_that_a_file_of_another_version_is_refused_as_such() -> None:
    with pytest.raises(UnreadableLayout, match="it was written by another version"):
        layouts_of('{"version": 2, "of_tomorrow": 3}')


def changed(path: Path, **fields: object) -> None:
    """The file with other fields in its present layout."""
    layouts = json.loads(path.read_text())
    layouts["current"] |= fields
    path.write_text(json.dumps(layouts))


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


def test_that_a_disk_that_is_full_is_announced_once(qtbot: QtBot, path: Path) -> None:
    desk = Desk(qtbot, path)
    path.parent.mkdir(exist_ok=True)
    desk.rest()
    rmtree(path.parent)
    path.parent.write_text("a file")
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
    file.write(EMPTY)
    assert path.with_name("layouts-unreadable.json").read_text() == "rubbish"
    assert LayoutFile(path).layouts == EMPTY


def test_that_symbols_of_many_runs_leave_a_file_that_can_be_read() -> None:
    kept = {f"S{number}": number for number in range(MAX_ITEMS)}
    now = {"S0": -1, "NEW": -2, "x" * (MAX_TEXT + 1): -3}
    found = joined(kept, now)
    assert len(found) == MAX_ITEMS
    assert (found["S0"], found["NEW"]) == (-1, -2)
    assert list(found)[-2:] == ["S0", "NEW"]
