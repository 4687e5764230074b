"""The trading day of an account's limits, independent of the days of its symbols."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from config.trading import RiskMitigation
from engine.market.account_day import AccountDay


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_that_the_day_ends_at_five_in_new_york_in_winter_and_in_summer() -> None:
    day = AccountDay.by(RiskMitigation())
    assert day.day_of(at("2026-01-14 21:59")) == date(2026, 1, 14)
    assert day.day_of(at("2026-01-14 22:00")) == date(2026, 1, 15)
    assert day.day_of(at("2026-07-15 21:00")) == date(2026, 7, 16)


def test_that_another_time_and_zone_can_be_chosen() -> None:
    day = AccountDay.by(RiskMitigation(account_day_ends="00:00", account_day_zone="UTC"))
    assert day.day_of(at("2026-01-14 23:59")) == date(2026, 1, 14)
    assert day.day_of(at("2026-01-15 00:00")) == date(2026, 1, 15)


@pytest.mark.parametrize("ends", ["00:00", "06:30", "17:00"])
def test_that_a_day_begins_where_the_one_before_it_ends(ends: str) -> None:
    day = AccountDay.by(RiskMitigation(account_day_ends=ends))
    for instant in (at("2026-03-08 03:00"), at("2026-03-08 23:00"), at("2026-07-01 12:00"), at("2026-11-01 12:00")):
        today = day.day_of(instant)
        begins = day.begins(today)
        assert begins <= instant
        assert day.day_of(begins) == today
        assert day.day_of(begins.replace(microsecond=0) - (at("2026-01-01 00:01") - at("2026-01-01 00:00"))) < today


def test_that_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError, match="no time zone"):
        AccountDay.by(RiskMitigation()).day_of(datetime(2026, 1, 14))  # noqa: DTZ001


def test_that_a_zone_nobody_knows_is_refused() -> None:
    with pytest.raises(ValidationError, match="'Mars/Base' is not a time zone"):
        RiskMitigation(account_day_zone="Mars/Base")
