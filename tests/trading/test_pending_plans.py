"""Plans made beforehand, by the user or by another program: they wait for a setup near their price."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from engine.domain.market import Side
from engine.domain.messages.commands import AddPlan, ApprovePlan, CancelPlan, ReplacePlan
from engine.domain.messages.trading import PlanChanged, PlanRefused
from engine.domain.plan import PlanStatus, TradePlan
from engine.persistence.opening import DATABASE_FILE
from tests.approximate import close_to
from tests.builders import plan
from tests.trading.desks import TradingDesk


@pytest.fixture
def desk() -> TradingDesk:
    return TradingDesk().start().trade_by_itself()


@pytest.mark.parametrize("entry", [2000.0, 2000.3, 1999.7])
def test_that_a_setup_within_half_the_stop_distance_triggers_the_plan_with_its_own_levels(
    desk: TradingDesk, entry: float
) -> None:
    waiting = plan(entry_price=entry, stop_loss=entry - 0.6, take_profit=entry + 1.4, volume=0.03)
    desk.do(AddPlan(waiting))
    desk.propose()
    desk.tick(61)
    (deal,) = desk.broker.deals
    (position,) = desk.broker.positions
    assert (deal.volume_lots, position.stop_loss, position.take_profit) == (
        0.03,
        close_to(entry - 0.6),
        close_to(entry + 1.4),
    )
    assert list(desk.plans) == ["plan-1"]


@pytest.mark.parametrize("entry", [2000.4, 1999.6])
def test_that_a_setup_further_away_leaves_the_plan_waiting(desk: TradingDesk, entry: float) -> None:
    desk.do(AddPlan(plan(entry_price=entry, stop_loss=entry - 0.6, take_profit=entry + 1.4)))
    desk.propose()
    desk.tick(61)
    assert (desk.plans["plan-1"].status, desk.orders) == (PlanStatus.PENDING, 0)


def test_that_the_price_may_come_into_reach_while_the_setup_lives(desk: TradingDesk) -> None:
    desk.do(AddPlan(plan(entry_price=2000.4, stop_loss=1999.8, take_profit=2001.8)))
    desk.propose()
    desk.tick(75, bid=2000.0)
    desk.tick(76, bid=2000.0)
    assert desk.plans["plan-1"].status is PlanStatus.OPEN


def test_that_a_setup_of_the_other_side_is_the_scanners(desk: TradingDesk) -> None:
    desk.do(AddPlan(plan()))
    desk.propose(side=Side.SELL)
    assert desk.plans["plan-1"].status is PlanStatus.PENDING
    assert desk.plans["scanner-signal-0"].status is PlanStatus.EXECUTING


def test_that_a_triggered_plan_waits_for_approval_manually() -> None:
    desk = TradingDesk().start()
    desk.do(AddPlan(plan()))
    desk.propose()
    (card,) = desk.cards
    desk.do(ApprovePlan("plan-1"))
    desk.tick(61)
    assert (card.plan.plan_id, desk.plans["plan-1"].status) == ("plan-1", PlanStatus.OPEN)


def test_that_a_plan_without_a_setup_expires(desk: TradingDesk) -> None:
    desk.do(AddPlan(plan()))
    desk.tick(1799)
    desk.tick(1811)
    assert desk.plans["plan-1"].status is PlanStatus.EXPIRED


def test_that_an_unsound_plan_is_refused_with_every_fault(desk: TradingDesk) -> None:
    desk.do(AddPlan(plan(stop_loss=2000.5, volume=0.015)))
    desk.do(AddPlan(plan(symbol="EURUSD")))
    assert "stop_loss 2000.5 of a BUY must lie below" in desk.refusals[0]
    assert "volume 0.015 is not a multiple" in desk.refusals[0]
    assert desk.refusals[1] == "symbol EURUSD is not traded by this desk"
    assert desk.of(PlanChanged) == []


def test_that_a_cancelled_plan_is_off_the_approval_desk() -> None:
    desk = TradingDesk().start()
    desk.do(AddPlan(plan()))
    desk.propose()
    desk.do(CancelPlan("plan-1"))
    desk.do(ApprovePlan("plan-1"))
    assert (desk.plans["plan-1"].status, desk.refusals) == (PlanStatus.CANCELLED, ["it was withdrawn"])


def test_that_a_changed_plan_trades_its_new_levels_and_the_old_one_none(desk: TradingDesk) -> None:
    desk.do(AddPlan(plan()))
    desk.do(ReplacePlan("plan-1", plan("plan-2", stop_loss=1999.2, volume=0.03)))
    desk.propose()
    desk.tick(61)
    (deal,) = desk.broker.deals
    (position,) = desk.broker.positions
    assert (deal.volume_lots, position.stop_loss) == (0.03, 1999.2)
    assert (desk.plans["plan-1"].status, desk.plans["plan-2"].status) == (PlanStatus.CANCELLED, PlanStatus.OPEN)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (plan("plan-2", stop_loss=2000.5), "stop_loss 2000.5 of a BUY must lie below"),
        (plan("plan-1"), "plan id plan-1 has been used already"),
        (plan("plan-2", status=PlanStatus.OPEN), "plan plan-2 cannot begin as open"),
    ],
)
def test_that_a_faulty_change_leaves_the_plan_as_it_was(desk: TradingDesk, changed: TradePlan, reason: str) -> None:
    desk.do(AddPlan(plan()))
    desk.do(ReplacePlan("plan-1", changed))
    assert desk.refusals[0].startswith(reason)
    assert list(desk.plans) == ["plan-1"]
    assert desk.plans["plan-1"].status is PlanStatus.PENDING


def test_that_a_plan_that_has_sent_its_order_or_awaits_approval_is_not_changed(desk: TradingDesk) -> None:
    desk.do(AddPlan(plan()))
    desk.propose()
    desk.tick(61)
    desk.do(ReplacePlan("plan-1", plan("plan-2")))
    desk.do(ReplacePlan("no-plan", plan("plan-2")))
    assert desk.refusals == [
        "plan plan-1 is open: only a plan that waits for a setup can be changed",
        "plan no-plan is unknown here: only a plan that waits for a setup can be changed",
    ]
    asking = TradingDesk().start()
    asking.do(AddPlan(plan()))
    asking.propose()
    asking.do(ReplacePlan("plan-1", plan("plan-2")))
    assert asking.refusals == [
        "plan plan-1 is awaiting approval: only a plan that waits for a setup can be changed",
    ]


ROW = (
    "INSERT INTO trade_plans (plan_id, symbol, direction, entry_price, stop_loss, take_profit, volume, conditions, "
    "status) VALUES ('micro_scalp_001', 'XAUUSD', 'BUY', 2000.0, ?, 2001.5, 0.01, "
    """'{"plan_type": "micro_scalp", "timeframe": "M1"}', 'pending')"""
)


def put(directory: Path, statement: str, *values: object) -> None:
    """What any other program may do."""
    connection = sqlite3.connect(directory / DATABASE_FILE)
    with connection:
        connection.execute(statement, values)
    connection.close()


def test_that_a_row_from_outside_is_picked_up_and_traded(tmp_path: Path) -> None:
    desk = TradingDesk(tmp_path).start().trade_by_itself()
    put(tmp_path, ROW, 1999.5)
    desk.tick(15)
    added = desk.plans["micro_scalp_001"]
    assert added.status is PlanStatus.PENDING
    desk.propose()
    desk.tick(61)
    assert desk.plans["micro_scalp_001"].status is PlanStatus.OPEN
    desk.close()


def test_that_an_unsound_row_from_outside_is_marked_with_the_reason(tmp_path: Path) -> None:
    desk = TradingDesk(tmp_path).start()
    put(tmp_path, ROW, 2000.5)
    desk.tick(15)
    (refused,) = desk.of(PlanRefused)
    assert refused.reason.startswith("stop_loss 2000.5 of a BUY must lie below entry_price 2000")
    assert desk.plans["micro_scalp_001"].status is PlanStatus.REJECTED
    desk.close()


@pytest.mark.parametrize("is_noticed", [True, False])
def test_that_a_plan_cancelled_outside_sends_no_order(tmp_path: Path, is_noticed: bool) -> None:
    desk = TradingDesk(tmp_path).start()
    desk.do(AddPlan(plan()))
    desk.propose()
    put(tmp_path, "UPDATE trade_plans SET status = 'cancelled' WHERE plan_id = 'plan-1'")
    if is_noticed:
        desk.tick(75)
    desk.do(ApprovePlan("plan-1"))
    desk.tick(76)
    desk.tick(90)
    assert (desk.orders, desk.plans["plan-1"].status) == (0, PlanStatus.CANCELLED)
    assert len(desk.refusals) == 1
    desk.close()


def test_that_a_plan_cancelled_outside_as_it_triggers_does_not_stop_the_market(tmp_path: Path) -> None:
    desk = TradingDesk(tmp_path).start().trade_by_itself()
    desk.do(AddPlan(plan()))
    desk.tick(59)
    put(tmp_path, "UPDATE trade_plans SET status = 'cancelled' WHERE plan_id = 'plan-1'")
    desk.propose()
    desk.tick(75)
    assert (desk.orders, desk.plans["plan-1"].status) == (0, PlanStatus.CANCELLED)
    desk.close()
