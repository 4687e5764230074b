"""News on the time axis of a chart."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, tzinfo
from itertools import groupby
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from engine.domain.calendar import EMPTY_CALENDAR, Calendar, EconomicEvent
from gui.features.calendar.model.words import event_words
from gui.features.chart.model.candle_columns import seconds_of


class EventMark(NamedTuple):
    """News at an instant, in seconds since 1970 UTC; `rank` is of their highest impact, 0 for low to 2 for high."""

    at_s: int
    rank: int
    events: tuple[EconomicEvent, ...]


class EventMarks(QObject):
    """The news of the currencies of one symbol that have a time, by their instants."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._calendar: Calendar = EMPTY_CALENDAR
        self._currencies: tuple[str, ...] = ()
        self.zone: tzinfo = UTC

    def show(self, calendar: Calendar, currencies: Collection[str]) -> None:
        """The news of a calendar that concern these currencies, of all if none is named."""
        if calendar is not self._calendar or tuple(currencies) != self._currencies:
            self._calendar, self._currencies = calendar, tuple(currencies)
            self.changed.emit()

    def between(self, first_s: int, last_s: int) -> tuple[EventMark, ...]:
        """The marks from one instant to another, both included, earliest first."""
        events = self._calendar.between(_instant(first_s), _instant(last_s))
        wanted = (event for event in events if not event.is_all_day and event.concerns(self._currencies))
        return tuple(_mark(at, tuple(at_once)) for at, at_once in groupby(wanted, key=lambda event: event.at))

    def words_of(self, mark: EventMark) -> str:
        """All about the news of a mark, a line for each."""
        return "\n".join(event_words(event, self.zone) for event in mark.events)


def _mark(at: datetime, events: tuple[EconomicEvent, ...]) -> EventMark:
    return EventMark(seconds_of(at), max(event.impact.rank for event in events), events)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
