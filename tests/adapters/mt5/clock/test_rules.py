"""The rules that servers keep their clocks by: remembered, named, and seen in the hour in which gold rests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.adapters.mt5.clock.memory import MEMORY_FILE, ClockMemory
from engine.adapters.mt5.clock.rules import (
    ATHENS,
    HOURS_ASKED,
    NEW_YORK_CLOSE,
    USUAL,
    ServerRule,
    fixed_rule,
    new_york_rule,
    rule_named,
    rule_of_break,
)
from engine.domain.market import DayRoll
from engine.market.hours import open_since

HOUR = timedelta(hours=1)


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


def hours_of_gold(rule: ServerRule, until: datetime, days: int = 7) -> list[int]:
    """Openings of gold's candles of an hour as the server's clock shows them."""
    instants = [until - timedelta(hours=hour) for hour in range(24 * days, 0, -1)]
    shown = [at + rule.offset_at(at) for at in instants if open_since(DayRoll.NEW_YORK_17, at) is not None]
    return [int(at.timestamp()) for at in shown][-HOURS_ASKED:]


@pytest.mark.parametrize("rule", [*USUAL, fixed_rule(5 * HOUR), fixed_rule(-7 * HOUR), new_york_rule(0)])
@pytest.mark.parametrize("until", [datetime(2026, 1, 16, 12, tzinfo=UTC), datetime(2026, 9, 4, 20, tzinfo=UTC)])
def test_that_the_hour_in_which_gold_rests_shows_the_servers_clock(rule: ServerRule, until: datetime) -> None:
    found = rule_of_break(hours_of_gold(rule, until))
    assert found is not None
    assert found.offset_at(until) == rule.offset_at(until)


def test_that_bitcoin_a_short_history_and_a_holiday_prove_nothing() -> None:
    gold = hours_of_gold(NEW_YORK_CLOSE, datetime(2026, 9, 4, 20, tzinfo=UTC))
    assert rule_of_break(range(0, 120 * 3600, 3600)) is None
    assert rule_of_break(gold[-40:]) is None
    assert rule_of_break([each for each in gold if each // 3600 % 24 != 12]) is None
    assert rule_of_break([]) is None
