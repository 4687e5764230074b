"""Facts about an account on which others trade as well: the user, other programs, other desks."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from config.trading import RiskMitigation
from engine.domain.messages.commands import ApprovePlan, CloseTrade, SetAuthority, TradeHere
from engine.domain.messages.execution import (
    OrderFailed,
    OrderUnknown,
    OtherDeskSeen,
    OtherPositionsChanged,
    OtherTradeSeen,
    PositionAdopted,
    TradeOpened,
)
from engine.domain.messages.trading import ModesChanged, OtherDesksChanged
from engine.domain.risk import Authority
from engine.domain.tokens import installation_of, order_token
from tests.adapters.mt5.desk.world_desk import BID, GOLD, HAMMER, MAGIC, SPREAD, WorldDesk, desk_settings, world_desk
from tests.fake_metatrader5.simulator import SimulatorClient, timed_out

ONE = RiskMitigation(cool_off_seconds=0, max_positions_per_symbol=1, max_positions=1)


async def test_that_an_order_left_in_the_terminal_is_seen_and_counts(simulator: SimulatorClient) -> None:
    async with world_desk(simulator, risk_mitigation=ONE) as desk:
        left = simulator.place(GOLD, 0.05, BID - 50.0)
        shown = await desk.hears(OtherPositionsChanged)
        (order,) = shown.orders
        assert (order.ticket, order.price, order.is_ours) == (left["order"], BID - 50.0, False)
        desk.trade_by_itself()
        await desk.minute(HAMMER)
        assert desk.denials() == ["positions_of_symbol"]
        assert desk.sent("open") == []


async def test_that_each_trade_of_others_is_announced_once(simulator: SimulatorClient) -> None:
    async with world_desk(simulator) as desk:
        by_hand = simulator.trade(GOLD, 0.05, side="sell", sl=BID + 50.0)
        by_program = simulator.trade(GOLD, 0.02, sl=BID - 50.0, magic=7, by_hand=False)
        left = simulator.place(GOLD, 0.05, BID - 50.0)
        await desk.hears(OtherTradeSeen, 3)
        simulator.set_levels(by_hand["order"], BID + 60.0, 0.0)
        await desk.until(lambda: desk.of(OtherPositionsChanged)[-1].positions[0].stop_loss == BID + 60.0)
        seen = {(each.ticket, each.is_working, each.is_other_desk) for each in desk.of(OtherTradeSeen)}
        tickets = (by_hand["order"], by_program["order"])
        assert seen == {*((ticket, False, False) for ticket in tickets), (left["order"], True, False)}
        assert len(desk.of(OtherTradeSeen)) == 3


@pytest.mark.parametrize("is_left", [False, True], ids=["a position", "an order"])
async def test_that_what_came_since_the_last_look_holds_the_next_entry_back(
    simulator: SimulatorClient, is_left: bool
) -> None:
    """The desk looks again before an order leaves, however long ago it looked last."""
    seldom = desk_settings().metatrader.model_copy(update={"position_poll_ms": 1_000})
    async with world_desk(simulator, risk_mitigation=ONE, metatrader=seldom) as desk:
        desk.trade_by_itself()
        if is_left:
            simulator.place(GOLD, 0.05, BID - 50.0)
        else:
            simulator.trade(GOLD, 0.05, side="sell", sl=BID + 50.0)
        await desk.minute(HAMMER)
        failed = await desk.hears(OrderFailed)
        assert "do not count yet" in failed.reason
        assert desk.sent("open") == []
        await desk.hears(OtherPositionsChanged)
        await desk.minute(HAMMER)
        assert desk.denials() == ["positions_of_symbol"]


# -- another desk ---------------------------------------------------------------------------------------------------


@asynccontextmanager
async def two_desks(
    simulator: SimulatorClient, folder: Path, **changes: Any
) -> AsyncIterator[tuple[WorldDesk, WorldDesk]]:
    """On one account, each with a data folder of its own."""
    async with (
        world_desk(simulator, directory=folder / "a", **changes) as first,
        world_desk(simulator, directory=folder / "b", is_fresh=False, **changes) as second,
    ):
        yield first, second


async def test_that_two_desks_do_not_share_the_positions_of_one_signal(
    simulator: SimulatorClient, tmp_path: Path
) -> None:
    async with two_desks(simulator, tmp_path, risk_mitigation=ONE) as (first, second):
        first.trade_by_itself()
        second.trade_by_itself()
        await first.minute(HAMMER)
        await first.until(lambda: bool(first.of(OtherDeskSeen) or second.of(OtherDeskSeen)))
        assert len(simulator.positions()) == 1
        trading, other = (first, second) if first.of(TradeOpened) else (second, first)
        assert other.of(TradeOpened) == []
        assert other.of(PositionAdopted) == []
        assert len(trading.of(TradeOpened)) == 1


async def test_that_a_lost_order_is_not_taken_for_the_other_desks_of_the_same_signal(
    simulator: SimulatorClient, tmp_path: Path
) -> None:
    async with two_desks(simulator, tmp_path) as (first, second):
        first.trade_by_itself()
        simulator.inject(timed_out(is_carried_out=False, requests=("open",), count=1))
        await first.minute(HAMMER)
        await first.hears(OrderUnknown)
        await second.until(lambda: bool(second.card_plans))
        (plan_id,) = second.card_plans[-1:]
        second.do(ApprovePlan(plan_id))
        ticket = (await second.hears(TradeOpened)).trade.ticket
        shown = await first.hears(OtherPositionsChanged)
        assert [(each.ticket, each.is_other_desk) for each in shown.positions] == [(ticket, True)]
        assert first.of(TradeOpened) == []
        first.do(CloseTrade(ticket))
        assert "the desk leaves it" in first.refusals[0]


async def test_that_beside_another_desk_auto_is_refused_until_the_user_says_which_trades(
    simulator: SimulatorClient, tmp_path: Path
) -> None:
    async with world_desk(simulator, directory=tmp_path) as desk:
        desk.trade_by_itself()
        simulator.trade(GOLD, 0.01, sl=BID - 50.0, magic=MAGIC, comment=order_token("any", "OTHER"), by_hand=False)
        seen = await desk.hears(OtherDeskSeen)
        assert seen.installation == "OTHER"
        assert desk.of(ModesChanged)[-1].authority is Authority.MANUAL
        desk.do(SetAuthority(Authority.AUTO))
        assert "installation OTHER" in desk.refusals[-1]
    async with world_desk(simulator, directory=tmp_path, is_fresh=False) as again:
        again.do(SetAuthority(Authority.AUTO))
        assert "first confirm that this desk trades" in again.refusals[-1]
        assert again.of(OtherDesksChanged)[-1].undecided == ("OTHER",)
        again.do(TradeHere())
        again.do(SetAuthority(Authority.AUTO))
        assert again.of(OtherDesksChanged)[-1].undecided == ()
        assert again.of(ModesChanged)[-1].authority is Authority.AUTO
    async with world_desk(simulator, directory=tmp_path, is_fresh=False) as third:
        third.do(SetAuthority(Authority.AUTO))
        assert third.refusals == []


async def test_that_a_copied_data_folder_is_another_installation(simulator: SimulatorClient, tmp_path: Path) -> None:
    original, copy = tmp_path / "a", tmp_path / "b"
    async with world_desk(simulator, directory=original) as first:
        first.trade_by_itself()
        opened = await first.enter()
    shutil.copytree(original, copy)
    async with world_desk(simulator, directory=copy, is_fresh=False) as second:
        (undecided,) = second.of(OtherDesksChanged)[-1].undecided
        assert undecided == installation_of(opened.position.token)
        second.do(SetAuthority(Authority.AUTO))
        assert second.refusals
        resumed = await second.hears(TradeOpened)
        assert resumed.trade.ticket == opened.ticket  # an order of its own store, from before it was copied


async def test_that_positions_from_before_tokens_named_a_desk_stay_with_the_store_that_has_their_order(
    simulator: SimulatorClient, tmp_path: Path
) -> None:
    async with world_desk(simulator, directory=tmp_path) as desk:
        simulator.trade(GOLD, 0.01, sl=BID - 50.0, magic=MAGIC, comment="ms0123456789abcd", by_hand=False)
        assert (await desk.hears(OtherDeskSeen)).installation == ""
        assert desk.of(PositionAdopted) == []


async def test_that_what_another_desk_traded_in_the_last_days_is_noticed_at_the_start(
    simulator: SimulatorClient, tmp_path: Path
) -> None:
    async with world_desk(simulator, directory=tmp_path / "a") as first:
        first.trade_by_itself()
        opened = await first.enter()
        first.do(CloseTrade(opened.ticket))
        await first.closes()
    simulator.advance(2 * 24 * 3600.0, in_steps_of=24 * 3600.0)
    simulator.push(GOLD, BID, BID + SPREAD)
    async with world_desk(simulator, directory=tmp_path / "b", is_fresh=False) as second:
        assert second.of(OtherDeskSeen)[0].installation == installation_of(opened.position.token)
        assert second.of(TradeOpened) == []


async def test_that_of_two_desks_on_this_computer_only_the_first_trades_by_itself(
    simulator: SimulatorClient, tmp_path: Path
) -> None:
    """Before either has traded: two that enter on the same candle cannot see each other's order."""
    shared = tmp_path / "shared"
    async with world_desk(simulator, directory=tmp_path / "a", shared=shared) as first:
        first.trade_by_itself()
        async with world_desk(simulator, directory=tmp_path / "b", shared=shared, is_fresh=False) as second:
            second.trade_by_itself()
            assert "first confirm that this desk trades" in second.refusals[0]
            assert first.refusals == []
    async with world_desk(simulator, directory=tmp_path / "c", shared=shared, is_fresh=False) as third:
        third.trade_by_itself()
        assert third.refusals == []


async def test_that_a_shared_folder_that_cannot_be_used_keeps_nobody_from_trading(
    simulator: SimulatorClient, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    async with world_desk(simulator, directory=tmp_path / "a", shared=tmp_path / "file") as desk:
        desk.trade_by_itself()
        assert desk.refusals == []
