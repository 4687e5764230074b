"""By itself: a setup is sent at once, once and for all, within every limit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from config.desk import PaperSettings
from config.trading import RiskMitigation
from engine.adapters.paper.faults import INVALID_STOPS, Fault
from engine.domain.market import Side
from engine.domain.messages.broker import BrokerRequest, SubmitOrder
from engine.domain.messages.commands import LowerAuthority, SetAuthority
from engine.domain.messages.execution import TradeOpened
from engine.domain.messages.trading import ApprovalAsked, ModesChanged
from engine.domain.orders import ExitReason
from engine.domain.plan import PlanStatus
from engine.domain.risk import Authority
from tests.builders import setup
from tests.trading.desks import TradingDesk, settings


@pytest.fixture
def desk() -> TradingDesk:
    return TradingDesk().start().trade_by_itself()


def without_waits(**limits: Any) -> TradingDesk:
    """A desk that may enter again at once, but for these limits."""
    risk = RiskMitigation(cool_off_seconds=0, **limits)
    return TradingDesk(settings=settings(cooldown_seconds=0, risk_mitigation=risk)).start().trade_by_itself()


def test_that_auto_sends_at_once_and_asks_nobody(desk: TradingDesk) -> None:
    desk.propose()
    assert desk.statuses == [PlanStatus.PENDING, PlanStatus.EXECUTING]
    desk.tick(61)
    assert (desk.orders, desk.of(ApprovalAsked)) == (1, [])


def test_that_a_sell_enters_at_the_bid_and_leaves_at_the_ask(desk: TradingDesk) -> None:
    desk.propose(side=Side.SELL)
    desk.tick(61, bid=2000.0)
    desk.tick(62, bid=1998.5)
    (trade,) = desk.trades
    assert (trade.entry, trade.exit, trade.reason) == (2000.0, 1998.7, ExitReason.TAKE_PROFIT)


def test_that_the_master_switch_at_manual_asks_even_for_an_automatic_symbol(desk: TradingDesk) -> None:
    desk.do(SetAuthority(Authority.MANUAL))
    desk.propose()
    assert (len(desk.cards), desk.orders) == (1, 0)


def test_that_close_only_denies_every_entry(desk: TradingDesk) -> None:
    desk.do(SetAuthority(Authority.EXITS_ONLY))
    desk.propose()
    desk.do(SetAuthority(Authority.HALT))
    desk.propose(1)
    assert len(desk.cards) == 2
    assert [[denial.name.value for denial in card.objections] for card in desk.cards] == [["exits_only"], ["halted"]]


def test_that_a_lowered_authority_denies_entries_and_is_never_a_raised_one(desk: TradingDesk) -> None:
    desk.do(LowerAuthority(Authority.EXITS_ONLY, "requested from the phone"))
    desk.propose()
    assert [denial.name.value for denial in desk.cards[0].objections] == ["exits_only"]
    desk.do(SetAuthority(Authority.HALT))
    for authority in (Authority.EXITS_ONLY, Authority.AUTO):
        desk.do(LowerAuthority(authority, "requested from the phone"))
    assert desk.of(ModesChanged)[-1].authority is Authority.HALT


def test_that_a_desk_that_restarts_asks_again(tmp_path: Path) -> None:
    first = TradingDesk(tmp_path).start().trade_by_itself()
    first.close()
    second = TradingDesk(tmp_path, broker=first.broker, clock=first.clock).start()
    assert second.of(ModesChanged)[0].authority is Authority.MANUAL


def test_that_the_same_signal_is_never_acted_on_twice(desk: TradingDesk) -> None:
    desk.propose()
    desk.tick(61)
    desk.tick(62, bid=1999.0)
    desk.propose()
    desk.tick(180)
    assert (desk.orders, len(desk.plans)) == (1, 1)


def test_that_the_same_signal_is_not_acted_on_after_a_restart(tmp_path: Path) -> None:
    first = TradingDesk(tmp_path).start().trade_by_itself()
    first.propose()
    first.tick(61)
    first.close()
    second = TradingDesk(tmp_path, broker=first.broker, clock=first.clock).start().trade_by_itself()
    second.propose()
    second.tick(65)
    assert second.orders == 1
    second.close()


def test_that_another_practice_run_may_meet_the_same_signal_again(tmp_path: Path) -> None:
    for _ in range(2):
        desk = TradingDesk(tmp_path, is_practice=True).start().trade_by_itself()
        desk.propose()
        desk.tick(61)
        assert len(desk.of(TradeOpened)) == 1
        desk.close()


def test_that_a_practice_run_ends_what_the_one_before_left_open(tmp_path: Path) -> None:
    first = TradingDesk(tmp_path, is_practice=True).start().trade_by_itself()
    first.propose()
    first.tick(61)
    first.close()
    second = TradingDesk(tmp_path, is_practice=True).start()
    ended = second.plans["scanner-p1-signal-0"]
    assert (ended.status, ended.close_reason, ended.profit_loss) == (PlanStatus.CLOSED, "paper_ended", 0.0)


def test_that_a_candle_against_the_position_ends_it(desk: TradingDesk) -> None:
    desk.propose()
    desk.tick(60)
    desk.tick(119, bid=1999.7)
    desk.close_candle(1, open=1999.8, close=1999.7)
    desk.tick(120, bid=1999.7)
    (trade,) = desk.trades
    assert (trade.reason, trade.exit) == (ExitReason.ADVERSE_CANDLE, 1999.7)


def test_that_a_candle_opened_before_the_entry_does_not_count_against_it(desk: TradingDesk) -> None:
    desk.propose()
    desk.tick(75)
    desk.close_candle(1, open=1999.8, close=1999.7)
    desk.tick(121, bid=1999.7)
    assert desk.trades == []


def test_that_an_exit_is_followed_by_a_cool_off(desk: TradingDesk) -> None:
    desk.propose()
    desk.tick(61)
    desk.tick(110, bid=2001.2)
    desk.propose(1)
    desk.propose(2)
    assert desk.denials() == ["cool_off"]
    assert desk.plans["scanner-signal-2"].status is PlanStatus.EXECUTING


def test_that_an_entry_is_followed_by_a_cooldown() -> None:
    risk = RiskMitigation(cool_off_seconds=0)
    desk = TradingDesk(settings=settings(cooldown_seconds=90, risk_mitigation=risk)).start().trade_by_itself()
    desk.propose()
    desk.tick(61)
    desk.propose(1)
    desk.propose(2)
    assert desk.denials() == ["cooldown"]
    assert desk.plans["scanner-signal-2"].status is PlanStatus.EXECUTING


class _RefusesTheFirstOrder:
    """As a broker that finds the stops too near."""

    def __init__(self) -> None:
        self._is_first = True

    def next(self, request: BrokerRequest) -> Fault:
        if not isinstance(request, SubmitOrder) or not self._is_first:
            return Fault()
        self._is_first = False
        return Fault(refusal=INVALID_STOPS)


def test_that_an_order_refused_by_the_broker_is_followed_by_no_cooldown() -> None:
    risk = RiskMitigation(cool_off_seconds=0)
    chosen = settings(cooldown_seconds=90, risk_mitigation=risk)
    desk = TradingDesk(settings=chosen, faults=_RefusesTheFirstOrder()).start().trade_by_itself()
    desk.propose()
    desk.tick(61)
    assert desk.plans["scanner-signal-0"].status is PlanStatus.FAILED
    desk.propose(1)
    desk.tick(121)
    assert desk.plans["scanner-signal-1"].status is PlanStatus.OPEN
    desk.propose(2)
    assert desk.denials() == ["cooldown"]


def test_that_cool_off_holds_across_a_restart(tmp_path: Path) -> None:
    first = TradingDesk(tmp_path).start().trade_by_itself()
    first.propose()
    first.tick(61)
    first.tick(110, bid=2001.2)
    first.close()
    second = TradingDesk(tmp_path, broker=first.broker, clock=first.clock).start().trade_by_itself()
    second.propose(1)
    assert second.denials() == ["cool_off"]
    second.close()


def lose(desk: TradingDesk, minute: int) -> None:
    desk.propose(minute)
    desk.tick(60 * minute + 61)
    desk.tick(60 * minute + 70, bid=1999.3)


def test_that_losses_in_a_row_end_the_day() -> None:
    desk = without_waits(max_consecutive_losses=2)
    for minute in range(3):
        lose(desk, minute)
    assert (len(desk.trades), desk.denials()) == (2, ["consecutive_losses"])


def test_that_losses_in_a_row_end_the_day_across_a_restart(tmp_path: Path) -> None:
    chosen = settings(cooldown_seconds=0, risk_mitigation=RiskMitigation(cool_off_seconds=0, max_consecutive_losses=2))
    first = TradingDesk(tmp_path, settings=chosen).start().trade_by_itself()
    lose(first, 0)
    lose(first, 1)
    first.close()
    second = TradingDesk(tmp_path, settings=chosen, broker=first.broker, clock=first.clock).start().trade_by_itself()
    lose(second, 2)
    assert second.denials() == ["consecutive_losses"]
    second.close()


def test_that_trades_of_the_hour_are_counted_across_a_restart(tmp_path: Path) -> None:
    chosen = settings(cooldown_seconds=0, risk_mitigation=RiskMitigation(cool_off_seconds=0, max_trades_per_hour=1))
    first = TradingDesk(tmp_path, settings=chosen).start().trade_by_itself()
    lose(first, 0)
    first.close()
    second = TradingDesk(tmp_path, settings=chosen, broker=first.broker, clock=first.clock).start().trade_by_itself()
    lose(second, 1)
    assert second.denials() == ["trades_per_hour"]
    second.close()


def test_that_positions_of_a_symbol_are_limited_with_those_on_their_way() -> None:
    desk = without_waits(max_positions_per_symbol=1)
    desk.propose()
    desk.close_candle(1)
    desk.propose(1)
    assert desk.denials() == ["positions_of_symbol"]


def test_that_a_netting_account_takes_one_position_of_a_symbol() -> None:
    paper = PaperSettings(latency_ms=0, is_hedging=False)
    risk = RiskMitigation(cool_off_seconds=0)
    desk = TradingDesk(settings=settings(paper=paper, cooldown_seconds=0, risk_mitigation=risk)).start()
    desk.trade_by_itself().propose()
    desk.tick(61)
    desk.propose(1)
    assert (desk.denials(), desk.orders) == (["positions_of_symbol"], 1)


def test_that_a_setup_at_a_stale_price_is_denied(desk: TradingDesk) -> None:
    desk.tick(30)
    desk.close_candle(0, found=setup())
    assert desk.denials() == ["data_stale"]
