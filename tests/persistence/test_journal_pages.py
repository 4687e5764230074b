"""Leafing through the journal: any record by its number, and which ones pass a filter."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.domain.journal import JournalFilter, JournalRecord
from engine.errors import UnusableStore
from engine.persistence.journal_pages import JournalPages
from engine.persistence.opening import open_reader
from tests.builders import MONDAY
from tests.plans.stores import StoredDesk


@pytest.fixture(params=["file", "memory"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StoredDesk]:
    desk = StoredDesk(tmp_path if request.param == "file" else None)
    yield desk
    desk.close()


@pytest.fixture
def pages(desk: StoredDesk) -> Iterator[JournalPages]:
    """Eight records, each of another minute."""
    note(desk, "plan_added", 0, symbol="XAUUSD", plan_id="p1", payload={"score": 6})
    note(desk, "plan_denied", 1, symbol="XAUUSD", plan_id="p1", payload={"reason": "cool_off: 40.0 s left"})
    note(desk, "plan_added", 2, symbol="BTCUSD", plan_id="p2", payload={"score": 7})
    note(desk, "plan_closed", 3, symbol="BTCUSD", plan_id="p2", payload={"reason": "Adverse_Candle, 100%"})
    for minute in range(4, 8):
        note(desk, "account_updated", minute, payload={"balance": minute})
    reader = open_reader(desk.database)
    yield JournalPages(reader, desk.journal.flush)
    reader.close()


def note(desk: StoredDesk, kind: str, minute: int, **changes: Any) -> None:
    desk.journal.append(JournalRecord(at=MONDAY + timedelta(minutes=minute), kind=kind, **changes))


def found(pages: JournalPages, **wanted: Any) -> list[int]:
    return pages.matching(JournalFilter(**wanted), 0, pages.newest())


def test_that_what_has_just_happened_is_found(desk: StoredDesk, pages: JournalPages) -> None:
    assert pages.newest() == 8
    note(desk, "halted", 9)
    assert pages.newest() == 9
    (entry,) = pages.entries([9])
    assert (entry.seq, entry.kind, entry.at) == (9, "halted", MONDAY + timedelta(minutes=9))


def test_that_records_are_read_by_their_numbers_as_far_as_there_are_any(pages: JournalPages) -> None:
    pages.newest()
    assert [entry.seq for entry in pages.entries([7, 2, 99])] == [2, 7]
    assert pages.entries([]) == []


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({}, [8, 7, 6, 5, 4, 3, 2, 1]),
        ({"symbol": "XAUUSD"}, [2, 1]),
        ({"kinds": frozenset({"plan_added", "plan_closed"})}, [4, 3, 1]),
        ({"plan_id": "p2"}, [4, 3]),
        ({"plan_id": "P"}, [4, 3, 2, 1]),
        ({"text": "adverse candle"}, [4]),
        ({"text": "COOL_OFF"}, [2]),
        ({"text": "100%"}, [4]),
        ({"text": "40%"}, []),
        ({"text": "plan added"}, [3, 1]),
        ({"text": "   "}, [8, 7, 6, 5, 4, 3, 2, 1]),
        ({"since": MONDAY + timedelta(minutes=6)}, [8, 7]),
        ({"until": MONDAY + timedelta(minutes=1)}, [1]),
        ({"symbol": "BTCUSD", "text": "score", "since": MONDAY}, [3]),
        ({"text": "'; DROP TABLE journal; --"}, []),
    ],
)
def test_that_a_filter_lets_through_what_it_names(
    pages: JournalPages, wanted: dict[str, Any], numbers: list[int]
) -> None:
    assert found(pages, **wanted) == numbers


def test_that_a_stretch_of_numbers_is_searched_alone(pages: JournalPages) -> None:
    pages.newest()
    assert pages.matching(JournalFilter(), 2, 5) == [5, 4, 3]


def test_that_the_symbols_of_the_journal_are_reported(pages: JournalPages) -> None:
    pages.newest()
    assert pages.symbols() == ["BTCUSD", "XAUUSD"]


@pytest.mark.parametrize(("at", "payload"), [("noon", "{}"), ("2026-03-02", "{}"), ("2026", "{"), ("", "[1]")])
def test_that_a_record_that_nobody_can_read_is_shown_as_it_lies_there(tmp_path: Path, at: str, payload: str) -> None:
    desk = StoredDesk(tmp_path)
    with desk.database.transaction(is_durable=False) as sql:
        sql.execute("INSERT INTO journal (at, kind, settings, payload) VALUES (?, 'odd', '', ?)", (at, payload))
    (entry,) = JournalPages(desk.database, desk.journal.flush).entries([1])
    assert (entry.kind, entry.payload) == ("odd", {"written_at": at, "written": payload})
    desk.close()


def test_that_a_reader_writes_nothing_and_ends_with_its_store(tmp_path: Path) -> None:
    desk = StoredDesk(tmp_path)
    reader = open_reader(desk.database)
    with pytest.raises(UnusableStore, match="readonly"), reader.transaction(is_durable=False) as sql:
        sql.execute("INSERT INTO memory VALUES ('a', 'b')")
    reader.close()
    with pytest.raises(UnusableStore):
        JournalPages(reader, desk.journal.flush).newest()
    desk.close()


def test_that_a_journal_of_a_million_records_opens_at_once(tmp_path: Path) -> None:
    desk = StoredDesk(tmp_path)
    fill = """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
        INSERT INTO journal (at, kind, symbol, settings, payload) SELECT '2026-03-02', 'k', NULL, '', '{}' FROM n
    """
    with desk.database.transaction(is_durable=False) as sql:
        for name in ("journal_grows", "journal_by_kind", "journal_by_time"):  # only to fill it faster
            sql.execute(f"DROP {'TRIGGER' if name == 'journal_grows' else 'INDEX'} {name}")
        sql.execute(fill)
    pages = JournalPages(open_reader(desk.database), desk.journal.flush)
    begun_s = time.perf_counter()
    newest = pages.newest()
    assert len(pages.entries(range(newest, newest - 200, -1))) == 200
    assert pages.symbols() == []
    assert time.perf_counter() - begun_s < 0.1
    assert newest == 1_000_000
    desk.close()


def test_that_a_journal_set_beside_manually_is_still_read(tmp_path: Path) -> None:
    """Another program may lack the index: reading does not depend on it."""
    desk = StoredDesk(tmp_path)
    note(desk, "halted", 0, symbol="XAUUSD")
    desk.journal.flush()
    with sqlite3.connect(tmp_path / "desk.sqlite3") as sql:
        sql.execute("DROP INDEX journal_by_symbol")
    sql.close()
    assert JournalPages(desk.database, desk.journal.flush).symbols() == ["XAUUSD"]
    desk.close()
