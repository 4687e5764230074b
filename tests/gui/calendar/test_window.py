"""The economic calendar in the window: imported by menu, button or drop, shown in a table and on the charts."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton, QToolTip
from pytestqt.qtbot import QtBot

from config.settings import Settings
from engine.domain.calendar import (
    Calendar,
    CalendarChanged,
    CalendarRefused,
    CalendarReport,
    ClearCalendar,
    EconomicEvent,
    EventAhead,
    Impact,
    ImportCalendar,
)
from gui.features.calendar.view.calendar import CalendarPanel
from gui.features.chart.view.hands.event import EventHand
from gui.features.chart.view.layers.event_layer import FOOT, MARK, rows_of
from gui.features.chart.view.plot import ChartPlot
from gui.theme import DARK, LIGHT, Theme, colour
from tests.builders import MONDAY, news
from tests.gui.chart.builders import flush
from tests.gui.desk_window import DeskWindow

NOW = MONDAY + timedelta(minutes=300)
"""The charts have candles until here."""
REPORT = CalendarReport(source="week.csv", format="Forex Factory CSV", events=5, zone="assumed UTC")


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


EVENTS = (
    news(after(-60), title="ISM PMI", impact=Impact.MEDIUM, forecast="49.5", previous="49.1"),
    news(after(12), title="CPI m/m", forecast="0.3%"),
    news(after(12), title="Speech", impact=Impact.LOW),
    news(after(90), title="HICP", currency="EUR"),
    news(after(60 * 24 * 3), title="NFP"),
)


class Calendars(DeskWindow):
    """A desk on gold and Bitcoin that knows some news, with the panel in front."""

    def __init__(self, qtbot: QtBot, *events: EconomicEvent, settings: Settings | None = None) -> None:
        super().__init__(qtbot, settings)
        self.desk.trading.now = NOW
        self.desk.calendar.on_changed(CalendarChanged(Calendar.of(events), REPORT))
        self.action("panel.calendar").trigger()
        flush()

    @property
    def panel(self) -> CalendarPanel:
        panel = self.window.panels.content("calendar")
        assert isinstance(panel, CalendarPanel)
        return panel

    @property
    def titles(self) -> list[str]:
        table = self.desk.calendar.table
        return [table.cell(row, 4).text for row in range(table.rowCount())]

    def plot(self) -> ChartPlot:
        found = self.window.deck.view_at_keyboard
        assert found is not None
        plot = found.findChild(ChartPlot)
        assert isinstance(plot, ChartPlot)
        return plot

    def mark_place(self, at: datetime) -> QPoint:
        """The middle of the mark of news at that time, on the plot."""
        plot = self.plot()
        x = plot.canvas.view_scale.x(rows_of(self.desk.charts["XAUUSD"], [int(at.timestamp())]))[0]
        return QPoint(round(float(x)), plot.canvas.plot.height() - FOOT - MARK // 2 - 1)


@pytest.fixture
def calendars(qtbot: QtBot) -> Calendars:
    return Calendars(qtbot, *EVENTS)


def test_that_the_news_of_the_symbols_are_listed_with_the_time_that_is_left(calendars: Calendars) -> None:
    assert calendars.titles == ["ISM PMI", "CPI m/m", "Speech", "NFP"]
    table = calendars.desk.calendar.table
    assert table.words(1) == ["Mon 2 Mar 13:12", "12 min", "USD", "High", "CPI m/m", "0.3%", "", ""]
    assert table.words(0)[:2] == ["Mon 2 Mar 12:00", ""]
    calendars.desk.trading.now = after(11.5)
    calendars.desk.calendar.refresh()
    assert table.cell(1, 1).text == "30 s"
    assert table.words(3)[1] == "2 d 23 h"


def test_that_the_next_news_stand_on_top(qtbot: QtBot) -> None:
    later = (news(after(60 * 24 * 4 + minute), title=f"Speech {minute}") for minute in range(9))
    calendars = Calendars(qtbot, *EVENTS, *later)
    table = calendars.panel.table
    qtbot.waitUntil(lambda: table.rowAt(2) == 1)
    assert calendars.desk.calendar.table.next_row == 1


def test_that_currencies_impact_and_days_can_be_chosen(calendars: Calendars) -> None:
    panel = calendars.panel
    panel.currencies.setCurrentText("All currencies")
    assert "HICP" in calendars.titles
    panel.impact.setCurrentText("High")
    assert calendars.titles == ["CPI m/m", "HICP", "NFP"]
    panel.period.setCurrentText("Today")
    assert calendars.titles == ["CPI m/m", "HICP"]


def test_that_a_file_is_imported_by_the_menu_and_by_the_button(calendars: Calendars, tmp_path: Path) -> None:
    file = tmp_path / "week.csv"
    file.write_text("x", encoding="utf-8")
    for ask in (calendars.action("calendar.import").trigger, calendars.panel.import_button.click):
        calendars.asked.clear()
        ask()
        flush()
        dialog = calendars.panel.findChild(QFileDialog)
        assert isinstance(dialog, QFileDialog)
        dialog.filesSelected.emit([str(file)])
        assert calendars.asked == [ImportCalendar(str(file))]
        dialog.close()
        dialog.deleteLater()
        flush()


def test_that_a_file_that_is_dropped_on_the_panel_is_imported_and_not_opened_as_a_recording(
    calendars: Calendars, tmp_path: Path
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "week.ics"))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    calendars.asked.clear()
    enter = QDragEnterEvent(QPoint(20, 20), copy, data, left, none)
    QApplication.sendEvent(calendars.panel, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(calendars.panel, QDropEvent(QPointF(20, 20), copy, data, left, none))
    assert calendars.asked == [ImportCalendar(str(tmp_path / "week.ics"))]


def test_that_the_panel_says_what_was_read_and_what_was_refused(calendars: Calendars) -> None:
    assert calendars.panel.note.text() == "week.csv: Forex Factory CSV, 5 events, times assumed UTC"
    assert calendars.panel.note.toolTip() == "5 events until 5 Mar 2026"
    faulty = CalendarReport(
        source="a.csv", format="CSV", events=1, zone="UTC", faulty=2, faults=("line 3: time 'x'",), notes=("One note.",)
    )
    calendars.desk.calendar.on_changed(CalendarChanged(Calendar.of(EVENTS), faulty))
    assert calendars.panel.note.text() == (
        "a.csv: CSV, 1 event, times in UTC. 2 lines skipped (line 3: time 'x'). One note"
    )
    calendars.desk.calendar.on_refused(CalendarRefused("b.csv: holds no events"))
    assert calendars.panel.note.text() == "b.csv: holds no events"
    assert calendars.panel.note.property("isRefused")
    assert len(calendars.titles) == 4


def test_that_clearing_asks_first(calendars: Calendars) -> None:
    calendars.asked.clear()
    calendars.panel.clear_button.click()
    box = calendars.panel.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    assert "Remove all 5 events?" in box.text()
    assert calendars.asked == []
    remove = next(button for button in box.findChildren(QPushButton) if button.text() == "Remove")
    QTest.mouseClick(remove, Qt.MouseButton.LeftButton)
    assert calendars.asked == [ClearCalendar()]


def test_that_an_empty_calendar_says_where_events_come_from(qtbot: QtBot) -> None:
    empty = Calendars(qtbot)
    assert empty.titles == []
    assert not empty.panel.clear_button.isEnabled()


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_that_news_stand_at_the_foot_of_the_chart_also_in_the_space_to_come(qtbot: QtBot, theme: Theme) -> None:
    settings = Settings.model_validate({"interface": {"theme": theme.name}})
    calendars = Calendars(qtbot, *EVENTS, settings=settings)
    qtbot.waitUntil(calendars.window.updatesEnabled)
    flush()
    if folder := os.environ.get("SHOTS"):
        calendars.window.grab().save(f"{folder}/{theme.name}.png")
    image = calendars.plot().grab().toImage()
    for at, ink in ((after(12), theme.failed), (after(-60), theme.background)):
        assert image.pixelColor(calendars.mark_place(at)) == colour(ink), at


def test_that_the_layer_of_news_can_be_hidden(calendars: Calendars) -> None:
    plot, place = calendars.plot(), calendars.mark_place(after(12))
    assert plot.canvas.is_overlay_visible("economic_events")
    plot.canvas.set_overlay_visible("economic_events", False)
    assert plot.grab().toImage().pixelColor(place) != colour(DARK.failed)


def test_that_the_mouse_at_a_mark_finds_all_news_of_that_time(calendars: Calendars) -> None:
    plot = calendars.plot()
    mark = EventHand(plot.canvas, plot.model).mark_at(calendars.mark_place(after(12)))
    assert mark is not None
    assert calendars.desk.charts["XAUUSD"].events.words_of(mark) == (
        "Mon 2 Mar 13:12 UTC · USD CPI m/m · high impact · forecast 0.3%\nMon 2 Mar 13:12 UTC · USD Speech · low impact"
    )
    assert EventHand(plot.canvas, plot.model).mark_at(calendars.mark_place(after(12)) + QPoint(30, 0)) is None
    assert EventHand(plot.canvas, plot.model).mark_at(QPoint(10, 10)) is None


def test_that_the_mouse_at_a_mark_says_everything_about_its_news(calendars: Calendars) -> None:
    plot = calendars.plot()
    for place, words in ((calendars.mark_place(after(12)), "USD CPI m/m"), (QPoint(60, 60), "")):
        QTest.mouseMove(plot.viewport(), QPoint(70, 60))
        QTest.mouseMove(plot.viewport(), place)
        flush()
        assert words in QToolTip.text()
    QToolTip.hideText()


def test_that_a_row_leads_to_its_time_on_the_chart(calendars: Calendars) -> None:
    asked: list[datetime] = []
    calendars.desk.calendar.place_asked.connect(asked.append)
    calendars.panel.table.setCurrentIndex(calendars.desk.calendar.table.index(0, 0))
    calendars.press(Qt.Key.Key_Return, on=calendars.panel.table)
    assert asked == [after(-60)]


def test_that_other_currencies_of_the_settings_count_on_chart_and_in_the_table(calendars: Calendars) -> None:
    risk = {"news_currencies": ["XAUUSD: EUR", "BTCUSD: EUR"]}
    calendars.desk.use_settings(Settings.model_validate({"risk_mitigation": risk}))
    assert calendars.titles == ["HICP"]
    at_s = int(after(90).timestamp())
    assert calendars.desk.charts["XAUUSD"].events.between(at_s, at_s)


def test_that_news_that_are_close_alert_once_and_say_no_money(qtbot: QtBot) -> None:
    desk = DeskWindow(qtbot)
    ahead = EventAhead(news(after(12), forecast="0.3%"), after(2))
    for now_s in (0.0, 1.0):
        desk.desk.alerts.on_event(ahead, now_s)
    (alert,) = desk.desk.alerts.recent
    assert alert.title == "USD CPI m/m in 10 min"
    assert alert.words == alert.safe_words == "high impact, forecast 0.3%"
    assert not desk.window.panels["calendar"].isVisible()
    desk.desk.alerts.chosen.emit(alert)
    assert desk.window.panels["calendar"].isVisible()
