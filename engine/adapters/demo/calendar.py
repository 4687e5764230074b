"""The trading days of the demo market: numbered, each one unbroken stretch of minutes.

Holidays are left out: the demo market trades every weekday, bitcoin every day.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.domain.market import DayRoll

NEW_YORK = ZoneInfo("America/New_York")
FIRST_DATE = date(2026, 4, 14)
"""A Tuesday: two whole trading days lie before `OPENS_AT`, enough for every indicator and quick to read."""
OPENS_AT = datetime(2026, 4, 16, 13, 20, tzinfo=UTC)
"""A Thursday, 09:20 in New York and 14:20 in London: both are open, and the stock market is about to be."""

_WEEKDAYS = 5
_MONDAY = FIRST_DATE - timedelta(days=FIRST_DATE.weekday())
_GOLD_OPENS = time(18, 0, tzinfo=NEW_YORK)
_GOLD_REST = timedelta(hours=6)
"""From gold's opening at 18:00 New York to midnight."""


def minutes_in(roll: DayRoll) -> int:
    """Length of a trading day: gold rests from 17:00 to 18:00 New York, bitcoin never."""
    return 23 * 60 if roll is DayRoll.NEW_YORK_17 else 24 * 60


def date_of(number: int, roll: DayRoll) -> date:
    """The date that trading day `number` (from 0) is named after."""
    if roll is DayRoll.UTC_MIDNIGHT:
        return FIRST_DATE + timedelta(days=number)
    weeks, weekday = divmod(number + FIRST_DATE.weekday(), _WEEKDAYS)
    return _MONDAY + timedelta(weeks=weeks, days=weekday)


def opening(number: int, roll: DayRoll) -> datetime:
    """The first instant of trading day `number`, aware UTC."""
    day = date_of(number, roll)
    if roll is DayRoll.UTC_MIDNIGHT:
        return datetime.combine(day, time(tzinfo=UTC))
    return datetime.combine(day - timedelta(days=1), _GOLD_OPENS).astimezone(UTC)


def day_at(instant: datetime, roll: DayRoll) -> int:
    """Number of the latest trading day opened at or before `instant`; negative before the first."""
    if roll is DayRoll.UTC_MIDNIGHT:
        return (instant.astimezone(UTC).date() - FIRST_DATE).days
    local = instant.astimezone(NEW_YORK).replace(tzinfo=None) + _GOLD_REST
    weeks, weekday = divmod((local.date() - _MONDAY).days, 7)
    return weeks * _WEEKDAYS + min(weekday, _WEEKDAYS - 1) - FIRST_DATE.weekday()


def is_after_weekend(number: int, roll: DayRoll) -> bool:
    """Whether the market was closed for a weekend before trading day `number`."""
    return roll is DayRoll.NEW_YORK_17 and date_of(number, roll).weekday() == 0


def is_weekend(number: int, roll: DayRoll) -> bool:
    """Whether trading day `number` is a Saturday or a Sunday."""
    return date_of(number, roll).weekday() >= _WEEKDAYS


def new_york_minute(instant: datetime) -> int:
    """Minutes since Monday's midnight in New York."""
    local = instant.astimezone(NEW_YORK)
    return local.weekday() * 24 * 60 + local.hour * 60 + local.minute
