"""Time zones that the standard library does not name: local time, a zone read with an offset, a source's clock."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
_OFFSET = re.compile(r"(?:UTC|GMT)(?:([+-])(\d{1,2})(?::?(\d\d))?)?", re.IGNORECASE)
_AHEAD = re.compile(r"New York ([+-]) (\d{1,2}) h")
_REMARK = re.compile(r"\s*\(.*\)$")
_ZERO = timedelta(0)


class ShiftedZone(tzinfo):
    """The clock of `zone` read `ahead`; it is set forward and back when that one is."""

    def __init__(self, zone: tzinfo, ahead: timedelta) -> None:
        self._zone, self._ahead = zone, ahead

    def fromutc(self, at: datetime) -> datetime:
        local = self._zone.fromutc(at.replace(tzinfo=self._zone))
        return (local + self._ahead).replace(tzinfo=self, fold=local.fold)  # sums forget which of two equal hours it is

    def utcoffset(self, at: datetime | None) -> timedelta:
        return (self._zone.utcoffset(self._behind(at)) or _ZERO) + self._ahead

    def dst(self, at: datetime | None) -> timedelta | None:
        return self._zone.dst(self._behind(at))

    def tzname(self, at: datetime | None) -> str:
        return offset_name(self.utcoffset(at))

    def _behind(self, at: datetime | None) -> datetime | None:
        return None if at is None else (at.replace(tzinfo=self._zone) - self._ahead).replace(fold=at.fold)


class LocalZone(tzinfo):
    """The zone that this machine is set to, with its summer time."""

    def fromutc(self, at: datetime) -> datetime:
        return at.replace(tzinfo=UTC).astimezone().replace(tzinfo=self)

    def utcoffset(self, at: datetime | None) -> timedelta:
        return _ZERO if at is None else at.replace(tzinfo=None).astimezone().utcoffset() or _ZERO

    def dst(self, _at: datetime | None) -> timedelta | None:
        return None

    def tzname(self, at: datetime | None) -> str:
        """Short, such as `CET`; on systems that spell zones out, the offset."""
        name = "UTC" if at is None else at.replace(tzinfo=None).astimezone().tzname() or ""
        return name if name.isalpha() and len(name) <= 5 else offset_name(self.utcoffset(at))


def zone_of_clock(words: str) -> tzinfo | None:
    """The zone that a source's clock is shown in: `UTC+3`, `New York + 7 h`, `Europe/Athens`; None where it is not one.

    What stands in brackets behind it does not matter.
    """
    words = _REMARK.sub("", words)
    if ahead := _AHEAD.fullmatch(words):
        return ShiftedZone(NEW_YORK, _signed(ahead[1], timedelta(hours=int(ahead[2]))))
    if offset := _OFFSET.fullmatch(words):
        span = timedelta(hours=int(offset[2] or 0), minutes=int(offset[3] or 0))
        return timezone(_signed(offset[1], span)) if span < timedelta(days=1) else None
    try:
        return ZoneInfo(words)
    except (LookupError, ValueError, OSError):
        return None


def _signed(sign: str, span: timedelta) -> timedelta:
    return -span if sign == "-" else span


def offset_name(offset: timedelta) -> str:
    """`UTC`, `UTC+03`, `UTC-03:30`."""
    minutes = offset // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    if not minutes:
        return "UTC"
    return f"UTC{'-' if minutes < 0 else '+'}{hours:02}{f':{rest:02}' if rest else ''}"
