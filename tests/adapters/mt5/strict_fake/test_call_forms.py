"""The natives refuse the ways of calling that the package refuses, in the same words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

import tests.fake_metatrader5 as mt5
from tests.adapters.mt5.strict_fake.trading import GOLD, market
from tests.fake_metatrader5.simulator import SimulatorClient

pytestmark = pytest.mark.usefixtures("simulator")

UNNAMED = (-2, "Unnamed arguments not allowed")

POSITIONAL = (
    "symbol_info", "symbol_info_tick", "symbol_select", "market_book_add", "market_book_release", "market_book_get",
    "copy_rates_from", "copy_rates_from_pos", "copy_rates_range", "copy_ticks_from", "copy_ticks_range",
    "history_orders_total", "history_deals_total", "order_calc_margin", "order_calc_profit",
)  # fmt: skip
WITHOUT_ARGUMENTS = (
    "shutdown", "version", "last_error", "terminal_info", "account_info", "symbols_total", "orders_total",
    "positions_total",
)  # fmt: skip


@pytest.mark.parametrize("name", POSITIONAL)
def test_that_functions_of_positions_take_no_keywords(name: str) -> None:
    with pytest.raises(TypeError, match="takes no keyword arguments"):
        getattr(mt5, name)(symbol=GOLD)


@pytest.mark.parametrize("name", WITHOUT_ARGUMENTS)
def test_that_functions_without_arguments_take_none(name: str) -> None:
    with pytest.raises(TypeError, match="takes no arguments"):
        getattr(mt5, name)(GOLD)


@pytest.mark.parametrize("name", POSITIONAL)
def test_that_a_wrong_number_of_arguments_is_an_error_and_no_exception(name: str) -> None:
    assert not getattr(mt5, name)()
    assert mt5.last_error()[0] == -2


def wrapped(function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
    return function(*arguments, **keywords)


@pytest.mark.parametrize("function", [mt5.order_send, mt5.order_check])
def test_that_an_order_with_an_empty_dictionary_of_keywords_is_refused(
    simulator: SimulatorClient, function: Callable[..., Any]
) -> None:
    with ThreadPoolExecutor(1) as executor:
        assert executor.submit(function, market()).result() is None
        assert mt5.last_error() == UNNAMED
        assert executor.submit(partial(function, market())).result() is None
        assert mt5.last_error() == UNNAMED
    assert wrapped(function, market()) is None
    assert mt5.last_error() == UNNAMED
    assert simulator.deals()[1:] == []


async def test_that_direct_calls_of_all_kinds_reach_the_broker() -> None:
    request = market()
    with ThreadPoolExecutor(1) as executor:
        results = [
            mt5.order_send(request),
            mt5.order_send(**request),
            executor.submit(lambda: mt5.order_send(request)).result(),
            await asyncio.to_thread(mt5.order_send, request),
        ]
    assert [result.retcode for result in results] == [10009] * 4


def test_that_positions_are_filtered_by_known_keywords_only() -> None:
    mt5.order_send(market(magic=1))
    assert mt5.positions_get(GOLD) is None
    assert mt5.last_error() == UNNAMED
    assert len(mt5.positions_get(magic=5)) == 1
    assert mt5.positions_get(ticket="1") is None
    assert mt5.last_error() == (-2, 'Invalid "ticket" argument')


def test_that_history_wants_two_dates_or_a_number() -> None:
    for named in ({}, {"date_from": 0, "date_to": 1}):
        assert mt5.history_deals_get(**named) is None
        assert mt5.last_error()[0] == -2
    assert mt5.history_deals_get(0, 1) == ()


def test_that_symbols_get_shows_bad_arguments_apart_with_false() -> None:
    assert mt5.symbols_get(5) is False
    assert mt5.last_error()[0] == -2
    assert [each.name for each in mt5.symbols_get("*XAU*,!BTC*")] == [GOLD]
    assert [each.name for each in mt5.symbols_get(group="*,!XAU*")] == ["BTCUSDm"]
    assert len(mt5.symbols_get(symbol="nothing of that kind")) == 2


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: mt5.initialize(5), "Invalid 1st unnamed argument"),
        (lambda: mt5.initialize(login="5"), 'Invalid "login" argument'),
        (lambda: mt5.initialize(login=5, password=5), 'Invalid "password" argument'),
        (lambda: mt5.initialize(login=5, password="p" * 254), 'Invalid "password" argument'),
        (lambda: mt5.initialize(timeout=1.5), 'Invalid "timeout" argument'),
        (lambda: mt5.login("5"), "Invalid 1st unnamed argument"),
        (lambda: mt5.login(5, 5), "Invalid 2nd unnamed argument"),
        (lambda: mt5.login(login="5"), 'Invalid "login" argument'),
        (lambda: mt5.login(), 'Invalid "login" argument'),
    ],
)  # fmt: skip
def test_that_a_connection_is_not_tried_with_unfit_arguments(call: Callable[[], bool], text: str) -> None:
    assert call() is False
    assert mt5.last_error() == (-2, text)


def test_that_login_takes_the_password_before_the_server() -> None:
    assert mt5.login(1001, "master", "Fake-Demo")
    assert not mt5.login(1001, "Fake-Demo", "master")
    assert mt5.last_error() == (-6, "Terminal: Authorization failed")
