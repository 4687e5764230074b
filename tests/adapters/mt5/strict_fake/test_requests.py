"""The trade server's answers to requests, rule by rule."""

from __future__ import annotations

from typing import Any

import pytest

import tests.fake_metatrader5 as mt5
from tests.adapters.mt5.strict_fake.trading import GOLD, begin, closing, levels, market, opened, send
from tests.fake_metatrader5.simulator import Account, SimulatorClient, exness_gold

pytestmark = pytest.mark.usefixtures("simulator")

FOK, IOC, RETURN = mt5.ORDER_FILLING_FOK, mt5.ORDER_FILLING_IOC, mt5.ORDER_FILLING_RETURN
REQUEST, INSTANT, MARKET, EXCHANGE = range(4)
SELL = mt5.ORDER_TYPE_SELL


def gold(**changes: Any) -> Any:
    return exness_gold(**({"seed": None, "history_minutes": 2, "spread": 200} | changes))


def test_that_a_market_order_is_filled_at_the_other_side() -> None:
    bought, sold = send(market()), send(market(SELL))
    assert (bought.price, sold.price) == (4000.2, 4000.0)
    assert bought.comment == "Request executed"
    assert (bought.bid, bought.ask) == (4000.0, 4000.2)
    assert [position.ticket for position in mt5.positions_get()] == [bought.order, sold.order]
    deal = mt5.history_deals_get(ticket=bought.order)[0]
    assert (deal.ticket, deal.entry, deal.position_id, deal.reason) == (
        bought.deal, mt5.DEAL_ENTRY_IN, bought.order, mt5.DEAL_REASON_EXPERT,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("execution", "mask", "allowed"),
    [
        (INSTANT, 1, {FOK, IOC, RETURN}), (REQUEST, 0, {FOK, IOC, RETURN}), (MARKET, 1, {FOK}), (MARKET, 2, {IOC}),
        (MARKET, 3, {FOK, IOC}), (EXCHANGE, 1, {FOK, RETURN}), (EXCHANGE, 2, {IOC, RETURN}),
    ],
)  # fmt: skip
def test_that_fillings_are_by_mask_and_execution(
    simulator: SimulatorClient, execution: int, mask: int, allowed: set[int]
) -> None:
    begin(simulator, gold(execution=execution, filling_mask=mask))
    answers = {each: send(market(price=4000.2, type_filling=each)).retcode for each in (FOK, IOC, RETURN)}
    assert {each for each, code in answers.items() if code == mt5.TRADE_RETCODE_DONE} == allowed
    assert set(answers.values()) <= {mt5.TRADE_RETCODE_DONE, mt5.TRADE_RETCODE_INVALID_FILL}


@pytest.mark.parametrize("volume", [0.0, 0.005, 0.015, 200.01, -0.1])
def test_that_volumes_are_on_the_grid(volume: float) -> None:
    assert send(market(volume=volume)).retcode == mt5.TRADE_RETCODE_INVALID_VOLUME


@pytest.mark.parametrize(
    ("side", "stops", "code"),
    [
        (mt5.ORDER_TYPE_BUY, {"sl": 3999.5}, 10009), (mt5.ORDER_TYPE_BUY, {"sl": 3999.501}, 10016),
        (mt5.ORDER_TYPE_BUY, {"tp": 4000.5}, 10009), (mt5.ORDER_TYPE_BUY, {"tp": 4000.499}, 10016),
        (SELL, {"sl": 4000.7}, 10009), (SELL, {"sl": 4000.699}, 10016), (SELL, {"tp": 3999.7}, 10009),
        (SELL, {"tp": 3999.701}, 10016), (SELL, {"sl": 3990.0}, 10016), (SELL, {"sl": 4001.00005}, 10016),
    ],
)  # fmt: skip
def test_that_stops_are_measured_from_the_price_that_would_close(
    simulator: SimulatorClient, side: int, stops: dict[str, float], code: int
) -> None:
    begin(simulator, gold(stops_level=500))
    assert send(market(side, **stops)).retcode == code


def test_that_levels_are_frozen_near_the_price(simulator: SimulatorClient) -> None:
    begin(simulator, gold(freeze_level=1000))
    position = opened(sl=3999.5)
    assert send(levels(position, sl=3998.0)).retcode == mt5.TRADE_RETCODE_FROZEN
    assert send(closing(position)).retcode == mt5.TRADE_RETCODE_FROZEN
    simulator.push(GOLD, 4001.0, 4001.2)
    assert send(levels(position, sl=3998.0)).retcode == mt5.TRADE_RETCODE_DONE


def test_that_a_request_for_a_price_is_requoted_beyond_its_deviation(simulator: SimulatorClient) -> None:
    begin(simulator, gold(execution=INSTANT))
    assert send(market(price=4000.2)).retcode == mt5.TRADE_RETCODE_DONE
    simulator.push(GOLD, 4000.01, 4000.21)
    requoted = send(market(price=4000.2, deviation=9))
    assert (requoted.retcode, requoted.ask, requoted.price) == (mt5.TRADE_RETCODE_REQUOTE, 4000.21, 0.0)
    assert send(market(price=4000.2, deviation=10)).price == 4000.21
    assert send(market()).retcode == mt5.TRADE_RETCODE_INVALID_PRICE


def test_that_market_execution_ignores_price_and_deviation(simulator: SimulatorClient) -> None:
    simulator.change_server(slippage=50)
    assert send(market(price=1.0, deviation=0)).price == 4000.25


def test_that_money_has_to_suffice(simulator: SimulatorClient) -> None:
    begin(simulator, gold(), accounts=(Account(balance=1000.0, leverage=100),))
    assert send(market(volume=0.25)).retcode == mt5.TRADE_RETCODE_NO_MONEY
    assert send(market(volume=0.24)).retcode == mt5.TRADE_RETCODE_DONE
    assert mt5.account_info().margin_free < 1000.0 - 0.24 * 4000


@pytest.mark.parametrize(
    ("mode", "buying", "selling"),
    [(0, 10017, 10017), (1, 10009, 10042), (2, 10043, 10009), (3, 10044, 10044)],
)
def test_that_the_mode_of_a_symbol_limits_entries(
    simulator: SimulatorClient, mode: int, buying: int, selling: int
) -> None:
    position = opened()
    simulator.change_symbol(GOLD, trade_mode=mode)
    assert (send(market()).retcode, send(market(SELL)).retcode) == (buying, selling)
    assert send(closing(position)).retcode == (10009 if mode else 10017)


def test_that_a_closed_market_takes_no_requests(simulator: SimulatorClient) -> None:
    position = opened()
    simulator.close_market(GOLD)
    for request in (market(), closing(position), levels(position, sl=3990.0)):
        assert send(request).retcode == mt5.TRADE_RETCODE_MARKET_CLOSED


def test_that_the_volume_of_one_direction_may_be_limited(simulator: SimulatorClient) -> None:
    begin(simulator, gold(volume_limit=0.3))
    opened(volume=0.2)
    assert send(market(volume=0.2)).retcode == mt5.TRADE_RETCODE_LIMIT_VOLUME
    assert send(market(SELL, 0.2)).retcode == mt5.TRADE_RETCODE_DONE


def test_that_a_position_closes_by_its_ticket_whole_or_in_part() -> None:
    position = opened(volume=0.3)
    assert send(closing(position, 0.4)).retcode == mt5.TRADE_RETCODE_INVALID_CLOSE_VOLUME
    assert send(closing(position, 0.1)).retcode == mt5.TRADE_RETCODE_DONE
    assert mt5.positions_get(ticket=position)[0].volume == 0.2
    assert send(closing(position, 0.2)).retcode == mt5.TRADE_RETCODE_DONE
    assert mt5.positions_get(ticket=position) == ()
    assert mt5.last_error() == (1, "Success")
    entries = [deal.entry for deal in mt5.history_deals_get(position=position)]
    assert entries == [mt5.DEAL_ENTRY_IN, mt5.DEAL_ENTRY_OUT, mt5.DEAL_ENTRY_OUT]
    assert send(closing(position, 0.1)).retcode == mt5.TRADE_RETCODE_POSITION_CLOSED
    assert send(closing(1, 0.1)).retcode == mt5.TRADE_RETCODE_INVALID


def test_that_without_its_ticket_a_hedging_account_opens_the_opposite() -> None:
    opened()
    send(market(SELL))
    assert [position.type for position in mt5.positions_get()] == [0, 1]


def test_that_levels_are_set_together() -> None:
    position = opened(sl=3990.0, tp=4010.0)
    done = send(levels(position, sl=3991.0))
    assert done[:7] == (mt5.TRADE_RETCODE_DONE, 0, 0, 0.0, 0.0, 0.0, 0.0)
    held = mt5.positions_get(ticket=position)[0]
    assert (held.sl, held.tp) == (3991.0, 0.0)
    assert send(levels(position, sl=3991.0)).retcode == mt5.TRADE_RETCODE_NO_CHANGES
    assert send(levels(position, sl=4000.5)).retcode == mt5.TRADE_RETCODE_INVALID_STOPS
    assert send(levels(0, sl=3980.0)).retcode == mt5.TRADE_RETCODE_INVALID


def test_that_a_check_says_what_sending_would_and_does_nothing(simulator: SimulatorClient) -> None:
    fine = mt5.order_check(market())
    assert (fine.retcode, fine.comment, fine.margin) == (0, "Done", 80.0)
    assert mt5.order_check(market(sl=4010.0)).retcode == mt5.TRADE_RETCODE_INVALID_STOPS
    assert mt5.order_check(levels(5, sl=3990.0)).retcode == mt5.TRADE_RETCODE_INVALID
    assert simulator.positions() == []


def test_that_pending_orders_wait_for_their_price(simulator: SimulatorClient) -> None:
    pending = {"action": mt5.TRADE_ACTION_PENDING, "type": mt5.ORDER_TYPE_BUY_LIMIT, "price": 3995.0}
    assert send(market() | pending).retcode == mt5.TRADE_RETCODE_INVALID_FILL
    placed = send(market(sl=3990.0, type_filling=RETURN) | pending)
    assert (placed.retcode, placed.deal, placed.price) == (mt5.TRADE_RETCODE_DONE, 0, 0.0)
    assert mt5.orders_get(ticket=placed.order)[0].state == mt5.ORDER_STATE_PLACED
    modified = {"action": mt5.TRADE_ACTION_MODIFY, "order": placed.order, "price": 3996.0, "sl": 3990.0}
    assert send(market() | modified).retcode == mt5.TRADE_RETCODE_DONE
    simulator.push(GOLD, 3995.7, 3995.9)
    assert (mt5.orders_total(), mt5.positions_get()[0].price_open) == (0, 3995.9)
    away = send(market(type_filling=RETURN) | pending | {"price": 3900.0})
    assert send({"action": mt5.TRADE_ACTION_REMOVE, "order": away.order}).retcode == mt5.TRADE_RETCODE_DONE
    assert mt5.history_orders_get(ticket=away.order)[0].state == mt5.ORDER_STATE_CANCELED
    assert send(market() | pending | {"price": 4005.0, "type_filling": RETURN}).retcode == 10015


def test_that_requests_that_mean_nothing_are_invalid() -> None:
    assert send({}).retcode == mt5.TRADE_RETCODE_INVALID
    assert send(market(symbol="NONE")).retcode == mt5.TRADE_RETCODE_INVALID
    assert send(market() | {"action": mt5.TRADE_ACTION_CLOSE_BY}).retcode == mt5.TRADE_RETCODE_INVALID_ORDER
