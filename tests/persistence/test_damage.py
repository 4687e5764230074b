"""A damaged file is recognised, and never left open."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine.clock import MarketClock
from engine.domain.messages.commands import Flatten
from engine.persistence.migrations import MIGRATIONS
from engine.persistence.opening import DATABASE_FILE, open_store
from tests.builders import MONDAY, plan
from tests.plans.stores import StoredDesk
from tests.trading.desks import TradingDesk, settings


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    StoredDesk(tmp_path).close()
    return tmp_path


def test_that_a_table_of_contents_that_is_no_text_is_damage(directory: Path) -> None:
    path = directory / DATABASE_FILE
    raw = path.read_bytes()
    path.write_bytes(raw.replace(b"CREATE TABLE trade_plans", b"CREATE TABLE tr\xbcde_plans"))
    store = open_store(directory, MONDAY)
    assert "is damaged" in store.warnings[0]
    store.database.close()


def test_that_no_connection_to_a_damaged_file_is_left_open(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (directory / DATABASE_FILE).write_bytes(b"SQLite format 3\0" + b"\xff" * 4096)
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def watched(*values: Any, **named: Any) -> sqlite3.Connection:
        opened.append(connect(*values, **named))
        return opened[-1]

    def set_aside(path: Path, *_: object) -> str:
        for connection in opened:
            with pytest.raises(sqlite3.ProgrammingError, match="closed"):
                connection.execute("SELECT 1")
        path.unlink()
        return "set aside"

    monkeypatch.setattr(sqlite3, "connect", watched)
    monkeypatch.setattr("engine.persistence.opening._set_aside", set_aside)
    open_store(directory, MONDAY).database.close()
    assert len(opened) > 1


ALTERED = [
    (
        "ALTER TABLE closed_trades RENAME COLUMN trade TO result",
        "table closed_trades has no column trade as it was made",
    ),
    ("ALTER TABLE journal DROP COLUMN payload", "table journal has no column payload as it was made"),
    ("DROP TABLE intents", "it has no table intents"),
    ("DROP TABLE locks; CREATE VIEW locks AS SELECT 1 AS name", "it has no table locks"),
    ("DROP TABLE memory; CREATE TABLE memory (name TEXT, value TEXT)", "table memory has no column"),
    ("PRAGMA user_version = 2", "it claims to be of version 2"),
    ("PRAGMA user_version = -5", "its version is -5"),
]


@pytest.mark.parametrize(("change", "words"), ALTERED)
def test_that_a_store_whose_tables_another_program_altered_is_set_aside(
    directory: Path, change: str, words: str
) -> None:
    with closing(sqlite3.connect(directory / DATABASE_FILE, isolation_level=None)) as sql:
        for (trigger,) in sql.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            sql.execute(f"DROP TRIGGER {trigger}")
        sql.executescript(change)
    store = open_store(directory, MONDAY)
    assert words in store.warnings[0]
    store.database.close()


def test_that_what_another_program_adds_is_left_to_it(directory: Path) -> None:
    with closing(sqlite3.connect(directory / DATABASE_FILE, isolation_level=None)) as sql:
        sql.executescript(
            "ALTER TABLE trade_plans ADD COLUMN colour TEXT; CREATE TABLE mine (x);CREATE VIEW odd AS SELECT * FROM no"
        )
    store = open_store(directory, MONDAY)
    assert store.warnings == ()
    store.database.close()


def test_that_every_older_version_is_of_the_shape_it_was_made_in(tmp_path: Path) -> None:
    for version in range(1, len(MIGRATIONS)):
        directory = tmp_path / str(version)
        directory.mkdir()
        with closing(sqlite3.connect(directory / DATABASE_FILE, isolation_level=None)) as sql:
            for step in MIGRATIONS[:version]:
                for statement in step:
                    sql.execute(statement)
            sql.execute(f"PRAGMA user_version = {version}")
        store = open_store(directory, MONDAY)
        assert store.warnings == ()
        store.database.close()


def test_that_with_any_damaged_bytes_of_its_store_a_desk_starts_trades_and_reads(tmp_path: Path) -> None:
    quick = settings(cooldown_seconds=0)
    first = TradingDesk(tmp_path / "first", settings=quick).start().trade_by_itself()
    for minute in range(0, 30, 3):
        first.propose(minute)
        first.tick(60 * minute + 61)
        first.tick(60 * minute + 65, bid=1998.3)
    first.propose(60)
    first.tick(3661)
    first.close()
    raw, rng = (tmp_path / "first" / DATABASE_FILE).read_bytes(), random.Random(11)
    for run in range(40):
        flipped = bytearray(raw)
        for _ in range(rng.choice((1, 1, 4, 64))):
            flipped[rng.randrange(len(raw))] = rng.randrange(256)
        directory = tmp_path / str(run)
        directory.mkdir()
        (directory / DATABASE_FILE).write_bytes(flipped)
        desk = TradingDesk(directory, settings=quick, clock=MarketClock(first.clock.now())).start().trade_by_itself()
        desk.propose(64)
        desk.tick(3901)
        desk.do(Flatten())
        desk.tick(3902)
        assert list(desk.archive.journal.read())
        desk.archive.trades(quick).read()
        desk.close()


def test_that_a_desk_killed_while_it_sets_a_store_aside_still_begins_halted(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (directory / DATABASE_FILE).write_bytes(b"no database" * 100)
    with monkeypatch.context() as patched:
        patched.setattr("engine.persistence.opening._prepared", killed)
        with pytest.raises(KeyboardInterrupt):
            open_store(directory, MONDAY)
    assert not (directory / DATABASE_FILE).exists()
    store = open_store(directory, MONDAY)
    assert "is damaged" in store.warnings[0]
    assert store.database.read("SELECT name FROM locks")[0]["name"] == "halt"
    store.database.close()
    second = open_store(directory, MONDAY)
    assert second.warnings == ()
    second.database.close()


def killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_that_a_log_whose_store_is_gone_is_set_aside_and_not_thrown_away(directory: Path) -> None:
    desk = StoredDesk(directory)
    desk.plans.add(plan(), MONDAY)
    path = directory / DATABASE_FILE
    log = path.with_name(path.name + "-wal").read_bytes()
    desk.close()
    path.unlink()
    path.with_name(path.name + "-wal").write_bytes(log)
    store = open_store(directory, MONDAY)
    assert "is missing" in store.warnings[0]
    store.database.close()
    assert (directory / f"{DATABASE_FILE}.aside-20260302T080000Z-wal").read_bytes() == log


def test_that_damage_which_only_the_guards_meet_sets_the_store_aside_as_well(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.persistence.upkeep.soundness.WHOLE_CHECK_BYTES", 0)
    path = directory / DATABASE_FILE
    with closing(sqlite3.connect(path, isolation_level=None)) as sql:
        sql.execute("DROP TRIGGER plans_are_noted")
        page = sql.execute("SELECT rootpage FROM sqlite_master WHERE name = 'plans_by_status'").fetchone()[0]
    raw = bytearray(path.read_bytes())
    raw[4096 * (page - 1) : 4096 * page] = b"\xff" * 4096
    path.write_bytes(raw)
    store = open_store(directory, MONDAY)
    assert "is damaged" in store.warnings[0]
    store.database.close()


def test_that_an_index_that_disagrees_with_its_table_is_damage(directory: Path) -> None:
    desk = StoredDesk(directory)
    desk.plans.add(plan("a-plan-of-ours"), MONDAY)
    desk.close()
    path = directory / DATABASE_FILE
    with closing(sqlite3.connect(path)) as sql:
        sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = sql.execute("SELECT rootpage FROM sqlite_master WHERE name = 'plans_by_status'").fetchone()[0]
    raw = bytearray(path.read_bytes())
    at = raw.index(b"pending", 4096 * (page - 1), 4096 * page)
    raw[at : at + 7] = b"pendinG"
    path.write_bytes(raw)
    store = open_store(directory, MONDAY)
    assert "is damaged" in store.warnings[0]
    store.database.close()
