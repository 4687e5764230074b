"""A store that cannot be written: nothing is sent without a record, and authority falls."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.domain.messages.commands import AddPlan, ApprovePlan, Halt
from engine.domain.messages.trading import ModesChanged
from engine.domain.plan import PlanStatus
from engine.domain.risk import Authority
from engine.persistence import opening
from tests.approximate import close_to
from tests.builders import plan
from tests.plans.stores import unwritable
from tests.trading.desks import TradingDesk


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TradingDesk]:
    monkeypatch.setattr(opening, "BUSY_TIMEOUT_MS", 10)
    desk = TradingDesk(tmp_path).start()
    yield desk
    desk.close()


def test_that_an_approved_order_is_not_sent_without_its_record(desk: TradingDesk, tmp_path: Path) -> None:
    desk.propose()
    with unwritable(tmp_path):
        desk.do(ApprovePlan("scanner-signal-0"))
        desk.tick(61)
    assert desk.orders == 0
    assert "the store cannot be used now" in desk.refusals[0]
    modes = desk.of(ModesChanged)[-1]
    assert (modes.authority, modes.cause) == (Authority.EXITS_ONLY, desk.refusals[0])


def test_that_a_setup_is_not_acted_on_without_a_record(desk: TradingDesk, tmp_path: Path) -> None:
    desk.trade_by_itself()
    with unwritable(tmp_path):
        desk.propose()
        desk.tick(61)
        desk.tick(75)
    desk.tick(90)
    assert (desk.orders, desk.of(ModesChanged)[-1].authority) == (0, Authority.EXITS_ONLY)


def test_that_authority_stays_low_when_the_store_can_be_written_again(desk: TradingDesk, tmp_path: Path) -> None:
    desk.trade_by_itself()
    with unwritable(tmp_path):
        desk.propose()
    desk.propose(1)
    assert desk.denials() == []
    assert [denial.name.value for denial in desk.cards[-1].objections] == ["exits_only"]


def test_that_an_approval_that_could_not_be_written_ends_as_rejected(desk: TradingDesk, tmp_path: Path) -> None:
    desk.propose()
    with unwritable(tmp_path):
        desk.do(ApprovePlan("scanner-signal-0"))
    desk.tick(75)
    assert desk.plans["scanner-signal-0"].status is PlanStatus.REJECTED


def test_that_exits_go_on_and_are_written_later(desk: TradingDesk, tmp_path: Path) -> None:
    desk.trade_by_itself().propose()
    with unwritable(tmp_path):
        desk.tick(61)
        desk.tick(65, bid=1999.3)
        assert len(desk.trades) == 1
        assert desk.broker.positions == ()
    desk.tick(80)
    closed = desk.plans["scanner-signal-0"]
    assert (closed.status, closed.profit_loss) == (PlanStatus.CLOSED, close_to(-0.7))
    records = [entry.kind for entry in desk.archive.journal.read(plan_id="scanner-signal-0")]
    assert records == ["plan_added", "plan_executing", "order_sent", "plan_open", "plan_closed"]


def test_that_a_halt_is_in_force_even_where_it_cannot_be_written(desk: TradingDesk, tmp_path: Path) -> None:
    with unwritable(tmp_path):
        desk.do(Halt("enough"))
        desk.do(AddPlan(plan()))
    assert desk.of(ModesChanged)[-1].halt is not None
    desk.trade_by_itself().propose()
    assert desk.denials() == ["halted"]
