"""The journal: everything, in order, append-only."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.domain.journal import JournalRecord
from engine.errors import UnusableStore
from engine.persistence import opening
from engine.persistence.journal import PAGE, Journal
from engine.persistence.opening import DATABASE_FILE
from tests.builders import MONDAY, candle, order, plan
from tests.plans.stores import StoredDesk, unwritable


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[StoredDesk]:
    desk = StoredDesk(tmp_path)
    yield desk
    desk.close()


def record(kind: str = "candle_judged", seconds: float = 0.0, **changes: Any) -> JournalRecord:
    return JournalRecord(at=MONDAY + timedelta(seconds=seconds), kind=kind, **changes)


def kinds(journal: Journal) -> list[str]:
    return [entry.kind for entry in journal.read()]


def on_disk(directory: Path) -> list[str]:
    """What another program can read now."""
    with closing(sqlite3.connect(directory / DATABASE_FILE)) as sql:
        return [row[0] for row in sql.execute("SELECT kind FROM journal ORDER BY seq")]


def test_that_a_record_reads_back_with_all_it_held(desk: StoredDesk) -> None:
    at = datetime.fromisoformat("2026-03-02T10:00:00.000123+02:00")
    desk.journal.append(JournalRecord(at=at, kind="candle_judged", symbol="XAUUSD", payload={"candle": candle()}))
    (entry,) = desk.journal.read()
    assert (entry.at, entry.kind, entry.symbol, entry.plan_id) == (at, "candle_judged", "XAUUSD", None)
    assert entry.payload["candle"]["close"] == 2000.0


def test_that_records_of_high_volume_wait_for_the_flush(desk: StoredDesk, tmp_path: Path) -> None:
    desk.journal.append(record())
    assert on_disk(tmp_path) == []
    desk.journal.flush()
    assert on_disk(tmp_path) == ["candle_judged"]


def test_that_a_permit_is_on_the_disk_at_once_with_every_record_before_it(desk: StoredDesk, tmp_path: Path) -> None:
    desk.plans.add(plan(), MONDAY)
    desk.journal.append(record("setup_found"))
    desk.journal.append(record("gate_passed"))
    desk.intend(order(), MONDAY, approved_by="person")
    assert on_disk(tmp_path) == ["plan_added", "setup_found", "gate_passed", "plan_executing"]


def test_that_records_come_back_in_the_order_of_writing_and_only_those_asked_for(desk: StoredDesk) -> None:
    for second, (symbol, plan_id) in enumerate([("XAUUSD", "a"), ("BTCUSD", "b"), ("XAUUSD", "b")]):
        desk.journal.append(record(f"kind-{second}", second, symbol=symbol, plan_id=plan_id))
    read = desk.journal.read
    assert [entry.kind for entry in read()] == ["kind-0", "kind-1", "kind-2"]
    assert [entry.kind for entry in read(symbol="XAUUSD")] == ["kind-0", "kind-2"]
    assert [entry.kind for entry in read(plan_id="b")] == ["kind-1", "kind-2"]
    assert [entry.kind for entry in read(kind="kind-1")] == ["kind-1"]
    assert [entry.kind for entry in read(symbol="XAUUSD", plan_id="b")] == ["kind-2"]


def test_that_a_long_journal_is_read_page_by_page_without_a_gap(desk: StoredDesk) -> None:
    for second in range(2 * PAGE + 1):
        desk.journal.append(record(seconds=second))
    numbers = [entry.seq for entry in desk.journal.read()]
    assert numbers == list(range(1, 2 * PAGE + 2))


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE journal SET payload = '{}'",
        "DELETE FROM journal",
        "INSERT OR REPLACE INTO journal (seq, at, kind, settings, payload) VALUES (1, '', 'forged', '', '{}')",
    ],
)
def test_that_what_is_written_is_never_rewritten(desk: StoredDesk, tmp_path: Path, attack: str) -> None:
    desk.journal.append(record())
    desk.journal.flush()
    with (
        closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as sql,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        sql.execute(attack)
    assert kinds(desk.journal) == ["candle_judged"]


def test_that_each_record_carries_the_settings_in_force_and_each_text_is_kept_once(desk: StoredDesk) -> None:
    first = desk.journal.use_settings("one", MONDAY)
    desk.journal.append(record("under one"))
    second = desk.journal.use_settings("two", MONDAY)
    desk.journal.append(record("under two"))
    assert desk.journal.use_settings("two", MONDAY) == second
    assert desk.journal.use_settings("one", MONDAY) == first
    by_kind = {entry.kind: entry.settings for entry in desk.journal.read()}
    assert (by_kind["under one"], by_kind["under two"]) == (first, second)
    assert [desk.journal.settings_of(digest) for digest in (first, second, "none")] == ["one", "two", None]
    assert kinds(desk.journal).count("settings_changed") == 3


def test_that_records_which_could_not_be_written_wait_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "BUSY_TIMEOUT_MS", 10)
    desk = StoredDesk(tmp_path)
    desk.journal.append(record("first"))
    with unwritable(tmp_path), pytest.raises(UnusableStore):
        desk.journal.flush()
    desk.journal.append(record("second"))
    assert kinds(desk.journal) == ["first", "second"]
    desk.close()


def test_that_a_record_which_no_store_can_take_holds_no_other_up(desk: StoredDesk) -> None:
    desk.journal.append(record("first"))
    desk.journal.append(record("broken", symbol="\ud800"))
    desk.plans.add(plan(), MONDAY)
    desk.journal.append(record("last"))
    assert kinds(desk.journal) == ["first", "plan_added", "last"]


def test_that_nothing_is_lost_or_doubled_while_another_thread_flushes(desk: StoredDesk) -> None:
    is_over = threading.Event()

    def flush_on_and_on() -> None:
        while not is_over.is_set():
            desk.journal.flush()

    flusher = threading.Thread(target=flush_on_and_on)
    flusher.start()
    for number in range(3_000):
        desk.journal.append(record(f"{number}"))
        if number % 500 == 0:
            desk.plans.add(plan(f"plan-{number}"), MONDAY)
    is_over.set()
    flusher.join()
    written = kinds(desk.journal)
    assert [kind for kind in written if kind != "plan_added"] == [f"{number}" for number in range(3_000)]
    assert [written.index(f"{number}") + 1 for number in range(0, 3_000, 500)] == [
        place for place, kind in enumerate(written) if kind == "plan_added"
    ]


async def test_that_the_journal_flushes_itself_while_it_runs(desk: StoredDesk, tmp_path: Path) -> None:
    running = asyncio.create_task(desk.journal.run())
    desk.journal.append(record())
    while not on_disk(tmp_path):
        await asyncio.sleep(0.05)
    running.cancel()
    assert on_disk(tmp_path) == ["candle_judged"]
