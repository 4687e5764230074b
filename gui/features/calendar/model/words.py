"""News in words."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from engine.domain.calendar import CalendarReport, EconomicEvent
from gui.zones import day_minute_text, zone_name

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVERY_CURRENCY = "All"


def event_words(event: EconomicEvent, zone: tzinfo) -> str:
    """One event in a line: `Fri 4 Dec 13:30 UTC · USD CPI m/m · high impact · forecast 0.3%, previous 0.2%`."""
    time = f"{day_minute_text(event.at, zone)} {zone_name(zone, event.at)}"
    figures = (("actual", event.actual), ("forecast", event.forecast), ("previous", event.previous))
    known = ", ".join(f"{name} {figure}" for name, figure in figures if figure)
    return " · ".join(part for part in (time, event.name, f"{event.impact.value} impact", known) if part)


def span_words(left: timedelta) -> str:
    """How long it is until something, to the minute, and to the second in the last one: `2 d 3 h`, `5 min`, `42 s`."""
    if left >= _DAY:
        return f"{left // _DAY} d {left % _DAY // _HOUR} h"
    if left >= _HOUR:
        return f"{left // _HOUR} h {left % _HOUR // _MINUTE} min"
    return f"{left // _MINUTE} min" if left >= _MINUTE else f"{left // timedelta(seconds=1)} s"


def countdown(event: EconomicEvent, now: datetime | None) -> str:
    """The time left until an event; nothing where it is over, or has no time of day."""
    if now is None or event.is_all_day or event.at <= now:
        return ""
    return span_words(event.at - now)


def report_words(report: CalendarReport) -> str:
    """What was read of a file."""
    zone = f"times {report.zone}" if report.zone.startswith(("as ", "assumed ")) else f"times in {report.zone}"
    parts = [f"{report.source}: {report.format}, {count_words(report.events, 'event')}, {zone}"]
    if report.faulty:
        parts.append(f"{count_words(report.faulty, 'line')} skipped ({report.faults[0]})")
    return ". ".join((*parts, *(note.rstrip(".") for note in report.notes)))


def count_words(count: int, noun: str) -> str:
    """`1 event`, `1,204 events`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
