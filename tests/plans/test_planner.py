"""Which plan a setup triggers, and what the scanner makes of it otherwise."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain.market import Side
from engine.domain.plan import PlanStatus, TradePlan
from engine.trading.plans.planner import ends_at, order_proposal, scanner_plan, triggered_plan
from tests.builders import GOLD_CONTRACT, MONDAY, plan, quote, setup

SETUP = setup()
NOW = SETUP.known_at


def triggered(*plans: TradePlan, ask: float = 2000.0, minutes: float = 0.0) -> str | None:
    at = NOW + timedelta(minutes=minutes)
    found = triggered_plan(SETUP, plans, quote(bid=round(ask - 0.2, 2)), at, trigger_distance_r=0.5)
    return found.plan_id if found else None


@pytest.mark.parametrize("ask", [1999.75, 2000.0, 2000.25])
def test_that_a_price_within_half_the_stop_distance_triggers_the_plan(ask: float) -> None:
    assert triggered(plan(), ask=ask) == "plan-1"


@pytest.mark.parametrize("ask", [1999.74, 2000.26])
def test_that_a_price_just_beyond_it_does_not(ask: float) -> None:
    assert triggered(plan(), ask=ask) is None


def test_that_a_sell_is_measured_from_the_bid() -> None:
    sell = plan(direction=Side.SELL, stop_loss=2000.5, take_profit=1998.5)
    at_bid = quote(bid=2000.25, spread=5.0)
    assert triggered_plan(setup(Side.SELL), [sell], at_bid, NOW, 0.5) is sell


def test_that_plans_of_the_other_side_or_symbol_or_state_stay_where_they_are() -> None:
    others = (
        plan("sell", direction=Side.SELL, stop_loss=2000.5, take_profit=1998.5),
        plan("bitcoin", symbol="BTCUSD"),
        plan("asked", status=PlanStatus.AWAITING_APPROVAL),
        plan("over", expires_at=NOW),
    )
    assert triggered(*others) is None


def test_that_one_signal_triggers_only_the_nearest_of_several_plans() -> None:
    near, far = plan("near", entry_price=2000.1), plan("far", entry_price=2000.2)
    assert triggered(far, near) == "near"


def test_that_of_equally_near_plans_the_oldest_is_taken() -> None:
    older = plan("older", created_at=MONDAY - timedelta(minutes=1))
    assert triggered(plan("newer"), older) == "older"


def test_that_a_setup_triggers_nothing_once_the_next_candle_has_closed() -> None:
    assert triggered(plan(), minutes=0.99) == "plan-1"
    assert triggered(plan(), minutes=1.0) is None


def test_that_the_same_signal_always_becomes_a_plan_of_the_same_id() -> None:
    first = scanner_plan(setup(), GOLD_CONTRACT, 0.01, PlanStatus.PENDING)
    again = scanner_plan(setup(price=2000.4), GOLD_CONTRACT, 0.02, PlanStatus.AWAITING_APPROVAL)
    assert first.plan_id == again.plan_id
    assert scanner_plan(setup(signal_id="other"), GOLD_CONTRACT, 0.01, PlanStatus.PENDING).plan_id != first.plan_id


def test_that_the_scanners_plan_lies_on_the_price_grid_and_lives_as_long_as_the_setup() -> None:
    made = scanner_plan(setup(price=2000.0, risk=0.5049), GOLD_CONTRACT, 0.01, PlanStatus.PENDING)
    assert (made.entry_price, made.stop_loss, made.take_profit) == (2000.0, 1999.5, 2001.01)
    assert made.expires_at == ends_at(SETUP) == SETUP.known_at + timedelta(minutes=1)
    assert made.conditions["signals"] == ["LONG_WICK_TRAP", "INCREASING_VOLUME"]


def test_that_the_proposal_of_a_triggered_plan_is_measured_from_the_price_at_its_trigger() -> None:
    proposal = order_proposal(plan(), SETUP, idea_price=2000.2)
    assert proposal.risk_distance == pytest.approx(0.7)
    assert proposal.ends_at == ends_at(SETUP)
