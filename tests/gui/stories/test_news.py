"""A user who keeps out around news: a calendar is imported, an entry denied, and the next day the news is known."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from config.changes import with_values
from config.settings import Settings
from tests.gui.stories.demo_desk import GOLD, WIDE_STOPS, DeskUser, Folder, run

pytestmark = pytest.mark.long

SETTINGS: dict[str, object] = {
    "xauusd_rules.pre_trade_filters.spread.max_spread": 1.0,
    "risk_mitigation.news_blackout_minutes.high_before": 15,
    "alerts.event_minutes": 20,
}
HEAD = "Date,Currency,Impact,Event\n"


def test_that_a_user_imports_news_and_enters_nothing_before_them(qapp: QApplication, tmp_path: Path) -> None:
    folder = Folder(tmp_path)

    async def first_day(user: DeskUser) -> None:
        shown, window = user.shown, user.window
        await user.step()
        ticket = shown.trading.entry.ticket
        QTest.keyClick(window, Qt.Key.Key_F9)
        await user.until(lambda: any("no economic calendar is loaded" in words for words in ticket.reasons))
        now = shown.trading.now
        assert now is not None
        soon = now + timedelta(minutes=10)
        file = tmp_path / "news.csv"
        file.write_text(f"{HEAD}{soon:%Y-%m-%d %H:%M},USD,High,CPI m/m\n", encoding="utf-8")
        user.action("calendar.import").trigger()
        dialog = window.panels.content("calendar").findChild(QFileDialog)
        assert isinstance(dialog, QFileDialog)
        dialog.filesSelected.emit([str(file)])
        dialog.close()
        await user.until(lambda: len(shown.calendar.calendar.events) == 1)
        assert shown.calendar.note.startswith("news.csv: CSV, 1 event, times assumed UTC")
        assert window.panels["calendar"].isVisible()
        await user.until(lambda: shown.calendar.table.rowCount() == 1)
        at_s = int(soon.timestamp()) // 60 * 60
        assert [mark.at_s for mark in shown.charts[GOLD].events.between(at_s, at_s)] == [at_s]
        await user.step()
        await user.until(lambda: any("USD CPI m/m in" in words for words in ticket.reasons))
        assert not ticket.may_send
        await user.until(lambda: any("USD CPI m/m in" in alert.title for alert in shown.alerts.recent))

    async def next_day(user: DeskUser) -> None:
        await user.until(lambda: [each.title for each in user.shown.calendar.calendar.events] == ["CPI m/m"])

    async def both() -> None:
        await folder.sit(first_day, with_values(Settings(), WIDE_STOPS | SETTINGS))
        await folder.sit(next_day)

    run(qapp, both)
