"""Two windows that write the same file at the same time: real processes, and a lock that is not released."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from config.file_lock import PATIENCE_S, locked
from engine.adapters.calendar.kept import KeptCalendar
from engine.domain.calendar import EconomicEvent, Impact
from gui.features.drawing.model.file import file_of, read_drawings, set_aside, write_merged
from gui.features.layout.file import EMPTY, Layout, LayoutFile, SavedLayouts
from tests.gui.drawing.builders import level

SYMBOL: Final = "XAUUSD"
EACH: Final = 25
NOW: Final = datetime(2026, 2, 3, 14, 0, tzinfo=UTC)

DRAWS: Final = """
import sys
from pathlib import Path
from gui.features.drawing.model.file import file_of, write_merged
from tests.gui.drawing.builders import level

path, known = file_of(Path(sys.argv[1]), "XAUUSD"), ()
for number in range(25):
    known = write_merged(path, "XAUUSD", known, (*known, level(name=f"{sys.argv[2]}{number}")))
"""
IMPORTS: Final = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from engine.adapters.calendar.kept import KeptCalendar
from engine.domain.calendar import EconomicEvent, Impact

kept, first = KeptCalendar(Path(sys.argv[1])), int(sys.argv[2])
for day in range(first, first + 25):
    at = datetime(2026, 2, 3, tzinfo=UTC) + timedelta(days=day)
    kept.add((EconomicEvent(at=at, currency="USD", impact=Impact.HIGH, title="NFP"),))
"""
SAVES: Final = """
import sys
from pathlib import Path
from msgspec.structs import replace
from gui.features.layout.file import Layout, LayoutFile
from tests.chaos.test_two_windows import LAYOUT

file = LayoutFile(Path(sys.argv[1]) / "layouts.json")
saved = file.layouts
for number in range(20):
    saved = replace(saved, named={**saved.named, f"{sys.argv[2]}{number}": LAYOUT})
    file.write(saved)
"""
KEEPS: Final = """
import sys, time
from pathlib import Path
from config.file_lock import locked

with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""
LAYOUT: Final = Layout(place=b"a", docks=b"b", is_side_by_side=False, front="XAUUSD", hidden_overlays=(), columns={})


def program(source: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", source, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # in this folder, whose modules it imports


def run_both(source: str, directory: Path, first: str, second: str) -> None:
    with program(source, str(directory), first) as one, program(source, str(directory), second) as other:
        assert (one.wait(120), other.wait(120)) == (0, 0)


def test_that_two_windows_that_draw_at_the_same_time_lose_no_drawing(tmp_path: Path) -> None:
    run_both(DRAWS, tmp_path, "a", "b")
    kept = {each.id for each in read_drawings(file_of(tmp_path, SYMBOL), SYMBOL)}
    assert kept == {f"{window}{number}" for window in "ab" for number in range(EACH)}


def test_that_two_desks_that_import_calendars_at_the_same_time_lose_no_event(tmp_path: Path) -> None:
    run_both(IMPORTS, tmp_path, "0", "100")
    assert len(KeptCalendar(tmp_path).newest().events) == 2 * EACH


def test_that_two_windows_that_save_layouts_at_the_same_time_lose_none(tmp_path: Path) -> None:
    run_both(SAVES, tmp_path, "a", "b")
    assert len(LayoutFile(tmp_path / "layouts.json").layouts.named) == 40


def named(*names: str) -> SavedLayouts:
    return SavedLayouts(current=None, named=dict.fromkeys(names, LAYOUT), look=None)


def test_that_a_layout_deleted_in_one_window_does_not_come_back_from_another(tmp_path: Path) -> None:
    path = tmp_path / "layouts.json"
    LayoutFile(path).write(named("a", "b"))
    one, other = LayoutFile(path), LayoutFile(path)
    one.write(named("a"))
    other.write(named("a", "b", "c"))
    assert set(LayoutFile(path).layouts.named) == {"a", "c"}


def test_that_two_windows_with_as_many_layouts_as_there_may_be_leave_a_file_that_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "layouts.json"
    one, other = LayoutFile(path), LayoutFile(path)
    one.write(named(*(f"a{number}" for number in range(50))))
    other.write(named(*(f"b{number}" for number in range(50))))
    assert set(LayoutFile(path).layouts.named) == {f"b{number}" for number in range(50)}
    assert other.layouts == EMPTY


def test_that_a_layout_of_a_newer_version_is_kept_when_it_appears_while_the_window_runs(tmp_path: Path) -> None:
    path = tmp_path / "layouts.json"
    file = LayoutFile(path)
    path.write_text('{"version": 99}', encoding="utf-8")
    file.write(named("a"))
    assert (tmp_path / "layouts-unreadable.json").read_text(encoding="utf-8") == '{"version": 99}'
    assert set(LayoutFile(path).layouts.named) == {"a"}


def test_that_a_second_damaged_file_does_not_take_the_place_of_the_first(tmp_path: Path) -> None:
    calendar, drawn, layouts = tmp_path / "calendar.json", file_of(tmp_path, SYMBOL), tmp_path / "layouts.json"
    drawn.parent.mkdir()
    for words in ("first", "second"):
        for path in (calendar, drawn, layouts):
            path.write_text(words, encoding="utf-8")
        KeptCalendar(tmp_path).add((EconomicEvent(at=NOW, currency="USD", impact=Impact.HIGH, title="NFP"),))
        set_aside(drawn, SYMBOL)
        LayoutFile(layouts)
    found = sorted(each.read_text(encoding="utf-8") for each in tmp_path.rglob("*unreadable*"))
    assert found == ["first"] * 3 + ["second"] * 3


def test_that_drawings_written_meanwhile_are_not_set_aside_as_damaged(tmp_path: Path) -> None:
    path = file_of(tmp_path, SYMBOL)
    write_merged(path, SYMBOL, (), (level(),))
    assert set_aside(path, SYMBOL) is None
    assert read_drawings(path, SYMBOL) == (level(),)


@pytest.mark.skipif(sys.platform == "win32", reason="no process can be stopped there by a signal")
def test_that_a_stopped_window_keeps_no_other_from_writing(tmp_path: Path) -> None:
    path = file_of(tmp_path, SYMBOL)
    stopped = program(KEEPS, str(path.with_name("drawings")))
    assert stopped.stdout is not None
    try:
        assert stopped.stdout.readline() == "held\n"
        stopped.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        write_merged(path, SYMBOL, (), (level(),))
        assert PATIENCE_S <= time.monotonic() - began < PATIENCE_S + 3.0
    finally:
        stopped.kill()
        stopped.wait(10)
        stopped.stdout.close()
    began = time.monotonic()
    write_merged(path, SYMBOL, (), (level(name="two"),))  # what was killed holds no lock
    assert time.monotonic() - began < PATIENCE_S
    assert len(read_drawings(path, SYMBOL)) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="has no pipes among its files")
def test_that_a_pipe_or_a_folder_in_place_of_a_lock_keeps_nobody_from_writing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.lock")
    (tmp_path / "b.lock").mkdir()
    began = time.monotonic()
    for name in "ab":
        with locked(tmp_path / name):
            pass
    assert time.monotonic() - began < PATIENCE_S
