"""Market orders of the user: the same intents, risk check and limits as for any other order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from config.trading import ExecutionSettings, RiskMitigation
from engine.domain.market import Side
from engine.domain.messages.broker import SubmitOrder
from engine.domain.messages.commands import CloseTrade, Halt
from engine.domain.messages.execution import TradeReduced
from engine.domain.messages.manual import (
    CloseTrades,
    ManualOrder,
    OrderReviewed,
    PlaceOrder,
    ReviewOrder,
    SetExitRules,
)
from engine.domain.orders import ExitReason
from engine.domain.plan import PlanStatus
from engine.domain.risk import DenialName
from tests.builders import quote
from tests.plans.stores import unwritable
from tests.trading.desks import BID, TradingDesk, settings
from tests.trading.running import on_disk, running, written
from tests.trading.test_restarts import again

NO_WAITS: dict[str, Any] = {"cooldown_seconds": 0, "risk_mitigation": RiskMitigation(cool_off_seconds=0)}


def manual(order_id: str = "manual-1", **changes: Any) -> ManualOrder:
    """To buy gold at 2000 with half a dollar at risk."""
    levels = {"price": 2000.0, "stop_loss": 1999.5, "take_profit": 2001.5}
    fields: dict[str, Any] = {"symbol": "XAUUSD", "side": Side.BUY, "volume": 0.04, **levels}
    return ManualOrder(order_id=order_id, **(fields | changes))


@pytest.fixture
def desk() -> TradingDesk:
    return TradingDesk().start()


def reviewed(desk: TradingDesk, order: ManualOrder) -> OrderReviewed:
    desk.do(ReviewOrder(order))
    return desk.of(OrderReviewed)[-1]


# -- a manual order -----------------------------------------------------------------------------------------------


def test_that_a_manual_order_fills_with_its_stop_and_is_managed_to_its_target(desk: TradingDesk) -> None:
    desk.do(PlaceOrder(manual()))
    desk.tick(2)
    desk.tick(3, bid=2001.6)
    assert desk.statuses == [
        PlanStatus.AWAITING_APPROVAL, PlanStatus.EXECUTING, PlanStatus.OPEN, PlanStatus.CLOSED,
    ]  # fmt: skip
    (trade,) = desk.trades
    assert (trade.stop_loss, trade.reason, trade.volume_lots) == (1999.5, ExitReason.TAKE_PROFIT, 0.04)
    assert desk.plans["manual-1"].created_by == "manual"


async def test_that_a_manual_order_leaves_only_once_its_intent_is_on_the_disk(tmp_path: Path) -> None:
    async with running(tmp_path) as (desk, broker):
        with unwritable(tmp_path):
            desk.do(PlaceOrder(manual()))
            assert (broker.asked(SubmitOrder), on_disk(tmp_path, "SELECT count(*) FROM intents")) == (0, 0)
        await written(desk)
        assert broker.intents_at_orders == [1]


async def test_that_a_halt_stops_a_manual_order_whose_intent_is_being_written(tmp_path: Path) -> None:
    async with running(tmp_path) as (desk, broker):
        with unwritable(tmp_path):
            desk.do(PlaceOrder(manual()))
            desk.do(Halt("enough"))
        await written(desk)
        assert broker.asked(SubmitOrder) == 0
        assert desk.plans["manual-1"].status is PlanStatus.CANCELLED


def test_that_the_same_order_is_never_sent_twice() -> None:
    desk = TradingDesk(settings=settings(**NO_WAITS)).start()
    for _ in range(3):
        desk.do(PlaceOrder(manual()))
    desk.tick(2)
    assert desk.orders == 1
    assert len(desk.refusals) == 2


def test_that_a_manual_order_that_was_filled_while_the_desk_was_down_is_found(tmp_path: Path) -> None:
    first = TradingDesk(tmp_path).start()
    first.do(PlaceOrder(manual()))
    second = again(first, tmp_path)
    second.broker.connect(lambda _: None)
    second.show_broker(quote(2, bid=BID))
    second.clock.set(quote(3).at)
    second.start()
    assert (second.plans["manual-1"].status, second.orders) == (PlanStatus.OPEN, 1)
    second.close()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"stop_loss": 1998.0}, "stop distance 2 is outside 0.5 to 1.2"),
        ({"stop_loss": 1999.9}, "stop distance 0.1 is outside 0.5 to 1.2"),
        ({"stop_loss": 1998.0}, "; the setting Stop range of manual orders (Execution) widens these ranges"),
        ({"take_profit": 2009.0}, "target distance 9 is outside 1 to 2.5"),
        ({"volume": 0.015}, "volume 0.015 is not a multiple of the step 0.01 lots"),
        ({"symbol": "OTHER"}, "symbol OTHER is not traded by this desk"),
        ({"volume": 2.0}, "volume 2 lots is above the maximum of 1"),
        ({"price": 2000.4, "stop_loss": 1999.8, "take_profit": 2001.8}, "price moved 0.667 R from the planned entry"),
        ({"volume": float("nan")}, "volume is nan"),
    ],
)
def test_that_a_manual_order_keeps_to_the_ranges_and_limits(
    desk: TradingDesk, changes: dict[str, Any], reason: str
) -> None:
    desk.do(PlaceOrder(msgspec.structs.replace(manual(), **changes)))
    desk.tick(2)
    assert reason in desk.refusals[0]
    assert (desk.orders, desk.plans) == (0, {})


def test_that_the_ranges_of_stops_are_as_wide_as_the_user_allows_for_manual_orders() -> None:
    wide = settings(execution=ExecutionSettings(manual_range_factor=4.0))
    desk = TradingDesk(settings=wide).start()
    desk.do(PlaceOrder(manual(stop_loss=1996.0, take_profit=2009.0)))
    desk.tick(2)
    assert (desk.refusals, desk.orders) == ([], 1)


def test_that_limits_of_risk_hold_for_manual_orders_however_wide_their_stops() -> None:
    chosen = settings(
        cooldown_seconds=0,
        execution=ExecutionSettings(manual_range_factor=100.0),
        risk_mitigation=RiskMitigation(max_positions_per_symbol=2, cool_off_seconds=0),
    )
    desk = TradingDesk(settings=chosen).start()
    for number in range(3):
        desk.do(PlaceOrder(manual(f"manual-{number}")))
        desk.tick(2 + number)
    assert desk.orders == 2
    assert desk.refusals == ["the risk check failed: open positions of this symbol: 2, max 2"]


def test_that_the_risk_check_answers_before_the_click_and_nothing_is_sent(desk: TradingDesk) -> None:
    answer = reviewed(desk, manual())
    assert (answer.may_be_sent, answer.money_at_risk, answer.merged) == (True, 2.0, "")
    assert answer.cost_r == pytest.approx(0.4)
    assert answer.free_margin == 10_000.0
    desk.do(Halt("enough"))
    assert [each.name.value for each in reviewed(desk, manual()).objections] == ["halted"]
    assert reviewed(desk, manual(stop_loss=2000.5)).faults
    assert reviewed(desk, manual(symbol="OTHER")).faults
    assert (desk.orders, desk.plans) == (0, {})


# -- parts, rules, sides --------------------------------------------------------------------------------------------


def test_that_r_after_a_partial_close_counts_the_initial_risk_of_the_whole(desk: TradingDesk) -> None:
    desk.do(PlaceOrder(manual()))
    desk.tick(2)
    desk.tick(3, bid=2000.5)
    desk.do(CloseTrade(1001, 0.02))
    desk.tick(4, bid=2000.5)
    trade = desk.of(TradeReduced)[-1].trade
    assert trade.r_at(2000.5) == pytest.approx(1.0)
    assert trade.r_at(2001.0) == pytest.approx(1.5)
    assert trade.r_at(1999.5) == pytest.approx(0.0)
    desk.tick(5, bid=1999.4)
    assert desk.trades[0].is_touched
    assert desk.trades[0].r == pytest.approx((0.02 * 0.5 - 0.02 * 0.6) / (0.04 * 0.5), abs=0.05)


def test_that_what_a_part_has_lost_counts_against_the_days_loss_while_the_rest_is_open() -> None:
    limits = RiskMitigation(max_daily_loss_pct=0.05, cool_off_seconds=0)
    desk = TradingDesk(settings=settings(cooldown_seconds=0, risk_mitigation=limits)).start()
    desk.do(PlaceOrder(manual(volume=0.5)))
    desk.tick(2)
    desk.tick(3, bid=1999.6)
    desk.do(CloseTrade(1001, 0.25))
    desk.tick(4, bid=1999.6)
    desk.tick(5, bid=2000.0)
    answer = reviewed(desk, manual("manual-2", price=2000.2))
    assert [each.name for each in answer.objections] == [DenialName.DAILY_LOSS]


@pytest.mark.parametrize("lots", [0.005, 0.0, -1.0])
def test_that_a_part_that_the_broker_does_not_take_is_refused_in_words(desk: TradingDesk, lots: float) -> None:
    desk.do(PlaceOrder(manual()))
    desk.tick(2)
    desk.do(CloseTrade(1001, lots))
    assert desk.refusals == [
        f"{lots:g} of 0.04 lots cannot be closed: part and rest must be 0.01 lots or more, in steps of 0.01"
    ]


def test_that_switched_exit_rules_hold_after_a_restart_and_against_the_settings(tmp_path: Path) -> None:
    first = TradingDesk(tmp_path).start()
    first.do(PlaceOrder(manual()))
    first.tick(2)
    first.do(SetExitRules(1001, opposite_candle=False))
    first.close_candle(1, open=2000.0, close=1999.7)
    second = again(first, tmp_path).start()
    second.close_candle(2, open=2000.0, close=1999.7)
    second.tick(181)
    assert second.trades == []
    second.do(SetExitRules(1001, opposite_candle=True))
    second.close_candle(3, open=2000.0, close=1999.7)
    second.tick(241)
    assert [trade.reason for trade in second.trades] == [ExitReason.ADVERSE_CANDLE]
    second.close()


def test_that_all_of_a_side_or_symbol_are_closed_and_no_others() -> None:
    desk = TradingDesk(settings=settings(**NO_WAITS)).start()
    desk.do(PlaceOrder(manual()))
    desk.tick(2)
    sell = {"side": Side.SELL, "price": BID, "stop_loss": BID + 0.6, "take_profit": BID - 1.5}
    desk.do(PlaceOrder(manual("manual-2", **sell)))
    desk.tick(3)
    desk.do(CloseTrades("XAUUSD", Side.SELL))
    desk.tick(4)
    assert [trade.side for trade in desk.trades] == [Side.SELL]
    desk.do(CloseTrades("BTCUSD"))
    assert desk.refusals == ["there is no such position of the desk"]
    desk.do(CloseTrades())
    desk.tick(5)
    assert len(desk.trades) == 2
