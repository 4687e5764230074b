"""Facts about a broker's symbols, positions and deals, and the requests made from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.adapters.mt5.clock.server_time import ServerTime
from engine.adapters.mt5.codes import OrderFilling, SymbolTradeMode, TradeExecution
from engine.adapters.mt5.market.terms import SymbolTerms, margin_rate, symbol_terms
from engine.adapters.mt5.trade.conversion import deals_of, ended_orders_of, position_of, working_orders_of
from engine.adapters.mt5.trade.requests import closing_request, entry_request, levels_request
from engine.domain.market import DayRoll, Side
from engine.domain.messages.broker import ChangeStops, ClosePosition
from engine.domain.orders import DealReason, OrderEnd
from engine.errors import InvalidOrder
from tests.approximate import close_to
from tests.builders import MONDAY, order

TIME = ServerTime(timedelta(0), MONDAY)
MAGIC = 772_601
TICK = {"bid": 2000.0, "ask": 2000.3}


def symbol_info(**changes: Any) -> dict[str, Any]:
    """Gold as an account with three decimals shows it."""
    fields: dict[str, Any] = {
        "name": "XAUUSDm", "digits": 3, "point": 0.001, "trade_tick_size": 0.001, "trade_tick_value": 0.1,
        "trade_tick_value_loss": 0.1, "trade_contract_size": 100.0, "volume_min": 0.01, "volume_max": 200.0,
        "volume_step": 0.01, "volume_limit": 0.0, "trade_stops_level": 0, "trade_freeze_level": 0,
        "filling_mode": 3, "trade_exemode": 2, "trade_mode": 4,
    }  # fmt: skip
    return fields | changes


def terms(**changes: Any) -> SymbolTerms:
    return symbol_terms(symbol_info(**changes), "USD", 0.01)


def deal(**changes: Any) -> dict[str, Any]:
    """The deal that opens position 7 for the desk."""
    fields: dict[str, Any] = {
        "ticket": 70, "order": 7, "time_msc": int(MONDAY.timestamp() * 1000), "type": 0, "entry": 0, "magic": MAGIC,
        "position_id": 7, "reason": 3, "volume": 0.02, "price": 2000.0, "commission": -0.1, "swap": 0.0,
        "profit": 0.0, "fee": 0.0, "symbol": "XAUUSDm", "comment": "ms0123456789abcd",
    }  # fmt: skip
    return fields | changes


# -- symbols ----------------------------------------------------------------------------------------------------


def test_that_money_and_steps_come_from_the_broker_and_not_from_the_number_of_digits() -> None:
    gold = terms()
    assert gold.contract.profit(Side.BUY, 2000.0, 2001.0, 1.0) == pytest.approx(100.0)
    assert gold.instrument.day_roll is DayRoll.NEW_YORK_17
    assert gold.contract.round_price(2000.0004) == 2000.0


def test_that_losses_are_reckoned_by_the_tick_value_of_losses() -> None:
    assert terms(trade_tick_value_loss=0.12).contract.tick_value == 0.12
    assert terms(trade_tick_value_loss=0.0).contract.tick_value == 0.1


def test_that_levels_in_points_become_distances_in_price() -> None:
    contract = terms(trade_stops_level=150, trade_freeze_level=50).contract
    assert (contract.stops_level, contract.freeze_level) == (close_to(0.15), close_to(0.05))


def test_that_a_limit_on_one_direction_is_the_largest_volume() -> None:
    assert terms(volume_limit=5.0).contract.volume_max == 5.0


def test_that_terms_without_a_tick_value_cannot_be_traded() -> None:
    with pytest.raises(InvalidOrder):
        terms(trade_tick_value=0.0, trade_tick_value_loss=0.0)


@pytest.mark.parametrize(
    ("mask", "execution", "expected"),
    [
        (1, TradeExecution.MARKET, (OrderFilling.FOK,)),
        (2, TradeExecution.MARKET, (OrderFilling.IOC,)),
        (3, TradeExecution.MARKET, (OrderFilling.FOK, OrderFilling.IOC)),
        (0, TradeExecution.EXCHANGE, (OrderFilling.RETURN,)),
        (2, TradeExecution.EXCHANGE, (OrderFilling.IOC, OrderFilling.RETURN)),
        (0, TradeExecution.INSTANT, (OrderFilling.FOK, OrderFilling.IOC, OrderFilling.RETURN)),
    ],
)
def test_that_the_filling_modes_are_those_of_mask_and_execution(
    mask: int, execution: TradeExecution, expected: tuple[OrderFilling, ...]
) -> None:
    assert terms(filling_mode=mask, trade_exemode=int(execution)).fillings == expected


@pytest.mark.parametrize(
    ("mode", "sides"),
    [
        (SymbolTradeMode.FULL, {Side.BUY, Side.SELL}),
        (SymbolTradeMode.LONG_ONLY, {Side.BUY}),
        (SymbolTradeMode.SHORT_ONLY, {Side.SELL}),
        (SymbolTradeMode.CLOSE_ONLY, set()),
        (SymbolTradeMode.DISABLED, set()),
    ],
)
def test_that_only_sides_the_broker_allows_may_be_entered(mode: SymbolTradeMode, sides: set[Side]) -> None:
    assert {side for side in Side if terms(trade_mode=int(mode)).may_enter(side)} == sides


def test_that_the_margin_of_one_lot_is_a_share_of_its_value() -> None:
    assert margin_rate(2000.0, 2000.0, symbol_info()) == pytest.approx(0.01)


# -- the simulator ---------------------------------------------------------------------------------------------------


def test_that_a_position_without_levels_has_none_and_one_without_our_magic_is_not_ours() -> None:
    shown = {
        "ticket": 8, "identifier": 7, "symbol": "XAUUSDm", "type": 1, "volume": 0.02, "price_open": 2000.0, "sl": 0.0,
        "tp": 1990.0, "time_msc": int(MONDAY.timestamp() * 1000), "comment": "by hand", "magic": 0,
    }  # fmt: skip
    position = position_of(shown, TIME, MAGIC)
    assert (position.side, position.stop_loss, position.take_profit) == (Side.SELL, None, 1990.0)
    assert (position.is_ours, position.token, position.identifier) == (False, "", 7)


def test_that_a_closing_deal_without_magic_is_ours_if_the_one_that_opened_the_position_was() -> None:
    closing = deal(ticket=71, type=1, entry=1, magic=0, reason=4, comment="[sl 1999.5]", profit=-1.0)
    opened, closed = deals_of([closing | {"time_msc": deal()["time_msc"] + 1}, deal()], TIME, MAGIC, ())
    assert (opened.is_entry, opened.token) == (True, "ms0123456789abcd")
    assert (closed.is_ours, closed.reason, closed.profit) == (True, DealReason.STOP_LOSS, -1.0)


def test_that_a_closing_deal_is_ours_by_its_position_where_its_opening_is_too_long_ago() -> None:
    (closed,) = deals_of([deal(entry=1, type=1, magic=0)], TIME, MAGIC, (7,))
    assert closed.is_ours


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"reason": 3}, DealReason.DESK),
        ({"reason": 3, "magic": 0}, DealReason.DESK),
        ({"reason": 3, "magic": 99}, DealReason.OTHER),
        ({"reason": 0}, DealReason.BY_HAND),
        ({"reason": 1}, DealReason.BY_HAND),
        ({"reason": 5}, DealReason.TAKE_PROFIT),
        ({"reason": 6}, DealReason.STOP_OUT),
        ({"reason": 8}, DealReason.OTHER),
        ({"reason": 3, "comment": "[tp 2001.5]"}, DealReason.TAKE_PROFIT),
    ],
)
def test_that_a_deal_shows_why_the_position_was_closed(changes: dict[str, Any], expected: DealReason) -> None:
    (closed,) = deals_of([deal(entry=1, type=1, **changes)], TIME, MAGIC, (7,))
    assert closed.reason is expected


def test_that_a_position_does_not_close_before_it_opened_in_the_hour_that_the_server_repeats() -> None:
    opened_ms, closed_ms = (int(datetime(2026, 11, 1, 8, minute, tzinfo=UTC).timestamp() * 1000) for minute in (50, 20))
    usual = ServerTime(timedelta(hours=2), datetime(2026, 1, 15, tzinfo=UTC))
    closing = deal(entry=1, type=1, ticket=9, time_msc=closed_ms)
    first, last = deals_of([closing, deal(time_msc=opened_ms)], usual, MAGIC, ())
    assert (first.is_entry, last.ticket) == (True, 9)
    assert last.at - first.at == timedelta(minutes=30)


def test_that_a_deposit_is_no_trade() -> None:
    assert deals_of([deal(type=2)], TIME, MAGIC, ()) == ()


def test_that_an_order_that_only_closes_two_against_each_other_is_not_on_its_way_to_a_position() -> None:
    shown = {
        "type": 8, "symbol": "XAUUSDm", "volume_current": 0.01, "time_setup_msc": 0, "comment": "", "magic": MAGIC,
        "ticket": 1, "price_open": 0.0,
    }  # fmt: skip
    assert working_orders_of([shown], TIME, MAGIC) == ()
    (working,) = working_orders_of([shown | {"type": 1}], TIME, MAGIC)
    assert (working.side, working.is_ours) == (Side.SELL, True)


@pytest.mark.parametrize(
    ("state", "left", "kind", "expected"),
    [
        (4, 0.0, 0, (OrderEnd.FILLED, 0.02)),
        (2, 0.02, 0, (OrderEnd.CANCELLED, 0.0)),
        (2, 0.01, 0, (OrderEnd.CANCELLED, 0.01)),
        (3, 0.01, 0, (OrderEnd.FILLED, 0.01)),
        (5, 0.02, 0, (OrderEnd.REJECTED, 0.0)),
        (6, 0.02, 0, (OrderEnd.EXPIRED, 0.0)),
        (1, 0.02, 0, None),
        (7, 0.02, 0, None),
        (4, 0.0, 8, None),
    ],
    ids=["filled", "cancelled", "in part", "partial", "rejected", "expired", "placed", "on request", "close by"],
)
def test_that_the_history_shows_how_an_order_ended_and_how_much_of_it_was_filled(
    state: int, left: float, kind: int, expected: tuple[OrderEnd, float] | None
) -> None:
    shown = {
        "ticket": 7, "type": kind, "state": state, "symbol": "XAUUSDm", "volume_initial": 0.02, "volume_current": left,
        "time_setup_msc": 0, "comment": "", "magic": MAGIC,
    }  # fmt: skip
    ended = ended_orders_of([shown], TIME, MAGIC)
    assert [(each.end, each.filled_lots) for each in ended] == ([] if expected is None else [expected])


# -- requests ---------------------------------------------------------------------------------------------------


def test_that_an_entry_carries_its_stop_and_target_its_name_and_plain_numbers() -> None:
    request = entry_request(order(), terms(), TICK, OrderFilling.IOC)
    assert (request["sl"], request["tp"], request["comment"]) == (1999.5, 2001.5, order().token)
    assert (request["price"], request["type_filling"], request["deviation"]) == (2000.3, 1, 10_002)
    assert {type(value) for value in request.values()} == {int, float, str}
    assert len(request["comment"]) <= 16


def test_that_a_deviation_in_price_is_reported_in_points() -> None:
    at_the_price = order(max_deviation=0.05, reference_price=TICK["ask"])
    assert entry_request(at_the_price, terms(), TICK, OrderFilling.FOK)["deviation"] == 50


def test_that_what_the_price_has_moved_already_is_taken_off_the_deviation() -> None:
    paid_more = order(max_deviation=0.4, reference_price=TICK["ask"] - 0.1)
    assert entry_request(paid_more, terms(), TICK, OrderFilling.FOK)["deviation"] == 300
    paid_less = order(max_deviation=0.4, reference_price=TICK["ask"] + 0.1)
    assert entry_request(paid_less, terms(), TICK, OrderFilling.FOK)["deviation"] == 500


def test_that_a_position_is_closed_by_its_ticket_at_the_other_side_of_the_market() -> None:
    closing = ClosePosition(ticket=8, symbol="XAUUSDm", side=Side.BUY, volume_lots=0.02, token="ms0123456789abcd")
    request = closing_request(closing, terms(), TICK, OrderFilling.FOK, MAGIC)
    assert (request["position"], request["type"], request["price"], request["volume"]) == (8, 1, 2000.0, 0.02)
    assert request["deviation"] == 10_000  # half a percent: a close that is requoted leaves the position open


def test_that_a_position_above_the_largest_volume_is_closed_in_pieces() -> None:
    closing = ClosePosition(ticket=8, symbol="XAUUSDm", side=Side.BUY, volume_lots=7.0, token="ms0123456789abcd")
    request = closing_request(closing, terms(volume_max=5.0), TICK, OrderFilling.FOK, MAGIC)
    assert request["volume"] == 5.0


def test_that_a_change_of_the_stop_keeps_the_target() -> None:
    change = ChangeStops(ticket=8, symbol="XAUUSDm", stop_loss=1999.7504, take_profit=2001.5)
    request = levels_request(change, terms(), MAGIC)
    assert (request["sl"], request["tp"], request["position"]) == (1999.75, 2001.5, 8)
    assert levels_request(change, terms(digits=2, trade_tick_size=0.01), MAGIC)["sl"] == 1999.75
