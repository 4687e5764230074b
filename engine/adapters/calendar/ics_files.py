"""Calendars as iCalendar files (RFC 5545): one event for each VEVENT; repetitions are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import tzinfo
from typing import Final, NamedTuple

from engine.adapters.calendar.fields import CODES, currency_of, impact_of, shortened
from engine.adapters.calendar.found import Found
from engine.adapters.calendar.times import DateOrder, UnreadableTime, calendar_time, zone_of
from engine.domain.calendar import EconomicEvent, Impact
from engine.errors import UnreadableCalendar

_LINE: Final = re.compile(r"([A-Za-z-]+)((?:;[A-Za-z-]+=(?:\"[^\"]*\"|[^;:\",]*)(?:,(?:\"[^\"]*\"|[^;:\",]*))*)*):(.*)")
_PARAMETER: Final = re.compile(r";([A-Za-z-]+)=(\"[^\"]*\"|[^;]*)")
_ZONE_OF_ALL: Final = re.compile(
    r"^X-WR-TIMEZONE(?:;[^:\r\n]{0,80})?:[ ]?([^\r\n]{1,80})\r?$", re.MULTILINE | re.IGNORECASE
)
"""What many programs write at the beginning: the zone of times that state none."""
_ESCAPED: Final = re.compile(r"\\([\\;,nN])")
_TIME: Final = re.compile(r"(\d{8})(?:T(\d{2})(\d{2})(\d{2})(Z?))?")
_CURRENCY_FIRST: Final = re.compile(r"[\[(]?([A-Z]{3})[\])]?\s*[-:|–]?\s+(.+)")
_COUNTRY_FIRST: Final = re.compile(r"([A-Za-z][A-Za-z .]{1,40}?)\s*[:|–]\s*(.+)")
_BY_PRIORITY: Final = {"1": Impact.HIGH, "2": Impact.HIGH, "3": Impact.HIGH, "4": Impact.HIGH, "5": Impact.MEDIUM}
_LAST_PRIORITY: Final = 9


class _Property(NamedTuple):
    line: int
    parameters: dict[str, str]
    value: str


_Properties = dict[str, _Property]


def read_ics(text: str, name: str, zone: tzinfo) -> Found:
    """The events of an iCalendar file; times of no zone are in `zone`. Raises `UnreadableCalendar`."""
    found = Found("iCalendar")
    stated = _ZONE_OF_ALL.search(text)
    of_all = None if stated is None else zone_of(stated[1])
    repeated = unrated = 0
    for line, properties in _events(text, name):
        if properties.get("STATUS", _NONE).value.strip().upper() == "CANCELLED":
            continue
        repeated += "RRULE" in properties or "RDATE" in properties
        unrated += _read_event(line, properties, of_all or zone, found, is_zone_stated=of_all is not None)
    if repeated:
        found.notes.append(f"Repetitions (RRULE) of {_events_in_words(repeated)} are left out; only the first counts.")
    if unrated:
        found.notes.append(f"{_events_in_words(unrated)} of no stated impact: taken as high.")
    return found


_NONE: Final = _Property(0, {}, "")


def _events_in_words(count: int) -> str:
    return "1 event" if count == 1 else f"{count} events"


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Whole lines with the number of their first: one that begins with a blank goes on with the one before."""
    begun, parts = 0, list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        if line[:1] in (" ", "\t") and parts:
            parts.append(line[1:])
            continue
        if parts:
            yield begun, "".join(parts)
        begun, parts = number, [line]
    if parts:
        yield begun, "".join(parts)


def _events(text: str, name: str) -> Iterator[tuple[int, _Properties]]:
    """The properties of each event; those of alarms within it are left out."""
    inside: list[str] = []
    begun, properties = 0, _Properties()
    for number, line in _unfolded(text):
        if (parsed := _LINE.fullmatch(line)) is None:
            continue
        key, value = parsed[1].upper(), parsed[3]
        if key == "BEGIN":
            inside.append(value.strip().upper())
            if inside[-1] == "VEVENT":
                begun, properties = number, {}
        elif key == "END":
            if not inside or inside.pop() != value.strip().upper():
                raise UnreadableCalendar(f"{name}: line {number}: {shortened(line)!r} ends what has not begun")
            if value.strip().upper() == "VEVENT":
                yield begun, properties
        elif inside and inside[-1] == "VEVENT":
            parameters = {each[1].upper(): each[2].strip('"') for each in _PARAMETER.finditer(parsed[2])}
            properties.setdefault(key, _Property(number, parameters, value))
    if inside:
        raise UnreadableCalendar(f"{name}: is cut off: {inside[-1]} does not end")


def _read_event(line: int, properties: _Properties, zone: tzinfo, found: Found, *, is_zone_stated: bool) -> bool:
    """Adds an event; whether it was added without a stated impact."""
    start = properties.get("DTSTART")
    title = _words(properties, "SUMMARY")
    if start is None or not title:
        found.refuse(line, "an event without DTSTART or SUMMARY")
        return False
    spelt = _TIME.fullmatch(start.value.strip())
    stated = start.parameters.get("TZID", "")
    own = zone_of(stated.lstrip("/")) if stated else None
    if spelt is None or (stated and own is None):
        fault = f"time {shortened(start.value)!r}" if spelt is None else f"time zone {shortened(stated)!r} is not known"
        found.refuse(start.line, fault)
        return False
    clock = f"{spelt[2]}:{spelt[3]}:{spelt[4]}{spelt[5]}" if spelt[2] else ""
    try:
        when = calendar_time(spelt[1], clock, DateOrder.DAY, own or zone)
    except UnreadableTime:
        found.refuse(start.line, f"time {shortened(start.value)!r}")
        return False
    impact = _impact(properties)
    currency, title = _currency(title, properties)
    event = EconomicEvent(
        at=when.at, currency=currency, impact=impact or Impact.HIGH, title=title, is_all_day=when.is_all_day
    )
    found.add(event, is_zone_stated=is_zone_stated or when.is_zone_stated or own is not None)
    return impact is None


def _words(properties: _Properties, key: str) -> str:
    value = properties.get(key, _NONE).value
    return shortened(_ESCAPED.sub(lambda each: " " if each[1] in "nN" else each[1], value))


def _impact(properties: _Properties) -> Impact | None:
    """By the categories, else by the priority: 1 to 4 is high, 5 medium, 6 to 9 low."""
    for category in _words(properties, "CATEGORIES").split(","):
        if category.strip() and (impact := impact_of(category)) is not None:
            return impact
    priority = properties.get("PRIORITY", _NONE).value.strip()
    if priority.isascii() and priority.isdigit() and 6 <= int(priority) <= _LAST_PRIORITY:
        return Impact.LOW
    return _BY_PRIORITY.get(priority)


def _currency(title: str, properties: _Properties) -> tuple[str, str]:
    """The currency that the title begins with, or that categories or place name, and the rest of the title.

    "" where none is named: the event then concerns every currency.
    """
    if (found := _CURRENCY_FIRST.fullmatch(title)) is not None and found[1] in CODES - _WORDS_TOO:
        return found[1], found[2]
    if (found := _COUNTRY_FIRST.fullmatch(title)) is not None and (code := currency_of("", found[1])):
        return code, found[2]
    for text in (*_words(properties, "CATEGORIES").split(","), _words(properties, "LOCATION")):
        if impact_of(text) is None and (code := currency_of("", text)):
            return code, title
    return "", title


_WORDS_TOO: Final = frozenset({"ANG", "BAM", "COP", "CUP", "GEL", "LAK", "MOP", "PEN", "SOS", "TOP"})
"""Codes of currencies that a title may begin with and mean something else."""
