"""Which trading session and which trading day an instant belongs to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from config.indicators import SessionHours, SessionsSettings
from engine.domain.market import DayRoll, Session, minute_of

NEW_YORK: Final = ZoneInfo("America/New_York")
LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)
MINUTES_A_DAY: Final = 24 * 60


class SessionCalendar:
    """Sessions and trading days of one instrument, true to the summer time of each exchange.

    Instants are aware; a naive one raises TypeError. Asking in order of time is cheap: an answer is kept together
    with the instant until which it holds.
    """

    def __init__(self, settings: SessionsSettings, day_roll: DayRoll) -> None:
        self._hours = {
            Session.ASIA: _Hours(settings.asia),
            Session.LONDON: _Hours(settings.london),
            Session.NEW_YORK: _Hours(settings.new_york),
            Session.POST_NY: _Hours(settings.post_ny),
        }
        self._day_roll = day_roll
        self._session = Session.OFF
        self._session_from = self._session_until = LONG_AGO
        self._day = date.min
        self._day_from = self._day_until = LONG_AGO

    def session(self, instant: datetime) -> Session:
        """Where hours meet: overlap (London and New York both open), London, New York, after New York, Asia."""
        if not self._session_from <= instant < self._session_until:
            self._session_from = instant.astimezone(UTC)
            self._session = self._session_at(self._session_from)
            self._session_until = min(hours.unchanged_until(self._session_from) for hours in self._hours.values())
        return self._session

    def trading_day(self, instant: datetime) -> date:
        """The date on which the day of `instant` ends: Sunday evening in New York is gold's Monday."""
        if not self._day_from <= instant < self._day_until:
            self._day, self._day_from, self._day_until = self._day_at(instant)
        return self._day

    def unchanged_until(self, instant: datetime) -> datetime:
        """Until when session and trading day surely stay what they are at `instant`."""
        self.session(instant)
        self.trading_day(instant)
        return min(self._session_until, self._day_until)

    def _session_at(self, instant: datetime) -> Session:
        is_open = {session: hours.is_open(instant) for session, hours in self._hours.items()}
        if is_open[Session.LONDON] and is_open[Session.NEW_YORK]:
            return Session.OVERLAP
        by_precedence = (Session.LONDON, Session.NEW_YORK, Session.POST_NY, Session.ASIA)
        return next((session for session in by_precedence if is_open[session]), Session.OFF)

    def _day_at(self, instant: datetime) -> tuple[date, datetime, datetime]:
        if self._day_roll is DayRoll.UTC_MIDNIGHT:
            day = instant.astimezone(UTC).date()
            start = datetime(day.year, day.month, day.day, tzinfo=UTC)
            return day, start, start + timedelta(days=1)
        local = instant.astimezone(NEW_YORK)
        day = local.date() + timedelta(days=1 if local.hour >= 17 else 0)
        return day, _roll_in_new_york(day - timedelta(days=1)), _roll_in_new_york(day)


class _Hours:
    """The opening hours of one session, in minutes of the local day."""

    def __init__(self, settings: SessionHours) -> None:
        self._zone = ZoneInfo(settings.zone)
        self._opens = _minute_of_day(settings.opens)
        self._closes = _minute_of_day(settings.closes)

    def is_open(self, instant: datetime) -> bool:
        """Whether the local clock at `instant` is within the hours; the closing minute is not."""
        minute = self._local_minute(instant)
        if self._opens < self._closes:
            return self._opens <= minute < self._closes
        return minute >= self._opens or minute < self._closes

    def unchanged_until(self, instant: datetime) -> datetime:
        """UTC instant of the next opening or closing; the end of this minute where the clocks are set before it."""
        minute = self._local_minute(instant)
        waits = [(at - minute - 1) % MINUTES_A_DAY + 1 for at in (self._opens, self._closes)]
        this_minute = minute_of(instant)
        change = this_minute + min(waits) * MINUTE
        is_steady = change.astimezone(self._zone).utcoffset() == instant.astimezone(self._zone).utcoffset()
        return change if is_steady else this_minute + MINUTE

    def _local_minute(self, instant: datetime) -> int:
        local = instant.astimezone(self._zone)
        return local.hour * 60 + local.minute


def _minute_of_day(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def _roll_in_new_york(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 17, tzinfo=NEW_YORK).astimezone(UTC)
