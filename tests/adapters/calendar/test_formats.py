"""What each maker's calendar means."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import resources
from engine.adapters.calendar.fields import impact_of
from engine.adapters.calendar.keeper import TERMINAL_FILE
from engine.adapters.calendar.reading import CalendarFile, parsed, read_calendar
from engine.domain.calendar import Impact
from tests.adapters.calendar.samples import (
    EVERY,
    FOREX_FACTORY,
    FXSTREET,
    FXSTREET_ISO,
    ICALENDAR,
    INVESTING,
    INVESTING_STARS,
    MYFXBOOK,
    TERMINAL,
)

HIGH, MEDIUM, LOW = Impact.HIGH, Impact.MEDIUM, Impact.LOW
Row = tuple[str, str, Impact, str]


def read(text: str, zone: str = "UTC") -> CalendarFile:
    return parsed(text.encode(), "news.csv", zone)


def rows(text: str, zone: str = "UTC") -> list[Row]:
    """Time, currency, impact and title of each event; a day alone where no time is known."""
    return [
        (f"{each.at:%m-%d}" if each.is_all_day else f"{each.at:%m-%d %H:%M}", each.currency, each.impact, each.title)
        for each in read(text, zone).events
    ]


def test_that_times_of_forex_factory_have_twelve_hours_and_dates_begin_with_the_month() -> None:
    assert rows(FOREX_FACTORY) == [
        ("07-27 08:00", "EUR", LOW, "German ifo Business Climate"),
        ("07-28", "", MEDIUM, "OPEC-JMMC Meetings"),
        ("07-28", "JPY", LOW, "Bank Holiday"),
        ("07-29", "JPY", HIGH, "BOJ Policy Rate"),
        ("07-29 18:00", "USD", HIGH, "FOMC Statement"),
        ("07-30 12:30", "USD", HIGH, "Core PCE Price Index, m/m"),
    ]
    core = read(FOREX_FACTORY).events[-1]
    assert (core.forecast, core.previous, core.actual) == ("0.3%", "0.2%", "")


def test_that_dates_of_fxstreet_begin_with_the_month_or_are_iso_with_an_offset() -> None:
    assert rows(FXSTREET) == [
        ("02-05 13:30", "USD", HIGH, "Nonfarm Payrolls"),
        ("02-05 13:30", "USD", MEDIUM, "Unemployment Rate"),
        ("02-09 09:00", "USD", LOW, "Fed's Bowman speech"),
        ("02-10 00:00", "EUR", LOW, "Carnival"),
    ]
    assert rows(FXSTREET_ISO, "Asia/Tokyo")[1] == ("02-06 08:00", "EUR", LOW, "Industrial Production")
    assert read(FXSTREET_ISO).report.zone == "as stated with each time"


def test_that_dates_of_investing_begin_with_the_day_and_volatility_is_impact() -> None:
    assert rows(INVESTING) == [
        ("02-04", "AUD", LOW, "Australia Day"),
        ("02-05 13:30", "USD", HIGH, "Nonfarm Payrolls"),
        ("02-05 15:00", "USD", MEDIUM, "ISM PMI"),
        ("02-06 07:00", "EUR", LOW, "Trade Balance"),
    ]
    assert rows(INVESTING_STARS) == rows(INVESTING)[1:]


def test_that_months_of_myfxbook_are_words_and_its_consensus_is_the_forecast() -> None:
    assert [row[:3] for row in rows(MYFXBOOK)] == [
        ("02-05 13:30", "USD", HIGH),
        ("02-06 07:00", "EUR", LOW),
        ("02-06 09:00", "EUR", MEDIUM),
    ]
    trade = read(MYFXBOOK).events[1]
    assert (trade.forecast, trade.previous, trade.actual) == ("11.0B", "10.9B", "12.1B")


def test_that_the_terminal_states_utc_beside_the_time_of_its_server() -> None:
    assert rows(TERMINAL, "Asia/Tokyo")[:2] == [
        ("07-29 18:00", "USD", HIGH, "FOMC Statement"),
        ("07-30 12:30", "USD", HIGH, "Core PCE Price Index m/m"),
    ]
    assert rows(TERMINAL)[2:] == [
        ("07-31 09:00", "EUR", MEDIUM, 'CPI "flash" y/y'),
        ("08-03", "CAD", LOW, "Civic Holiday"),
    ]
    report = read(TERMINAL, "Asia/Tokyo").report
    assert (report.format, report.zone, report.events) == ("MetaTrader 5 calendar", "UTC", 4)


def test_that_the_service_for_the_terminal_writes_what_is_read() -> None:
    service = (Path(resources.__file__).parent / "mql5" / "MicroscalpCalendar.mq5").read_text(encoding="ascii")
    assert f'"{TERMINAL.splitlines()[0]}"' in service
    assert f'"{TERMINAL_FILE}"' in service
    impacts = re.findall(r'return\("(\w+)"\);', service)
    assert [impact_of(word) for word in impacts] == [HIGH, MEDIUM, LOW, LOW]
    assert "OrderSend" not in service


def test_that_events_of_icalendar_have_zones_folded_titles_and_no_repetitions() -> None:
    assert rows(ICALENDAR, "Asia/Tokyo") == [
        ("07-10 12:30", "USD", HIGH, "CPI m/m, core and all items"),
        ("01-15 13:30", "EUR", MEDIUM, "CPI"),
        ("07-06 06:00", "GBP", LOW, "GDP"),
        ("07-03", "", HIGH, "FOMC"),
    ]
    report = read(ICALENDAR).report
    assert report.zone == "as stated with each time"
    assert report.notes == (
        "Repetitions (RRULE) of 1 event are left out; only the first counts.",
        "1 event of no stated impact: taken as high.",
    )


def test_that_a_zone_that_the_file_does_not_state_is_taken_from_the_settings_and_said() -> None:
    assert read(FOREX_FACTORY).report.zone == "assumed UTC"
    zoned = read(FOREX_FACTORY, "America/New_York")
    assert zoned.report.zone == "assumed America/New_York"
    assert zoned.events[-1].at == datetime(2026, 7, 30, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("title", "hours"), [("Date (UTC)", 0), ("Date (GMT+2)", 2), ("date_utc", 0), ("Date [Europe/Berlin]", 1)]
)
def test_that_the_title_of_a_column_may_state_the_zone(title: str, hours: int) -> None:
    file = read(f"{title},Currency,Impact,Event\n2026-02-05 13:30,USD,High,NFP\n", "Asia/Tokyo")
    assert file.events[0].at == datetime(2026, 2, 5, 13, 30, tzinfo=UTC) - timedelta(hours=hours)
    assert "assumed" not in file.report.zone


@pytest.mark.parametrize(("day", "utc_hour"), [("2026-03-27", 12), ("2026-03-30", 11)])
def test_that_summer_time_of_the_assumed_zone_counts(day: str, utc_hour: int) -> None:
    file = read(f"Date,Currency,Impact,Event\n{day} 13:00,EUR,High,CPI\n", "Europe/Berlin")
    assert file.events[0].at.hour == utc_hour


@pytest.mark.parametrize("name", EVERY)
def test_that_columns_are_recognised_by_title_whatever_the_delimiter_and_order(name: str) -> None:
    text = EVERY[name]
    if text is ICALENDAR:
        return
    delimiter = ";" if text is INVESTING_STARS else ","
    table = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    turned = io.StringIO()
    csv.writer(turned, delimiter="\t").writerows([row[::-1] for row in table])
    assert rows(turned.getvalue()) == rows(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_that_the_encoding_is_found_out(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "news.csv"
    path.write_bytes("Date,Currency,Impact,Event\n2026-02-05 13:30,EUR,High,Élections\n".encode(encoding))
    assert read_calendar(path, "UTC").events[0].title == "Élections"
