"""The journal in the window: any length at once, filtered, live, and the way to the chart."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.domain.journal import JournalFilter, JournalRecord
from engine.domain.trade_facts import Annotation
from engine.persistence.journal_pages import STRETCH, JournalPages
from engine.persistence.opening import open_reader
from engine.reporting.sentences import ALL_KINDS
from engine.reporting.telling import BROKER, NOTES, RESULTS
from gui import theme
from gui.features.journal.model.journal import JournalModel
from gui.features.journal.model.table import MOST_KEPT, PAGE
from gui.features.journal.model.wish import BETWEEN, THIS_RUN, WITHOUT_ACCOUNT, JournalWish
from gui.features.journal.view.journal import JournalPanel
from gui.zones import DisplayZones
from tests.builders import MONDAY, closed_trade
from tests.plans.stores import StoredDesk

WHAT, NUMBER = 2, 5


class Reading:
    """A journal on the disk, and a window's model of it that is looked at."""

    def __init__(self, qtbot: QtBot, directory: Path) -> None:
        self.qtbot = qtbot
        self.desk = StoredDesk(directory)
        self.reader = open_reader(self.desk.database)
        self.model = JournalModel(lambda: MONDAY + timedelta(days=1))
        self.told: list[str] = []
        self.model.told.connect(self.told.append)

    def note(self, kind: str = "halted", minute: int = 0, **changes: Any) -> None:
        payload = changes.pop("payload", {"by": "person", "reason": f"minute {minute}"})
        at = MONDAY + timedelta(minutes=minute)
        self.desk.journal.append(JournalRecord(at=at, kind=kind, payload=payload, **changes))

    def fill(self, count: int) -> None:
        """So many records at once."""
        self.desk.journal.flush()
        query = """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
            INSERT INTO journal (at, kind, settings, payload)
            SELECT '2026-03-02T08:00:00+00:00', CASE i % 1000 WHEN 0 THEN 'halted' ELSE 'reconciled' END, '', '{}'
            FROM n
        """
        with self.desk.database.transaction(is_durable=False) as sql:
            sql.execute(query, (count,))

    def open(self) -> JournalModel:
        self.model.open(JournalPages(self.reader, self.desk.journal.flush))
        return self.model

    def watch(self) -> JournalModel:
        """Opens and looks, until everything is found."""
        self.open().watch(True)
        self.until(lambda: self.model.count > 0)
        return self.model

    def until(self, is_so: Any) -> None:
        self.qtbot.waitUntil(is_so, timeout=5_000)

    def words(self, row: int) -> list[str]:
        """The words of a row, once they are read."""
        self.model.table.words(row)
        self.until(lambda: self.model.table.entry(row) is not None)
        return self.model.table.words(row)

    def narrowed(self, *, is_run_only: bool = False, **wanted: Any) -> list[str]:
        """The numbers of the records that pass."""
        self.model.set_filter(JournalFilter(**wanted), is_run_only=is_run_only)
        self.until(lambda: self.model.searched == 1.0)
        return [str(self.model.table.number(row)) for row in range(self.model.count)]

    def close(self) -> None:
        self.model.close()
        self.reader.close()
        self.desk.close()


@pytest.fixture
def reading(qtbot: QtBot, tmp_path: Path) -> Iterator[Reading]:
    reading = Reading(qtbot, tmp_path)
    yield reading
    reading.close()


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


def test_that_memory_stays_bounded_however_far_a_person_scrolls(reading: Reading) -> None:
    reading.fill(MOST_KEPT + 5 * PAGE)
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
def test_that_new_records_appear_on_top_while_somebody_looks(reading: Reading, wanted: dict[str, Any]) -> None:
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


def test_that_a_record_that_is_chosen_tells_all_it_holds_and_asks_for_its_moment(reading: Reading) -> None:
    trade = closed_trade()
    reading.note("plan_closed", 5, symbol="XAUUSD", plan_id="plan-1", payload={"told": {"trade": trade}})
    note = Annotation(trade_id="plan-1", at=MONDAY, note="late", tags=("fomo",))
    reading.desk.table.annotate(note, JournalRecord(at=MONDAY, kind="trade_annotated", plan_id="plan-1", payload={}))
    model = reading.watch()
    asked: list[tuple[str, object]] = []
    model.moment_asked.connect(lambda symbol, at: asked.append((symbol, at)))
    reading.words(1)
    model.choose(1)
    assert asked == [("XAUUSD", MONDAY + timedelta(minutes=5))]
    reading.until(lambda: model.chosen is not None and model.chosen.annotation == note)
    assert model.chosen is not None
    assert not model.chosen.is_of_this_run
    (told,) = [branch for branch in model.chosen.tree(model.zone) if branch.name == "Told"]
    values = {branch.name: branch.words for branch in told.parts[0].parts}
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
    assert reading.told == [f"{path} is written"]


def test_that_an_export_can_be_given_up_and_a_failure_is_told(reading: Reading, tmp_path: Path) -> None:
    reading.fill(2_000)
    model = reading.watch()
    model.export(tmp_path / "journal.csv")
    assert model.progress is not None
    model.progress.give_up()
    reading.until(lambda: model.progress is None)
    assert reading.told == ["journal.csv was cancelled; nothing was written"]
    assert not (tmp_path / "journal.csv").exists()
    model.export(tmp_path / "nowhere" / "journal.csv")
    reading.until(lambda: model.progress is None)
    assert "cannot be written" in reading.told[-1]


# -- what a person says -------------------------------------------------------------------------------------------


def test_that_periods_end_now_and_kinds_come_in_groups() -> None:
    now = MONDAY + timedelta(days=1)
    assert JournalWish().filter_at(now) == JournalFilter()
    assert JournalWish(period="Last hour").filter_at(now).since == now - timedelta(hours=1)
    assert JournalWish(period="Last hour").filter_at(None).since is None
    assert JournalWish(group=RESULTS).filter_at(now).kinds == ALL_KINDS[RESULTS]
    quiet = JournalWish(group=WITHOUT_ACCOUNT).filter_at(now).kinds
    assert not quiet & ALL_KINDS[BROKER]
    assert ALL_KINDS[NOTES] <= quiet
    between = JournalWish(period=BETWEEN, since=MONDAY, until=now)
    assert (between.filter_at(now).since, between.filter_at(now).until) == (MONDAY, now)
    assert JournalWish(period=THIS_RUN).is_run_only


# -- the panel ----------------------------------------------------------------------------------------------------


@pytest.fixture
def panel(reading: Reading, qtbot: QtBot) -> JournalPanel:
    for minute in range(3):
        reading.note(minute=minute, symbol="XAUUSD", plan_id=f"plan-{minute}")
    reading.note("reconciled", 3, payload={"open_trades": 0, "unknown": []})
    panel = JournalPanel(reading.open(), DisplayZones(), theme.DARK)
    qtbot.addWidget(panel)
    panel.resize(1000, 400)
    panel.show()
    reading.until(lambda: reading.model.count == 4)
    return panel


def test_that_the_filter_bar_narrows_the_list(panel: JournalPanel, reading: Reading) -> None:
    assert panel.count.text() == "4 records"
    panel.filters.group.setCurrentText("Desk and settings")
    reading.until(lambda: reading.model.count == 3)
    panel.filters.text.setText("minute 1")
    reading.until(lambda: reading.model.count == 1)
    panel.filters.text.clear()
    panel.filters.period.setCurrentText(BETWEEN)
    panel.filters.show_span(MONDAY + timedelta(minutes=1), MONDAY + timedelta(minutes=2))
    panel.filters.plan.setText("plan")
    reading.until(lambda: panel.count.text() == "1 record")
    assert reading.words(0)[WHAT] == "HALT by the user: minute 1"


def test_that_a_click_shows_the_record_and_its_button_all_of_its_plan(panel: JournalPanel, reading: Reading) -> None:
    reading.words(1)
    place = panel.table.visualRect(reading.model.table.index(1, WHAT)).center()
    reading.qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert panel.details.words.text() == "HALT by the user: minute 2"
    assert panel.details.tree.topLevelItemCount() > 3
    panel.details.plan.click()
    reading.until(lambda: reading.model.count == 1)
    asked: list[str | None] = []
    reading.model.note_asked.connect(lambda chosen: asked.append(chosen.entry.plan_id))
    panel.details.write.click()
    assert asked == ["plan-2"]


def test_that_the_panel_looks_only_while_it_can_be_seen(panel: JournalPanel, reading: Reading) -> None:
    assert reading.model.is_watched
    panel.hide()
    assert not reading.model.is_watched


def test_that_a_record_names_the_account_that_it_is_about(reading: Reading) -> None:
    reading.note(account="real account 7 at Broker-Live")
    reading.watch()
    assert reading.words(0)[-1] == "real account 7 at Broker-Live"


def test_that_a_record_whose_archive_file_is_gone_is_told_as_missing_and_not_waited_for(reading: Reading) -> None:
    reading.note()
    reading.desk.journal.flush()
    with reading.desk.database.transaction(is_durable=False) as sql:
        sql.execute("INSERT INTO journal SELECT 5, at, kind, symbol, plan_id, settings, payload, account FROM journal")
    model = reading.watch()
    assert reading.words(0)[NUMBER] == "5"
    reading.until(lambda: not model.table.is_reading)
    assert reading.model.table.words(2)[WHAT] == "Archive file missing or unreadable"
