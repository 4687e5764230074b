"""Halt and Flatten are accepted at any time: before the market is open, while history is read, as it begins again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.adapters.mt5.link.sentences import READY, TERMINAL_CLOSED
from engine.adapters.mt5.port import ServerClock
from engine.domain.messages.commands import CancelFlatten, CloseTrade, Flatten, Halt, ReleaseHalt, SetAuthority
from engine.domain.messages.engine import HistoryCompleted, HistoryRead, MarketOpened
from engine.domain.messages.execution import ExitRefused, Reconciled, ReconciliationStarted
from engine.domain.messages.trading import FlattenChanged, ModesChanged
from engine.domain.orders import ExitReason
from engine.domain.risk import Authority
from tests.adapters.mt5.desk.world_desk import WorldDesk, world_desk
from tests.fake_metatrader5.simulator import SimulatorClient, refusal

TOO_MANY_REQUESTS = 10024


async def leave_a_position(simulator: SimulatorClient, directory: Path) -> None:
    """A desk enters and ends; its position stays."""
    async with world_desk(simulator, directory=directory) as desk:
        desk.trade_by_itself()
        await desk.enter()
    assert simulator.positions()


@pytest.mark.parametrize("when", [MarketOpened, HistoryRead, HistoryCompleted, ReconciliationStarted, Reconciled])
async def test_that_flatten_pressed_while_the_desk_begins_closes_what_is_open(
    simulator: SimulatorClient, tmp_path: Path, when: type[Any]
) -> None:
    await leave_a_position(simulator, tmp_path)
    async with world_desk(simulator, directory=tmp_path, is_fresh=False, begins=False) as desk:
        pressed: list[Any] = []

        def press(event: Any) -> None:
            if isinstance(event, when) and not pressed:
                pressed.append(event)
                asyncio.get_running_loop().call_soon(lambda: desk.do(Flatten()))

        desk.desk.bus.subscribe(press)
        await desk.start()
        assert (await desk.closes()).reason is ExitReason.FLATTEN
        assert desk.refusals == []
        assert simulator.positions() == []


async def test_that_flatten_and_halt_are_taken_before_the_terminal_is_there(
    simulator: SimulatorClient, tmp_path: Path
) -> None:
    await leave_a_position(simulator, tmp_path)
    async with world_desk(simulator, directory=tmp_path, is_fresh=False, begins=False) as desk:
        desk.link.become(condition=TERMINAL_CLOSED)
        running = asyncio.create_task(desk.desk.run())
        await desk.hears(ModesChanged)
        desk.do(Halt("enough"))
        desk.do(Flatten())
        desk.do(SetAuthority(Authority.AUTO))
        assert desk.of(ModesChanged)[-1].halt is not None
        assert desk.of(FlattenChanged)[-1].rest is not None
        assert desk.refusals == ["the market is not open yet, and nothing trades"]
        desk.link.become(condition=READY)
        assert (await desk.closes()).reason is ExitReason.FLATTEN
        assert desk.of(ModesChanged)[-1].halt is not None
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_that_what_was_ordered_before_the_terminal_is_there_can_be_taken_back(
    simulator: SimulatorClient, tmp_path: Path
) -> None:
    await leave_a_position(simulator, tmp_path)
    async with world_desk(simulator, directory=tmp_path, is_fresh=False, begins=False) as desk:
        desk.do(Halt("enough"))
        desk.do(Flatten())
        desk.do(CancelFlatten())
        desk.do(ReleaseHalt())
        assert desk.of(FlattenChanged)[-1].is_cancelled
        await desk.start()
        assert desk.of(ModesChanged)[-1].halt is None
        assert simulator.positions()


async def starts_over(desk: WorldDesk) -> None:
    """The server's clock turns out to be another: the feed ends, and the market begins again."""
    count = len(desk.of(Reconciled))
    clock = ServerClock(offset=timedelta(hours=3), residual=timedelta(0), measured_at=desk.simulator.now)
    desk.link.become(clock=clock)
    await desk.hears(Reconciled, count + 1)


@pytest.mark.parametrize("command", ["flatten", "close"])
async def test_that_a_refused_close_goes_on_when_the_market_restarts(
    simulator: SimulatorClient, tmp_path: Path, command: str
) -> None:
    async with world_desk(simulator, directory=tmp_path) as desk:
        desk.trade_by_itself()
        trade = await desk.enter()
        simulator.inject(refusal(TOO_MANY_REQUESTS, requests=("close",)))
        desk.do(Flatten() if command == "flatten" else CloseTrade(trade.ticket))
        await desk.hears(ExitRefused)
        await starts_over(desk)
        closed = await desk.closes()
        assert closed.reason is (ExitReason.FLATTEN if command == "flatten" else ExitReason.MANUAL)
        assert simulator.positions() == []


async def test_that_a_halt_released_before_the_terminal_is_there_leaves_auto_off(
    simulator: SimulatorClient, tmp_path: Path
) -> None:
    async with world_desk(simulator, directory=tmp_path) as desk:
        desk.do(SetAuthority(Authority.AUTO))
        assert desk.of(ModesChanged)[-1].authority is Authority.AUTO
    async with world_desk(simulator, directory=tmp_path, is_fresh=False, begins=False) as desk:
        desk.do(Halt("enough"))
        desk.do(ReleaseHalt())
        await desk.start()
        assert desk.of(ModesChanged)[-1].authority is Authority.MANUAL
