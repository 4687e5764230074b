"""A computer's clock that is wrong is distinguished from a server in another time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.adapters.mt5.clock.gauge import ClockGauge
from engine.adapters.mt5.clock.memory import ClockMemory
from engine.adapters.mt5.clock.rules import (
    NEW_YORK_CLOSE,
    fixed_rule,
    new_york_rule,
)
from engine.adapters.mt5.conditions import LinkState
from tests.adapters.mt5.clock.ticking import HOUR, NOON, Market


@pytest.mark.parametrize("wrong_by", [HOUR, -HOUR, 2 * HOUR, timedelta(minutes=90), -5 * HOUR])
def test_that_a_clock_that_is_wrong_at_the_start_is_noticed_by_what_the_server_kept_before(
    wrong_by: timedelta,
) -> None:
    memory = ClockMemory()
    memory.remember("Broker-Real", [NEW_YORK_CLOSE])
    gauge = ClockGauge(memory)
    gauge.at_server("Broker-Real")
    Market(gauge, NOON + wrong_by).measure(3 * HOUR - wrong_by)
    assert gauge.doubt is not None
    assert gauge.doubt.state is LinkState.CLOCK_UNSURE
    assert ("ahead of" if wrong_by > timedelta(0) else "behind") in gauge.doubt.sentence
    assert gauge.clock is not None
    assert gauge.clock.offset == 3 * HOUR
    assert abs(gauge.clock.correction + wrong_by) < timedelta(milliseconds=2)
    assert abs(gauge.clock.residual) < timedelta(milliseconds=2)


def test_that_the_desk_goes_on_when_the_wrong_clock_is_set_right() -> None:
    gauge = ClockGauge()
    gauge.learn_break(NEW_YORK_CLOSE)
    market = Market(gauge, NOON + HOUR)
    market.measure(2 * HOUR)
    assert gauge.doubt is not None
    gauge.forget()
    market.wall_ahead = -HOUR
    market.measure(2 * HOUR)
    assert gauge.doubt is None
    assert gauge.clock is not None
    assert (gauge.clock.offset, gauge.clock.residual) == (3 * HOUR, timedelta(0))
    assert gauge.clock.correction == -HOUR


def test_that_a_clock_that_is_set_wrong_later_changes_nothing_of_what_is_measured() -> None:
    gauge = ClockGauge()
    market = Market(gauge)
    market.measure(3 * HOUR)
    market.wall_ahead = -HOUR
    market.measure(3 * HOUR)
    assert gauge.doubt is None
    assert gauge.clock is not None
    assert (gauge.clock.offset, gauge.clock.correction) == (3 * HOUR, timedelta(0))


def test_that_time_which_a_paused_machine_lost_is_taken_from_its_clock_that_was_set_since() -> None:
    gauge = ClockGauge()
    market = Market(gauge)
    market.measure(3 * HOUR)
    market.wall_ahead = 2 * HOUR
    market.measure(5 * HOUR)
    assert gauge.doubt is None
    assert gauge.clock is not None
    assert (gauge.clock.offset, gauge.clock.correction) == (3 * HOUR, 2 * HOUR)


def test_that_an_unusual_time_that_nothing_proves_is_asked_about_and_not_guessed() -> None:
    gauge = ClockGauge()
    Market(gauge).measure(5 * HOUR)
    assert gauge.doubt is not None
    assert "UTC+5:00" in gauge.doubt.sentence
    assert gauge.asked_offset == 5 * HOUR
    gauge.confirm(4 * HOUR)  # another question than the one that stands
    assert gauge.doubt is not None
    gauge.confirm(5 * HOUR)
    assert gauge.doubt is None


def test_that_what_the_user_confirmed_is_not_asked_again() -> None:
    memory = ClockMemory()
    gauge = ClockGauge(memory)
    gauge.at_server("Broker-Real")
    Market(gauge).measure(5 * HOUR)
    gauge.confirm(5 * HOUR)
    again = ClockGauge(memory)
    again.at_server("Broker-Real")
    Market(again).measure(5 * HOUR)
    assert again.doubt is None


def test_that_the_hour_in_which_gold_rests_proves_an_unusual_time() -> None:
    gauge = ClockGauge()
    gauge.learn_break(new_york_rule(9))
    Market(gauge).measure(5 * HOUR)
    assert gauge.doubt is None
    assert gauge.clock is not None
    assert gauge.clock.rule == "New York + 9 h"


def test_that_the_hour_in_which_gold_rests_shows_a_wrong_clock_that_would_look_usual() -> None:
    gauge = ClockGauge()
    gauge.learn_break(NEW_YORK_CLOSE)
    Market(gauge, NOON + 3 * HOUR).measure(timedelta(0))  # as on a server that keeps UTC
    assert gauge.doubt is not None
    assert "3 h ahead of the server's" in gauge.doubt.sentence
    assert "gold's daily break" in gauge.doubt.sentence


def test_that_a_broker_that_changed_its_servers_clock_is_believed_where_gold_rests_accordingly() -> None:
    memory = ClockMemory()
    memory.remember("Broker-Real", [NEW_YORK_CLOSE])
    gauge = ClockGauge(memory)
    gauge.at_server("Broker-Real")
    market = Market(gauge)
    market.measure(timedelta(0))
    assert gauge.wants_break
    gauge.learn_break(new_york_rule(4))
    market.measure(timedelta(0))
    assert gauge.doubt is None
    assert [rule.words for rule in memory.rules_of("Broker-Real")] == ["UTC"]


def test_that_a_server_is_known_better_with_each_season() -> None:
    memory = ClockMemory()
    gauge = ClockGauge(memory)
    gauge.at_server("Broker-Real")
    Market(gauge, datetime(2026, 1, 15, 12, tzinfo=UTC)).measure(2 * HOUR)
    assert [rule.words for rule in memory.rules_of("Broker-Real")] == ["New York + 7 h", "Europe/Athens"]
    later = ClockGauge(memory)
    later.at_server("Broker-Real")
    Market(later, datetime(2026, 3, 16, 12, tzinfo=UTC)).measure(2 * HOUR)  # New York has summer time by then
    assert [rule.words for rule in memory.rules_of("Broker-Real")] == ["Europe/Athens"]


def test_that_another_servers_rule_says_nothing() -> None:
    memory = ClockMemory()
    memory.remember("Broker-Real", [fixed_rule(5 * HOUR)])
    gauge = ClockGauge(memory)
    gauge.at_server("Other-Real")
    Market(gauge).measure(3 * HOUR)
    assert gauge.doubt is None
