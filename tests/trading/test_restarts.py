"""A desk that starts again where it stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.desk import PaperSettings
from config.trading import RiskMitigation
from engine.adapters.paper.faults import Fault
from engine.domain.messages.broker import BrokerRequest, SubmitOrder
from engine.domain.messages.commands import AddPlan, ApprovePlan, CancelPlan, SettleUnknownOrder
from engine.domain.messages.execution import Reconciled, UnknownOrdersChanged
from engine.domain.messages.trading import TradesRecalled
from engine.domain.plan import PlanStatus
from tests.builders import plan, quote, setup
from tests.trading.desks import BID, TradingDesk, settings

WITHOUT_WAITS = settings(cooldown_seconds=0, risk_mitigation=RiskMitigation(cool_off_seconds=0))


class LosesOrders:
    """Orders vanish on their way, from the `first` on, without a report."""

    def __init__(self, first: int) -> None:
        self._left = first

    def next(self, request: BrokerRequest) -> Fault:
        if isinstance(request, SubmitOrder):
            self._left -= 1
            if self._left < 0:
                return Fault(is_answer_lost=True, is_silent=True, is_executed=False, is_recorded=False)
        return Fault()


def again(desk: TradingDesk, directory: Path) -> TradingDesk:
    """The next desk on the same store and the same broker."""
    desk.close()
    return TradingDesk(directory, settings=desk.settings, broker=desk.broker, clock=desk.clock)


def test_that_an_open_position_is_managed_with_its_plan_after_a_restart(tmp_path: Path) -> None:
    first = TradingDesk(tmp_path).start().trade_by_itself()
    first.propose()
    first.tick(61)
    second = again(first, tmp_path).start()
    second.tick(70, bid=2001.1)
    assert second.plans["scanner-signal-0"].status is PlanStatus.CLOSED
    assert second.plans["scanner-signal-0"].profit_loss == pytest.approx(1.1)
    second.close()


def test_that_a_restart_recalls_the_trades_of_the_last_days(tmp_path: Path) -> None:
    first = TradingDesk(tmp_path).start().trade_by_itself()
    first.propose()
    first.tick(61)
    first.tick(70, bid=2001.1)
    assert first.of(TradesRecalled) == []
    second = again(first, tmp_path).start()
    (recalled,) = second.of(TradesRecalled)
    assert recalled.trades == tuple(first.trades)
    assert second.trades == []
    second.close()


def test_that_a_position_that_closed_meanwhile_is_reported_with_its_result(tmp_path: Path) -> None:
    first = TradingDesk(tmp_path).start().trade_by_itself()
    first.propose()
    first.tick(61)
    second = again(first, tmp_path)
    second.broker.connect(lambda _: None)
    second.show_broker(quote(65, bid=1999.3))
    second.clock.set(quote(66).at)
    second.start()
    assert second.plans["scanner-signal-0"].profit_loss == pytest.approx(-0.7)
    assert len(second.trades) == 1
    second.close()


def test_that_an_order_filled_while_nobody_listened_is_found(tmp_path: Path) -> None:
    first = TradingDesk(tmp_path).start().trade_by_itself()
    first.propose()
    second = again(first, tmp_path)
    second.broker.connect(lambda _: None)
    second.show_broker(quote(61, bid=BID))
    second.clock.set(quote(62).at)
    second.start()
    assert second.plans["scanner-signal-0"].status is PlanStatus.OPEN
    assert second.orders == 1
    second.close()


def test_that_an_order_that_never_arrived_is_not_taken_for_one_that_ended_before(tmp_path: Path) -> None:
    first = TradingDesk(tmp_path, settings=WITHOUT_WAITS, faults=LosesOrders(first=1)).start().trade_by_itself()
    first.propose()
    first.tick(61)
    first.tick(62, bid=1999.3)
    first.tick(63)
    first.close_candle(found=setup(signal_id="another"))
    second = again(first, tmp_path).start()
    for seconds in range(66, 80):
        second.tick(seconds)
    lost = second.plans["scanner-another"]
    assert lost.status is PlanStatus.EXECUTING
    assert len(second.of(UnknownOrdersChanged)[-1].orders) == 1
    assert (second.orders, second.trades) == (1, [])
    second.do(SettleUnknownOrder("another"))
    assert second.refusals == ["the outcome of order another is not unknown"]
    second.do(SettleUnknownOrder(second.of(UnknownOrdersChanged)[-1].orders[0].order.token))
    assert second.plans["scanner-another"].status is PlanStatus.FAILED
    second.close()


def test_that_a_proposal_nobody_answered_before_the_end_is_rejected(tmp_path: Path) -> None:
    first = TradingDesk(tmp_path).start()
    first.propose()
    second = again(first, tmp_path).start()
    assert second.plans["scanner-signal-0"].status is PlanStatus.REJECTED
    second.do(ApprovePlan("scanner-signal-0"))
    assert second.refusals == ["it is not awaiting approval"]
    second.close()


def test_that_nothing_is_entered_before_broker_and_store_agree(tmp_path: Path) -> None:
    desk = TradingDesk(tmp_path, settings=settings(paper=PaperSettings(latency_ms=5_000)))
    desk.clock.set(quote(58).at)
    desk.trader.start()
    desk.trade_by_itself().propose()
    assert (desk.denials(), desk.of(Reconciled)) == (["not_reconciled"], [])
    desk.close()


def test_that_a_restart_names_its_plans_in_the_order_in_which_they_were_made(tmp_path: Path) -> None:
    first = TradingDesk(tmp_path).start()
    for name in ("plan-1", "plan-2", "plan-3"):
        first.do(AddPlan(plan(name)))
        first.do(CancelPlan(name))
    second = again(first, tmp_path).start()
    assert list(second.plans) == ["plan-1", "plan-2", "plan-3"]
    second.close()
