"""The server's clock is measured from its ticks, right to the second or not at all."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.mt5.clock.gauge import TICKS_NEEDED, ClockGauge
from engine.adapters.mt5.clock.rules import (
    USUAL,
    ServerRule,
)
from tests.adapters.mt5.clock.ticking import HOUR, NOON, Market


def offset_of(gauge: ClockGauge) -> timedelta | None:
    return None if gauge.clock is None else gauge.clock.offset


@given(rule=st.sampled_from(USUAL), error_s=st.floats(min_value=-29, max_value=29))
def test_that_the_offset_is_the_rules_and_the_rest_is_an_error_of_clocks(rule: ServerRule, error_s: float) -> None:
    gauge, error = ClockGauge(), timedelta(seconds=error_s)
    Market(gauge).measure(rule.offset_at(NOON) + error)
    assert gauge.doubt is None
    assert offset_of(gauge) == rule.offset_at(NOON)
    assert gauge.clock is not None
    assert abs(gauge.clock.residual - error) < timedelta(milliseconds=2)


def test_that_it_takes_several_new_ticks_of_one_symbol() -> None:
    gauge = ClockGauge()
    market = Market(gauge)
    ends = [market.tick(3 * HOUR) for _ in range(TICKS_NEEDED + 1)]
    assert ends == [False] * TICKS_NEEDED + [True]


def test_that_a_tick_which_does_not_change_shows_nothing() -> None:
    gauge = ClockGauge()
    for second in range(60):
        assert not gauge.look("XAUUSD", 1_000_000, NOON + timedelta(seconds=second))
    assert gauge.clock is None
    assert gauge.doubt is not None
    assert "no fresh price" in gauge.doubt.sentence


def test_that_an_old_tick_shown_as_new_by_symbols_that_wake_up_moves_no_clock() -> None:
    gauge = ClockGauge()
    market = Market(gauge)
    for symbol in ("XAUUSD", "BTCUSD", "EURUSD"):
        market.tick(3 * HOUR, symbol, late=3 * HOUR)
    for symbol in ("XAUUSD", "BTCUSD", "EURUSD"):
        assert not market.tick(3 * HOUR, symbol, late=timedelta(minutes=15))
    market.measure(3 * HOUR)
    assert offset_of(gauge) == 3 * HOUR


def test_that_a_tick_after_a_long_time_without_looking_is_of_unknown_age() -> None:
    gauge = ClockGauge()
    market = Market(gauge)
    for _ in range(2 * TICKS_NEEDED):
        market.now += timedelta(minutes=5)
        assert not market.tick(3 * HOUR)


def test_that_a_rest_of_thirty_seconds_is_an_error_of_this_machines_clock() -> None:
    gauge = ClockGauge()
    Market(gauge).measure(3 * HOUR - timedelta(seconds=31))
    assert gauge.clock is None
    assert gauge.doubt is not None
    assert "31 s" in gauge.doubt.sentence


def test_that_an_hour_more_while_the_desk_runs_is_summer_time() -> None:
    gauge = ClockGauge()
    market = Market(gauge)
    market.measure(3 * HOUR)
    market.measure(4 * HOUR)
    assert gauge.doubt is None
    assert offset_of(gauge) == 4 * HOUR
    market.measure(3 * HOUR)
    assert offset_of(gauge) == 3 * HOUR


def test_that_any_other_jump_of_a_server_is_asked_about() -> None:
    gauge = ClockGauge()
    market = Market(gauge)
    market.measure(3 * HOUR)
    market.measure(6 * HOUR)
    assert gauge.doubt is not None
    assert "3 h behind the server's, which runs on New York + 7 h" in gauge.doubt.sentence
    assert gauge.clock is not None
    assert gauge.clock.correction == timedelta(0)  # what waits does not wait longer for it
    gauge.confirm(gauge.asked_offset or HOUR)
    assert gauge.doubt is None
    assert offset_of(gauge) == 6 * HOUR


def test_that_a_jump_is_noticed_across_a_reconnection() -> None:
    gauge = ClockGauge()
    market = Market(gauge)
    market.measure(3 * HOUR)
    gauge.forget()
    assert gauge.clock is None
    market.measure(6 * HOUR)
    assert gauge.asked_offset == 6 * HOUR
    gauge.forget()
    assert gauge.asked_offset is None
    market.measure(3 * HOUR)
    assert gauge.doubt is None
