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
from tests.gui.journal.reading import NUMBER, WHAT, Reading


def test_that_the_newest_record_stands_on_top_in_a_sentence(reading: Reading) -> None:
    reading.note(minute=0)
    reading.note(minute=1, symbol="XAUUSD", plan_id="plan-1")
    reading.watch()
    assert reading.words(0) == [
        *("2026-03-02 08:01:00", "XAUUSD", "HALT by the user: minute 1", "Desk and settings", "plan-1", "2", "")
    ]
    assert reading.words(1)[WHAT] == "HALT by the user: minute 0"


def test_that_a_long_journal_opens_at_once_and_reads_only_what_is_looked_at(reading: Reading) -> None:
    reading.fill(3 * STRETCH)
    asked: list[list[int]] = []
    reading.model.table.wanted.connect(asked.append)
    model = reading.watch()
    assert model.count == 3 * STRETCH
    assert reading.words(0)[NUMBER] == "60,000"
    assert reading.words(40_000)[NUMBER] == "20,000"
    assert [len(numbers) for numbers in asked] == [PAGE, PAGE]


def test_that_memory_stays_bounded_however_far_the_user_scrolls(reading: Reading) -> None:
    reading.fill(MAX_KEPT + 5 * PAGE)
    model = reading.watch()
    for first in range(0, model.count, PAGE):
        reading.words(first)
    assert model.table.entry(0) is None
    assert reading.words(0)[NUMBER] == f"{model.count:,}"


def test_that_a_filter_searches_the_whole_journal_stretch_by_stretch(reading: Reading) -> None:
    reading.fill(3 * STRETCH)
    model = reading.watch()
    shares: list[float] = []
    model.changed.connect(lambda: shares.append(model.searched))
    found = reading.narrowed(kinds=frozenset({"halted"}))
    assert found == [str(number) for number in range(60_000, 0, -1_000)]
    assert sorted(shares) == shares
    assert len(set(shares)) == 4


def test_that_a_filter_lets_through_what_it_names(reading: Reading) -> None:
    reading.note("plan_expired", 0, symbol="XAUUSD", plan_id="p1")
    reading.note("halted", 5, symbol="BTCUSD")
    reading.note("halted", 9)
    reading.watch()
    assert reading.narrowed(symbol="XAUUSD") == ["1"]
    assert reading.narrowed(text="minute 5") == ["2"]
    assert reading.narrowed(since=MONDAY + timedelta(minutes=5)) == ["3", "2"]
    assert reading.narrowed(plan_id="p1", text="nothing") == []
    assert reading.narrowed() == ["3", "2", "1"]
    assert reading.model.symbols == ("BTCUSD", "XAUUSD")


@pytest.mark.parametrize("wanted", [{}, {"kinds": frozenset({"halted"})}])
def test_that_new_records_appear_on_top_while_the_user_looks(reading: Reading, wanted: dict[str, Any]) -> None:
    reading.note(minute=0)
    model = reading.watch()
    reading.narrowed(**wanted)
    reading.note(minute=1)
    reading.note("halted", minute=2)
    model.look()
    reading.until(lambda: model.count == 3)
    assert [reading.words(row)[NUMBER] for row in range(3)] == ["3", "2", "1"]
    reading.note("reconciled", payload={"open_trades": 0, "unknown": []})
    reading.note(minute=4)
    model.look()
    reading.until(lambda: model.count == (4 if wanted else 5))


def test_that_nothing_is_read_while_nobody_looks(reading: Reading) -> None:
    reading.note()
    model = reading.open()
    reading.qtbot.wait(20)
    assert model.count == 0
    model.watch(True)
    model.watch(False)
    assert not model.is_watched


def test_that_records_of_this_run_can_be_seen_alone(reading: Reading) -> None:
    reading.note(minute=0)
    reading.open()
    reading.note("practice_begun", 1, payload={"run": 2})
    reading.note(minute=2)
    reading.model.watch(True)
    reading.until(lambda: reading.model.count == 3)
    assert reading.narrowed(is_run_only=True) == ["3", "2"]
    reading.note("practice_begun", 3, payload={"run": 3})
    reading.model.look()
    reading.until(lambda: reading.model.count == 1)
    assert reading.narrowed() == ["4", "3", "2", "1"]


def test_that_a_record_that_is_chosen_shows_all_it_holds_and_asks_for_its_moment(reading: Reading) -> None:
    trade = closed_trade()
    reading.note("plan_closed", 5, symbol="XAUUSD", plan_id="plan-1", payload={"told": {"trade": trade}})
    note = Annotation(trade_id="plan-1", at=MONDAY, note="late", tags=("fomo",))
    reading.desk.table.annotate(note, JournalRecord(at=MONDAY, kind="trade_annotated", plan_id="plan-1", payload={}))
    model = reading.watch()
    asked: list[tuple[str, object]] = []
    model.candle_requested.connect(lambda symbol, at: asked.append((symbol, at)))
    reading.words(1)
    model.choose(1)
    assert asked == [("XAUUSD", MONDAY + timedelta(minutes=5))]
    reading.until(lambda: model.chosen is not None and model.chosen.annotation == note)
    assert model.chosen is not None
    assert not model.chosen.is_of_this_run
    (details,) = [branch for branch in model.chosen.tree(model.zone) if branch.name == "Details"]
    values = {branch.name: branch.words for branch in details.parts[0].parts}
    assert (values["Entry"], values["Entered at"], values["Reason"]) == (
        "2,000",
        "2026-03-02 08:00:00 UTC",
        "stop_loss",
    )


def test_that_what_is_found_is_written_to_a_file(reading: Reading, tmp_path: Path) -> None:
    for minute in range(3):
        reading.note(minute=minute)
    model = reading.watch()
    reading.note("reconciled", payload={"open_trades": 0, "unknown": []})
    reading.narrowed(kinds=frozenset({"halted"}))
    path = tmp_path / "journal.csv"
    model.export(path)
    assert model.progress is not None
    reading.until(lambda: model.progress is None)
    with path.open(encoding="utf-8", newline="") as file:
        assert [row["what"] for row in csv.DictReader(file)] == [f"HALT by the user: minute {at}" for at in (2, 1, 0)]
    assert reading.messages == [f"{path} is written"]


def test_that_an_export_can_be_given_up_and_a_failure_is_reported(reading: Reading, tmp_path: Path) -> None:
    reading.fill(2_000)
    model = reading.watch()
    model.export(tmp_path / "journal.csv")
    assert model.progress is not None
    model.progress.give_up()
    reading.until(lambda: model.progress is None)
    assert reading.messages == ["journal.csv was cancelled; nothing was written"]
    assert not (tmp_path / "journal.csv").exists()
    model.export(tmp_path / "nowhere" / "journal.csv")
    reading.until(lambda: model.progress is None)
    assert "cannot be written" in reading.messages[-1]


def test_that_a_record_names_the_account_that_it_is_about(reading: Reading) -> None:
    reading.note(account="real account 7 at Broker-Live")
    reading.watch()
    assert reading.words(0)[-1] == "real account 7 at Broker-Live"


def test_that_a_record_whose_archive_file_is_gone_is_reported_as_missing_and_not_waited_for(reading: Reading) -> None:
    reading.note()
    reading.desk.journal.flush()
    with reading.desk.database.transaction(is_durable=False) as sql:
        sql.execute("INSERT INTO journal SELECT 5, at, kind, symbol, plan_id, settings, payload, account FROM journal")
    model = reading.watch()
    assert reading.words(0)[NUMBER] == "5"
    reading.until(lambda: not model.table.is_reading)
    assert reading.model.table.words(2)[WHAT] == "Archive file missing or unreadable"
