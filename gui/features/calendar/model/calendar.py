"""The economic calendar of the window: what is known, which of it is shown, and what the user imports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import islice
from typing import Final

from PySide6.QtCore import QObject, Signal

from config.settings import Settings
from engine.domain.calendar import (
    EMPTY_CALENDAR,
    Calendar,
    CalendarChanged,
    CalendarRefused,
    ClearCalendar,
    EconomicEvent,
    Impact,
    ImportCalendar,
)
from engine.domain.market import Source
from engine.market.news import currencies_for
from gui.features.calendar.model.marks import EventMarks
from gui.features.calendar.model.table import CalendarTable
from gui.features.calendar.model.words import count_words, report_words
from gui.zones import DisplayZones, date_text

PERIODS: Final = {"Today": 1, "7 days": 7, "31 days": 31, "All": 0}
"""Days from today that are shown, 0 for everything."""
IMPACTS: Final = {"All impacts": Impact.LOW, "Medium and high": Impact.MEDIUM, "High": Impact.HIGH}
MY_CURRENCIES, ALL_CURRENCIES = "My symbols", "All currencies"
MAX_ROWS: Final = 1_000
"""Rows in the table: more are not built within a frame."""
NOTHING: Final = (
    "No economic calendar yet. Import a CSV or iCalendar file, drop one here, or run the service in MetaTrader 5."
)


class CalendarModel(QObject):
    """`changed` follows what is known and how it is shown, `announced` carries a sentence about a file.

    `place_asked` carries the time of an event that the user wants to see on the chart.
    `period`, `impact` and `is_of_symbols` choose the rows; `note` says what came of the last file, and whether it was
    `is_refused`.
    """

    changed = Signal()
    announced = Signal(str)
    place_asked = Signal(object)
    commanded = Signal(object)

    def __init__(
        self, now: Callable[[], datetime | None], zones: DisplayZones, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._now, self._zones, self._risk = now, zones, settings.risk_mitigation
        self._sources: tuple[Source, ...] = ()
        self._marks: dict[str, EventMarks] = {}
        self._is_stale = True
        self.calendar: Calendar = EMPTY_CALENDAR
        self.table = CalendarTable(self)
        self.is_visible = False
        self.period, self.impact, self.is_of_symbols = "7 days", "All impacts", True
        self.note, self.is_refused = "", False
        self._shown_day: tuple[tzinfo, object] | None = None
        zones.changed.connect(self._follow_zones)

    # -- what is known ------------------------------------------------------------------------------------------

    def on_changed(self, event: CalendarChanged) -> None:
        """Another calendar is in force."""
        self.calendar = event.calendar
        if event.report is not None:
            self.note, self.is_refused = report_words(event.report), False
            self.announced.emit(f"Economic calendar: {self.note}")
        self._show_everywhere()

    def on_refused(self, event: CalendarRefused) -> None:
        """A file was refused; the calendar stays."""
        self.note, self.is_refused = event.reason, True
        self.announced.emit(f"The economic calendar stays as it was: {event.reason}")
        self.changed.emit()

    def use_settings(self, settings: Settings) -> None:
        """Other currencies may count for a symbol."""
        if settings.risk_mitigation != self._risk:
            self._risk = settings.risk_mitigation
            self._show_everywhere()

    def open(self, sources: Sequence[Source]) -> None:
        """The symbols of a market that begins."""
        self._sources = tuple(sources)
        self._show_everywhere()

    def draw_on(self, symbol: str, marks: EventMarks) -> None:
        """Shows the news of a symbol's currencies on its charts."""
        self._marks[symbol] = marks
        self._mark(symbol)

    def _show_everywhere(self) -> None:
        for symbol in self._marks:
            self._mark(symbol)
        self._fill()

    def _mark(self, symbol: str) -> None:
        marks = self._marks[symbol]
        marks.zone = self._zones.of(symbol)
        source = next((each for each in self._sources if each.symbol == symbol), None)
        if source is not None:
            marks.show(self.calendar, currencies_for(symbol, source.instrument.stands_for, self._risk))

    def _follow_zones(self) -> None:
        for symbol, marks in self._marks.items():
            marks.zone = self._zones.of(symbol)
        self._fill()

    # -- what is shown ------------------------------------------------------------------------------------------

    @property
    def summary(self) -> str:
        """How many events are known, until when, and how many rows show them."""
        events = self.calendar.events
        if not events:
            return NOTHING
        last = events[-1].at
        words = f"{count_words(len(events), 'event')} until {date_text(last, self._zones.common)} {last.year}"
        shown = self.table.count
        return f"{words}, {shown:,} of them shown" if shown == MAX_ROWS else words

    def choose(self, *, period: str, impact: str, is_of_symbols: bool) -> None:
        """Shows other rows."""
        self.period, self.impact, self.is_of_symbols = period, impact, is_of_symbols
        self._fill()

    def set_visible(self, is_visible: bool) -> None:
        """The table follows only while it can be seen."""
        self.is_visible = is_visible
        if is_visible and self._is_stale:
            self._fill()
        self.refresh()

    def refresh(self) -> None:
        """Counts down, and begins a new day."""
        if not self.is_visible:
            return
        if self._today() != self._shown_day:
            self._fill()
        else:
            self.table.refresh(self._now())

    def _fill(self) -> None:
        self._is_stale = not self.is_visible
        if self.is_visible:
            self._shown_day = self._today()
            self.table.show(tuple(self._wanted()), self._zones.common, self._now())
        self.changed.emit()

    def _today(self) -> tuple[tzinfo, object]:
        now, zone = self._now(), self._zones.common
        return zone, None if now is None else now.astimezone(zone).date()

    def _wanted(self) -> Iterable[EconomicEvent]:
        now, zone, days = self._now(), self._zones.common, PERIODS[self.period]
        events: Iterable[EconomicEvent] = self.calendar.events
        if now is not None:
            midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
            until = midnight + timedelta(days=days) - timedelta(microseconds=1)
            events = self.calendar.between(midnight, until) if days else self._around(now)
        min_rank, codes = IMPACTS[self.impact].rank, self._currencies() if self.is_of_symbols else ()
        wanted = (event for event in events if event.impact.rank >= min_rank and event.concerns(codes))
        return islice(wanted, MAX_ROWS)

    def _around(self, now: datetime) -> Sequence[EconomicEvent]:
        """All events, or as many as there is room for, with half of the rows before now."""
        events = self.calendar.events
        if len(events) <= MAX_ROWS:
            return events
        return events[max(0, self.calendar.place_after(now) - MAX_ROWS // 2) :]

    def _currencies(self) -> tuple[str, ...]:
        """Of all symbols; none, which is all, if one of them has none."""
        of_each = [currencies_for(each.symbol, each.instrument.stands_for, self._risk) for each in self._sources]
        return tuple(code for codes in of_each for code in codes) if all(of_each) else ()

    def click(self, row: int) -> None:
        """The user wants to see where the news of a row are on the chart."""
        self.place_asked.emit(self.table.event_of(row).at)

    # -- what the user asks for ---------------------------------------------------------------------------------

    def import_files(self, paths: Iterable[str]) -> None:
        """Reads files into the calendar, one after the other."""
        for path in paths:
            self.commanded.emit(ImportCalendar(path))

    def clear(self) -> None:
        """Forgets all events."""
        self.note, self.is_refused = "", False
        self.commanded.emit(ClearCalendar())
