"""An order that waits for the terminal as the user stops the desk does not leave any more, nor is it tried again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from engine.adapters.mt5.calls import ORDER_SEND, Answer, Priority, TerminalCall
from engine.domain.messages.commands import CloseTrade, Flatten, Halt, SetAuthority, SetAuto, TradingCommand
from engine.domain.messages.execution import OrderFailed, OrderSent, TradeClosed
from engine.domain.plan import PlanStatus
from engine.domain.risk import Authority
from tests.adapters.mt5.desk import world_desk as worlds
from tests.adapters.mt5.desk.world_desk import GOLD, HAMMER, WorldDesk, world_desk
from tests.adapters.mt5.links import DirectLink
from tests.fake_metatrader5.simulator import SimulatorClient, requote


class SlowLink(DirectLink):
    """A link on which the calls that are `begun_late`, or `answered_late`, wait until the test sets `goes_on`."""

    begun_late: Callable[[TerminalCall], bool] = staticmethod(lambda _: False)
    answered_late: Callable[[TerminalCall], bool] = staticmethod(lambda _: False)

    def __init__(self, simulator: SimulatorClient, offset: timedelta) -> None:
        super().__init__(simulator, offset)
        self.goes_on = asyncio.Event()

    def call(self, call: TerminalCall) -> asyncio.Future[Answer]:
        if self.begun_late(call):
            return asyncio.ensure_future(self._late(lambda: super(SlowLink, self).call(call).result()))
        answer = super().call(call)
        return asyncio.ensure_future(self._late(answer.result)) if self.answered_late(call) else answer

    async def _late(self, answer: Callable[[], Answer]) -> Answer:
        await self.goes_on.wait()
        return answer()


@pytest.fixture(autouse=True)
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worlds, "DirectLink", SlowLink)


@asynccontextmanager
async def trading(simulator: SimulatorClient) -> AsyncIterator[tuple[WorldDesk, SlowLink]]:
    async with world_desk(simulator) as desk:
        assert isinstance(desk.link, SlowLink)
        desk.trade_by_itself()
        yield desk, desk.link


@pytest.mark.parametrize("function", ["positions_get", "symbol_info_tick"])
@pytest.mark.parametrize(
    "command",
    [
        Halt("enough"),
        Flatten(),
        SetAuthority(Authority.EXITS_ONLY),
        SetAuthority(Authority.MANUAL),
        SetAuto(GOLD, False),
    ],
)
async def test_that_an_order_that_waits_for_the_terminal_does_not_leave(
    simulator: SimulatorClient, function: str, command: TradingCommand
) -> None:
    async with trading(simulator) as (desk, link):
        link.begun_late = lambda call: call.function == function and call.priority is Priority.OPEN
        await desk.minute(HAMMER)
        await desk.hears(OrderSent)
        desk.do(command)
        link.goes_on.set()
        await desk.hears(OrderFailed)
        assert desk.sent("open") == []
        assert [plan.status for plan in desk.plans.values()] == [PlanStatus.FAILED]


async def test_that_a_requoted_order_is_not_tried_again_after_a_halt(simulator: SimulatorClient) -> None:
    async with trading(simulator) as (desk, link):
        simulator.inject(requote(count=1))
        link.answered_late = lambda call: call.function == ORDER_SEND
        await desk.minute(HAMMER)
        await desk.hears(OrderSent)
        await desk.until(lambda: bool(desk.sent("open")))
        desk.do(Halt("enough"))
        link.goes_on.set()
        await desk.hears(OrderFailed)
        assert (len(desk.sent("open")), simulator.positions()) == (1, [])


async def test_that_a_close_that_waits_for_the_terminal_leaves_all_the_same(simulator: SimulatorClient) -> None:
    async with trading(simulator) as (desk, link):
        opened = await desk.enter()
        link.begun_late = lambda call: call.function == "symbol_info_tick"
        desk.do(CloseTrade(opened.ticket))
        desk.do(Halt("enough"))
        link.goes_on.set()
        await desk.hears(TradeClosed)
        assert simulator.positions() == []
