"""The pages and records of a store are looked at in the background, and problems are reported until they are gone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from engine.persistence.opening import DATABASE_FILE
from engine.persistence.upkeep import housekeeping
from engine.persistence.upkeep.archives import ARCHIVE_FOLDER
from tests.persistence.upkeep.desks import MONTHS, NOW, Desk


def test_that_damage_of_a_large_store_is_found_in_the_background(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.persistence.upkeep.soundness.WHOLE_CHECK_BYTES", 0)
    desk = Desk(tmp_path)
    desk.write(NOW - timedelta(days=2), 300)
    desk.close()
    path = tmp_path / DATABASE_FILE
    with closing(sqlite3.connect(path)) as sql:
        root = sql.execute("SELECT rootpage FROM sqlite_master WHERE name = 'journal_by_plan'").fetchone()[0]
    raw = bytearray(path.read_bytes())
    raw[4096 * (root - 1) : 4096 * root] = b"\xa5" * 4096
    path.write_bytes(raw)
    second = Desk(tmp_path)
    assert second.warnings == ()
    second.keeper.work(NOW, MONTHS)
    assert second.database.faults.signs.damage
    second.close()
    third = Desk(tmp_path)
    assert "is damaged" in third.warnings[0]
    third.close()


def test_that_pages_are_looked_at_once_a_day(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []
    monkeypatch.setattr(housekeeping, "damage_within", lambda sql: looks.append(sql))
    for hours in (0, 1, 23, 25, 26):
        desk.keeper.work(NOW + timedelta(hours=hours), MONTHS)
    assert len(looks) == 2


def test_that_records_that_cannot_be_read_are_counted_though_nobody_looks_at_them(desk: Desk) -> None:
    with desk.database.transaction(is_durable=False) as sql:
        sql.execute("INSERT INTO journal (at, kind, settings, payload) VALUES ('never', 'odd', '', '{')")
    desk.keeper.work(NOW, MONTHS)
    assert desk.database.faults.signs.unreadable == "1 row of journal cannot be read: 302"


def test_that_months_that_cannot_be_put_away_stay_in_the_store_and_are_reported_until_they_can(desk: Desk) -> None:
    before = desk.entries
    folder = desk.directory / ARCHIVE_FOLDER
    folder.write_text("a file in its place")
    desk.keeper.work(NOW, MONTHS)
    assert desk.database.faults.signs.upkeep
    assert desk.entries == before
    folder.unlink()
    desk.keeper.work(NOW, MONTHS)
    assert desk.database.faults.signs.upkeep == ""
    assert desk.archived()


def test_that_a_keeper_that_was_stopped_does_nothing_more(desk: Desk) -> None:
    desk.keeper.stop()
    desk.keeper.work(NOW, MONTHS)
    assert desk.archived() == {}
