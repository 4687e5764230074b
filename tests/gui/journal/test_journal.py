"""The journal in the window: any length at once, filtered, live, and the way to the chart."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.domain.journal import JournalRecord
from engine.domain.trade_facts import Annotation
from engine.persistence.journal_pages import STRETCH
from gui.features.journal.model.table import MAX_KEPT, PAGE
from tests.builders import MONDAY, closed_trade
from tests.gui.journal.stored_journal import NUMBER, WHAT, StoredJournal


def test_that_the_newest_record_stands_on_top_in_a_sentence(stored: StoredJournal) -> None:
    stored.note(minute=0)
    stored.note(minute=1, symbol="XAUUSD", plan_id="plan-1")
    stored.watch()
    assert stored.words(0) == [
        *("2026-03-02 08:01:00", "XAUUSD", "HALT by the user: minute 1", "Desk and settings", "plan-1", "2", "")
    ]
    assert stored.words(1)[WHAT] == "HALT by the user: minute 0"


def test_that_a_long_journal_opens_at_once_and_reads_only_what_is_looked_at(stored: StoredJournal) -> None:
    stored.fill(3 * STRETCH)
    asked: list[list[int]] = []
    stored.model.table.wanted.connect(asked.append)
    model = stored.watch()
    assert model.count == 3 * STRETCH
    assert stored.words(0)[NUMBER] == "60,000"
    assert stored.words(40_000)[NUMBER] == "20,000"
    assert [len(numbers) for numbers in asked] == [PAGE, PAGE]


def test_that_memory_stays_bounded_however_far_the_user_scrolls(stored: StoredJournal) -> None:
    stored.fill(MAX_KEPT + 5 * PAGE)
    model = stored.watch()
    for first in range(0, model.count, PAGE):
        stored.words(first)
    assert model.table.entry(0) is None
    assert stored.words(0)[NUMBER] == f"{model.count:,}"


def test_that_a_filter_searches_the_whole_journal_stretch_by_stretch(stored: StoredJournal) -> None:
    stored.fill(3 * STRETCH)
    model = stored.watch()
    shares: list[float] = []
    model.changed.connect(lambda: shares.append(model.searched))
    found = stored.narrowed(kinds=frozenset({"halted"}))
    assert found == [str(number) for number in range(60_000, 0, -1_000)]
    assert sorted(shares) == shares
    assert len(set(shares)) == 4


def test_that_a_filter_lets_through_what_it_names(stored: StoredJournal) -> None:
    stored.note("plan_expired", 0, symbol="XAUUSD", plan_id="p1")
    stored.note("halted", 5, symbol="BTCUSD")
    stored.note("halted", 9)
    stored.watch()
    assert stored.narrowed(symbol="XAUUSD") == ["1"]
    assert stored.narrowed(text="minute 5") == ["2"]
    assert stored.narrowed(since=MONDAY + timedelta(minutes=5)) == ["3", "2"]
    assert stored.narrowed(plan_id="p1", text="nothing") == []
    assert stored.narrowed() == ["3", "2", "1"]
    assert stored.model.symbols == ("BTCUSD", "XAUUSD")


@pytest.mark.parametrize("wanted", [{}, {"kinds": frozenset({"halted"})}])
def test_that_new_records_appear_on_top_while_the_user_looks(stored: StoredJournal, wanted: dict[str, Any]) -> None:
    stored.note(minute=0)
    model = stored.watch()
    stored.narrowed(**wanted)
    stored.note(minute=1)
    stored.note("halted", minute=2)
    model.look()
    stored.until(lambda: model.count == 3)
    assert [stored.words(row)[NUMBER] for row in range(3)] == ["3", "2", "1"]
    stored.note("reconciled", payload={"open_trades": 0, "unknown": []})
    stored.note(minute=4)
    model.look()
    stored.until(lambda: model.count == (4 if wanted else 5))


def test_that_nothing_is_read_while_nobody_looks(stored: StoredJournal) -> None:
    stored.note()
    model = stored.open()
    stored.qtbot.wait(20)
    assert model.count == 0
    model.watch(True)
    model.watch(False)
    assert not model.is_watched


def test_that_records_of_this_run_can_be_seen_alone(stored: StoredJournal) -> None:
    stored.note(minute=0)
    stored.open()
    stored.note("practice_begun", 1, payload={"run": 2})
    stored.note(minute=2)
    stored.model.watch(True)
    stored.until(lambda: stored.model.count == 3)
    assert stored.narrowed(is_run_only=True) == ["3", "2"]
    stored.note("practice_begun", 3, payload={"run": 3})
    stored.model.look()
    stored.until(lambda: stored.model.count == 1)
    assert stored.narrowed() == ["4", "3", "2", "1"]


def test_that_a_chosen_record_shows_its_content_and_requests_its_candle(stored: StoredJournal) -> None:
    trade = closed_trade()
    stored.note("plan_closed", 5, symbol="XAUUSD", plan_id="plan-1", payload={"told": {"trade": trade}})
    note = Annotation(trade_id="plan-1", at=MONDAY, note="late", tags=("fomo",))
    stored.desk.table.annotate(note, JournalRecord(at=MONDAY, kind="trade_annotated", plan_id="plan-1", payload={}))
    model = stored.watch()
    asked: list[tuple[str, object]] = []
    model.candle_requested.connect(lambda symbol, at: asked.append((symbol, at)))
    stored.words(1)
    model.choose(1)
    assert asked == [("XAUUSD", MONDAY + timedelta(minutes=5))]
    stored.until(lambda: model.chosen is not None and model.chosen.annotation == note)
    assert model.chosen is not None
    assert not model.chosen.is_of_this_run
    (details,) = [branch for branch in model.chosen.tree(model.zone) if branch.name == "Details"]
    values = {branch.name: branch.words for branch in details.parts[0].parts}
    assert (values["Entry"], values["Entered at"], values["Reason"]) == (
        "2,000",
        "2026-03-02 08:00:00 UTC",
        "stop_loss",
    )


def test_that_what_is_found_is_written_to_a_file(stored: StoredJournal, tmp_path: Path) -> None:
    for minute in range(3):
        stored.note(minute=minute)
    model = stored.watch()
    stored.note("reconciled", payload={"open_trades": 0, "unknown": []})
    stored.narrowed(kinds=frozenset({"halted"}))
    path = tmp_path / "journal.csv"
    model.export(path)
    assert model.progress is not None
    stored.until(lambda: model.progress is None)
    with path.open(encoding="utf-8", newline="") as file:
        assert [row["what"] for row in csv.DictReader(file)] == [f"HALT by the user: minute {at}" for at in (2, 1, 0)]
    assert stored.messages == [f"{path} was written"]


def test_that_an_export_can_be_cancelled_and_a_failure_is_reported(stored: StoredJournal, tmp_path: Path) -> None:
    stored.fill(2_000)
    model = stored.watch()
    model.export(tmp_path / "journal.csv")
    assert model.progress is not None
    model.progress.give_up()
    stored.until(lambda: model.progress is None)
    assert stored.messages == ["journal.csv was cancelled; nothing was written"]
    assert not (tmp_path / "journal.csv").exists()
    model.export(tmp_path / "nowhere" / "journal.csv")
    stored.until(lambda: model.progress is None)
    assert "cannot be written" in stored.messages[-1]


def test_that_a_record_names_the_account_that_it_is_about(stored: StoredJournal) -> None:
    stored.note(account="real account 7 at Broker-Live")
    stored.watch()
    assert stored.words(0)[-1] == "real account 7 at Broker-Live"


def test_that_a_record_whose_archive_file_is_gone_is_reported_as_missing_and_not_waited_for(
    stored: StoredJournal,
) -> None:
    stored.note()
    stored.desk.journal.flush()
    with stored.desk.database.transaction(is_durable=False) as sql:
        sql.execute("INSERT INTO journal SELECT 5, at, kind, symbol, plan_id, settings, payload, account FROM journal")
    model = stored.watch()
    assert stored.words(0)[NUMBER] == "5"
    stored.until(lambda: not model.table.is_reading)
    assert stored.model.table.words(2)[WHAT] == "Archive file missing or unreadable"
