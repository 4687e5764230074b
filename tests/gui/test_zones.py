from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.desk import InterfaceSettings
from config.settings import Settings
from engine.domain.market import Source
from engine.market.instruments import instrument_for
from gui.clock_zones import LocalZone, ShiftedZone, zone_of_clock
from gui.zones import (
    DisplayZones,
    date_time_text,
    day_minute_text,
    row_text,
    second_text,
    stamp_text,
    zone_name,
)
from tests.examples import examples

NEW_YORK = ZoneInfo("America/New_York")
WINTER = datetime(2026, 1, 14, 17, 5, 9, tzinfo=UTC)
SUMMER = datetime(2026, 7, 15, 17, 5, 9, tzinfo=UTC)


def source(symbol: str, clock: str = "UTC") -> Source:
    return Source(
        instrument=instrument_for(symbol),
        format="made up",
        clock=clock,
        name="test",
        has_volume=True,
        has_spread=True,
        has_aggressor_volume=False,
    )


def zones(choice: str, *sources: Source) -> DisplayZones:
    chosen = DisplayZones(choice)
    chosen.open(sources)
    return chosen


def broker_zone(clock: str) -> tzinfo:
    found = zone_of_clock(clock)
    assert found is not None
    return found


def test_that_gold_is_shown_by_new_yorks_clock_and_bitcoin_by_utc_where_the_exchanges_clock_is_chosen() -> None:
    exchange = zones("exchange", source("XAUUSD"), source("BTCUSD"))
    assert second_text(SUMMER, exchange.of("XAUUSD")) == "13:05:09"
    assert second_text(WINTER, exchange.of("XAUUSD")) == "12:05:09"
    assert second_text(SUMMER, exchange.of("BTCUSD")) == "17:05:09"
    assert exchange.words("XAUUSD") == "New York, the exchange's clock"
    assert exchange.words("BTCUSD") == "UTC, the exchange's clock"


def test_that_the_zone_is_named_as_people_call_it() -> None:
    assert [zone_name(NEW_YORK, at) for at in (WINTER, SUMMER)] == ["EST", "EDT"]
    assert zone_name(UTC, WINTER) == "UTC"
    assert zone_name(ZoneInfo("Asia/Dubai"), WINTER) == "UTC+04"
    assert zone_name(ZoneInfo("Asia/Kolkata"), WINTER) == "IST"
    assert zone_name(broker_zone("UTC-3:30"), WINTER) == "UTC-03:30"


def test_that_a_brokers_clock_of_new_york_plus_seven_hours_follows_new_yorks_summer_time() -> None:
    broker = zones("broker", source("XAUUSD", "New York + 7 h")).of("XAUUSD")
    assert (stamp_text(WINTER, broker), zone_name(broker, WINTER)) == ("2026-01-14 19:05:09", "UTC+02")
    assert (stamp_text(SUMMER, broker), zone_name(broker, SUMMER)) == ("2026-07-15 20:05:09", "UTC+03")
    # New York goes forward on 8 March 2026 at 07:00 UTC, three weeks before Europe does.
    before, after = (datetime(2026, 3, 8, 6, 59, tzinfo=UTC) + timedelta(minutes=each) for each in (0, 1))
    assert [second_text(at, broker) for at in (before, after)] == ["08:59:00", "10:00:00"]


@examples(60)
@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
@example(datetime(2028, 11, 5, 5, 30, tzinfo=UTC))  # the hour that comes twice, and its second time
@example(datetime(2028, 11, 5, 6, 0, tzinfo=UTC))
def test_that_a_shifted_clock_converts_back_to_the_instant_even_where_it_is_set_back(at: datetime) -> None:
    broker = ShiftedZone(NEW_YORK, timedelta(hours=7))
    local = at.astimezone(broker)
    assert local.astimezone(UTC) == at
    assert local.replace(tzinfo=None) - timedelta(hours=7) == at.astimezone(NEW_YORK).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("clock", "shown"),
    [
        ("UTC", "17:05:09"),
        ("UTC+3", "20:05:09"),
        ("UTC-5", "12:05:09"),
        ("UTC+5:30", "22:35:09"),
        ("UTC+3 (stated in each row)", "20:05:09"),
        ("Europe/Athens", "19:05:09"),
    ],
)
def test_that_a_sources_clock_is_understood_as_it_is_reported(clock: str, shown: str) -> None:
    assert second_text(WINTER, broker_zone(clock)) == shown


def test_that_a_clock_that_is_no_zone_is_shown_in_utc_and_said_so() -> None:
    mixed = zones("broker", source("XAUUSD", "UTC+2 to UTC+3 (stated in each row)"))
    assert mixed.of("XAUUSD") is UTC
    assert mixed.words("XAUUSD").startswith("UTC, since the broker's clock")


def test_that_what_is_about_several_symbols_is_in_their_zone_where_they_agree_on_one() -> None:
    assert zones("exchange", source("XAUUSD"), source("EURUSD")).common is NEW_YORK
    assert zones("exchange", source("XAUUSD"), source("BTCUSD")).common is UTC
    assert zones("broker", source("XAUUSD", "UTC+3"), source("BTCUSD", "UTC+3")).common == broker_zone("UTC+3")


def test_that_the_machines_own_zone_has_its_summer_time(monkeypatch: pytest.MonkeyPatch) -> None:
    if not hasattr(time, "tzset"):
        pytest.skip("the zone of this machine cannot be set for a test")
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    try:
        local = zones("local", source("XAUUSD")).of("XAUUSD")
        assert [second_text(at, local) for at in (WINTER, SUMMER)] == ["18:05:09", "19:05:09"]
        assert [zone_name(local, at) for at in (WINTER, SUMMER)] == ["CET", "CEST"]
        assert SUMMER.astimezone(LocalZone()).astimezone(UTC) == SUMMER
    finally:
        monkeypatch.undo()
        time.tzset()


def test_that_another_zone_in_the_settings_is_announced_once() -> None:
    chosen, changes = zones("utc", source("XAUUSD")), []
    chosen.changed.connect(lambda: changes.append(chosen.of("XAUUSD")))
    for _ in range(2):
        chosen.use_settings(Settings(interface=InterfaceSettings(time_zone="exchange")))
    assert changes == [NEW_YORK]


def test_that_times_are_written_in_english_on_every_machine() -> None:
    assert date_time_text(SUMMER, UTC) == "Wed 15 Jul 2026 17:05"
    assert day_minute_text(SUMMER, NEW_YORK) == "Wed 15 Jul 13:05"
    assert row_text(SUMMER, UTC) == "07-15 17:05:09"
