"""Times around news without entries, what is known of news, and the announcement before them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from config.settings import Settings
from config.trading import RiskMitigation
from engine.domain.calendar import Calendar, EconomicEvent, EventAhead, Impact, NewsBlackout, merged
from engine.market.news import EventWatch, blackout_at, currencies_for, news_gap
from tests.builders import BITCOIN, MONDAY, news
from tests.fakes import source

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def limits(**minutes: int) -> RiskMitigation:
    return RiskMitigation.model_validate({"news_blackout_minutes": minutes})


QUARTER = limits(high_before=15, high_after=15)


def blackout(events: list[EconomicEvent], minutes: float, risk: RiskMitigation = QUARTER) -> NewsBlackout | None:
    """What blocks USD so many minutes after Monday's start."""
    return blackout_at(Calendar.of(events), MONDAY + minutes * MINUTE, ("USD",), risk)


@pytest.mark.parametrize("minutes", [-15.0, -0.5, 0.0, 15.0])
def test_that_both_ends_of_a_window_are_in_it(minutes: float) -> None:
    found = blackout([news()], minutes)
    assert found == NewsBlackout(event=news(), begins_at=MONDAY - 15 * MINUTE, ends_at=MONDAY + 15 * MINUTE)


@pytest.mark.parametrize("minutes", [-15.001, 15.001])
def test_that_a_moment_beyond_either_end_is_free(minutes: float) -> None:
    assert blackout([news()], minutes) is None


def test_that_the_sentence_names_the_news_how_far_away_they_are_and_how_long_nothing_is_entered() -> None:
    found = blackout([news()], -12.0)
    assert found is not None
    words = "USD CPI m/m in 12 min: no entries for 27 min"
    assert found.words(MONDAY - 12 * MINUTE) == words
    assert " now: " in found.words(MONDAY)
    assert " 3 min ago: " in found.words(MONDAY + 3.5 * MINUTE)


def test_that_each_impact_has_minutes_of_its_own_on_each_side() -> None:
    risk = limits(high_before=30, medium_after=5)
    assert blackout([news()], -30.0, risk)
    assert not blackout([news()], 0.1, risk)
    medium = news(impact=Impact.MEDIUM)
    assert not blackout([medium], -0.1, risk)
    assert blackout([medium], 5.0, risk)
    assert not blackout([news(impact=Impact.LOW)], 0.0, risk)
    assert not blackout([news()], 0.0, RiskMitigation())


def test_that_other_currencies_and_news_without_a_time_block_nothing_and_those_of_all_currencies_do() -> None:
    assert not blackout([news(currency="JPY")], 0.0)
    assert not blackout([news(is_all_day=True)], 0.0)
    assert blackout([news(currency="")], 0.0)


def test_that_of_several_news_the_one_that_blocks_for_longest_is_named() -> None:
    later = news(MONDAY + 5 * MINUTE, title="FOMC")
    found = blackout([later, news()], 0.0)
    assert found is not None
    assert found.event == later


MINUTES = st.integers(0, 120)
IMPACTS = st.sampled_from(Impact)


@given(
    st.lists(st.tuples(st.integers(-300, 300), IMPACTS, st.sampled_from(["USD", "EUR", ""])), max_size=8),
    st.fixed_dictionaries({f"{impact}_{side}": MINUTES for impact in Impact for side in ("before", "after")}),
    st.integers(-200, 200),
)
def test_that_entries_are_blocked_exactly_within_the_windows_of_the_symbols_news(
    drawn: list[tuple[int, Impact, str]], minutes: dict[str, int], at: int
) -> None:
    events = [  # each with a title of its own: of those with one key only the last one counts
        news(MONDAY + place * MINUTE, impact=impact, currency=code, title=f"{number}")
        for number, (place, impact, code) in enumerate(drawn)
    ]
    wanted = any(
        code != "EUR"
        and place - minutes[f"{impact}_before"] <= at <= place + minutes[f"{impact}_after"]
        and minutes[f"{impact}_before"] + minutes[f"{impact}_after"] > 0
        for place, impact, code in drawn
    )
    found = blackout(events, at, limits(**minutes))
    assert (found is not None) is wanted
    if found is not None:
        assert found.begins_at <= MONDAY + at * MINUTE <= found.ends_at


@pytest.mark.parametrize(("day", "hour"), [(6, 13), (9, 12)])
def test_that_the_change_to_summer_time_moves_the_window_with_the_news(day: int, hour: int) -> None:
    at = datetime(2026, 3, day, 8, 30, tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)
    found = blackout_at(Calendar.of([news(at)]), at, ("USD",), QUARTER)
    assert found is not None
    assert (found.begins_at.hour, found.begins_at.minute) == (hour, 15)


# -- whose news count -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("symbol", "stands_for", "codes"),
    [
        ("XAUUSDc", "XAUUSD", ("USD",)),
        ("GOLD#", "XAUUSD", ("USD",)),
        ("XAUEUR", "", ("EUR",)),
        ("BTCUSDT", "BTCUSDT", ("USD",)),
        ("EURJPY.r", "", ("EUR", "JPY")),
        ("US30", "", ()),
    ],
)
def test_that_the_currencies_in_a_name_count(symbol: str, stands_for: str, codes: tuple[str, ...]) -> None:
    assert currencies_for(symbol, stands_for, RiskMitigation()) == codes


def test_that_the_settings_may_name_other_currencies_for_the_longest_beginning_that_fits() -> None:
    risk = RiskMitigation(news_currencies=("XAU: USD, EUR", "xauusd: USD CNY", "US30: USD"))
    assert currencies_for("XAUUSD", "", risk) == ("USD", "CNY")
    assert currencies_for("GOLD", "XAUUSD", risk) == ("USD", "CNY")
    assert currencies_for("XAUEUR", "", risk) == ("USD", "EUR")
    assert currencies_for("US30.cash", "", risk) == ("USD",)


@pytest.mark.parametrize("line", ["XAUUSD", "XAUUSD:", "XAUUSD: dollars", ": USD"])
def test_that_a_line_without_currencies_is_refused(line: str) -> None:
    with pytest.raises(ValidationError, match="names no currencies"):
        RiskMitigation(news_currencies=(line,))


def test_that_all_news_count_for_a_symbol_whose_name_says_no_currency() -> None:
    assert blackout_at(Calendar.of([news(currency="JPY")]), MONDAY, (), QUARTER)


# -- what is known ----------------------------------------------------------------------------------------------------


def gap(events: list[EconomicEvent], at: datetime, risk: RiskMitigation = QUARTER) -> str:
    return news_gap(Calendar.of(events), at, ("USD",), risk)


def test_that_news_are_unknown_before_the_first_day_and_after_the_last() -> None:
    assert gap([], MONDAY) == "no economic calendar is loaded: no news is known"
    known = [news(), news(MONDAY + timedelta(days=1))]
    midnight = MONDAY.replace(hour=0)
    assert gap(known, midnight) == ""
    assert gap(known, midnight - MINUTE) == "the calendar begins on 2 Mar 2026: no news is known before it"
    assert gap(known, midnight + timedelta(days=2) - MINUTE) == ""
    assert gap(known, midnight + timedelta(days=2)) == "the calendar ends on 3 Mar 2026: no news is known after it"


def test_that_a_calendar_that_ends_on_friday_holds_over_the_weekend() -> None:
    friday = datetime(2026, 3, 6, 13, 30, tzinfo=UTC)
    assert gap([news(friday)], datetime(2026, 3, 8, 23, 59, tzinfo=UTC)) == ""
    assert "ends on 6 Mar" in gap([news(friday)], datetime(2026, 3, 9, tzinfo=UTC))


def test_that_a_calendar_without_the_symbols_currency_knows_nothing() -> None:
    assert gap([news(currency="EUR")], MONDAY) == "the calendar has no USD news"
    assert gap([news(currency="EUR")], MONDAY, RiskMitigation()) == ""


# -- one calendar of several files ------------------------------------------------------------------------------------


def test_that_new_events_replace_those_of_their_days_currencies_and_impacts() -> None:
    known = Calendar.of([news(), news(currency="EUR"), news(impact=Impact.LOW, title="PPI"), news(MONDAY + 72 * HOUR)])
    moved = news(MONDAY + timedelta(hours=2))
    found = merged(known, (moved,))
    assert moved in found.events
    assert [event for event in known.events if event not in found.events] == [news()]


EVENTS = st.lists(
    st.builds(
        lambda hours, code, impact, title: news(MONDAY + hours * HOUR, currency=code, impact=impact, title=title),
        *(st.integers(0, 200), st.sampled_from(["USD", "EUR"]), IMPACTS, st.sampled_from("AB")),
    ),
    max_size=10,
)  # fmt: skip


@given(EVENTS, EVENTS)
def test_that_a_file_read_twice_changes_nothing_and_order_and_duplicates_do_not_matter(
    first: list[EconomicEvent], second: list[EconomicEvent]
) -> None:
    known = Calendar.of(first)
    once = merged(known, tuple(second))
    assert merged(once, tuple(second)) == once
    assert {event.key for event in second} <= {event.key for event in once.events}
    assert len({event.key for event in once.events}) == len(once.events)
    assert list(once.events) == sorted(once.events, key=lambda event: event.at)


# -- before news ------------------------------------------------------------------------------------------------------


class WatchedNews:
    """Gold and bitcoin, and what was announced."""

    def __init__(self, *events: EconomicEvent, **alerts: Any) -> None:
        self.calendar = Calendar.of(events)
        self.settings = Settings.model_validate({"alerts": {"event_minutes": 10, **alerts}})
        self.heard: list[EventAhead] = []
        self._watch = EventWatch((source(), source(instrument=BITCOIN)), self.heard.append)

    def look(self, *minutes: float) -> list[tuple[str, float]]:
        """Title and minutes left of what was announced."""
        for each in minutes:
            self._watch.look(MONDAY + each * MINUTE, self.calendar, self.settings)
        return [(ahead.event.title, (ahead.event.at - ahead.at) / MINUTE) for ahead in self.heard]


def test_that_news_are_announced_once_when_they_come_close() -> None:
    assert WatchedNews(news()).look(-60, -10.5, -10, -9, -1, 0, 5) == [("CPI m/m", 10.0)]


def test_that_news_that_are_closer_at_the_start_are_announced_then_and_past_ones_never() -> None:
    assert WatchedNews(news()).look(-3) == [("CPI m/m", 3.0)]
    assert WatchedNews(news()).look(0.5, 9) == []


def test_that_lower_impacts_other_currencies_and_whole_days_are_not_announced() -> None:
    others = (
        news(impact=Impact.MEDIUM, title="a"),
        news(currency="JPY", title="b"),
        news(is_all_day=True, title="c"),
    )
    assert WatchedNews(*others).look(-5) == []
    assert WatchedNews(*others, event_impact="medium").look(-5) == [("a", 5.0)]


def test_that_an_event_that_was_moved_is_announced_again() -> None:
    watch = WatchedNews(news())
    watch.look(-5)
    watch.calendar = Calendar.of([news(MONDAY + 30 * MINUTE)])
    assert watch.look(0, 25) == [("CPI m/m", 5.0), ("CPI m/m", 5.0)]


def test_that_a_clock_that_was_set_back_does_not_silence_news() -> None:
    watch = WatchedNews(news(MONDAY - 60 * MINUTE))
    watch.look(600)
    assert watch.look(-65) == [("CPI m/m", 5.0)]


# -- files of some weeks or of some currencies


def week(monday: datetime, *currencies: str, days: tuple[int, ...] = (0, 4)) -> tuple[EconomicEvent, ...]:
    """What the file of one week has, by the days that have news."""
    hours = 13.5 * HOUR
    return tuple(news(at=monday + timedelta(days=day) + hours, currency=code) for day in days for code in currencies)


WEEK = timedelta(days=7)
FIRST = datetime(2026, 2, 2, tzinfo=UTC)


def test_that_a_week_whose_file_was_left_out_is_unknown_and_those_around_it_are_known() -> None:
    calendar = merged(merged(Calendar(), week(FIRST, "USD")), week(FIRST + 2 * WEEK, "USD"))
    day = timedelta(days=1)
    for known in (FIRST, FIRST + 6.9 * day, FIRST + 2 * WEEK, FIRST + 2 * WEEK + 4 * day):
        assert not news_gap(calendar, known, ("USD",), QUARTER)
        assert not news_gap(calendar, known, (), QUARTER)
    for unknown in (FIRST + WEEK, FIRST + WEEK + 3 * day, FIRST + WEEK + 6.9 * day):
        words = "the calendar has no USD news from 9 Feb 2026 to 16 Feb 2026"
        assert news_gap(calendar, unknown, ("USD",), QUARTER) == words
        assert news_gap(calendar, unknown, (), QUARTER)
    assert calendar.known_until(FIRST) == FIRST + WEEK


def test_that_files_of_weeks_whose_first_and_last_days_have_no_news_leave_no_hole() -> None:
    calendar = Calendar()
    for number in range(3):
        calendar = merged(calendar, week(FIRST + number * WEEK, "USD", days=(1, 3)))
    for hours in range(24, 24 * 17):
        assert not news_gap(calendar, FIRST + hours * HOUR, ("USD",), QUARTER)


def test_that_the_file_of_another_currency_makes_no_news_known() -> None:
    calendar = merged(merged(Calendar(), week(FIRST, "USD", "EUR")), week(FIRST + WEEK, "EUR"))
    now = FIRST + WEEK + 26 * HOUR
    assert not news_gap(calendar, now, ("EUR",), QUARTER)
    assert "no USD news from 9 Feb 2026" in news_gap(calendar, now, ("EUR", "USD"), QUARTER)


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 30)), min_size=1, max_size=6), st.integers(0, 240))
def test_that_every_day_of_a_file_that_was_read_is_known(files: list[tuple[int, int]], asked: int) -> None:
    calendar = Calendar()
    for first, length in files:
        days = (FIRST + timedelta(days=first), FIRST + timedelta(days=first + length))
        calendar = merged(calendar, tuple(news(at=day + 13 * HOUR, currency="USD") for day in days))
    now = FIRST + timedelta(days=asked, hours=7)
    if any(first <= asked <= first + length for first, length in files):
        assert not news_gap(calendar, now, ("USD",), QUARTER)
