"""An entry waits for its intent, off the loop: it leaves once that is durable, and only if it is still good then."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from config.settings import Settings
from config.trading import RiskMitigation
from engine.domain.messages.broker import ClosePosition, SubmitOrder
from engine.domain.messages.commands import ApprovePlan, CancelPlan, Flatten, Halt, RejectPlan, SetAuthority
from engine.domain.messages.execution import OrderUnknown
from engine.domain.messages.trading import ModesChanged
from engine.domain.plan import PlanStatus
from engine.domain.risk import Authority
from engine.persistence import opening
from engine.persistence.opening import DATABASE_FILE
from tests.builders import setup
from tests.plans.stores import unwritable
from tests.trading.desks import TradingDesk, settings
from tests.trading.running import AT_ONCE_S, on_disk, running, seconds, written

PLAN = "scanner-signal-0"


async def test_that_an_order_leaves_only_once_its_intent_is_on_the_disk(tmp_path: Path) -> None:
    async with running(tmp_path) as (desk, broker):
        desk.trade_by_itself()
        await written(desk)
        with unwritable(tmp_path):
            assert seconds(desk.propose) < AT_ONCE_S
            assert seconds(lambda: desk.tick(59.5)) < AT_ONCE_S
            await asyncio.sleep(0.05)
            assert (broker.asked(SubmitOrder), on_disk(tmp_path, "SELECT count(*) FROM intents")) == (0, 0)
        await written(desk)
        assert broker.intents_at_orders == [1]
        desk.tick(61)
        assert desk.plans[PLAN].status is PlanStatus.OPEN


def _halt(desk: TradingDesk) -> None:
    desk.do(Halt("enough"))


def _flatten(desk: TradingDesk) -> None:
    desk.do(Flatten())


def _cancel(desk: TradingDesk) -> None:
    desk.do(CancelPlan(PLAN))


def _switch_to_manual(desk: TradingDesk) -> None:
    desk.do(SetAuthority(Authority.MANUAL))


def _lower(desk: TradingDesk) -> None:
    desk.trader.keep_to_exits("the desk is not well")


def _let_the_setup_end(desk: TradingDesk) -> None:
    desk.tick(121)


def _move_the_price(desk: TradingDesk) -> None:
    desk.tick(60, bid=2000.3)


def _fall_silent(desk: TradingDesk) -> None:
    desk.clock.set(desk.clock.now().replace(second=30))


@pytest.mark.parametrize(
    ("happen", "ends_as", "reason"),
    [
        (_halt, PlanStatus.CANCELLED, "halt: enough"),
        (_flatten, PlanStatus.CANCELLED, "every position is being closed (Flatten)"),
        (_cancel, PlanStatus.CANCELLED, "cancelled by the user"),
        (_switch_to_manual, PlanStatus.CANCELLED, "automatic trading was switched off before the order left"),
        (_lower, PlanStatus.CANCELLED, "automatic trading was switched off before the order left"),
        (_let_the_setup_end, PlanStatus.DENIED, "setup_over"),
        (_move_the_price, PlanStatus.DENIED, "price_drifted"),
        (_fall_silent, PlanStatus.DENIED, "data_stale"),
    ],
)
async def test_that_an_order_that_is_not_good_any_more_does_not_leave(
    tmp_path: Path, happen: Callable[[TradingDesk], None], ends_as: PlanStatus, reason: str
) -> None:
    async with running(tmp_path) as (desk, broker):
        desk.trade_by_itself()
        await written(desk)
        with unwritable(tmp_path):
            desk.propose()
            await asyncio.sleep(0.02)
            assert seconds(lambda: happen(desk)) < AT_ONCE_S
        await written(desk)
        await written(desk)
        assert broker.asked(SubmitOrder) == 0
        assert desk.plans[PLAN].status is ends_as
        assert desk.plans[PLAN].close_reason.startswith(reason)
        assert desk.archive.plans.status_of(PLAN) is ends_as
        details = list(desk.archive.journal.read(plan_id=PLAN))[-1].payload["told"]
        assert (details and (details["denial"]["name"], details["inputs"]["equity"])) == (
            (reason, 10_000.0) if ends_as is PlanStatus.DENIED else None
        )
        assert on_disk(tmp_path, "SELECT count(*) FROM intents JOIN unsent_intents USING (token)") == 1
    again = TradingDesk(tmp_path, broker=broker, clock=desk.clock).start()
    assert (again.of(OrderUnknown), broker.asked(SubmitOrder)) == ([], 0)
    again.close()


async def test_that_an_approved_order_waits_as_well_and_a_second_click_does_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as (desk, broker):
        desk.propose()
        await written(desk)
        with unwritable(tmp_path):
            assert seconds(lambda: desk.do(ApprovePlan(PLAN))) < AT_ONCE_S
            desk.do(ApprovePlan(PLAN))
            desk.do(RejectPlan(PLAN))
            desk.tick(75)  # looks after plans that nobody answered
            await asyncio.sleep(0.02)
            assert broker.asked(SubmitOrder) == 0
        await written(desk)
        assert broker.asked(SubmitOrder) == 1
        assert desk.refusals == ["it was approved already", "it was approved already"]


@pytest.mark.parametrize(
    ("chosen", "denial"),
    [
        (settings(), "cooldown"),
        (
            settings(cooldown_seconds=0, risk_mitigation=RiskMitigation(max_positions_per_symbol=1)),
            "positions_of_symbol",
        ),
        (settings(cooldown_seconds=0, risk_mitigation=RiskMitigation(max_trades_per_hour=1)), "trades_per_hour"),
    ],
)
async def test_that_an_order_about_to_leave_counts_against_every_limit(
    tmp_path: Path, chosen: Settings, denial: str
) -> None:
    async with running(tmp_path, chosen) as (desk, broker):
        desk.trade_by_itself()
        await written(desk)
        with unwritable(tmp_path):
            desk.propose()
            desk.close_candle(found=setup(signal_id="another"))
            assert desk.denials() == [denial]
        await written(desk)
        assert broker.asked(SubmitOrder) == 1


async def test_that_no_order_leaves_after_the_desk_is_closed(tmp_path: Path) -> None:
    async with running(tmp_path) as (desk, broker):
        desk.trade_by_itself()
        await written(desk)
        with unwritable(tmp_path):
            desk.propose()
            await asyncio.sleep(0.02)
            desk.trader.stop()
        await written(desk)
        assert broker.asked(SubmitOrder) == 0
    again = TradingDesk(tmp_path, broker=broker, clock=desk.clock).start()
    assert again.archive.plans.status_of(PLAN) is PlanStatus.CANCELLED
    assert (again.of(OrderUnknown), broker.asked(SubmitOrder)) == ([], 0)
    again.close()


async def test_that_an_order_does_not_leave_whose_plan_another_program_ended_meanwhile(tmp_path: Path) -> None:
    async with running(tmp_path) as (desk, broker):
        desk.propose()
        await written(desk)
        with closing(sqlite3.connect(tmp_path / DATABASE_FILE, isolation_level=None)) as sql:
            sql.execute("BEGIN IMMEDIATE")
            sql.execute("UPDATE trade_plans SET status = 'cancelled' WHERE plan_id = ?", (PLAN,))
            desk.do(ApprovePlan(PLAN))
            await asyncio.sleep(0.02)
            sql.execute("COMMIT")
        await written(desk)
        assert broker.asked(SubmitOrder) == 0
        assert "changed by another program" in desk.refusals[0]
        desk.tick(75)
        assert desk.plans[PLAN].status is PlanStatus.CANCELLED


async def test_that_an_entry_is_cancelled_where_the_store_is_locked_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "BUSY_TIMEOUT_MS", 10)
    async with running(tmp_path) as (desk, broker):
        desk.propose()
        await written(desk)
        with unwritable(tmp_path):
            desk.do(ApprovePlan(PLAN))
            async with asyncio.timeout(5):
                while not desk.refusals:
                    await asyncio.sleep(0.005)
            assert "the store cannot be used now" in desk.refusals[0]
            assert desk.of(ModesChanged)[-1].authority is Authority.EXITS_ONLY
        desk.tick(75)
        await written(desk)
        assert (broker.asked(SubmitOrder), desk.plans[PLAN].status) == (0, PlanStatus.REJECTED)


async def test_that_a_plan_cancelled_while_its_intent_could_not_be_written_ends_as_cancelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "BUSY_TIMEOUT_MS", 10)
    async with running(tmp_path) as (desk, broker):
        desk.propose()
        await written(desk)
        with unwritable(tmp_path):
            desk.do(ApprovePlan(PLAN))
            desk.do(CancelPlan(PLAN))
            async with asyncio.timeout(5):
                while not desk.refusals:
                    await asyncio.sleep(0.005)
        await written(desk)
        ended = desk.plans[PLAN]
        assert (ended.status, ended.close_reason) == (PlanStatus.CANCELLED, "cancelled by the user")
        assert broker.asked(SubmitOrder) == 0


async def test_that_an_exit_does_not_wait_behind_an_intent(tmp_path: Path) -> None:
    async with running(tmp_path, settings(cooldown_seconds=0)) as (desk, broker):
        desk.trade_by_itself().propose()
        await written(desk)
        desk.tick(60)
        with unwritable(tmp_path):
            desk.close_candle(found=setup(signal_id="another"))
            desk.close_candle(1, open=2000.2, close=1999.7, high=2000.4, low=1999.6)
            assert (broker.asked(SubmitOrder), broker.asked(ClosePosition)) == (1, 1)
