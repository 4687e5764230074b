"""Halt and flatten: nothing more goes in, everything goes out."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from config.trading import RiskMitigation
from engine.adapters.paper.faults import Fault
from engine.domain.messages.broker import BrokerRequest, SubmitOrder
from engine.domain.messages.commands import (
    AddPlan,
    BreakEven,
    CloseTrade,
    Flatten,
    Halt,
    MoveStops,
    ReleaseHalt,
    SetAuthority,
)
from engine.domain.messages.execution import OrderUnknown
from engine.domain.messages.trading import ModesChanged
from engine.domain.orders import ExitReason
from engine.domain.plan import PlanStatus
from engine.domain.risk import Authority
from tests.builders import plan, setup
from tests.trading.desks import TradingDesk, settings


def test_that_a_halt_cancels_what_waits_and_blocks_entries() -> None:
    desk = TradingDesk().start()
    desk.do(AddPlan(plan(entry_price=2010.0, stop_loss=2009.4, take_profit=2011.4)))
    desk.propose()
    desk.do(AddPlan(plan("plan-2")))
    desk.do(Halt("enough"))
    assert {one.status for one in desk.plans.values()} == {PlanStatus.CANCELLED}
    assert {one.close_reason for one in desk.plans.values()} == {"halt: enough"}
    desk.trade_by_itself().propose(1)
    assert desk.denials() == ["halted"]


def test_that_a_halt_survives_a_restart_until_the_user_lets_go(tmp_path: Path) -> None:
    first = TradingDesk(tmp_path).start()
    first.do(Halt("enough"))
    first.close()
    second = TradingDesk(tmp_path, clock=first.clock).start().trade_by_itself()
    assert second.of(ModesChanged)[0].halt is not None
    second.propose()
    second.do(ReleaseHalt())
    second.trade_by_itself().propose(1)
    second.tick(121)
    assert (second.denials(), second.orders) == (["halted"], 1)
    second.close()


def test_that_a_released_halt_leaves_every_entry_to_the_approval_of_the_user() -> None:
    desk = TradingDesk().start().trade_by_itself()
    desk.do(Halt("enough"))
    desk.do(ReleaseHalt())
    modes = desk.of(ModesChanged)[-1]
    assert (modes.authority, modes.halt, modes.before) == (Authority.MANUAL, None, Authority.AUTO)
    assert "halt was released" in modes.cause
    desk.propose()
    desk.tick(61)
    assert (len(desk.cards), desk.orders) == (1, 0)


def test_that_a_released_halt_raises_nothing() -> None:
    desk = TradingDesk().start()
    desk.do(SetAuthority(Authority.EXITS_ONLY))
    desk.do(Halt("enough"))
    desk.do(ReleaseHalt())
    assert desk.of(ModesChanged)[-1].authority is Authority.EXITS_ONLY


def test_that_a_halt_survives_into_the_next_practice_run(tmp_path: Path) -> None:
    first = TradingDesk(tmp_path, is_practice=True).start()
    first.do(Halt("enough"))
    first.close()
    second = TradingDesk(tmp_path, is_practice=True).start().trade_by_itself()
    second.propose()
    assert second.denials() == ["halted"]
    second.close()


def test_that_a_halt_leaves_open_positions_with_their_stops() -> None:
    desk = TradingDesk().start().trade_by_itself()
    desk.propose()
    desk.tick(61)
    desk.do(Halt("enough"))
    desk.tick(62)
    (position,) = desk.broker.positions
    assert position.stop_loss == 1999.5


def test_that_flatten_closes_everything() -> None:
    risk = RiskMitigation(cool_off_seconds=0)
    desk = TradingDesk(settings=settings(cooldown_seconds=0, risk_mitigation=risk)).start().trade_by_itself()
    desk.propose()
    desk.tick(61)
    desk.propose(1)
    desk.tick(121)
    both = desk.broker.positions
    assert len(both) == 2
    desk.do(Flatten())
    desk.tick(122)
    assert desk.broker.positions == ()
    assert [trade.reason for trade in desk.trades] == [ExitReason.FLATTEN] * 2


def test_that_flatten_closes_an_order_on_its_way_as_soon_as_it_fills() -> None:
    desk = TradingDesk().start().trade_by_itself()
    desk.propose()
    desk.do(Flatten())
    desk.tick(61)
    desk.tick(62)
    assert (desk.orders, desk.broker.positions) == (1, ())


@pytest.fixture
def managed_position() -> tuple[TradingDesk, int]:
    """A desk with one position at 2000.0."""
    desk = TradingDesk().start().trade_by_itself()
    desk.propose()
    desk.tick(61)
    (position,) = desk.broker.positions
    return desk, position.ticket


def test_that_the_user_closes_one_position(managed_position: tuple[TradingDesk, int]) -> None:
    desk, ticket = managed_position
    desk.do(CloseTrade(ticket))
    desk.tick(62)
    assert desk.trades[0].reason is ExitReason.MANUAL


def test_that_the_user_moves_stop_and_target(managed_position: tuple[TradingDesk, int]) -> None:
    desk, ticket = managed_position
    desk.do(MoveStops(ticket, 1999.2, 2001.9))
    desk.tick(62)
    (position,) = desk.broker.positions
    assert (position.stop_loss, position.take_profit) == (1999.2, 2001.9)


def test_that_break_even_waits_for_a_market_beyond_the_entry(managed_position: tuple[TradingDesk, int]) -> None:
    desk, ticket = managed_position
    desk.do(BreakEven(ticket))
    desk.tick(62, bid=2000.2)
    assert desk.broker.positions[0].stop_loss == 1999.5
    desk.do(BreakEven(ticket))
    desk.tick(63, bid=2000.2)
    assert desk.broker.positions[0].stop_loss == 2000.0


class _LosesTheFirstAnswer:
    """The first order's answer is lost although the order is executed, and shown only later."""

    def __init__(self) -> None:
        self._is_first = True

    def next(self, request: BrokerRequest) -> Fault:
        if not isinstance(request, SubmitOrder) or not self._is_first:
            return Fault()
        self._is_first = False
        return Fault(is_answer_lost=True, visible_after=timedelta(seconds=3))


def test_that_an_unknown_outcome_blocks_its_symbol_and_is_never_sent_again() -> None:
    risk = RiskMitigation(cool_off_seconds=0)
    chosen = settings(cooldown_seconds=0, risk_mitigation=risk)
    desk = TradingDesk(settings=chosen, faults=_LosesTheFirstAnswer()).start().trade_by_itself()
    desk.propose()
    desk.tick(61)
    assert len(desk.of(OrderUnknown)) == 1
    desk.close_candle(found=setup(signal_id="another"))
    for second in range(62, 90):
        desk.tick(second)
    assert (desk.denials(), desk.orders) == (["outcome_unknown"], 1)
    assert desk.plans["scanner-signal-0"].status is PlanStatus.OPEN
