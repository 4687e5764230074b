"""A store that keeps its writers waiting: exits leave at once, quotes go on, and nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from engine.domain.journal import JournalRecord
from engine.domain.messages.broker import BrokerRequest, ChangeStops, ClosePosition
from engine.domain.messages.commands import CloseTrade, Halt
from engine.domain.messages.trading import ModesChanged
from engine.domain.plan import PlanStatus
from engine.domain.risk import Authority, LockName
from engine.persistence import opening
from engine.persistence.safety_page import PAGE_FILE
from tests.builders import MONDAY
from tests.plans.stores import unwritable
from tests.trading.desks import BID, TradingDesk
from tests.trading.running import AT_ONCE_S, Outbox, running, seconds, written


@asynccontextmanager
async def with_an_order(directory: Path) -> AsyncIterator[tuple[TradingDesk, Outbox]]:
    """A desk whose order has left and fills with the next quote."""
    async with running(directory) as (desk, broker):
        desk.trade_by_itself().propose()
        await written(desk)
        yield desk, broker


def close_by_command(desk: TradingDesk) -> None:
    (position,) = desk.broker.positions
    desk.do(CloseTrade(position.ticket))


def close_by_opposite_candle(desk: TradingDesk) -> None:
    desk.close_candle(2, open=2000.2, close=1999.7, high=2000.4, low=1999.6)


def trail(desk: TradingDesk) -> None:
    desk.tick(130, bid=2000.8)
    desk.tick(131, bid=2000.9)


@pytest.mark.parametrize(
    ("exit", "request_kind"),
    [(close_by_command, ClosePosition), (close_by_opposite_candle, ClosePosition), (trail, ChangeStops)],
)
async def test_that_an_exit_leaves_at_once_while_another_program_holds_the_store(
    tmp_path: Path, exit: Callable[[TradingDesk], None], request_kind: type[BrokerRequest]
) -> None:
    async with with_an_order(tmp_path) as (desk, broker):
        with unwritable(tmp_path):
            assert seconds(lambda: desk.tick(61)) < AT_ONCE_S  # the fill is to be written
            desk.close_candle(1)
            assert seconds(lambda: exit(desk)) < AT_ONCE_S
            assert broker.asked(request_kind)
            assert seconds(lambda: desk.tick(132, bid=BID)) < AT_ONCE_S
        await written(desk)
        assert desk.of(ModesChanged)[-1].authority is Authority.AUTO
        kinds = [entry.kind for entry in desk.archive.journal.read(plan_id="scanner-signal-0")]
        assert kinds[:4] == ["plan_added", "plan_executing", "order_sent", "plan_open"]


async def test_that_exits_leave_at_once_beside_a_long_flush_of_the_journal(tmp_path: Path) -> None:
    async with with_an_order(tmp_path) as (desk, broker):
        for number in range(40_000):
            desk.archive.journal.append(JournalRecord(at=MONDAY, kind="candle_judged", payload={"number": number}))
        flushing = asyncio.create_task(asyncio.to_thread(desk.archive.journal.flush))
        await asyncio.sleep(0.02)
        assert seconds(lambda: desk.tick(61)) < AT_ONCE_S  # the fill is written after all these
        desk.close_candle(1)
        assert seconds(lambda: trail(desk)) < AT_ONCE_S
        assert seconds(lambda: close_by_command(desk)) < AT_ONCE_S
        assert broker.asked(ChangeStops)
        assert broker.asked(ClosePosition)
        assert seconds(lambda: desk.tick(132)) < AT_ONCE_S
        assert not flushing.done()
        await flushing


async def test_that_a_market_that_restarts_knows_what_is_not_on_the_disk_yet(tmp_path: Path) -> None:
    async with with_an_order(tmp_path) as (desk, _):
        account = desk.plans["scanner-signal-0"].account
        with unwritable(tmp_path):
            desk.tick(61)
            desk.tick(65, bid=1999.3)
            assert seconds(lambda: desk.archive.plans.on_record(MONDAY, account)) < AT_ONCE_S
            on_record = desk.archive.plans.on_record(MONDAY, account)
            assert on_record.trades == tuple(desk.archive.plans.closed_trades(MONDAY, account)) == tuple(desk.trades)
            assert LockName.COOL_OFF in {lock.name for lock in on_record.locks}
            assert desk.archive.plans.unfinished(account) == []


async def test_that_what_happened_while_the_store_was_held_is_written_in_its_order(tmp_path: Path) -> None:
    async with with_an_order(tmp_path) as (desk, _):
        with unwritable(tmp_path):
            desk.tick(61)
            desk.tick(65, bid=1999.3)
            assert desk.plans["scanner-signal-0"].status is PlanStatus.CLOSED
            assert desk.archive.plans.status_of("scanner-signal-0") is PlanStatus.CLOSED
            await asyncio.sleep(0.1)
        await written(desk)
        records = [entry.kind for entry in desk.archive.journal.read(plan_id="scanner-signal-0")]
        assert records == ["plan_added", "plan_executing", "order_sent", "plan_open", "plan_closed"]


async def test_that_a_store_that_is_held_for_long_takes_the_desk_down_to_exits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "BUSY_TIMEOUT_MS", 10)
    async with with_an_order(tmp_path) as (desk, _):
        with unwritable(tmp_path):
            desk.tick(61)
            async with asyncio.timeout(5):
                while desk.of(ModesChanged)[-1].authority is not Authority.EXITS_ONLY:
                    await asyncio.sleep(0.01)
            assert "the store cannot be used now" in desk.of(ModesChanged)[-1].cause
        await written(desk)
        assert desk.archive.plans.status_of("scanner-signal-0") is PlanStatus.OPEN
        assert desk.of(ModesChanged)[-1].authority is Authority.EXITS_ONLY


async def test_that_a_halt_beside_a_store_that_waits_is_on_the_reserve_page_at_once(tmp_path: Path) -> None:
    async with running(tmp_path) as (desk, _):
        with unwritable(tmp_path):
            desk.do(Halt("enough"))
            async with asyncio.timeout(AT_ONCE_S * 5):
                while b"enough" not in (tmp_path / PAGE_FILE).read_bytes():
                    await asyncio.sleep(0.01)
        await written(desk)
        assert "halt" in {lock.name.value for lock in desk.archive.locks.locks()}
