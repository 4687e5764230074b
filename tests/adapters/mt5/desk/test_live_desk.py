"""The whole desk on an account behind a terminal: a trade as the desk reports it, judged by the broker."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.trading import RiskMitigation
from engine.domain.messages.commands import AddPlan, ApprovePlan, BreakEven, CloseTrade, Flatten, Halt, MoveStops
from engine.domain.messages.engine import HistoryRead
from engine.domain.messages.execution import (
    OtherPositionsChanged,
    StopMoved,
    TradeClosed,
    TradeOpened,
)
from engine.domain.orders import ExitReason
from engine.domain.plan import PlanStatus
from engine.domain.tokens import installation_of, order_token
from engine.domain.trades import StopKind
from tests.adapters.mt5.desk.world_desk import BID, FALLING, GOLD, HAMMER, MAGIC, QUIET, world_desk
from tests.builders import plan
from tests.fake_metatrader5.simulator import SimulatorClient
from tests.whole import present


async def test_that_a_setup_is_read_approved_filled_trailed_and_counted(simulator: SimulatorClient) -> None:
    async with world_desk(simulator) as desk:
        assert sum(len(event.candles) for event in desk.of(HistoryRead)) == 60
        await desk.minute(HAMMER)
        (plan_id,) = desk.card_plans
        assert desk.sent("open") == []

        desk.do(ApprovePlan(plan_id))
        opened = (await desk.hears(TradeOpened)).trade
        (held,) = simulator.positions()
        assert (held["ticket"], held["volume"], held["magic"]) == (opened.ticket, 0.01, MAGIC)
        assert held["comment"] == order_token(plan_id, installation_of(held["comment"]) or "none")
        plan = desk.plans[plan_id]
        assert (held["sl"], held["tp"]) == (plan.stop_loss, plan.take_profit)

        await desk.tick(BID + 1.6)
        moved = await desk.hears(StopMoved)
        assert moved.kind is StopKind.TRAILING
        (held,) = simulator.positions()
        assert held["sl"] == present(moved.trade.position.stop_loss) > plan.stop_loss
        assert held["tp"] == plan.take_profit

        await desk.tick(held["sl"] - 0.05)
        trade = await desk.closes()
        assert trade.reason is ExitReason.TRAILING_STOP
        assert trade.r == pytest.approx(trade.net_profit / (100 * 0.01 * (opened.position.entry - plan.stop_loss)))
        assert desk.statuses == [
            PlanStatus.PENDING,
            PlanStatus.AWAITING_APPROVAL,
            PlanStatus.EXECUTING,
            PlanStatus.OPEN,
            PlanStatus.CLOSED,
        ]
        assert desk.plans[plan_id].profit_loss == pytest.approx(trade.net_profit)
        kinds = [entry.kind for entry in desk.desk.archive.journal.read(plan_id=plan_id)]
        assert kinds[:4] == ["plan_added", "plan_awaiting_approval", "plan_executing", "order_sent"]
        assert (kinds[4], kinds[-1]) == ("plan_open", "plan_closed")


async def test_that_a_candle_against_the_trade_ends_it(simulator: SimulatorClient) -> None:
    async with world_desk(simulator) as desk:
        desk.trade_by_itself()
        opened = await desk.enter()
        await desk.minute(QUIET, base=BID - 0.3)  # opened before the entry: its minute does not count
        assert desk.of(TradeClosed) == []
        await desk.minute(FALLING, base=BID - 0.3)
        trade = await desk.closes()
        assert (trade.ticket, trade.reason) == (opened.ticket, ExitReason.ADVERSE_CANDLE)
        assert simulator.positions() == []
        (close,) = desk.sent("close")
        assert (close["position"], close["volume"]) == (opened.ticket, 0.01)


async def test_that_the_brokers_own_stop_and_target_end_trades_with_their_reason(simulator: SimulatorClient) -> None:
    async with world_desk(simulator) as desk:
        desk.trade_by_itself()
        opened = await desk.enter()
        await desk.tick(present(opened.position.stop_loss) - 0.2)
        assert (await desk.closes()).reason is ExitReason.STOP_LOSS
        opened = await desk.enter()
        await desk.tick(present(opened.position.take_profit) + 0.2)
        assert (await desk.closes(2)).reason is ExitReason.TAKE_PROFIT
        assert desk.sent("close") == []


async def test_that_the_users_plan_triggers_and_trades_its_own_levels(simulator: SimulatorClient) -> None:
    async with world_desk(simulator) as desk:
        now = simulator.now
        mine = plan(
            "mine", symbol=GOLD, entry_price=BID + 0.3, stop_loss=BID - 1.9, take_profit=BID + 4.6, volume=0.02,
            created_at=now, expires_at=now + timedelta(minutes=30),
        )  # fmt: skip
        desk.do(AddPlan(mine))
        desk.trade_by_itself()
        await desk.enter()
        (held,) = simulator.positions()
        assert (held["sl"], held["tp"], held["volume"]) == (BID - 1.9, BID + 4.6, 0.02)
        assert list(desk.plans) == ["mine"]
        desk.do(CloseTrade(held["ticket"]))
        assert (await desk.closes()).reason is ExitReason.MANUAL
        assert desk.plans["mine"].status is PlanStatus.CLOSED


async def test_that_the_user_moves_stops_and_flattens(simulator: SimulatorClient) -> None:
    async with world_desk(simulator) as desk:
        desk.trade_by_itself()
        first, second = await desk.enter(), await desk.enter()
        desk.do(MoveStops(first.ticket, BID - 2.05, BID + 6.0))
        moved = await desk.hears(StopMoved)
        assert _levels(simulator)[first.ticket] == (BID - 2.05, BID + 6.0)
        assert moved.kind is StopKind.BY_HAND

        await desk.tick(BID + 0.6)
        desk.do(BreakEven(second.ticket))
        await desk.until(
            lambda: _levels(simulator)[second.ticket] == (second.position.entry, second.position.take_profit)
        )

        desk.do(Flatten())
        assert {(await desk.closes(count)).reason for count in (1, 2)} == {ExitReason.FLATTEN}
        assert simulator.positions() == []


async def test_that_a_halt_leaves_positions_with_their_stops_and_lets_nothing_in(simulator: SimulatorClient) -> None:
    async with world_desk(simulator) as desk:
        desk.trade_by_itself()
        opened = await desk.enter()
        desk.do(Halt("enough"))
        await desk.minute(HAMMER)
        assert desk.denials() == ["halted"]
        assert _levels(simulator) == {opened.ticket: (opened.position.stop_loss, opened.position.take_profit)}
        assert len(desk.sent("open")) == 1


async def test_that_positions_of_others_count_and_are_never_touched(simulator: SimulatorClient) -> None:
    limits = RiskMitigation(cool_off_seconds=0, max_positions_per_symbol=1)
    async with world_desk(simulator, risk_mitigation=limits) as desk:
        simulator.trade(GOLD, 0.05, side="sell", sl=BID + 50.0)
        (theirs,) = simulator.positions()
        shown = await desk.hears(OtherPositionsChanged)
        assert [each.ticket for each in shown.positions] == [theirs["ticket"]]
        desk.trade_by_itself()
        await desk.minute(HAMMER)
        assert desk.denials() == ["positions_of_symbol"]
        desk.do(CloseTrade(theirs["ticket"]))
        desk.do(Flatten())
        await desk.minute(FALLING)
        assert "the desk leaves it" in desk.refusals[0]
        assert [each["ticket"] for each in simulator.positions()] == [theirs["ticket"]]
        assert simulator.log(function="order_send") == []


async def test_that_a_position_stopped_by_the_user_at_the_terminal_is_reported_so(simulator: SimulatorClient) -> None:
    async with world_desk(simulator) as desk:
        desk.trade_by_itself()
        opened = await desk.enter()
        simulator.trade(GOLD, 0.01, side="sell", position=opened.ticket)
        assert (await desk.closes()).reason is ExitReason.BY_HAND
        assert desk.sent("close") == []


def _levels(simulator: SimulatorClient) -> dict[int, tuple[float, float]]:
    return {each["ticket"]: (each["sl"], each["tp"]) for each in simulator.positions()}
