"""Files of drawings: kept whole, shared by windows, and believed in no point."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from gui.features.drawing.model.drawing import Drawing, Kind, Style
from gui.features.drawing.model.drawings import Drawings
from gui.features.drawing.model.file import (
    LARGEST_FILE,
    SavedDrawings,
    SavedHabits,
    UnreadableDrawings,
    decoded,
    file_of,
    read_drawings,
    write_drawings,
)
from gui.features.drawing.model.keeper import DrawingKeeper
from gui.features.drawing.model.tools import DrawingTools
from tests.examples import examples
from tests.gui.chart.builders import flush
from tests.gui.drawing.builders import drawings, level

SYMBOL = "XAUUSD"

pytestmark = pytest.mark.usefixtures("qapp")


class Window:
    """The drawings of one window on a data folder."""

    def __init__(self, directory: Path) -> None:
        self.tools, self.drawings = DrawingTools(), Drawings()
        self.keeper = DrawingKeeper(self.tools)
        self.said: list[str] = []
        self.keeper.announced.connect(self.said.append)
        self.keeper.add(SYMBOL, self.drawings)
        self.keeper.begin(directory)
        self.settle()

    def settle(self) -> None:
        """All that is to be written is written, and all that was written is read."""
        self.keeper.write()
        self.keeper.look()
        self.keeper._pool.waitForDone()
        flush()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return file_of(tmp_path, SYMBOL)


# -- files

some = st.lists(drawings(), max_size=6, unique_by=lambda each: each.id).map(tuple)


@examples(30)
@given(some)
def test_that_what_is_written_is_read_again(tmp_path_factory: Any, drawn: tuple[Drawing, ...]) -> None:
    path = tmp_path_factory.getbasetemp() / "drawings.json"
    write_drawings(path, SYMBOL, drawn)
    assert read_drawings(path, SYMBOL) == drawn


def good() -> dict[str, Any]:
    anchors = [{"time_s": 1_772_409_600, "price": 2000.0}]
    one = {"id": "a", "kind": "horizontal_line", "anchors": anchors}
    return {"version": 1, "symbol": SYMBOL, "drawings": [one]}


def changed(**changes: Any) -> str:
    content = good()
    content["drawings"][0] |= changes
    return json.dumps(content)


def test_that_the_smallest_file_is_read() -> None:
    assert decoded(json.dumps(good()), SavedDrawings).drawings[0].kind is Kind.HORIZONTAL_LINE


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"version": 2}',
        json.dumps({**good(), "more": 1}),
        json.dumps({**good(), "drawings": good()["drawings"] * 2}),
        json.dumps({**good(), "drawings": [{**good()["drawings"][0], "id": str(n)} for n in range(501)]}),
        changed(kind="measure", anchors=good()["drawings"][0]["anchors"] * 2),
        changed(kind="trend_line"),
        changed(kind="pitchfork"),
        changed(anchors=[{"time_s": -1, "price": 1.0}]),
        changed(anchors=[{"time_s": 10**18, "price": 1.0}]),
        changed(anchors=[{"time_s": 1, "price": 1e300}]),
        changed(anchors=[{"time_s": 1, "price": 1.0}]).replace("1.0", "NaN"),
        changed(anchors=[{"time_s": 1, "price": 1.0}]).replace("1.0", "1e999"),
        changed(id=""),
        changed(text="x" * 201),
        changed(style={"colour": "red; }"}),
        changed(style={"colour": "#12345g"}),
        changed(style={"width": 0}),
        changed(style={"width": 10**30}),
        changed(style={"opacity": 101}),
        changed(style={"dash": "wavy"}),
        "[" * 200_000,
        "\x00" * 100,
    ],
    ids=range(26),
)
def test_that_a_file_that_cannot_be_right_is_refused(content: str) -> None:
    with pytest.raises(UnreadableDrawings):
        decoded(content, SavedDrawings)


@examples(30)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    )
)
def test_that_anything_but_drawings_is_refused(said: object) -> None:
    with suppress(UnreadableDrawings):
        assert decoded(json.dumps({**good(), "drawings": said}), SavedDrawings).drawings == ()
    with suppress(UnreadableDrawings):
        decoded(json.dumps({"version": 1, "habits": said}), SavedHabits)
    with suppress(UnreadableDrawings):
        decoded(changed(style=said), SavedDrawings)


@pytest.mark.parametrize("symbol", ["XAUUSD", "xauusd", "BTC/USDT", "..", "CON", "#US500", "", "é" * 300, "A" * 300])
def test_that_every_symbol_has_a_file_of_its_own_within_the_folder(tmp_path: Path, symbol: str) -> None:
    path = file_of(tmp_path, symbol)
    assert path.parent == tmp_path / "drawings"
    assert len(path.name) < 60
    write_drawings(path, symbol, (level(),))
    assert read_drawings(path, symbol) == (level(),)
    assert file_of(tmp_path, f"{symbol}x") != path


# -- the keeper


def test_that_drawings_are_there_again_after_a_restart(tmp_path: Path) -> None:
    window = Window(tmp_path)
    window.drawings.add(level(2010.0))
    window.tools.remember(Kind.RAY, Style(width=4))
    window.tools.set_snapping(False)
    window.keeper.close()
    again = Window(tmp_path)
    assert again.drawings.all == (level(2010.0),)
    assert not again.drawings.may_undo
    assert again.tools.style_of(Kind.RAY) == Style(width=4)
    assert not again.tools.habits.snaps
    assert again.said == []


def test_that_an_edit_is_on_the_disk_shortly_after(qtbot: QtBot, tmp_path: Path, path: Path) -> None:
    window = Window(tmp_path)
    window.drawings.add(level())
    qtbot.waitUntil(path.exists)
    window.keeper.close()


def test_that_two_windows_of_a_folder_show_the_same(tmp_path: Path) -> None:
    desk, replay = Window(tmp_path), Window(tmp_path)
    desk.drawings.add(level(name="desk"))
    replay.drawings.add(level(name="replay"))
    for window in (desk, replay, desk):
        window.settle()
    assert {each.id for each in desk.drawings.all} == {each.id for each in replay.drawings.all} == {"desk", "replay"}
    desk.drawings.undo()
    desk.settle()
    replay.settle()
    assert [each.id for each in replay.drawings.all] == ["replay"]


@pytest.mark.parametrize("content", ["rubbish", " " * (LARGEST_FILE + 1), '{"version": 1, "symbol": "EURUSD"}'])
def test_that_a_damaged_file_is_set_aside_and_said(tmp_path: Path, path: Path, content: str) -> None:
    path.parent.mkdir()
    path.write_text(content, encoding="utf-8")
    window = Window(tmp_path)
    aside = path.with_name(f"{path.stem}-unreadable.json")
    assert aside.read_text(encoding="utf-8") == content
    assert window.said[0].startswith("The saved drawings of XAUUSD were not loaded: it ")
    assert window.said[0].endswith(f"The file is kept as {aside.name}.")
    window.drawings.add(level())
    window.settle()
    assert read_drawings(path, SYMBOL) == (level(),)


def test_that_a_folder_that_takes_nothing_is_said_once_and_the_drawings_stay(tmp_path: Path) -> None:
    (tmp_path / "drawings").write_text("a file")
    window = Window(tmp_path)
    for name in "ab":
        window.drawings.add(level(name=name))
        window.settle()
    assert len(window.said) == 1
    assert window.said[0].startswith("Drawings (XAUUSD) cannot be read or saved: ")
    (tmp_path / "drawings").unlink()
    window.keeper.close()
    assert len(read_drawings(file_of(tmp_path, SYMBOL), SYMBOL)) == 2


def test_that_a_style_has_a_name_until_it_is_deleted() -> None:
    tools = DrawingTools()
    said: list[str] = []
    tools.announced.connect(said.append)
    tools.save_template(" Supply ", Style(width=3))
    assert tools.template_names == ("Supply",)
    tools.save_template("", Style())
    tools.save_template("x" * 41, Style())
    assert len(said) == 2
    tools.delete_template("Supply")
    assert not tools.template_names


# -- while a window shows them


@pytest.mark.parametrize("content", [None, "{", '{"version": 1, "symbol": "BTCUSD", "drawings": []}'])
def test_that_what_is_drawn_outlives_a_file_that_is_gone_or_damaged(
    tmp_path: Path, path: Path, content: str | None
) -> None:
    window = Window(tmp_path)
    window.drawings.add(level(name="one"))
    window.settle()
    if content is None:
        path.unlink()
    else:
        path.write_text(content, encoding="utf-8")
    window.settle()
    window.drawings.add(level(name="two"))
    window.settle()
    assert [each.id for each in window.drawings.all] == ["one", "two"]
    assert [each.id for each in read_drawings(path, SYMBOL)] == ["one", "two"]


def test_that_a_damaged_file_is_replaced_by_what_is_drawn_without_an_edit(tmp_path: Path, path: Path) -> None:
    window = Window(tmp_path)
    window.drawings.add(level(name="one"))
    window.settle()
    path.write_text("damaged", encoding="utf-8")
    window.settle()
    window.settle()
    assert [each.id for each in read_drawings(path, SYMBOL)] == ["one"]


def test_that_what_is_no_file_is_set_aside_unread(tmp_path: Path, path: Path) -> None:
    path.mkdir(parents=True)
    window = Window(tmp_path)
    assert "it is no file" in window.said[0]
    window.drawings.add(level(name="one"))
    window.settle()
    assert [each.id for each in read_drawings(path, SYMBOL)] == ["one"]


def test_that_a_drawing_deleted_while_it_is_still_being_written_does_not_come_back(tmp_path: Path, path: Path) -> None:
    window = Window(tmp_path)
    window.drawings.add(level(name="kept"))
    window.drawings.add(level(name="deleted"))
    window.keeper.write()
    window.keeper._pool.waitForDone()  # the disk has it, and the window does not know that yet
    window.drawings.delete("deleted")
    window.settle()
    window.settle()
    assert [each.id for each in window.drawings.all] == ["kept"]
    assert [each.id for each in read_drawings(path, SYMBOL)] == ["kept"]
