"""The server's clock is told by ticks that have just come, and doubted where it is odd."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.mt5.clock.daily_break import HOURS_ASKED, rule_of_break
from engine.adapters.mt5.clock.gauge import TICKS_NEEDED, ClockGauge
from engine.adapters.mt5.clock.memory import MEMORY_FILE, ClockMemory
from engine.adapters.mt5.clock.rules import (
    ATHENS,
    NEW_YORK_CLOSE,
    USUAL,
    ServerRule,
    fixed_rule,
    new_york_rule,
    rule_named,
)
from engine.adapters.mt5.conditions import LinkState
from engine.domain.market import DayRoll
from engine.market.hours import open_since

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Market:
    """Ticks of a server whose clock is ahead, one each second, seen `late` after they happened."""

    def __init__(self, gauge: ClockGauge, at: datetime = NOON) -> None:
        self.gauge = gauge
        self.now = at
        self.wall_ahead = timedelta(0)

    def tick(self, ahead: timedelta, symbol: str = "XAUUSD", late: timedelta = timedelta(0)) -> bool:
        self.now += timedelta(seconds=1)
        stamp_ms = round((self.now - late + ahead).timestamp() * 1000)
        return self.gauge.look(symbol, stamp_ms, self.now, self.wall_ahead)

    def measure(self, ahead: timedelta) -> None:
        """The first look never counts: nobody knows how old that tick is."""
        while not self.tick(ahead):
            pass


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


def test_that_a_tick_which_does_not_change_tells_nothing() -> None:
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


# -- a computer's clock that is wrong from the start ------------------------------------------------------------------


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


# -- what is remembered -----------------------------------------------------------------------------------------------


async def test_that_the_rules_of_servers_outlive_the_desk(tmp_path: Path) -> None:
    memory = ClockMemory(tmp_path)
    memory.remember("A", [NEW_YORK_CLOSE, ATHENS])
    memory.remember("B", [fixed_rule(timedelta(hours=-5, minutes=-30))])
    await memory.written()
    again = ClockMemory(tmp_path)
    assert again.rules_of("A") == (NEW_YORK_CLOSE, ATHENS)
    assert again.rules_of("B") == (fixed_rule(timedelta(hours=-5, minutes=-30)),)
    assert again.rules_of("C") == ()


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"A": 1}', b"\xff\xfe", b'{"A": ["UTC+99", "Mars", "New York + 999 h"]}']
)
def test_that_a_damaged_memory_counts_as_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / MEMORY_FILE).write_bytes(content)
    assert ClockMemory(tmp_path).rules_of("A") == ()


@pytest.mark.parametrize("rule", [*USUAL, fixed_rule(5 * HOUR), fixed_rule(timedelta(minutes=-570)), new_york_rule(-1)])
def test_that_each_rule_is_found_again_by_its_name(rule: ServerRule) -> None:
    assert rule_named(rule.words) == rule


# -- the daily break --------------------------------------------------------------------------------------------------


def hours_of_gold(rule: ServerRule, until: datetime, days: int = 7) -> list[int]:
    """Openings of gold's candles of an hour as the server's clock shows them."""
    instants = [until - timedelta(hours=hour) for hour in range(24 * days, 0, -1)]
    shown = [at + rule.offset_at(at) for at in instants if open_since(DayRoll.NEW_YORK_17, at) is not None]
    return [int(at.timestamp()) for at in shown][-HOURS_ASKED:]


@pytest.mark.parametrize("rule", [*USUAL, fixed_rule(5 * HOUR), fixed_rule(-7 * HOUR), new_york_rule(0)])
@pytest.mark.parametrize("until", [datetime(2026, 1, 16, 12, tzinfo=UTC), datetime(2026, 9, 4, 20, tzinfo=UTC)])
def test_that_the_hour_in_which_gold_rests_tells_the_servers_clock(rule: ServerRule, until: datetime) -> None:
    found = rule_of_break(hours_of_gold(rule, until))
    assert found is not None
    assert found.offset_at(until) == rule.offset_at(until)


def test_that_bitcoin_a_short_history_and_a_holiday_prove_nothing() -> None:
    gold = hours_of_gold(NEW_YORK_CLOSE, datetime(2026, 9, 4, 20, tzinfo=UTC))
    assert rule_of_break(range(0, 120 * 3600, 3600)) is None
    assert rule_of_break(gold[-40:]) is None
    assert rule_of_break([each for each in gold if each // 3600 % 24 != 12]) is None
    assert rule_of_break([]) is None
