"""Facts about trading sessions and trading days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.indicators import SessionHours, SessionsSettings
from engine.domain.market import DayRoll, Session
from engine.market.sessions import SessionCalendar
from tests.examples import examples
from tests.market.clocks import session_of, trading_day_of

INSTANTS = st.integers(0, 22 * 365 * 1440).map(
    lambda minutes: datetime(2005, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
STEPS = st.lists(st.integers(-3000, 3000), min_size=1, max_size=40)


def calendar(day_roll: DayRoll = DayRoll.NEW_YORK_17, **hours: SessionHours) -> SessionCalendar:
    return SessionCalendar(SessionsSettings(**hours), day_roll)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("first_minute", "session"),
    [
        ("2026-01-14 00:00", Session.ASIA),
        ("2026-01-14 08:00", Session.LONDON),
        ("2026-01-14 13:00", Session.OVERLAP),
        ("2026-01-14 17:00", Session.NEW_YORK),
        ("2026-01-14 22:00", Session.POST_NY),
    ],
)
def test_that_a_winter_day_goes_through_the_sessions(first_minute: str, session: Session) -> None:
    hours = calendar()
    assert hours.session(at(first_minute)) is session
    assert hours.session(at(first_minute) - timedelta(minutes=1)) is not session


@pytest.mark.parametrize(
    ("first_minute", "session"),
    [
        ("2026-07-15 07:00", Session.LONDON),
        ("2026-07-15 12:00", Session.OVERLAP),
        ("2026-07-15 16:00", Session.NEW_YORK),
        ("2026-07-15 21:00", Session.POST_NY),
        ("2026-07-15 23:00", Session.OFF),
        ("2026-07-16 00:00", Session.ASIA),
    ],
)
def test_that_in_summer_london_and_new_york_come_an_hour_earlier_and_tokyo_does_not(
    first_minute: str, session: Session
) -> None:
    hours = calendar()
    assert hours.session(at(first_minute)) is session
    assert hours.session(at(first_minute) - timedelta(minutes=1)) is not session


def test_that_the_overlap_is_longer_while_only_america_is_on_summer_time() -> None:
    hours = calendar()
    assert hours.session(at("2026-03-16 12:00")) is Session.OVERLAP
    assert hours.session(at("2026-03-16 16:59")) is Session.OVERLAP
    assert hours.session(at("2026-03-16 17:00")) is Session.NEW_YORK


def test_that_gold_rolls_at_five_in_the_afternoon_in_new_york() -> None:
    gold = calendar()
    assert gold.trading_day(at("2026-01-14 21:59")) == date(2026, 1, 14)
    assert gold.trading_day(at("2026-01-14 22:00")) == date(2026, 1, 15)
    assert gold.trading_day(at("2026-07-15 20:59")) == date(2026, 7, 15)
    assert gold.trading_day(at("2026-07-15 21:00")) == date(2026, 7, 16)


def test_that_sunday_evening_in_new_york_is_the_monday_of_gold() -> None:
    assert calendar().trading_day(at("2026-03-08 22:00")) == date(2026, 3, 9)


def test_that_bitcoin_rolls_at_midnight() -> None:
    bitcoin = calendar(DayRoll.UTC_MIDNIGHT)
    assert bitcoin.trading_day(at("2026-07-15 23:59")) == date(2026, 7, 15)
    assert bitcoin.trading_day(at("2026-07-16 00:00")) == date(2026, 7, 16)


def test_that_hours_may_reach_past_midnight() -> None:
    hours = calendar(asia=SessionHours(zone="America/New_York", opens="19:00", closes="04:00"))
    assert hours.session(at("2026-01-14 23:59")) is Session.POST_NY
    assert hours.session(at("2026-01-15 00:00")) is Session.ASIA
    assert hours.session(at("2026-01-15 07:59")) is Session.ASIA


def test_that_an_instant_written_in_another_zone_is_the_same_instant() -> None:
    tokyo = datetime(2026, 1, 14, 17, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert calendar().session(tokyo) is Session.LONDON
    assert calendar().trading_day(tokyo) == date(2026, 1, 14)


def test_that_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        calendar().session(datetime(2026, 1, 14))  # noqa: DTZ001


@given(INSTANTS, STEPS)
def test_that_remembered_answers_are_those_of_the_clocks(start: datetime, steps: list[int]) -> None:
    sessions = SessionsSettings()
    gold, bitcoin = calendar(), calendar(DayRoll.UTC_MIDNIGHT)
    instant = start
    for minutes in steps:
        instant += timedelta(minutes=minutes)
        assert gold.session(instant) is session_of(instant, sessions)
        assert gold.unchanged_until(instant) > instant
        assert gold.trading_day(instant) == trading_day_of(instant, DayRoll.NEW_YORK_17)
        assert bitcoin.trading_day(instant) == trading_day_of(instant, DayRoll.UTC_MIDNIGHT)


@pytest.mark.parametrize("day", ["2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01"])
@examples(15)
@given(opens=st.integers(0, 179), length=st.integers(1, 400))
def test_that_every_minute_is_right_on_the_days_when_clocks_are_set(day: str, opens: int, length: int) -> None:
    closes = opens + length
    odd = {"opens": f"{opens // 60:02}:{opens % 60:02}", "closes": f"{closes // 60:02}:{closes % 60:02}"}
    sessions = SessionsSettings(
        asia=SessionHours(zone="America/New_York", **odd), post_ny=SessionHours(zone="Europe/London", **odd)
    )
    hours = SessionCalendar(sessions, DayRoll.NEW_YORK_17)
    for minute in range(600):
        instant = at(day) + timedelta(minutes=minute)
        assert hours.session(instant) is session_of(instant, sessions)


def test_that_session_and_day_stay_what_they_are_until_the_next_opening_closing_or_roll() -> None:
    winter = calendar()
    assert winter.unchanged_until(at("2026-01-14 05:30")) == at("2026-01-14 08:00")
    assert winter.unchanged_until(at("2026-01-14 20:00")) == at("2026-01-14 22:00")
    assert calendar(DayRoll.UTC_MIDNIGHT).unchanged_until(at("2026-07-15 23:10")) == at("2026-07-16 00:00")


@examples(30)
@given(INSTANTS)
def test_that_nothing_changes_before_it_may(start: datetime) -> None:
    gold, sessions = calendar(), SessionsSettings()
    until = gold.unchanged_until(start)
    minutes = int((until - start) / timedelta(minutes=1))
    for minute in range(min(minutes, 1500)):
        instant = start + timedelta(minutes=minute)
        assert session_of(instant, sessions) is session_of(start, sessions)
        assert trading_day_of(instant, DayRoll.NEW_YORK_17) == trading_day_of(start, DayRoll.NEW_YORK_17)
