"""The economic calendar as values: scheduled news, what is known of them, and times around them without entries."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final, Self

import msgspec

_DAY: Final = timedelta(days=1)
_NO_HOLE: Final = timedelta(days=5)
"""Less than a week that was left out, counted from its Saturday or Sunday to the next Sunday."""
_MINUTE: Final = timedelta(minutes=1)
_FRIDAY, _SATURDAY = 4, 5
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""No calendar has news before or after; a slip of a year must not pass for a calendar that reaches so far."""


class Impact(StrEnum):
    """How far news are expected to move the market."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """0 for low, 2 for high."""
        return _RANKS[self]


_RANKS: Final = {Impact.LOW: 0, Impact.MEDIUM: 1, Impact.HIGH: 2}


class EconomicEvent(msgspec.Struct, frozen=True, kw_only=True):
    """News that are scheduled for `at` (aware UTC), the beginning of the day where they have no time (`is_all_day`).

    `currency` is an ISO 4217 code, empty where they concern every currency; `country` as the source writes it.
    Figures are texts as published, empty where there are none.
    """

    at: datetime
    currency: str
    impact: Impact
    title: str
    country: str = ""
    forecast: str = ""
    previous: str = ""
    actual: str = ""
    is_all_day: bool = False

    @property
    def key(self) -> tuple[datetime, str, str]:
        """Two events with the same key are one."""
        return self.at, self.currency, self.title.casefold()

    @property
    def name(self) -> str:
        """Currency and title, such as "USD CPI m/m"."""
        return f"{self.currency} {self.title}".strip()

    def concerns(self, currencies: Collection[str]) -> bool:
        """Whether it matters to one of these currencies; to any market where none is named."""
        return not self.currency or not currencies or self.currency in currencies


class NewsBlackout(msgspec.Struct, frozen=True, kw_only=True):
    """No entries from `begins_at` to `ends_at`, both included, because of an event."""

    event: EconomicEvent
    begins_at: datetime
    ends_at: datetime

    def words(self, now: datetime) -> str:
        """The event, how far it is away, and how long nothing is entered yet, for the user: true in any time zone."""
        left = -(-(self.ends_at - now) // _MINUTE)
        return f"{self.event.name} {_distance(self.event.at - now)}: no entries for {left} min"


class Covered(msgspec.Struct, frozen=True):
    """The news about a currency are known from `begins_at` to before `ends_at`."""

    currency: str
    begins_at: datetime
    ends_at: datetime


class Calendar(msgspec.Struct, frozen=True):
    """All known events in order of time, made by `of`; the currencies that they are about, and for which times, by
    currency and time."""

    events: tuple[EconomicEvent, ...] = ()
    currencies: frozenset[str] = frozenset()
    covered: tuple[Covered, ...] = ()

    @classmethod
    def of(cls, events: Iterable[EconomicEvent], covered: Iterable[Covered] | None = None) -> Self:
        """Events in any order; of those with one key the last one counts. By default they cover all times between the
        first and the last."""
        unique = {event.key: event for event in events}
        ordered = tuple(sorted(unique.values(), key=_order))
        currencies = frozenset(event.currency for event in ordered)
        return cls(ordered, currencies, _joined(_cover(ordered) if covered is None else covered))

    def between(self, first: datetime, last: datetime) -> tuple[EconomicEvent, ...]:
        """Events from `first` to `last`, both included."""
        begin = bisect_left(self.events, first, key=_at)
        return self.events[begin : bisect_right(self.events, last, lo=begin, key=_at)]

    def place_after(self, instant: datetime) -> int:
        """The place of the first event later than `instant`."""
        return bisect_right(self.events, instant, key=_at)

    @property
    def begins_at(self) -> datetime | None:
        """Midnight (UTC) before the first event; None without events."""
        return _midnight(self.events[0].at) if self.events else None

    @property
    def ends_at(self) -> datetime | None:
        """Midnight (UTC) after the last event, over the weekend where that is on a Friday; None without events."""
        return _end_after(self.events[-1].at) if self.events else None

    def gap_at(self, now: datetime, currencies: Collection[str]) -> str:
        """Why news about these currencies are unknown at `now`, as a clause; empty where they are known."""
        if self.begins_at is None or self.ends_at is None:
            return "no economic calendar is loaded: no news is known"
        if now < self.begins_at:
            return f"the calendar begins on {_day(self.events[0].at)}: no news is known before it"
        if now >= self.ends_at:
            return f"the calendar ends on {_day(self.events[-1].at)}: no news is known after it"
        missing = sorted(code for code in currencies if code not in self.currencies)
        if missing:
            return f"the calendar has no {' and no '.join(missing)} news"
        return next(filter(None, (self._hole_at(now, code) for code in sorted(currencies) or ("",))), "")

    def known_until(self, now: datetime) -> datetime | None:
        """When the times end for which news are known at `now`; where they are not, when the last ones end."""
        here = (each.ends_at for each in self.covered if each.begins_at <= now < each.ends_at)
        return max(here, default=self.ends_at)

    def _hole_at(self, now: datetime, currency: str) -> str:
        """Between which files the news about a currency are not known at `now`; those of any currency if it is ""."""
        spans = [each for each in self.covered if currency in ("", each.currency)]
        if any(each.begins_at <= now < each.ends_at for each in spans):
            return ""
        before = max((each.ends_at for each in spans if each.ends_at <= now), default=None)
        after = min((each.begins_at for each in spans if each.begins_at > now), default=None)
        since = "" if before is None else f" from {_day(before)}"
        until = "" if after is None else f" to {_day(after)}"
        return f"the calendar has no {f'{currency} ' if currency else ''}news{since}{until}"


EMPTY_CALENDAR: Final = Calendar()


def merged(known: Calendar, new: tuple[EconomicEvent, ...]) -> Calendar:
    """`known` with `new` events in place of those of the same days (UTC), currencies and impacts.

    So a rescheduled event does not stand twice, and a file of some currencies or impacts leaves all others alone.
    """
    if not new:
        return known
    first, last = min(map(_at, new)), max(map(_at, new))
    begin, end = _midnight(first), _midnight(last) + _DAY
    kinds = {(event.currency, event.impact) for event in new}
    kept = [
        event
        for event in known.events
        if not begin <= event.at < end or (event.currency, event.impact) not in kinds
    ]  # fmt: skip
    return Calendar.of((*kept, *new), (*known.covered, *_cover(sorted(new, key=_order))))


def _cover(events: Sequence[EconomicEvent]) -> list[Covered]:
    """The times that a file of these events, in order, is about, for each of its currencies."""
    if not events:
        return []
    begins_at, ends_at = _midnight(events[0].at), _end_after(events[-1].at)
    return [Covered(code, begins_at, ends_at) for code in {event.currency for event in events}]


def _joined(covered: Iterable[Covered]) -> tuple[Covered, ...]:
    """One for each time without a hole. Files of weeks whose first and last days have no news leave none."""
    joined: list[Covered] = []
    for each in sorted(covered, key=lambda one: (one.currency, one.begins_at)):
        last = joined[-1] if joined else None
        if last is not None and last.currency == each.currency and each.begins_at - last.ends_at <= _NO_HOLE:
            joined[-1] = Covered(each.currency, last.begins_at, max(last.ends_at, each.ends_at))
        else:
            joined.append(each)
    return tuple(joined)


def _at(event: EconomicEvent) -> datetime:
    return event.at


def _order(event: EconomicEvent) -> tuple[datetime, int, str, str]:
    return event.at, -event.impact.rank, event.currency, event.title


def _end_after(last: datetime) -> datetime:
    """Midnight after it, over the weekend where it is on a Friday."""
    day = _midnight(last)
    return day + {_FRIDAY: 3, _SATURDAY: 2}.get(day.weekday(), 1) * _DAY


def _midnight(instant: datetime) -> datetime:
    return datetime.combine(instant.astimezone(UTC).date(), time(), UTC)


def _day(instant: datetime) -> str:
    return f"{instant.day} {instant:%b %Y}"


def _distance(left: timedelta) -> str:
    minutes = abs(left) // _MINUTE
    if not minutes:
        return "now"
    return f"in {minutes} min" if left > timedelta() else f"{minutes} min ago"


# -- what is announced and asked for -----------------------------------------------------------------------------------


class CalendarReport(msgspec.Struct, frozen=True, kw_only=True):
    """What came of reading a file: `source` is its name, `format` what it was recognised as, `zone` its times' zone in
    words.

    `faults` names the first lines that were left out, of `faulty` in all; `notes` are further words to the user.
    """

    source: str
    format: str
    events: int
    zone: str
    faulty: int = 0
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class CalendarChanged(msgspec.Struct, frozen=True, gc=False):
    """The calendar from now on; with `report` where a file was read."""

    calendar: Calendar
    report: CalendarReport | None = None


class CalendarRefused(msgspec.Struct, frozen=True, gc=False):
    """A file could not be used, and why; the calendar stays as it was."""

    reason: str


class EventAhead(msgspec.Struct, frozen=True, gc=False):
    """News are close; announced once for each event. `at` is the market's time."""

    event: EconomicEvent
    at: datetime


CalendarEvent = CalendarChanged | CalendarRefused | EventAhead


class ImportCalendar(msgspec.Struct, frozen=True):
    """Read the events of a file into the calendar."""

    path: str


class ClearCalendar(msgspec.Struct, frozen=True):
    """Forget all events."""


CalendarCommand = ImportCalendar | ClearCalendar
