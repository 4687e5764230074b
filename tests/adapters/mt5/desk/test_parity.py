"""One story, played on paper and on an account behind a terminal: the desk does and says the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from config.trading import RiskMitigation
from engine.domain.messages import execution as events
from engine.domain.messages.trading import (
    ApprovalAnswered,
    ApprovalAsked,
    CommandRefused,
    ModesChanged,
    PlanChanged,
    TradingEvent,
)
from engine.domain.plan import PlanStatus
from tests.adapters.mt5.desk.manual_stories import MANUAL_STORIES, NETTED
from tests.adapters.mt5.desk.stages import PAPER, Stage, Story, on_paper, on_terminal
from tests.adapters.mt5.desk.stories import STORIES, trade_by_itself
from tests.fake_metatrader5.simulator import SimulatorClient


@pytest.mark.parametrize("story", [*STORIES, *MANUAL_STORIES], ids=lambda story: story.__name__)
async def test_that_a_story_goes_the_same_way_on_paper_and_behind_a_terminal(
    story: Story, simulator: SimulatorClient, tmp_path: Path
) -> None:
    paper = await on_paper(story, tmp_path / "paper", risk_mitigation=RiskMitigation(cool_off_seconds=30))
    terminal = await on_terminal(
        story, simulator, tmp_path / "terminal", risk_mitigation=RiskMitigation(cool_off_seconds=30)
    )
    assert events_of(terminal) == events_of(paper)
    assert results_of(terminal) == results_of(paper)


async def test_that_a_netting_account_takes_one_position_of_a_symbol_on_both(
    simulator: SimulatorClient, tmp_path: Path
) -> None:
    async def story(stage: Stage) -> None:
        await trade_by_itself(stage)
        for minute in range(2):
            await stage.propose(minute)
            await stage.tick(60 * minute + 61)

    netting = {"paper": PAPER.model_copy(update={"is_hedging": False})}
    paper = await on_paper(story, tmp_path / "paper", **netting)
    terminal = await on_terminal(story, simulator, tmp_path / "terminal", **netting)
    assert events_of(terminal) == events_of(paper)
    assert terminal.desk.denials() == ["positions_of_symbol"]
    assert len(simulator.positions()) == 1


@pytest.mark.parametrize("story", NETTED, ids=lambda story: story.__name__)
async def test_that_manual_orders_of_one_side_merge_on_a_netting_account(
    story: Story, simulator: SimulatorClient, tmp_path: Path
) -> None:
    netting = {"paper": PAPER.model_copy(update={"is_hedging": False})}
    paper = await on_paper(story, tmp_path / "paper", **netting)
    terminal = await on_terminal(story, simulator, tmp_path / "terminal", **netting)
    assert events_of(terminal) == events_of(paper)
    assert results_of(terminal) == results_of(paper)
    (trade,) = terminal.desk.trades
    assert trade.volume_lots == 0.04
    assert {plan.status for plan in terminal.desk.plans.values()} <= {PlanStatus.CLOSED}


def events_of(stage: Stage) -> list[Any]:
    """The events of the desk in order, without prices and counts of seconds."""
    return [essence for event in stage.desk.events if (essence := essence_of(event)) is not None]


def essence_of(event: TradingEvent) -> Any:
    name = type(event).__name__
    match event:
        case PlanChanged(plan=one):
            return name, one.plan_id, one.status, _plain(one.close_reason)
        case ApprovalAsked(card=card):
            return name, card.plan.plan_id, tuple(each.name for each in card.objections)
        case ApprovalAnswered(verdict=verdict):
            return name, verdict
        case CommandRefused(command=command, reason=reason):
            return name, type(command).__name__, reason.partition(" at ")[0]
        case ModesChanged(authority=authority, halt=halt):
            return name, authority, halt is not None
        case events.TradeOpened(is_partial=is_partial, is_resumed=is_resumed):
            return name, is_partial, is_resumed
        case events.StopMoved(kind=kind) | events.StopMoveRefused(kind=kind):
            return name, kind
        case events.ExitSent(reason=reason, attempt=attempt):
            return name, reason, attempt
        case events.TradeClosed(trade=trade):
            return name, trade.plan_id, trade.reason
        case events.Reconciled(open_trades=count, unknown=unknown):
            return name, count, unknown
        case (
            events.OrderSent()
            | events.OrderFailed()
            | events.OrderUnknown()
            | events.PositionAdopted()
            | events.ExitRefused()
            | events.TradeReduced()
            | events.PartialCloseSent()
            | events.PartialCloseRefused()
            | events.ExitRulesChanged()
            | events.OrderMerged()
            | events.TradeAmended()
            | events.ProtectionLost()
            | events.PositionVanished()
            | events.OtherPositionsChanged()
        ):
            return name
    return None


def _plain(reason: str) -> str:
    """Without the broker's own code and the gate's figures."""
    return reason.partition(":")[0].partition(" (")[0]


def results_of(stage: Stage) -> list[Any]:
    return [
        (
            trade.plan_id, trade.side, trade.volume_lots, trade.entry, trade.stop_loss, trade.take_profit, trade.reason,
            pytest.approx(trade.exit), pytest.approx(trade.net_profit), pytest.approx(trade.r),
        )
        for trade in stage.desk.trades
    ]  # fmt: skip
