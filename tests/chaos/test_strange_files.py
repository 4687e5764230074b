"""What may stand in place of a kept file: a pipe, a device, a folder, a file far too large. No reader waits for it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from config.atomic_file import write_atomically
from config.loader import load_settings
from config.plain_file import read_plain_file
from config.private_files import make_private_file
from config.terminal_folders import ORIGIN, is_terminal_installed
from engine.adapters.calendar.kept import FILE as CALENDAR
from engine.adapters.calendar.kept import KeptCalendar
from engine.adapters.calendar.reading import read_calendar
from engine.adapters.mt5.clock import memory as clock_memory
from engine.adapters.mt5.link import account_memory
from engine.adapters.paper.state import FILE as ACCOUNT
from engine.adapters.paper.state import AccountFile
from engine.domain.journal import JournalRecord
from engine.errors import DeskError
from engine.persistence.desks.installation import FILE as INSTALLATION
from engine.persistence.desks.installation import open_installation
from engine.persistence.upkeep.store_file import DAMAGED, mark, marked
from engine.practice.journals import read_journal
from gui.features.drawing.model.file import read_drawings, read_habits
from gui.features.layout.file import LayoutFile
from gui.features.opening.markets import RecentFiles
from gui.platform.crash import CrashWatch

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="has neither pipes nor devices among its files")

PATIENCE_S: Final = 5.0
NOW: Final = datetime(2026, 2, 3, 14, 0, tzinfo=UTC)


class NoMemory:
    """A store in which nothing is remembered."""

    def remembered(self, name: str) -> str | None:
        return None if name else ""

    def remember(self, name: str, value: str, record: JournalRecord) -> None:
        pass


Reader = Callable[[Path], object]
READERS: Final[dict[str, tuple[str, Reader]]] = {
    "calendar": (CALENDAR, lambda path: KeptCalendar(path.parent).newest()),
    "calendar to import": ("news.csv", lambda path: read_calendar(path, "UTC")),
    "confirmed account": (account_memory.MEMORY_FILE, lambda path: account_memory.AccountMemory(path.parent)),
    "clocks of servers": (clock_memory.MEMORY_FILE, lambda path: clock_memory.ClockMemory(path.parent)),
    "paper account": (ACCOUNT, lambda path: AccountFile(path.parent).read()),
    "installation": (INSTALLATION, lambda path: open_installation(NoMemory(), path.parent, NOW)),
    "practice journal": ("a.practice.json", read_journal),
    "drawings": ("XAUUSD-1.json", lambda path: read_drawings(path, "XAUUSD")),
    "drawing tools": ("tools.json", read_habits),
    "layouts": ("layouts.json", LayoutFile),
    "recent files": ("recent.json", lambda path: RecentFiles(path).listed()),
    "crashed run": ("run-1.trace", lambda path: CrashWatch(path.parent).reports_of_earlier_runs({})),
    "settings": ("settings.json", lambda path: load_settings(path)),
    "note on a store": ("store.damaged", lambda path: marked(path.with_name("store"), DAMAGED)),
    "any file": ("any", lambda path: read_plain_file(path, 1_000)),
}


def pipe(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def folder(path: Path) -> None:
    (path / "within").mkdir(parents=True)


def endless(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2**40)


def loop(path: Path) -> None:
    path.symlink_to(path)


def ends(act: Callable[[], object]) -> bool:
    """Whether it comes to an end soon, with an error that its callers answer or without."""
    faults: list[BaseException] = []

    def run() -> None:
        try:
            with suppress(DeskError, OSError):
                act()
        except BaseException as error:
            faults.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(PATIENCE_S)
    assert not faults
    return not thread.is_alive()


@pytest.mark.parametrize("put", [pipe, device, folder, endless, loop])
@pytest.mark.parametrize("kind", READERS)
def test_that_no_reader_of_a_kept_file_waits_for_what_stands_in_its_place(
    tmp_path: Path, kind: str, put: Callable[[Path], None]
) -> None:
    name, read = READERS[kind]
    put(tmp_path / name)
    assert ends(lambda: read(tmp_path / name))


@pytest.mark.parametrize("put", [pipe, device, folder, endless, loop])
def test_that_no_terminal_is_looked_for_in_what_stands_in_the_place_of_its_note(
    tmp_path: Path, put: Callable[[Path], None]
) -> None:
    origin = tmp_path / "MetaQuotes" / "Terminal" / "ABC" / ORIGIN
    origin.parent.mkdir(parents=True)
    put(origin)
    assert ends(lambda: is_terminal_installed(str(tmp_path)))


@pytest.mark.parametrize("put", [pipe, folder, loop])
@pytest.mark.parametrize(
    "write",
    [
        lambda path: write_atomically(path, "words"),
        make_private_file,
        lambda path: mark(path.with_name("store"), DAMAGED, "words"),
    ],
    ids=["whole file", "private file", "note"],
)
def test_that_no_writer_waits_for_what_stands_in_the_place_of_its_file(
    tmp_path: Path, write: Reader, put: Callable[[Path], None]
) -> None:
    put(tmp_path / f"store{DAMAGED}")
    assert ends(lambda: write(tmp_path / f"store{DAMAGED}"))


def test_that_a_pipe_with_a_reader_is_written_to(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    write_atomically(path, "words")
    read = os.read(opened, 100)
    os.close(opened)
    assert read == b"words"


def test_that_settings_are_read_from_a_pipe_that_a_shell_hands_over() -> None:
    theirs, mine = os.pipe()
    os.write(mine, b'{"check_interval_seconds": 7}')
    os.close(mine)
    try:
        assert load_settings(Path(f"/dev/fd/{theirs}")).check_interval_seconds == 7
    finally:
        os.close(theirs)
