"""Several accounts, one data folder: what happened on one of them touches no other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from config.trading import RiskMitigation
from engine.adapters.mt5.conditions import Condition, LinkState
from engine.adapters.mt5.link.sentences import READY
from engine.domain.market import Side
from engine.domain.messages.commands import AddPlan, CancelPlan, CloseTrade, ConfirmRecords, TradeHere
from engine.domain.messages.execution import PositionAdopted, PositionVanished, Reconciled, TradeClosed, TradeOpened
from engine.domain.messages.trading import DayFiguresChanged, ModesChanged, RecordsDiffer
from engine.domain.orders import ExitReason
from engine.domain.plan import PlanStatus
from engine.domain.risk import Authority
from tests.adapters.mt5.desk import world_desk as w
from tests.adapters.mt5.links import ACCOUNT
from tests.approximate import close_to
from tests.builders import plan
from tests.fake_metatrader5.simulator import Account, SimulatorClient

FIRST, SECOND = "demo account 1001 at Fake-Demo", "real account 2 at Fake-Demo"
ONE_LOSS = RiskMitigation(cool_off_seconds=0, max_consecutive_losses=1, max_positions_per_symbol=1)


def new_world(simulator: SimulatorClient) -> None:
    simulator.reset(w.world(accounts=(Account(), Account(login=2, kind=2))))
    simulator.push(w.GOLD, w.BID, w.BID + w.SPREAD)


@asynccontextmanager
async def desk_on(simulator: SimulatorClient, login: int, directory: Path) -> AsyncIterator[w.WorldDesk]:
    """A desk that is started on the account; one with a single loss a day and a single position."""
    simulator.switch_account(login)
    desk = w.WorldDesk(simulator, w.desk_settings(risk_mitigation=ONE_LOSS), directory)
    _stand_on(desk, login)
    try:
        await desk.start()
        yield desk
    finally:
        await desk.stop()


def _stand_on(desk: w.WorldDesk, login: int) -> None:
    account = ACCOUNT if login == ACCOUNT.login else msgspec.structs.replace(ACCOUNT, login=login, kind="real")
    desk.link.become(account=account, condition=READY)


async def switch(desk: w.WorldDesk, simulator: SimulatorClient, login: int) -> None:
    """The terminal goes to another account, and after a while the user confirms it."""
    begun = len(desk.of(Reconciled))
    switched = Condition(state=LinkState.ACCOUNT_SWITCHED, sentence="Another account.")
    simulator.switch_account(login)
    other = msgspec.structs.replace(ACCOUNT, login=login, kind="real" if login == 2 else "demo")
    desk.link.become(account=other, condition=switched)
    _stand_on(desk, login)
    await desk.until(lambda: len(desk.of(Reconciled)) > begun)


async def lose(desk: w.WorldDesk) -> None:
    desk.trade_by_itself()
    opened = await desk.enter()
    desk.do(CloseTrade(opened.ticket))
    assert (await desk.closes()).net_profit < 0.0


async def denied(desk: w.WorldDesk) -> list[str]:
    """What the gate says of the next setup."""
    before, opened = len(desk.denials()), len(desk.of(TradeOpened))
    desk.simulator.advance(1.0 - desk.simulator.now.microsecond / 1e6)  # the next candle closes with its last tick
    desk.trade_by_itself()
    await desk.minute(w.HAMMER)
    await desk.until(lambda: len(desk.denials()) > before or len(desk.of(TradeOpened)) > opened)
    return desk.denials()[before:]


async def test_that_a_loss_on_one_account_stops_no_other_and_counts_when_it_comes_back(
    simulator: SimulatorClient, tmp_path: Path
) -> None:
    new_world(simulator)
    async with desk_on(simulator, 1001, tmp_path) as first:
        await lose(first)
        assert await denied(first) == ["consecutive_losses"]
    async with desk_on(simulator, 2, tmp_path) as second:
        assert second.of(DayFiguresChanged)[-1].figures.trades == 0
        assert await denied(second) == []
        shown = {plan.plan_id: plan.account for plan in second.plans.values()}
        assert set(shown.values()) == {FIRST, SECOND}
    async with desk_on(simulator, 1001, tmp_path) as first:
        assert await denied(first) == ["consecutive_losses"]
        facts = first.desk.archive.trades(first.desk.settings).read()
        assert [each.account for each in facts] == [FIRST]


async def test_that_a_position_left_on_one_account_blocks_nothing_on_another_and_is_managed_when_it_comes_back(
    simulator: SimulatorClient, tmp_path: Path
) -> None:
    new_world(simulator)
    async with desk_on(simulator, 1001, tmp_path) as first:
        first.trade_by_itself()
        left = await first.enter()
    async with desk_on(simulator, 2, tmp_path) as second:
        assert await denied(second) == []
        assert second.of(TradeOpened)[-1].trade.ticket != left.ticket
    async with desk_on(simulator, 1001, tmp_path) as first:
        assert [event.trade.ticket for event in first.of(TradeOpened) if event.is_resumed] == [left.ticket]
        first.do(CloseTrade(left.ticket))
        closed = await first.closes()
        assert (closed.plan_id, closed.reason) == (left.plan_id, ExitReason.MANUAL)


async def test_that_switching_the_account_while_the_desk_runs_is_like_a_restart_on_it(
    simulator: SimulatorClient, tmp_path: Path
) -> None:
    new_world(simulator)
    async with desk_on(simulator, 1001, tmp_path) as desk:
        desk.do(
            AddPlan(
                plan(
                    "mine", symbol=w.GOLD, direction=Side.SELL, entry_price=4010.0, stop_loss=4012.0, take_profit=4006.0
                )
            )
        )
        desk.trade_by_itself()
        left = await desk.enter()
        await switch(desk, simulator, 2)
        modes = desk.of(ModesChanged)[-1]
        assert (modes.authority, modes.auto_symbols) == (Authority.MANUAL, frozenset())
        assert (desk.of(PositionVanished), desk.of(PositionAdopted)) == ([], [])
        desk.do(CancelPlan("mine"))
        assert "belongs to the demo account 1001" in desk.refusals[-1]
        assert await denied(desk) == []
        assert len(simulator.positions(login=2)) == 1
        await switch(desk, simulator, 1001)
        assert desk.of(TradeOpened)[-1].trade.ticket == left.ticket
        assert desk.of(TradeOpened)[-1].is_resumed
        desk.do(CancelPlan("mine"))
        assert desk.plans["mine"].status is PlanStatus.CANCELLED
        assert desk.of(TradeClosed) == []
        assert len(simulator.positions(login=1001)) == 1
        assert desk.of(RecordsDiffer) == []


async def test_that_an_account_that_nobody_confirmed_is_waited_out(simulator: SimulatorClient, tmp_path: Path) -> None:
    new_world(simulator)
    async with desk_on(simulator, 1001, tmp_path) as desk:
        left = await _entered(desk)
        simulator.switch_account(2)
        switched = Condition(state=LinkState.ACCOUNT_SWITCHED, sentence="Another account.")
        desk.link.become(account=msgspec.structs.replace(ACCOUNT, login=2), condition=switched)
        desk.do(CloseTrade(left))
        simulator.switch_account(1001)
        begun = len(desk.of(Reconciled))
        _stand_on(desk, 1001)
        await desk.until(lambda: len(desk.of(Reconciled)) > begun)
        assert desk.of(PositionVanished) == []


async def _entered(desk: w.WorldDesk) -> int:
    desk.trade_by_itself()
    return (await desk.enter()).ticket


async def test_that_a_desk_with_a_fresh_data_folder_counts_the_day_of_its_account_and_asks(
    simulator: SimulatorClient, tmp_path: Path
) -> None:
    new_world(simulator)
    async with desk_on(simulator, 1001, tmp_path / "first") as first:
        await lose(first)
        lost = first.of(TradeClosed)[-1].trade
    async with desk_on(simulator, 1001, tmp_path / "second") as second:
        (difference,) = second.of(RecordsDiffer)[-1].differences
        assert f"not on record here: BUY XAUUSDm ({lost.ticket})" in difference
        figures = second.of(DayFiguresChanged)[-1].figures
        assert (figures.losses, figures.profit) == (1, close_to(lost.net_profit))
        assert second.of(ModesChanged)[-1].authority is Authority.EXITS_ONLY
        second.do(TradeHere())
        second.do(ConfirmRecords())
        assert await denied(second) == ["consecutive_losses"]
