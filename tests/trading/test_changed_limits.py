"""A trader that works by other settings from a moment on."""

from __future__ import annotations

from datetime import timedelta

from config.changes import with_values
from engine.domain.messages.commands import AddPlan, ApprovePlan
from engine.domain.risk import LockName
from tests.builders import MONDAY, plan
from tests.trading.desks import TradingDesk, settings

SPREAD = "xauusd_rules.pre_trade_filters.spread.max_spread"


def test_that_the_gate_judges_what_waits_by_the_new_limits() -> None:
    desk = TradingDesk().start()
    desk.propose()
    desk.trader.use(with_values(settings(), {SPREAD: 0.1}))
    desk.do(ApprovePlan("scanner-signal-0"))
    (reason,) = desk.refusals
    assert reason.startswith("the risk check failed: spread")


def test_that_a_strategy_switched_off_proposes_nothing_more() -> None:
    desk = TradingDesk().start()
    desk.trader.use(settings(enabled=False))
    desk.propose()
    assert desk.cards == []


def test_that_plans_must_keep_to_the_new_ranges() -> None:
    desk = TradingDesk().start()
    desk.trader.use(with_values(settings(), {"xauusd_rules.sl_range": [0.7, 1.2]}))
    desk.do(AddPlan(plan()))
    assert desk.refusals == ["stop distance 0.5 is outside 0.7 to 1.2"]


def test_that_locks_which_begin_later_last_as_long_as_the_new_settings_say() -> None:
    desk = TradingDesk().start().trade_by_itself()
    desk.trader.use(settings(cooldown_seconds=90))
    desk.propose()
    (cooldown,) = [lock for lock in desk.archive.locks.locks() if lock.name is LockName.COOLDOWN]
    assert cooldown.until == MONDAY + timedelta(seconds=60 + 90)


def test_that_modes_are_left_to_the_user() -> None:
    desk = TradingDesk().start().trade_by_itself()
    desk.trader.use(with_values(settings(), {"execution.auto_symbols": []}))
    desk.propose()
    desk.tick(60)
    assert desk.orders == 1
