"""Times as calendars spell them: dates in numbers or with months in words, 12 or 24 hours, "All Day"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import Enum
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from engine.domain.calendar import EARLIEST, LATEST

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO: Final = re.compile(r"(\d{4})([-./])(\d{1,2})\2(\d{1,2})|(\d{4})(\d{2})(\d{2})")
_NUMERIC: Final = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4})")
_WORDED: Final = (
    re.compile(r"(?P<y>\d{4}),?\s+(?P<m>[a-z]{3,9})\.?\s+(?P<d>\d{1,2})", re.IGNORECASE),
    re.compile(r"(?P<m>[a-z]{3,9})\.?\s+(?P<d>\d{1,2}),?\s+(?P<y>\d{4})", re.IGNORECASE),
    re.compile(r"(?P<d>\d{1,2})[-\s](?P<m>[a-z]{3,9})\.?[-,\s]\s*(?P<y>\d{4})", re.IGNORECASE),
)
_WEEKDAY: Final = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", re.IGNORECASE)
_CLOCK: Final = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([ap]m)?\s*(z|(?:utc|gmt)?\s*[+-]\d{1,2}(?::?\d{2})?|utc|gmt)?",
    re.IGNORECASE,
)
_NO_TIME: Final = re.compile(r"|all[ -]?day|tentative|day \d+|holiday|data|n/?a|-+|—", re.IGNORECASE)
_OFFSET: Final = re.compile(r"(?:utc|gmt)?\s*([+-])(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)
_ZONE_NAMES: Final = {"et": "America/New_York", "new york": "America/New_York", "london": "Europe/London"}
MAX_OFFSET: Final = timedelta(hours=15)
MAX_LENGTH: Final = 80
"""Characters of a date, a time or a zone. Patterns take far too long for a cell of a million blanks, and meanwhile
nothing else runs."""


class DateOrder(Enum):
    """What comes first in a date such as 02/03/2026."""

    DAY = "day"
    MONTH = "month"


class UnreadableTime(ValueError):
    """A text that is no date or time; its message is the text."""


class CalendarTime(NamedTuple):
    """An instant (aware UTC), whether only its day is known, and whether its zone was stated with it."""

    at: datetime
    is_all_day: bool
    is_zone_stated: bool


def zone_of(words: str) -> tzinfo | None:
    """The zone that a text names: UTC, GMT+2, +02:00, ET or an IANA name; None if it names none."""
    text = words.strip()
    if len(text) > MAX_LENGTH:
        return None
    if text.casefold() in ("utc", "gmt", "z"):
        return UTC
    if (offset := _OFFSET.fullmatch(text)) is not None:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        ahead = timedelta(minutes=minutes if offset[1] == "+" else -minutes)
        return timezone(ahead) if abs(ahead) < MAX_OFFSET else None
    name = _ZONE_NAMES.get(text.casefold(), text)
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def order_of(dates: Iterable[str]) -> DateOrder | None:
    """Whether dates begin with the day or the month, as the numbers above 12 show; None if none does.

    Raises `UnreadableTime` if some show the one and some the other.
    """
    shown: dict[DateOrder, str] = {}
    for text in dates:
        if (found := _NUMERIC.match(text)) is not None:
            if int(found[1]) > 12:
                shown[DateOrder.DAY] = found[0]
            elif int(found[3]) > 12:
                shown[DateOrder.MONTH] = found[0]
    if len(shown) > 1:
        raise UnreadableTime(f"{shown[DateOrder.DAY]} begins with the day and {shown[DateOrder.MONTH]} with the month")
    return next(iter(shown), None)


def is_numeric(text: str) -> bool:
    """Whether only the order says what is the day and what the month."""
    return (found := _NUMERIC.match(text.strip())) is not None and found[2] != "."


def calendar_time(day_text: str, time_text: str, order: DateOrder, zone: tzinfo) -> CalendarTime:
    """The instant of a date and a time of day; `time_text` may be empty where the date has both.

    A stated offset takes the place of `zone`. Raises `UnreadableTime`, also where no calendar reaches.
    """
    if (longest := max(day_text, time_text, key=len)) and len(longest) > MAX_LENGTH:
        raise UnreadableTime(longest[: 2 * MAX_LENGTH])
    day, rest = _date(_WEEKDAY.sub("", day_text.strip(), count=1), order)
    own, beside = rest.strip(" ,T"), time_text.strip()
    spelt = own if not beside or (own and _NO_TIME.fullmatch(beside)) else beside
    if _NO_TIME.fullmatch(spelt):
        return CalendarTime(_utc(datetime.combine(day, time(), UTC), day_text), is_all_day=True, is_zone_stated=True)
    clock, stated = _clock(spelt)
    at = _utc(datetime.combine(day, clock, stated or zone), f"{day_text} {time_text}")
    return CalendarTime(at, is_all_day=False, is_zone_stated=stated is not None)


def _date(text: str, order: DateOrder) -> tuple[date, str]:
    """The date at the beginning of a text, and what follows."""
    try:
        if (found := _ISO.match(text)) is not None:
            parts = (found[1], found[3], found[4]) if found[1] else (found[5], found[6], found[7])
            return date(*map(int, parts)), text[found.end() :]
        if (found := _NUMERIC.match(text)) is not None:
            first, second, year = int(found[1]), int(found[3]), int(found[4])
            is_day_first = order is DateOrder.DAY or found[2] == "."
            day, month = (first, second) if is_day_first else (second, first)
            return date(year, month, day), text[found.end() :]
        for worded in _WORDED:
            if (found := worded.match(text)) is not None and (name := found["m"][:3].lower()) in _MONTHS:
                return date(int(found["y"]), _MONTHS.index(name) + 1, int(found["d"])), text[found.end() :]
    except ValueError:
        pass
    raise UnreadableTime(text)


def _clock(text: str) -> tuple[time, tzinfo | None]:
    """The time of day, and the zone that is stated with it."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise UnreadableTime(text)
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4]:
        if not 1 <= hour <= 12:
            raise UnreadableTime(text)
        hour = hour % 12 + (12 if found[4].lower() == "pm" else 0)
    zone = zone_of(found[5]) if found[5] else None
    if found[5] and zone is None:
        raise UnreadableTime(text)
    try:
        return time(hour, minute, second), zone
    except ValueError:
        raise UnreadableTime(text) from None


def _utc(local: datetime, text: str) -> datetime:
    try:
        at = local.astimezone(UTC)
    except (OverflowError, ValueError):
        raise UnreadableTime(text) from None
    if not EARLIEST <= at < LATEST:
        raise UnreadableTime(text)
    return at
