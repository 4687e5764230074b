"""Old months of the journal move to files next to the store: nothing is lost or doubled, and all stays readable."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.domain.journal import JournalFilter
from engine.persistence.opening import DATABASE_FILE
from engine.persistence.upkeep import housekeeping
from engine.persistence.upkeep.archives import ARCHIVE_FOLDER
from tests.persistence.upkeep.desks import MONTHS, NOW, Desk


def test_that_whole_months_beyond_those_kept_move_and_every_record_stays_readable_in_its_place(desk: Desk) -> None:
    before = desk.entries
    desk.keeper.work(NOW, MONTHS)
    assert list(desk.archived()) == [
        f"journal-{month}.sqlite3" for month in ("2025-11", "2025-12", "2026-01", "2026-02")
    ]
    assert sorted(desk.moved + desk.in_store) == [entry.seq for entry in before]
    assert desk.entries == before
    assert desk.database.faults.signs.unreadable == ""


def test_that_a_record_of_what_still_holds_never_leaves_the_store(desk: Desk) -> None:
    desk.keeper.work(NOW, MONTHS)
    assert desk.database.read("SELECT seq FROM journal WHERE kind = 'halted'")[0]["seq"] == 41


def test_that_a_filter_finds_the_same_records_whether_they_were_moved_or_not(desk: Desk) -> None:
    filters = [
        JournalFilter(symbol="XAUUSD"),
        JournalFilter(text='"day":7'),
        JournalFilter(plan_id="p30"),
        JournalFilter(kinds=frozenset({"halted"})),
        JournalFilter(since=NOW - timedelta(days=200), until=NOW - timedelta(days=190)),
    ]
    before = [desk.pages.matching(wanted, 0, 301) for wanted in filters]
    part = desk.pages.matching(filters[0], 20, 90)
    desk.keeper.work(NOW, MONTHS)
    assert [desk.pages.matching(wanted, 0, 301) for wanted in filters] == before
    assert desk.pages.matching(filters[0], 20, 90) == part
    assert desk.pages.symbols() == ["BTCUSD", "XAUUSD"]
    assert [entry.seq for entry in desk.pages.each([300, 3, 120])] == [300, 3, 120]


def test_that_nobody_else_may_delete_from_the_journal_before_or_after(desk: Desk) -> None:
    desk.keeper.work(NOW, MONTHS)
    with (
        closing(sqlite3.connect(desk.directory / DATABASE_FILE)) as other,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        other.execute("DELETE FROM journal")


KEEPER = """
import sys
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from engine.persistence.upkeep import housekeeping
from engine.persistence.opening import connect, open_store
housekeeping.KEPT_RECORDS, housekeeping._BATCH, housekeeping._PAUSE_S = 5, 3, 0.0
directory, now = Path(sys.argv[1]), datetime(2026, 9, 15, 12, tzinfo=UTC)
store = open_store(directory, now)
keeper = housekeeping.Housekeeper(store.database, partial(connect, directory), store.archives)
print("begins", flush=True)
keeper.work(now, 6)
"""


def test_that_a_desk_killed_while_it_moves_records_loses_none_and_shows_none_twice(desk: Desk) -> None:
    before = desk.entries
    desk.close()
    for delay_s in (0.01, 0.03, 0.06, 0.1):
        child = subprocess.Popen([sys.executable, "-c", KEEPER, str(desk.directory)], stdout=subprocess.PIPE, text=True)
        with child:
            assert child.stdout is not None
            assert child.stdout.readline() == "begins\n"
            time.sleep(delay_s)
            child.kill()
        again = Desk(desk.directory)
        assert again.entries == before
        again.close()
    last = Desk(desk.directory)
    assert last.archived()
    last.keeper.work(NOW, MONTHS)
    assert last.entries == before
    assert sorted(last.in_store + last.moved) == [entry.seq for entry in before]
    last.close()


def test_that_a_record_that_lies_in_both_places_is_announced_once_and_taken_out_of_the_store(desk: Desk) -> None:
    before = desk.entries
    path = desk.archives.path_of("2025-12")
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as sql:
        sql.execute("ATTACH DATABASE ? AS store", (str(desk.directory / DATABASE_FILE),))
        sql.execute(
            "CREATE TABLE journal (seq INTEGER PRIMARY KEY, at, kind, symbol, plan_id, settings, payload, account)"
        )
        sql.execute("INSERT INTO journal SELECT * FROM store.journal WHERE substr(at, 1, 7) = '2025-12'")
        sql.commit()
    assert desk.entries == before
    assert desk.pages.matching(JournalFilter(), 0, 301) == list(range(301, 0, -1))
    desk.keeper.work(NOW, MONTHS)
    assert desk.entries == before
    assert set(desk.in_store) & set(desk.moved) == {41}


def test_that_a_market_of_years_ago_that_was_played_today_stays_until_today_is_old(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write(NOW - timedelta(days=2), 2)
    desk.keeper.work(NOW - timedelta(days=250), MONTHS)
    desk.keeper.work(NOW, MONTHS)
    desk.write(datetime(2014, 5, 2, tzinfo=UTC), 20)
    desk.keeper.work(NOW + timedelta(days=1), MONTHS)
    assert desk.archived() == {}
    desk.keeper.work(NOW + timedelta(days=240), MONTHS)
    assert list(desk.archived()) == ["journal-2014-05.sqlite3", "journal-2026-09.sqlite3"]
    desk.close()


def test_that_a_clock_that_runs_years_ahead_leaves_the_newest_records_in_the_store(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "KEPT_RECORDS", 250)
    desk.keeper.work(NOW + timedelta(days=4000), MONTHS)
    assert desk.in_store[-250:] == list(range(52, 302))


def test_that_an_archive_that_cannot_be_read_is_shown_and_kept_and_the_rest_is_read(desk: Desk) -> None:
    desk.keeper.work(NOW, MONTHS)
    path = desk.directory / ARCHIVE_FOLDER / "journal-2025-12.sqlite3"
    numbers = desk.archived()[path.name]
    path.write_bytes(b"no database" * 100)
    assert [entry.seq for entry in desk.entries] == [number for number in range(1, 302) if number not in numbers]
    assert "archive files with errors: journal-2025-12.sqlite3" in desk.database.faults.signs.unreadable
    assert path.read_bytes() == b"no database" * 100


def test_that_a_record_whose_number_the_archive_holds_otherwise_stays_in_the_store(desk: Desk) -> None:
    reasons: list[str] = []
    desk.database.faults.on_row = lambda row: reasons.append(row.reason)
    path = desk.archives.path_of("2026-02")
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as sql:
        sql.execute(
            "CREATE TABLE journal (seq INTEGER PRIMARY KEY, at, kind, symbol, plan_id, settings, payload, account)"
        )
        sql.execute("INSERT INTO journal VALUES (90, '2026-02-15', 'forged', '', '', '', '{}', NULL)")
    desk.keeper.work(NOW, MONTHS)
    assert 90 in desk.in_store
    assert desk.pages.entries([90])[0].kind == "plan_added"
    assert reasons == ["it holds other records under 1 of these numbers: the store keeps its own"]


def test_that_a_new_store_goes_on_where_the_archived_numbers_end(desk: Desk) -> None:
    desk.keeper.work(NOW, MONTHS)
    newest = max(desk.moved)
    desk.close()
    path = desk.directory / DATABASE_FILE
    path.write_bytes(b"not a database" * 100)
    second = Desk(desk.directory)
    assert second.warnings
    (begun,) = second.pages.entries([newest + 1])
    assert begun.kind == "store_begun"
    assert "is damaged" in begun.payload["reason"]
    assert [entry.seq for entry in second.entries] == [*second.moved, newest + 1]
    second.close()


def test_that_bytes_which_are_no_text_are_moved_as_they_are(desk: Desk) -> None:
    values = ("2025-11-25T00:00:00+00:00", "odd", b"\xff\xfe")
    with desk.database.transaction(is_durable=False) as sql:
        sql.execute(
            "INSERT INTO journal (at, kind, settings, payload) VALUES (?, ?, CAST(x'61ff62' AS TEXT), ?)", values
        )
    desk.write(NOW, 10)
    desk.keeper.work(NOW, MONTHS)
    with closing(sqlite3.connect(desk.directory / ARCHIVE_FOLDER / "journal-2025-11.sqlite3")) as archive:
        archive.text_factory = bytes
        row = archive.execute("SELECT settings, payload FROM journal WHERE kind = 'odd'").fetchone()
    assert row == (b"a\xffb", b"\xff\xfe")
