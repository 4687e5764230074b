"""The table of news: those to come first, with the time that is left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import QObject

from engine.domain.calendar import EconomicEvent, Impact
from gui.features.calendar.model.words import EVERY_CURRENCY, countdown, event_words
from gui.features.trading.model.table import Cell, Column, RowTable, Tone
from gui.zones import date_text, day_minute_text, zone_title

TONES = {Impact.HIGH: Tone.FAILED, Impact.MEDIUM: Tone.WARNING, Impact.LOW: Tone.MUTED}
IMPACT_TITLES = {Impact.HIGH: "High", Impact.MEDIUM: "Medium", Impact.LOW: "Low"}
TIME, LEFT = 0, 1
COLUMNS = (
    Column("Time", "Scheduled time of the release", "Wed 28 Nov 13:30"),
    Column("In", "Time until the release", "23 h 59 min", is_number=True),
    Column("Currency", "Currency that the event affects", "USD"),
    Column("Impact", "Expected effect on prices", "Medium"),
    Column("Event", "Name of the event", "Harmonized Index of Consumer Prices (YoY)"),
    Column("Forecast", "Consensus forecast", "1,234.5K", is_number=True),
    Column("Previous", "Previous figure", "1,234.5K", is_number=True),
    Column("Actual", "The published figure", "1,234.5K", is_number=True),
)


class CalendarTable(RowTable):
    """One row for each event, the earliest on top; the countdown of the next one to come stands out."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, parent)
        self._events: tuple[EconomicEvent, ...] = ()
        self._zone: tzinfo = UTC
        self._next: datetime | None = None

    @property
    def next_row(self) -> int | None:
        """The row of the next news to come, as it is shown; None if there is none."""
        key = next((event.key for event in self._events if event.at == self._next and not event.is_all_day), None)
        return None if key is None or not self.is_shown(key) else self.row_of(key)

    def show(self, events: Sequence[EconomicEvent], zone: tzinfo, now: datetime | None) -> None:
        """Shows these events, which are in order of time, in a zone."""
        self._events, self._zone = tuple(events), zone
        self._next = self._find_next(now)
        self.retitle(TIME, f"Time ({zone_title(zone)})")
        self.replace([(event.key, self._cells_of(event, now)) for event in reversed(self._events)])

    def refresh(self, now: datetime | None) -> None:
        """Counts down."""
        self._next = self._find_next(now)
        for event in self._events:
            self.put_cell(event.key, TIME, self._time_of(event, now))
            self.put_cell(event.key, LEFT, self._left_of(event, now))

    def tip(self, row: int, column: int) -> str:
        return super().tip(row, column) if column == LEFT else event_words(self.event_of(row), self._zone)

    def event_of(self, row: int) -> EconomicEvent:
        """The event of a row."""
        key = self.key(row)
        return next(event for event in self._events if event.key == key)

    def _find_next(self, now: datetime | None) -> datetime | None:
        if now is None:
            return None
        return next((event.at for event in self._events if event.at > now and not event.is_all_day), None)

    def _cells_of(self, event: EconomicEvent, now: datetime | None) -> list[Cell]:
        tone = TONES[event.impact]
        return [
            self._time_of(event, now),
            self._left_of(event, now),
            Cell(event.currency or EVERY_CURRENCY),
            Cell(IMPACT_TITLES[event.impact], tone, float(event.impact.rank)),
            Cell(event.title),
            Cell(event.forecast),
            Cell(event.previous),
            Cell(event.actual),
        ]

    def _time_of(self, event: EconomicEvent, now: datetime | None) -> Cell:
        """What is over is muted."""
        is_over = now is not None and event.at <= now
        words = f"{date_text(event.at, UTC)}, all day" if event.is_all_day else day_minute_text(event.at, self._zone)
        return Cell(words, Tone.MUTED if is_over or event.is_all_day else Tone.PLAIN, event.at.timestamp())

    def _left_of(self, event: EconomicEvent, now: datetime | None) -> Cell:
        left = None if now is None else (event.at - now).total_seconds()
        return Cell(countdown(event, now), Tone.PASSED if event.at == self._next else Tone.MUTED, left)
