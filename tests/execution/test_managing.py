"""Facts about managed positions: closed by rule, trailed, and closed by the user."""

from __future__ import annotations

from datetime import datetime

import pytest

from config.trading import ExecutionSettings
from engine.domain.market import Side
from engine.domain.messages.broker import (
    ChangeStops,
    ChangeUncertain,
    ClosePosition,
    CloseRefused,
    StopsChanged,
    StopsRefused,
)
from engine.domain.messages.execution import (
    ExitRefused,
    ExitSent,
    StopMoved,
    StopMoveRefused,
    TradeClosed,
    TradeReduced,
)
from engine.domain.orders import DealReason, ExitReason
from engine.domain.trades import ExitOrder, StopKind
from engine.errors import EntryBlocked
from engine.trading.reconciliation.ledger import KnownOrder
from tests.broker_values import BUSY, GONE, REQUOTE, TOO_CLOSE, broker_state, closing, deals_of, position
from tests.builders import at, candle, order
from tests.execution.desks import ScriptedDesk


def test_that_an_opposite_candle_closes_the_position(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.close_candle(candle(1, open=2000.3, close=1999.9), 1.0)
    assert desk.of(ExitSent)[0].reason is ExitReason.ADVERSE_CANDLE
    asked = desk.broker.asked(ClosePosition)[0]
    assert (asked.ticket, asked.volume_lots) == (1, 0.01)


def test_that_the_opposite_candle_exit_can_be_switched_off() -> None:
    desk = ScriptedDesk(ExecutionSettings(adverse_candle_exit=False))
    desk.start()
    desk.open_trade()
    desk.close_candle(candle(1, open=2000.3, close=1999.9), 1.0)
    assert desk.broker.asked(ClosePosition) == []


def test_that_a_winning_trade_trails_its_stop_on_every_quote(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.close_candle(candle(0, open=2000.0, close=2000.3), 0.5)
    desk.quote(61, bid=2000.6)
    assert desk.broker.asked(ChangeStops)[0].stop_loss == 2000.45
    desk.broker.publish(StopsChanged(ticket=1, stop_loss=2000.45, take_profit=2001.5, at=at(61)))
    desk.quote(62, bid=2000.8)
    assert desk.broker.asked(ChangeStops)[1].stop_loss == 2000.65
    assert {event.kind for event in desk.of(StopMoved)} == {StopKind.TRAILING}


def test_that_one_change_of_a_stop_is_under_way_at_a_time(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.close_candle(candle(0, open=2000.0, close=2000.3), 0.5)
    for second in range(61, 65):
        desk.quote(second, bid=2000.6 + second / 100)
    assert len(desk.broker.asked(ChangeStops)) == 1


def test_that_a_refused_trailing_stop_rests_for_a_second(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.close_candle(candle(0, open=2000.0, close=2000.3), 0.5)
    desk.quote(61, bid=2000.6)
    desk.broker.publish(StopsRefused(ticket=1, refusal=TOO_CLOSE, at=at(61)))
    desk.quote(61.5, bid=2000.7)
    assert len(desk.broker.asked(ChangeStops)) == 1
    desk.quote(62, bid=2000.8)
    assert len(desk.broker.asked(ChangeStops)) == 2
    assert desk.portfolio.open_trades[0].position.stop_loss == 1999.5


def test_that_a_stop_hit_after_trailing_is_reported_as_such(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.close_candle(candle(0, open=2000.0, close=2000.3), 0.5)
    desk.quote(61, bid=2000.6)
    desk.broker.publish(StopsChanged(ticket=1, stop_loss=2000.45, take_profit=2001.5, at=at(61)))
    desk.broker.publish(closing(price=2000.45, profit=0.25))
    closed = desk.of(TradeClosed)[0].trade
    assert closed.reason is ExitReason.TRAILING_STOP
    assert closed.r == pytest.approx(0.25 / 0.7)


def test_that_a_stop_hit_after_break_even_by_rule_is_reported_as_such() -> None:
    desk = ScriptedDesk(ExecutionSettings(trailing=False, break_even_at_r=1.0))
    desk.start()
    desk.open_trade()
    desk.quote(61, bid=2000.9)
    desk.quote(62, bid=2001.4)
    assert [asked.stop_loss for asked in desk.broker.asked(ChangeStops)] == [2000.2]
    desk.broker.publish(StopsChanged(ticket=1, stop_loss=2000.2, take_profit=2001.5, at=at(61)))
    desk.quote(63, bid=2001.45)
    assert len(desk.broker.asked(ChangeStops)) == 1
    desk.broker.publish(closing(price=2000.2, profit=0.0))
    assert desk.of(TradeClosed)[0].trade.reason is ExitReason.BREAK_EVEN


def test_that_a_refused_break_even_by_rule_rests_for_a_second() -> None:
    desk = ScriptedDesk(ExecutionSettings(trailing=False, break_even_at_r=1.0))
    desk.start()
    desk.open_trade()
    desk.quote(61, bid=2001.0)
    desk.broker.publish(StopsRefused(ticket=1, refusal=TOO_CLOSE, at=at(61)))
    desk.quote(61.5, bid=2001.1)
    assert len(desk.broker.asked(ChangeStops)) == 1
    desk.quote(62, bid=2001.1)
    assert len(desk.broker.asked(ChangeStops)) == 2


def test_that_the_time_stop_needs_no_further_quote() -> None:
    desk = ScriptedDesk(ExecutionSettings(time_stop_minutes=5.0))
    desk.start()
    desk.quote(0.5)
    desk.open_trade()
    desk.clock.set(at(301))
    desk.execution.on_time()
    assert desk.of(ExitSent)[0].reason is ExitReason.TIME_STOP


def test_that_a_close_is_asked_for_once_and_the_first_reason_stands(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.positions.close(1)
    desk.positions.close(1)
    desk.positions.flatten()
    assert len(desk.broker.asked(ClosePosition)) == 1
    desk.broker.publish(closing(reason=DealReason.DESK, price=2000.0, profit=-0.2))
    assert desk.of(TradeClosed)[0].trade.reason is ExitReason.MANUAL


def test_that_closing_a_position_that_is_gone_does_nothing(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.broker.publish(closing())
    desk.positions.close(1)
    assert desk.broker.asked(ClosePosition) == []


def test_that_a_requoted_close_is_repeated_at_the_next_quote(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.positions.close(1)
    desk.broker.publish(CloseRefused(ticket=1, refusal=REQUOTE, at=at(1)))
    desk.quote(2)
    assert len(desk.broker.asked(ClosePosition)) == 2
    assert desk.of(ExitRefused)[0].reason == "Requote"
    assert desk.of(ExitSent)[1].attempt == 2


def test_that_a_busy_broker_is_asked_again_after_a_growing_pause(desk: ScriptedDesk) -> None:
    desk.quote(0.5)
    desk.open_trade()
    desk.positions.close(1)
    desk.broker.publish(CloseRefused(ticket=1, refusal=BUSY, at=at(0.5)))
    desk.quote(1.4)
    assert len(desk.broker.asked(ClosePosition)) == 1
    desk.quote(1.5)
    assert len(desk.broker.asked(ClosePosition)) == 2
    desk.broker.publish(CloseRefused(ticket=1, refusal=BUSY, at=at(1.5)))
    desk.quote(3.4)
    assert len(desk.broker.asked(ClosePosition)) == 2
    desk.quote(3.5)
    assert len(desk.broker.asked(ClosePosition)) == 3


def test_that_a_close_answered_by_position_gone_is_a_success(desk: ScriptedDesk) -> None:
    trade = desk.open_trade()
    desk.positions.close(1)
    desk.broker.publish(CloseRefused(ticket=1, refusal=GONE, at=at(1)))
    desk.show(broker_state(deals=deals_of(trade.position.identifier, reason=DealReason.TAKE_PROFIT)))
    assert desk.of(TradeClosed)[0].trade.reason is ExitReason.TAKE_PROFIT
    assert desk.portfolio.is_flat


def test_that_a_partly_filled_close_asks_for_the_rest(desk: ScriptedDesk) -> None:
    desk.submit(order(volume_lots=0.03))
    desk.fill(position(volume_lots=0.03))
    desk.positions.close(1)
    desk.broker.publish(
        closing(reason=DealReason.DESK, volume_lots=0.01, remaining_lots=0.02, profit=-0.2, price=2000.0)
    )
    assert desk.of(TradeReduced)[0].trade.position.volume_lots == 0.02
    assert desk.broker.asked(ClosePosition)[1].volume_lots == 0.02
    desk.broker.publish(
        closing(reason=DealReason.DESK, volume_lots=0.02, remaining_lots=0.0, profit=-0.8, price=1999.8)
    )
    closed = desk.of(TradeClosed)[0].trade
    assert closed.volume_lots == 0.03
    assert closed.profit == -1.0
    assert closed.exit == pytest.approx(1999.86666667)


def test_that_a_close_whose_answer_was_lost_is_repeated_only_if_the_position_is_still_there(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.positions.close(1)
    desk.broker.publish(ChangeUncertain(ticket=1, reason="timeout", at=at(1)))
    assert len(desk.broker.asked(ClosePosition)) == 1
    desk.show(broker_state(positions=(position(),)))
    assert len(desk.broker.asked(ClosePosition)) == 2


def test_that_flatten_closes_what_is_open_and_what_is_still_on_its_way(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.submit(order("plan-2"))
    desk.positions.flatten()
    assert [request.ticket for request in desk.broker.asked(ClosePosition)] == [1]
    desk.fill(position(2, token=order("plan-2").token))
    assert [request.ticket for request in desk.broker.asked(ClosePosition)] == [1, 2]


def test_that_a_refusal_says_which_attempt_it_was_and_when_the_next_one_is_made(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.positions.close(1)
    desk.broker.publish(CloseRefused(ticket=1, refusal=BUSY, at=at(0)))
    desk.quote(1)
    desk.broker.publish(CloseRefused(ticket=1, refusal=BUSY, at=at(1)))
    event = [(event.attempt, event.retry_at, event.policy) for event in desk.of(ExitRefused)]
    assert event == [(1, at(1), BUSY.policy), (2, at(3), BUSY.policy)]


def test_that_asking_again_does_not_wait_for_the_pause_after_a_refusal(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.positions.close(1)
    desk.broker.publish(CloseRefused(ticket=1, refusal=BUSY, at=at(0)))
    desk.positions.close(1)
    desk.positions.close(1)
    assert len(desk.broker.asked(ClosePosition)) == 2


def test_that_a_stop_refused_in_a_row_is_counted_until_one_is_moved(desk: ScriptedDesk) -> None:
    desk.quote(0.5)
    desk.open_trade()
    for _ in range(2):
        desk.positions.change_stops(1, 1999.2, 2001.5)
        desk.broker.publish(StopsRefused(ticket=1, refusal=BUSY, at=at(1)))
    desk.positions.change_stops(1, 1999.2, 2001.5)
    desk.broker.publish(StopsChanged(ticket=1, stop_loss=1999.2, take_profit=2001.5, at=at(1)))
    desk.positions.change_stops(1, 1999.3, 2001.5)
    desk.broker.publish(StopsRefused(ticket=1, refusal=BUSY, at=at(1)))
    assert [event.attempt for event in desk.of(StopMoveRefused)] == [1, 2, 1]


def test_that_an_exit_of_an_earlier_run_is_asked_for_when_the_broker_shows_its_position() -> None:
    desk = ScriptedDesk()
    exits = (an_exit(at(1)),)
    desk.execution.start([KnownOrder(order=order(), sent_at=at(0), ticket=1)], exits=exits)
    desk.link(is_connected=True)
    desk.show(broker_state(positions=(position(),)))
    assert desk.of(ExitSent)[0].reason is ExitReason.MANUAL


def test_that_another_position_under_the_number_of_one_to_be_left_stays() -> None:
    desk = ScriptedDesk()
    exits = (an_exit(at(-100_000)),)
    desk.execution.start([KnownOrder(order=order(), sent_at=at(0), ticket=1)], exits=exits)
    desk.link(is_connected=True)
    desk.show(broker_state(positions=(position(),)))
    assert desk.portfolio.open_trades
    assert desk.broker.asked(ClosePosition) == []


def test_that_a_refused_close_is_repeated_although_no_quote_of_its_symbol_comes(desk: ScriptedDesk) -> None:
    desk.open_trade()
    desk.positions.close(1)
    desk.broker.publish(CloseRefused(ticket=1, refusal=BUSY, at=at(0)))
    desk.clock.set(at(1))
    desk.execution.on_time()
    assert len(desk.broker.asked(ClosePosition)) == 2


def test_that_a_position_of_ours_found_while_flattening_is_closed(desk: ScriptedDesk) -> None:
    desk.positions.flatten()
    desk.execution.reconcile("asked for by a test")
    desk.show(broker_state(positions=(position(7, token=""),)))
    assert [request.ticket for request in desk.broker.asked(ClosePosition)] == [7]
    with pytest.raises(EntryBlocked, match="every position is being closed"):
        desk.submit(order("plan-2"))


def an_exit(opened_at: datetime) -> ExitOrder:
    """That the user wants the position closed which has the number of `position()`."""
    return ExitOrder(identifier=1, symbol="XAUUSD", side=Side.BUY, opened_at=opened_at, reason=ExitReason.MANUAL)
