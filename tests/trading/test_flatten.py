"""Flatten is an order that stands until everything is closed; and what else is to be closed is not forgotten either."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from config.trading import RiskMitigation
from engine.adapters.paper.faults import MARKET_CLOSED, NO_FAULT, TOO_MANY_REQUESTS, Fault
from engine.domain.messages.broker import BrokerRequest, ClosePosition, SubmitOrder
from engine.domain.messages.commands import CancelFlatten, CloseTrade, Flatten
from engine.domain.messages.execution import ExitSent
from engine.domain.messages.trading import FlattenChanged
from engine.domain.orders import ExitReason
from engine.persistence import opening
from tests.builders import quote
from tests.plans.stores import unwritable
from tests.trading.desks import TradingDesk, settings
from tests.trading.test_restarts import again

WITHOUT_WAITS = settings(cooldown_seconds=0, risk_mitigation=RiskMitigation(cool_off_seconds=0))


class Refuses:
    """A broker that closes nothing as long as `is_refusing`."""

    def __init__(self, refusal: Fault | None = None) -> None:
        self.refusal = refusal or Fault(refusal=TOO_MANY_REQUESTS)
        self.is_refusing, self.closes = True, 0

    def next(self, request: BrokerRequest) -> Fault:
        if not isinstance(request, ClosePosition):
            return NO_FAULT
        self.closes += 1
        return self.refusal if self.is_refusing else NO_FAULT


def holding(faults: Refuses, directory: Path | None = None) -> TradingDesk:
    """A desk with one position that its broker does not close."""
    desk = TradingDesk(directory, settings=WITHOUT_WAITS, faults=faults).start().trade_by_itself()
    desk.propose()
    desk.tick(61)
    assert len(desk.broker.positions) == 1
    return desk


def last(desk: TradingDesk) -> FlattenChanged:
    return desk.of(FlattenChanged)[-1]


def kinds(desk: TradingDesk) -> list[str]:
    records = [entry.kind for entry in desk.archive.journal.read() if entry.kind.startswith("flatten")]
    return list(dict.fromkeys(records))


# -- until all is closed ------------------------------------------------------------------------------------------


def test_that_flatten_stands_until_a_refused_close_succeeds_and_says_what_is_left() -> None:
    faults = Refuses()
    desk = holding(faults)
    desk.do(Flatten())
    for second in (61.5, 62.6, 62.7):
        desk.tick(second)
    rest = last(desk).rest
    assert rest is not None
    assert (rest.positions, rest.orders, rest.reason) == (1, 0, "Too many requests")
    assert rest.retry_at == quote(64.7).at
    faults.is_refusing = False
    desk.tick(64.8)
    desk.tick(64.9)
    assert desk.broker.positions == ()
    assert (last(desk).rest, last(desk).is_cancelled) == (None, False)
    assert kinds(desk) == ["flatten_begun", "flatten_progress", "flatten_ended"]


def test_that_nothing_is_entered_while_flatten_stands_and_something_is_afterwards() -> None:
    faults = Refuses()
    desk = holding(faults)
    desk.do(Flatten())
    desk.propose(1)
    assert desk.denials() == ["flattening"]
    faults.is_refusing = False
    for second in (121, 160, 161, 162):
        desk.tick(second)
    desk.propose(3)
    assert desk.denials() == ["flattening"]
    desk.tick(241)
    assert desk.orders == 2


def test_that_a_flat_desk_is_flat_at_once() -> None:
    desk = TradingDesk().start()
    desk.do(Flatten())
    assert last(desk).rest is None
    assert desk.trader.lock_left_s("XAUUSD") == 0.0


def test_that_a_closed_market_is_asked_every_half_minute() -> None:
    faults = Refuses(Fault(refusal=MARKET_CLOSED))
    desk = holding(faults)
    desk.do(Flatten())
    for second in range(62, 182):
        desk.tick(second)
    assert faults.closes == 4


def test_that_flatten_can_be_cancelled_and_asks_for_no_further_close() -> None:
    faults = Refuses()
    desk = holding(faults)
    desk.do(Flatten())
    desk.tick(62)
    desk.do(CancelFlatten())
    for second in range(63, 100):
        desk.tick(second)
    assert (last(desk).rest, last(desk).is_cancelled) == (None, True)
    assert (len(desk.broker.positions), faults.closes) == (1, 1)
    desk.do(CancelFlatten())
    assert desk.refusals == ["no Flatten is in force"]
    assert kinds(desk) == ["flatten_begun", "flatten_progress", "flatten_cancelled"]


def test_that_a_close_on_its_way_when_flatten_is_cancelled_is_not_repeated() -> None:
    faults = Refuses()
    desk = holding(faults)
    desk.do(Flatten())
    desk.do(CancelFlatten())
    for second in range(62, 100):
        desk.tick(second)
    assert (len(desk.broker.positions), faults.closes) == (1, 1)


@pytest.mark.parametrize("close_first", [True, False])
def test_that_a_close_of_the_user_stands_when_flatten_is_cancelled(close_first: bool) -> None:
    faults = Refuses()
    desk = holding(faults)
    close = CloseTrade(desk.broker.positions[0].ticket)
    for command in (close, Flatten()) if close_first else (Flatten(), close):
        desk.do(command)
        desk.tick(61.1)
    desk.do(CancelFlatten())
    faults.is_refusing = False
    for second in range(62, 100):
        desk.tick(second)
    assert desk.broker.positions == ()
    assert [trade.reason for trade in desk.trades] == [ExitReason.MANUAL]


@pytest.mark.parametrize("close_first", [True, False])
def test_that_a_close_of_the_user_beside_flatten_is_kept_over_a_restart(tmp_path: Path, close_first: bool) -> None:
    faults = Refuses()
    first = holding(faults, tmp_path)
    close = CloseTrade(first.broker.positions[0].ticket)
    for command in (close, Flatten()) if close_first else (Flatten(), close):
        first.do(command)
        first.tick(61.1)
    second = again(first, tmp_path).start()
    second.do(CancelFlatten())
    third = again(second, tmp_path)
    faults.is_refusing = False
    third.start()
    for seconds in range(70, 100):
        third.tick(seconds)
    assert third.broker.positions == ()
    third.close()


# -- across a restart and a market that restarts ------------------------------------------------------------------


def test_that_flatten_goes_on_after_a_restart(tmp_path: Path) -> None:
    faults = Refuses()
    first = holding(faults, tmp_path)
    first.do(Flatten())
    first.tick(62)
    faults.is_refusing = False
    second = again(first, tmp_path)
    second.clock.set(quote(70).at)
    second.start()
    second.tick(72)
    assert second.broker.positions == ()
    assert [trade.reason for trade in second.trades] == [ExitReason.FLATTEN]
    assert last(second).rest is None
    second.close()


def test_that_an_order_whose_fill_shows_after_the_restart_is_closed_as_well(tmp_path: Path) -> None:
    lost = LosesTheAnswer()
    first = TradingDesk(tmp_path, settings=WITHOUT_WAITS, faults=lost).start().trade_by_itself()
    first.propose()
    first.tick(61)
    first.do(Flatten())
    first.tick(62)
    rest = last(first).rest
    assert rest is not None
    assert (rest.positions, rest.orders) == (0, 1)
    second = again(first, tmp_path)
    second.start()
    for seconds in range(63, 100):
        second.tick(seconds)
    assert second.orders == 1
    assert second.broker.positions == ()
    assert [trade.reason for trade in second.trades] == [ExitReason.FLATTEN]
    second.close()


def test_that_flatten_ordered_before_the_broker_has_answered_closes_what_it_shows(tmp_path: Path) -> None:
    faults = Refuses()
    faults.is_refusing = False
    first = holding(faults, tmp_path)
    second = again(first, tmp_path)
    second.do(Flatten())
    rest = last(second).rest
    assert rest is not None
    assert not rest.is_certain
    second.start()
    second.tick(70)
    second.tick(71)
    assert second.broker.positions == ()
    second.close()


def test_that_flatten_holds_where_the_store_cannot_take_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "BUSY_TIMEOUT_MS", 10)
    faults = Refuses()
    first = holding(faults, tmp_path / "data")
    with unwritable(tmp_path / "data"):
        first.do(Flatten())
        shutil.copytree(tmp_path / "data", tmp_path / "copy")
    first.close()
    faults.is_refusing = False
    second = TradingDesk(tmp_path / "copy", settings=WITHOUT_WAITS, broker=first.broker, clock=first.clock).start()
    second.tick(70)
    second.tick(71)
    assert second.broker.positions == ()
    second.close()


def test_that_flatten_on_paper_ends_with_its_practice_run(tmp_path: Path) -> None:
    first = TradingDesk(tmp_path, is_practice=True)
    first.do(Flatten())
    first.close()
    second = TradingDesk(tmp_path, is_practice=True).start()
    assert second.of(FlattenChanged) == []
    assert "flatten" not in {lock.name.value for lock in second.archive.locks.locks()}
    second.close()


@pytest.mark.parametrize("decided", [ExitReason.MANUAL, ExitReason.ADVERSE_CANDLE])
def test_that_a_position_that_was_to_be_closed_is_closed_after_a_restart(tmp_path: Path, decided: ExitReason) -> None:
    faults = Refuses()
    first = holding(faults, tmp_path)
    decide(first, decided)
    faults.is_refusing = False
    second = again(first, tmp_path).start()
    second.tick(190)
    second.tick(191)
    assert second.broker.positions == ()
    assert [trade.reason for trade in second.trades] == [decided]
    second.close()


@pytest.mark.parametrize("decided", [ExitReason.MANUAL, ExitReason.ADVERSE_CANDLE])
def test_that_a_market_that_restarts_goes_on_closing(tmp_path: Path, decided: ExitReason) -> None:
    faults = Refuses(Fault(is_answer_lost=True, is_silent=True, is_executed=False))
    desk = holding(faults, tmp_path)
    decide(desk, decided)
    faults.is_refusing = False
    desk.open_again()
    desk.start()
    for second in (190, 191, 192):
        desk.tick(second)
    assert desk.broker.positions == ()
    assert [event.reason for event in desk.of(ExitSent)][-1] is decided
    desk.close()


def decide(desk: TradingDesk, reason: ExitReason) -> None:
    """The user, or a candle that closes against it, wants the one position closed."""
    if reason is ExitReason.MANUAL:
        desk.do(CloseTrade(desk.broker.positions[0].ticket))
    else:
        desk.close_candle(2, open=2000.1, close=1999.7)
    desk.tick(182, bid=1999.7)


class LosesTheAnswer:
    """The first order's answer is lost although it is filled, which the broker shows three seconds later."""

    def __init__(self) -> None:
        self._is_first = True

    def next(self, request: BrokerRequest) -> Fault:
        if not isinstance(request, SubmitOrder) or not self._is_first:
            return NO_FAULT
        self._is_first = False
        return Fault(is_answer_lost=True, visible_after=timedelta(seconds=3))
