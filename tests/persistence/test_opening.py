"""Opening the store: one desk per directory; an unusable file is set aside, never overwritten."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from engine.errors import DeskIsRunning, UnusableStore
from engine.persistence.database import Database
from engine.persistence.migrations import MIGRATIONS, VERSION
from engine.persistence.opening import DATABASE_FILE, open_store, visit_store
from tests.builders import MONDAY, plan
from tests.plans.stores import StoredDesk
from tests.refusing_renames import FOR_EVER, RefusingRenames


def opened(directory: Path, at: datetime = MONDAY) -> tuple[str, ...]:
    """Opens and closes the store; the message to the user."""
    store = open_store(directory, at)
    store.database.close()
    return store.warnings


def foreign(directory: Path) -> sqlite3.Connection:
    return sqlite3.connect(directory / DATABASE_FILE, isolation_level=None)


def kept_plans(directory: Path) -> int:
    with closing(foreign(directory)) as sql:
        return int(sql.execute("SELECT count(*) FROM trade_plans").fetchone()[0])


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A data directory in which a desk has kept one plan."""
    desk = StoredDesk(tmp_path)
    desk.plans.add(plan(), MONDAY)
    desk.close()
    return tmp_path


def test_that_a_fresh_directory_gets_a_store_without_a_word(tmp_path: Path) -> None:
    assert opened(tmp_path / "new" / "folder") == ()


def test_that_a_sound_store_is_opened_as_it_is(directory: Path) -> None:
    assert opened(directory) == ()
    assert kept_plans(directory) == 1


def test_that_the_store_writes_ahead_and_a_permit_is_fully_synchronous(directory: Path) -> None:
    database = open_store(directory, MONDAY).database
    assert database.read("PRAGMA journal_mode")[0][0] == "wal"
    with database.transaction(is_durable=True) as sql:
        assert sql.execute("PRAGMA synchronous").fetchone()[0] == 2
    with database.transaction(is_durable=False) as sql:
        assert sql.execute("PRAGMA synchronous").fetchone()[0] == 1
    database.close()


def test_that_the_tables_of_a_plan_are_exactly_those_other_programs_know(directory: Path) -> None:
    with closing(foreign(directory)) as sql:
        columns = [row[1] for row in sql.execute("PRAGMA table_info(trade_plans)")]
    assert " ".join(columns) == (
        "plan_id symbol direction entry_price stop_loss take_profit volume conditions created_at created_by status "
        "expires_at executed_at ticket notes profit_loss exit_price close_time close_reason account"
    )


# -- what cannot be used ----------------------------------------------------------------------------------------------


def test_that_a_store_of_a_newer_version_is_refused_with_a_sentence_and_left_as_it_is(directory: Path) -> None:
    with closing(foreign(directory)) as sql:
        sql.execute(f"PRAGMA user_version = {VERSION + 1}")
    reason = rf"newer version of this program \(store version {VERSION + 1}, this one knows {VERSION}\) and was left as"
    for _ in range(2):
        with pytest.raises(UnusableStore, match=reason):
            open_store(directory, MONDAY)
    assert not list(directory.glob("*.aside-*"))
    with closing(foreign(directory)) as sql:
        assert sql.execute("SELECT count(*) FROM trade_plans").fetchone()[0] == 1
        sql.execute(f"PRAGMA user_version = {VERSION}")
    assert kept_plans(directory) == 1


def test_that_a_scanner_that_has_the_note_open_keeps_no_desk_from_opening(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(foreign(directory)) as sql:
        sql.execute("PRAGMA user_version = -5")
    disk = RefusingRenames(monkeypatch)
    disk.keep(FOR_EVER)
    (first,) = opened(directory)
    disk.keep(0)
    assert opened(directory) == (first,)
    assert opened(directory) == ()


def test_that_two_files_set_aside_in_the_same_second_do_not_meet(directory: Path) -> None:
    for _ in range(2):
        with closing(foreign(directory)) as sql:
            sql.execute("PRAGMA user_version = -5")
        assert opened(directory)
    assert len(list(directory.glob(f"{DATABASE_FILE}.aside-*"))) == 2


@pytest.mark.parametrize("rubbish", [b"not a database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4096])
def test_that_a_file_that_is_no_database_is_set_aside(directory: Path, rubbish: bytes) -> None:
    (directory / DATABASE_FILE).write_bytes(rubbish)
    (warning,) = opened(directory)
    assert "is damaged" in warning
    assert (directory / f"{DATABASE_FILE}.aside-20260302T080000Z").read_bytes() == rubbish


def test_that_a_damaged_page_is_found_at_the_opening(directory: Path) -> None:
    path = directory / DATABASE_FILE
    raw = bytearray(path.read_bytes())
    raw[4096 * 2 : 4096 * 6] = b"\xa5" * 4096 * 4
    path.write_bytes(raw)
    (warning,) = opened(directory)
    assert "is damaged" in warning


def test_that_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    with closing(foreign(tmp_path)) as sql:
        sql.execute("CREATE TABLE trade_plans (plan_id TEXT)")
    (warning,) = opened(tmp_path)
    assert "was made by another program" in warning


def test_that_an_empty_file_is_a_store_not_made_yet(tmp_path: Path) -> None:
    (tmp_path / DATABASE_FILE).touch()
    assert opened(tmp_path) == ()


def test_that_a_file_that_another_program_holds_locked_is_neither_damaged_nor_moved(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.persistence.opening.BUSY_TIMEOUT_MS", 20)
    with closing(foreign(directory)) as holder:
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(UnusableStore, match="locked"):
            open_store(directory, MONDAY)
    assert opened(directory) == ()
    assert kept_plans(directory) == 1


def test_that_a_store_of_an_older_version_is_brought_forward_with_what_it_holds(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = ("ALTER TABLE memory ADD COLUMN at TEXT",)
    monkeypatch.setattr("engine.persistence.opening.MIGRATIONS", (*MIGRATIONS, step))
    monkeypatch.setattr("engine.persistence.opening.VERSION", VERSION + 1)
    assert opened(directory) == ()
    with closing(foreign(directory)) as sql:
        assert sql.execute("PRAGMA user_version").fetchone()[0] == VERSION + 1
    assert kept_plans(directory) == 1


def test_that_a_step_forward_that_fails_leaves_the_store_as_it_was(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = ("CREATE TABLE half_way (x)", "gibberish")
    monkeypatch.setattr("engine.persistence.opening.MIGRATIONS", (*MIGRATIONS, steps))
    monkeypatch.setattr("engine.persistence.opening.VERSION", VERSION + 1)
    with pytest.raises(UnusableStore):
        open_store(directory, MONDAY)
    monkeypatch.undo()
    assert opened(directory) == ()
    with closing(foreign(directory)) as sql:
        assert sql.execute("SELECT count(*) FROM sqlite_master WHERE name = 'half_way'").fetchone()[0] == 0


# -- one desk per directory -------------------------------------------------------------------------------------------


def test_that_a_second_desk_is_refused_with_the_process_that_owns_the_folder(directory: Path) -> None:
    first = open_store(directory, MONDAY).database
    with pytest.raises(DeskIsRunning, match=r"another desk \(process \d+\) owns"):
        open_store(directory, MONDAY)
    first.close()
    assert opened(directory) == ()


HOLDER = """
import os, sys
from datetime import datetime, UTC
from pathlib import Path
from engine.persistence.opening import open_store
open_store(Path(sys.argv[1]), datetime.now(UTC))
print(os.getpid(), flush=True)
sys.stdin.read()
"""


def test_that_a_killed_desk_leaves_the_directory_to_the_next(directory: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(directory)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout is not None
        number = holder.stdout.readline().strip()  # its own: on Windows a virtual environment starts it by a launcher
        with pytest.raises(DeskIsRunning, match=f"process {number}"):
            open_store(directory, MONDAY)
        holder.kill()
    assert opened(directory) == ()


def test_that_a_visitor_works_beside_a_desk_and_also_alone(directory: Path) -> None:
    visit_store(directory, MONDAY).close()
    desk: Database = open_store(directory, MONDAY).database
    visitor = visit_store(directory, MONDAY)
    before = desk.version_of_others()
    with visitor.transaction(is_durable=True) as sql:
        sql.execute("INSERT INTO trade_plans (plan_id) VALUES ('from outside')")
    assert desk.version_of_others() != before
    visitor.close()
    desk.close()
