"""When markets close, and from when on the desk is flat before that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.trading import ExecutionSettings
from engine.domain.contract import Contract
from engine.market.hours import TradingHours, day_end, week_end
from tests.broker_values import BITCOIN_CONTRACT
from tests.builders import GOLD_CONTRACT, candle
from tests.conditions.markets import a_setup

CONTRACTS = {"XAUUSD": GOLD_CONTRACT, "BTCUSD": BITCOIN_CONTRACT}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def hours(contracts: dict[str, Contract] = CONTRACTS, **changes: Any) -> TradingHours:
    return TradingHours(contracts, ExecutionSettings(**changes))


def flat_from(known: TradingHours, instant: datetime, symbol: str = "XAUUSD") -> datetime | None:
    close = known.close_after(symbol, instant)
    return None if close is None else close.flat_from


def note(known: TradingHours, last: str, first: str) -> None:
    """The last candle before a break of gold, and the first one after it."""
    known.note(a_setup(candle=candle(start=at(first)), previous=candle(start=at(last))))


@pytest.mark.parametrize(
    ("instant", "closes"),
    [
        ("2026-03-02 08:00", "2026-03-06 22:00"),  # winter in New York
        ("2026-03-06 21:59", "2026-03-06 22:00"),
        ("2026-03-07 12:00", "2026-03-06 22:00"),
        ("2026-03-08 20:59", "2026-03-06 22:00"),  # summer time has begun
        ("2026-03-08 21:00", "2026-03-13 21:00"),
        ("2026-03-13 20:55", "2026-03-13 21:00"),
    ],
)
def test_that_the_week_ends_on_friday_at_five_in_new_york_in_winter_and_in_summer(instant: str, closes: str) -> None:
    assert week_end(at(instant)) == at(closes)


@pytest.mark.parametrize(
    ("instant", "ends"),
    [
        ("2026-03-02 08:00", "2026-03-02 22:00"),
        ("2026-03-02 22:00", "2026-03-03 22:00"),
        ("2026-03-07 12:00", "2026-03-06 22:00"),
        ("2026-03-08 22:00", "2026-03-09 21:00"),
    ],
)
def test_that_a_day_ends_at_five_in_new_york_and_none_on_a_weekend(instant: str, ends: str) -> None:
    assert day_end(at(instant)) == at(ends)


def test_that_gold_has_to_be_flat_ten_minutes_before_the_weekend_and_not_before_a_break() -> None:
    assert flat_from(hours(), at("2026-03-03 12:00")) == at("2026-03-06 21:50")


def test_that_the_desk_may_be_flat_before_each_break_as_well() -> None:
    daily = hours(flat_before_break=True, flat_before_close_minutes=5)
    assert flat_from(daily, at("2026-03-03 12:00")) == at("2026-03-03 21:55")
    assert flat_from(daily, at("2026-03-06 12:00")) == at("2026-03-06 21:55")


def test_that_bitcoin_has_neither_a_close_nor_a_break() -> None:
    friday = at("2026-03-06 21:55")
    assert hours().close_after("BTCUSD", friday) is None
    assert hours(flat_before_break=True).close_after("BTCUSD", friday) is None


def test_that_zero_minutes_never_make_the_desk_flat_nor_before_a_break() -> None:
    off = hours(flat_before_close_minutes=0, flat_before_break=True)
    assert off.close_after("XAUUSD", at("2026-03-06 21:55")) is None


def test_that_a_symbol_whose_terms_are_not_known_has_no_close() -> None:
    assert hours({}).close_after("XAUUSD", at("2026-03-06 21:55")) is None


def test_that_other_settings_count_at_once() -> None:
    known = hours()
    assert flat_from(known, at("2026-03-03 12:00")) == at("2026-03-06 21:50")
    known.use(ExecutionSettings(flat_before_close_minutes=30))
    assert flat_from(known, at("2026-03-03 12:00")) == at("2026-03-06 21:30")


# -- what the broker did recently -----------------------------------------------------------------------------------


def test_that_a_broker_that_stopped_early_on_the_days_before_is_taken_to_do_so_again() -> None:
    known = hours()
    note(known, "2026-03-03 21:49", "2026-03-03 23:05")
    assert flat_from(known, at("2026-03-06 12:00")) == at("2026-03-06 21:40")


def test_that_of_the_last_five_days_the_earliest_end_counts() -> None:
    known = hours()
    for day, last in ((9, "49"), (10, "58"), (11, "57"), (12, "58"), (13, "58"), (16, "58")):
        note(known, f"2026-02-{day:02} 21:{last}", f"2026-02-{day:02} 23:00")
    assert flat_from(known, at("2026-02-20 12:00")) == at("2026-02-20 21:48")


@pytest.mark.parametrize(
    ("last", "first"),
    [
        ("2025-12-24 18:44", "2025-12-25 23:05"),  # a holiday
        ("2026-03-03 15:10", "2026-03-03 15:40"),  # a gap in the day
        ("2026-03-03 21:20", "2026-03-03 21:31"),  # a gap shortly before its end
    ],
)
def test_that_neither_a_holiday_nor_a_gap_in_the_data_is_a_close(last: str, first: str) -> None:
    known = hours()
    note(known, last, first)
    assert flat_from(known, at("2026-03-06 12:00")) == at("2026-03-06 21:50")


def test_that_each_symbol_has_the_close_of_its_own_candles() -> None:
    known = hours({"XAUUSD": GOLD_CONTRACT, "XAGUSD": GOLD_CONTRACT})
    note(known, "2026-03-03 21:49", "2026-03-03 23:05")
    assert flat_from(known, at("2026-03-06 12:00"), "XAGUSD") == at("2026-03-06 21:50")


@given(
    minutes=st.integers(1, 360),
    is_daily=st.booleans(),
    minute_of_year=st.integers(0, 365 * 24 * 60),
)
def test_that_what_is_open_has_to_be_gone_within_a_week_and_what_is_open_over_a_weekend_at_once(
    minutes: int, is_daily: bool, minute_of_year: int
) -> None:
    instant = at("2026-01-01") + timedelta(minutes=minute_of_year)
    close = hours(flat_before_close_minutes=minutes, flat_before_break=is_daily).close_after("XAUUSD", instant)
    assert close is not None
    assert close.closes_at - close.flat_from == timedelta(minutes=minutes)
    assert -timedelta(days=2) <= close.closes_at - instant <= timedelta(days=1 if is_daily else 5, hours=1)
    if close.closes_at <= instant:
        assert week_end(instant) == close.closes_at
