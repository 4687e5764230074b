"""Types of arguments: what the package takes for a float, an int, a text or a date, and what it says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

import tests.fake_metatrader5 as mt5
from engine.adapters.mt5.codes import OrderType, TradeAction
from tests.adapters.mt5.strict_fake.trading import FOREVER, GOLD, market

pytestmark = pytest.mark.usefixtures("simulator")


@pytest.mark.parametrize("field", ["volume", "price", "stoplimit", "sl", "tp"])
@pytest.mark.parametrize("value", [1, Decimal(1), np.float32(1.0), None, "1"])
def test_that_float_fields_take_floats_only(field: str, value: Any) -> None:
    assert mt5.order_send(market(**{field: value})) is None
    assert mt5.last_error() == (-2, f'Invalid "{field}" argument')


@pytest.mark.parametrize("field", ["action", "magic", "order", "deviation", "type", "type_filling", "position"])
@pytest.mark.parametrize("value", [1.0, np.int64(1), None, "1"])
def test_that_int_fields_take_whole_numbers_only(field: str, value: Any) -> None:
    assert mt5.order_send(market() | {field: value}) is None
    assert mt5.last_error() == (-2, f'Invalid "{field}" argument')


@pytest.mark.parametrize("field", ["action", "magic", "order", "deviation", "type", "type_filling", "position"])
@pytest.mark.parametrize("value", [-1, 2**64])
def test_that_whole_numbers_no_field_can_hold_raise(field: str, value: int) -> None:
    with pytest.raises(SystemError, match="returned a result with an exception set"):
        mt5.order_send(market() | {field: value})
    assert mt5.last_error() == (-2, f'Invalid "{field}" argument')


def test_that_subclasses_of_float_and_int_pass() -> None:
    named = {"action": TradeAction.DEAL, "type": OrderType.SELL, "volume": np.float64(0.1)}
    assert mt5.order_send(market() | named).retcode == 10009


def test_that_texts_have_at_most_29_characters() -> None:
    assert mt5.order_send(market(comment="c" * 29)).retcode == 10009
    for field in ("comment", "symbol"):
        assert mt5.order_send(market() | {field: "c" * 30}) is None
        assert mt5.last_error() == (-2, f'Invalid "{field}" argument')


def test_that_a_request_is_a_real_dictionary() -> None:
    for request in (MappingProxyType(market()), list(market().items()), None):
        assert mt5.order_check(request) is None
        assert mt5.last_error() == (-2, "Invalid arguments")


def test_that_missing_keys_are_nothing_and_unknown_ones_are_dropped() -> None:
    echoed = mt5.order_send(market(comments="lost")).request
    assert echoed.comment == ""
    assert (echoed.sl, echoed.type_filling, echoed.position) == (0.0, mt5.ORDER_FILLING_FOK, 0)


@pytest.mark.parametrize(
    "call",
    [
        lambda: mt5.copy_rates_from_pos(GOLD, 1, 0, 10.0),
        lambda: mt5.copy_rates_from_pos(GOLD, "1", 0, 10),
        lambda: mt5.copy_rates_from_pos(GOLD, 1, 0, 2**31),
        lambda: mt5.copy_rates_range(GOLD, 1, 0, 1_700_000_000_000),
        lambda: mt5.copy_ticks_from(GOLD, 0, None, mt5.COPY_TICKS_ALL),
        lambda: mt5.order_calc_margin(0, GOLD, "1", 1.0),
    ],
)
def test_that_an_unfit_number_in_a_slot_ends_in_a_system_error(call: Callable[[], Any]) -> None:
    with pytest.raises(SystemError):
        call()


def test_that_calculations_take_ints_for_floats() -> None:
    assert mt5.order_calc_margin(mt5.ORDER_TYPE_BUY, GOLD, 1, 4000) == 4000 * 100 / 500
    assert mt5.order_calc_profit(mt5.ORDER_TYPE_SELL, GOLD, 1, 4000, 3999) == 100.0


def test_that_dates_are_compared_with_the_servers_clock_as_they_are() -> None:
    last = int(mt5.copy_rates_from_pos(GOLD, mt5.TIMEFRAME_M1, 0, 1)["time"][0])
    aware = datetime.fromtimestamp(last, UTC)
    naive = datetime.fromtimestamp(last)  # noqa: DTZ006 - the package takes it for the machine's local time
    for date in (last, float(last), aware, naive):
        assert mt5.copy_rates_from(GOLD, mt5.TIMEFRAME_M1, date, 1)["time"][0] == last
    assert mt5.copy_rates_from(GOLD, mt5.TIMEFRAME_M1, "today", 1) is None
    assert mt5.last_error() == (-2, "Invalid arguments")


def test_that_each_call_but_last_error_takes_back_the_last_error() -> None:
    assert mt5.symbol_info("NONE") is None
    assert mt5.last_error() == mt5.last_error() == (-4, "Terminal: Not found")
    assert mt5.history_deals_total(0, FOREVER) == 1
    assert mt5.last_error() == (1, "Success")


def test_that_nothing_was_wrong_before_the_first_call() -> None:
    import subprocess
    import sys

    words = "import tests.fake_metatrader5 as m; print(m.last_error(), m.orders_total(), m.last_error())"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(0, '') None (-10004, 'No IPC connection')"
