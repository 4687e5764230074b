"""Reads a file of economic events, whatever its format."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from config.atomic_file import reason_of
from config.plain_file import open_plain
from engine.adapters.calendar.csv_files import read_csv
from engine.adapters.calendar.fields import shortened
from engine.adapters.calendar.found import MAX_EVENTS
from engine.adapters.calendar.ics_files import read_ics
from engine.adapters.calendar.times import zone_of
from engine.domain.calendar import CalendarReport, EconomicEvent
from engine.errors import UnreadableCalendar

MAX_BYTES: Final = 16 * 2**20


class CalendarFile(NamedTuple):
    """The events of a file, and what to say about it."""

    events: tuple[EconomicEvent, ...]
    report: CalendarReport


def read_calendar(path: Path, assumed_zone: str) -> CalendarFile:
    """Read a file; times whose zone it does not state are in `assumed_zone` (IANA). Not for the event loop.

    Lines that cannot be read are counted and left out. Raises `UnreadableCalendar` if nothing is left.
    """
    return parsed(_content(path), path.name, assumed_zone)


def parsed(content: bytes, name: str, assumed_zone: str) -> CalendarFile:
    """The same of a file's content."""
    text = _text(content)
    zone = zone_of(assumed_zone)
    if zone is None:
        raise UnreadableCalendar(f"{name}: {assumed_zone!r} is no time zone; set one under Economic calendar")
    reader = read_ics if text.lstrip()[:15].upper() == "BEGIN:VCALENDAR" else read_csv
    found = reader(text, name, zone)
    if not found.events:
        fault = f"none of {found.faulty} lines can be read; {found.faults[0]}" if found.faults else "holds no events"
        raise UnreadableCalendar(f"{name}: {fault}")
    if len(found.events) > MAX_EVENTS:
        raise UnreadableCalendar(f"{name}: holds {len(found.events)} events, max {MAX_EVENTS}")
    words = f"assumed {assumed_zone}" if found.is_zone_assumed else found.zone or "as stated with each time"
    report = CalendarReport(
        source=shortened(name),
        format=found.format,
        events=len(found.events),
        zone=words,
        faulty=found.faulty,
        faults=found.faults,
        notes=tuple(found.notes),
    )
    return CalendarFile(tuple(found.events), report)


def _content(path: Path) -> bytes:
    try:
        with open(path, "rb", opener=open_plain) as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableCalendar(f"{path.name}: {reason_of(error)}") from error
    if len(content) > MAX_BYTES:
        raise UnreadableCalendar(f"{path.name}: is larger than {MAX_BYTES // 2**20} MB, the maximum for a calendar")
    return content


def _text(content: bytes) -> str:
    """By its byte order mark, else as UTF-8, else as Windows writes it."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
