"""Calendars that are broken, cut off, huge or no calendar at all."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.calendar import reading
from engine.adapters.calendar.reading import parsed, read_calendar
from engine.domain.calendar import EconomicEvent, Impact
from engine.errors import UnreadableCalendar
from tests.adapters.calendar.samples import EVERY, FOREX_FACTORY, ICALENDAR

HEAD = "Date,Time,Currency,Impact,Event\n"


def refusal(text: str) -> str:
    with pytest.raises(UnreadableCalendar) as caught:
        parsed(text.encode(), "news.csv", "UTC")
    return str(caught.value)


def test_that_bad_lines_are_counted_and_named_with_their_value_and_the_rest_is_read() -> None:
    report = parsed(
        (
            f"{HEAD}2026-02-05,13:30,USD,High,NFP\n2026-02-30,13:30,USD,High,A\n2026-02-05,25:00,USD,High,B\n"
            "2026-02-05,13:30,USD,Huge,C\n2026-02-05,13:30,Narnia,High,D\n2026-02-05,13:30\n\n2026-02-05,13:30,USD,High,\n"
        ).encode(),
        "news.csv",
        "UTC",
    ).report
    assert (report.events, report.faulty) == (1, 6)
    assert report.faults == (
        "line 3: time '2026-02-30'",
        "line 4: time '25:00'",
        "line 5: impact 'Huge'; allowed are low, medium, high, 1 to 3",
        "line 6: currency 'Narnia'; allowed are codes such as USD",
        "line 7: has 2 cells, 5 are needed",
        "line 9: has no event",
    )


def test_that_no_more_than_twenty_bad_lines_are_named() -> None:
    bad = "".join(f"2026-02-05,13:{minute:02d},USD,Huge,X\n" for minute in range(50))
    report = parsed(f"{HEAD}{bad}2026-02-05,13:30,USD,High,NFP\n".encode(), "news.csv", "UTC").report
    assert (report.faulty, len(report.faults)) == (50, 20)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "news.csv: has no line of titles such as Date, Currency, Impact, Event"),
        ("<html><body>Access denied</body></html>", "news.csv: has no line of titles such as"),
        (HEAD, "news.csv: holds no events"),
        ("Date,Time,Currency,Event\n2026-02-05,13:30,USD,NFP\n", "has no column Impact; allowed titles are impact"),
        ("Date,Impact,Event\n2026-02-05 13:30,High,NFP\n", "news.csv: has no column Currency; allowed titles are"),
        (f"{HEAD}soon,13:30,USD,High,NFP\n", "news.csv: none of 1 lines can be read; line 2: time 'soon'"),
        (f"{HEAD}02/03/2026,13:30,USD,High,NFP\n", "02/03/2026 may begin with the day or the month; write them"),
        (f"{HEAD}13/03/2026,1:30,USD,High,A\n03/13/2026,1:30,USD,High,B\n", "spell dates as 2026-12-31"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:X\n", "is cut off: VEVENT does not end"),
        ("BEGIN:VCALENDAR\nEND:VEVENT\n", "line 2: 'END:VEVENT' ends what has not begun"),
        ("BEGIN:VCALENDAR\nEND:VCALENDAR\n", "news.csv: holds no events"),
    ],
)  # fmt: skip
def test_that_a_file_that_is_no_calendar_is_refused_with_what_is_wrong(text: str, sentence: str) -> None:
    assert sentence in refusal(text)


def test_that_a_zone_of_windows_is_named_and_not_guessed() -> None:
    event = "BEGIN:VEVENT\nDTSTART;TZID=Eastern Standard Time:20260710T083000\nSUMMARY:CPI\nEND:VEVENT\n"
    assert "time zone 'Eastern Standard Time' is not known" in refusal(f"BEGIN:VCALENDAR\n{event}END:VCALENDAR\n")


def test_that_a_huge_file_and_a_folder_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 2**20)
    path = tmp_path / "news.csv"
    path.write_bytes(b"x" * (2**20 + 1))
    with pytest.raises(UnreadableCalendar, match="larger than 1 MB"):
        read_calendar(path, "UTC")
    with pytest.raises(UnreadableCalendar):
        read_calendar(tmp_path, "UTC")
    with pytest.raises(UnreadableCalendar, match=r"missing\.csv: No such file"):
        read_calendar(tmp_path / "missing.csv", "UTC")


def test_that_more_events_than_can_be_kept_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_EVENTS", 3)
    assert refusal(FOREX_FACTORY) == "news.csv: holds 6 events, max 3"


@given(st.binary(max_size=300))
def test_that_any_bytes_are_read_or_refused(content: bytes) -> None:
    _read_or_refuse(content)


@given(st.sampled_from(sorted(EVERY)), st.data())
def test_that_a_calendar_with_a_piece_torn_out_is_read_or_refused(name: str, data: st.DataObject) -> None:
    text = EVERY[name]
    begin = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(begin, min(len(text), begin + 40)))
    filling = data.draw(st.text(max_size=5))
    for event in _read_or_refuse(f"{text[:begin]}{filling}{text[end:]}".encode("utf-8", "surrogatepass")):
        assert event.at.utcoffset() is not None
        assert event.title
        assert len(event.currency) in (0, 3)


def _read_or_refuse(content: bytes) -> tuple[EconomicEvent, ...]:
    refused = ""
    try:
        return parsed(content, "news.csv", "UTC").events
    except UnreadableCalendar as error:
        refused = str(error)
    assert refused.startswith("news.csv: ")
    return ()


def test_that_alarms_of_an_event_do_not_change_it() -> None:
    assert [event.at.year for event in parsed(ICALENDAR.encode(), "x", "UTC").events] == [2026] * 4


@pytest.mark.parametrize("day", ["0001-01-02", "1969-12-31", "2100-01-01", "9999-12-31"])
def test_that_a_time_which_no_calendar_has_is_left_out_like_any_bad_line(day: str) -> None:
    assert f"line 2: time '{day} 13:30'" in refusal(f"{HEAD}{day},13:30,USD,High,NFP\n")
    event = f"BEGIN:VEVENT\nDTSTART:{day.replace('-', '')}T133000Z\nSUMMARY:CPI\nEND:VEVENT\n"
    assert "none of 1 lines" in refusal(f"BEGIN:VCALENDAR\n{event}END:VCALENDAR\n")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (f"{HEAD}2026-03-03,10:00{' ' * 100_000}x,USD,High,NFP\n", "none of 1 lines"),
        (f"{HEAD}{'sun' * 40_000} 3 Mar 2026,10:00,USD,High,NFP\n", "none of 1 lines"),
        (f"{HEAD}2026-03-03,10:00 gmt{' ' * 100_000}x,USD,High,NFP\n", "none of 1 lines"),
        (f"Date,Time,Currency,Impact,{'_ ' * 50_000}x\n", "has no column Event"),
        (f"{HEAD}2026-03-03,10:00,USD,High,{'x' * 200_000}\n", "field larger than"),
        (f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=\"+1{' ' * 50_000}x\":20260303T100000\nSUMMARY:CPI\n"
         "END:VEVENT\nEND:VCALENDAR\n", "is not known"),
    ],
)  # fmt: skip
def test_that_a_cell_of_any_length_is_refused_at_once(text: str, sentence: str) -> None:
    began = time.perf_counter()
    assert sentence in refusal(text)
    assert time.perf_counter() - began < 1.0


# -- what would let an entry through: news that seem to be of another currency, impact or time


def ics(summary: str, more: str = "", head: str = "") -> EconomicEvent:
    start = "" if "DTSTART" in more else "DTSTART:20260205T133000Z\r\n"
    text = f"BEGIN:VCALENDAR\r\n{head}BEGIN:VEVENT\r\n{start}SUMMARY:{summary}\r\n{more}END:VEVENT\r\nEND:VCALENDAR\r\n"
    (event,) = parsed(text.encode(), "a.ics", "UTC").events
    return event


@pytest.mark.parametrize(
    "title", ["RBA Rate Decision", "IMF Meetings", "EIA Crude Oil", "BOC Statement", "TOP News", "ALL Banks closed"]
)
def test_that_a_title_that_begins_with_three_capitals_is_no_currency_by_that(title: str) -> None:
    event = ics(title)
    assert (event.currency, event.title) == ("", title)


def test_that_the_currency_of_such_a_title_is_the_one_that_its_categories_or_place_name() -> None:
    assert ics("EIA Crude Oil", "CATEGORIES:US,Energy\r\n").currency == "USD"
    assert ics("RBA Rate Decision", "LOCATION:Australia\r\n").currency == "AUD"


def test_that_a_code_that_is_no_currency_is_refused_and_not_taken_for_one() -> None:
    report = parsed(f"{HEAD}2026-02-05,13:30,USD,High,A\n2026-02-05,13:30,GER,High,B\n".encode(), "a.csv", "UTC").report
    assert report.faults == ("line 3: currency 'GER'; allowed are codes such as USD",)


@pytest.mark.parametrize("category", ["Capital Flows", "Fellowship", "Nonetheless", "Overallowance"])
def test_that_a_word_that_contains_an_impact_states_none(category: str) -> None:
    assert ics("USD CPI", f"CATEGORIES:{category}\r\n").impact is Impact.HIGH


@pytest.mark.parametrize("category", ["low", "Low Impact", "IMPACT_LOW", "icon-low", "LOW volatility expected"])
def test_that_a_word_of_its_own_states_an_impact(category: str) -> None:
    assert ics("USD CPI", f"CATEGORIES:{category}\r\n").impact is Impact.LOW


def test_that_times_without_a_zone_are_in_the_zone_that_the_calendar_states_for_all() -> None:
    head = "X-WR-TIMEZONE:America/New_York\r\n"
    assert ics("USD CPI", "DTSTART:20260205T083000\r\n", head).at.hour == 13
    assert ics("USD CPI", "DTSTART:20260205T083000Z\r\n", head).at.hour == 8
    assert ics("USD CPI", "DTSTART;TZID=Europe/Berlin:20260205T083000\r\n", head).at.hour == 7
    assert ics("USD CPI", "DTSTART:20260205T083000\r\n", "X-WR-TIMEZONE:nowhere\r\n").at.hour == 8
