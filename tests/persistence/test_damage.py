"""A damaged file is recognised by whatever it breaks, and never left open."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from engine.persistence.opening import DATABASE_FILE, open_store
from tests.builders import MONDAY
from tests.plans.stores import StoredDesk


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

    def watched(*values: object, **named: object) -> sqlite3.Connection:
        opened.append(connect(*values, **named))  # type: ignore[call-overload]
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
