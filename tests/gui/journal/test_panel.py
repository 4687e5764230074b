"""The panel of the journal, and what its filter can ask for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.domain.journal import JournalFilter
from engine.reporting.record_kinds import BROKER, NOTES, RESULTS
from engine.reporting.sentences import ALL_KINDS
from gui import theme
from gui.features.journal.model.wish import BETWEEN, THIS_RUN, WITHOUT_ACCOUNT, JournalWish
from gui.features.journal.view.journal import JournalPanel
from gui.zones import DisplayZones
from tests.builders import MONDAY
from tests.gui.journal.stored_journal import WHAT, StoredJournal

# -- what the user says -------------------------------------------------------------------------------------------


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


# -- the panel


@pytest.fixture
def panel(stored: StoredJournal, qtbot: QtBot) -> JournalPanel:
    for minute in range(3):
        stored.note(minute=minute, symbol="XAUUSD", plan_id=f"plan-{minute}")
    stored.note("reconciled", 3, payload={"open_trades": 0, "unknown": []})
    panel = JournalPanel(stored.open(), DisplayZones(), theme.DARK)
    qtbot.addWidget(panel)
    panel.resize(1000, 400)
    panel.show()
    stored.until(lambda: stored.model.count == 4)
    return panel


def test_that_the_filter_bar_narrows_the_list(panel: JournalPanel, stored: StoredJournal) -> None:
    assert panel.count.text() == "4 records"
    panel.filters.group.setCurrentText("Desk and settings")
    stored.until(lambda: stored.model.count == 3)
    panel.filters.text.setText("minute 1")
    stored.until(lambda: stored.model.count == 1)
    panel.filters.text.clear()
    panel.filters.period.setCurrentText(BETWEEN)
    panel.filters.show_span(MONDAY + timedelta(minutes=1), MONDAY + timedelta(minutes=2))
    panel.filters.plan.setText("plan")
    stored.until(lambda: panel.count.text() == "1 record")
    assert stored.words(0)[WHAT] == "HALT by the user: minute 1"


def test_that_a_click_shows_the_record_and_its_button_all_of_its_plan(
    panel: JournalPanel, stored: StoredJournal
) -> None:
    stored.words(1)
    place = panel.table.visualRect(stored.model.table.index(1, WHAT)).center()
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert panel.details.words.text() == "HALT by the user: minute 2"
    assert panel.details.tree.topLevelItemCount() > 3
    panel.details.plan.click()
    stored.until(lambda: stored.model.count == 1)
    asked: list[str | None] = []
    stored.model.note_asked.connect(lambda chosen: asked.append(chosen.entry.plan_id))
    panel.details.write.click()
    assert asked == ["plan-2"]


def test_that_the_panel_looks_only_while_it_can_be_seen(panel: JournalPanel, stored: StoredJournal) -> None:
    assert stored.model.is_watched
    panel.hide()
    assert not stored.model.is_watched
