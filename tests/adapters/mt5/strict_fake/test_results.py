"""Results have the package's fields and types, and can do no more than its own."""

from __future__ import annotations

import copy
import pickle
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import tests.fake_metatrader5 as mt5
from tests.adapters.mt5.strict_fake.trading import FOREVER, GOLD, market, send
from tests.fake_metatrader5.simulator import SimulatorClient

pytestmark = pytest.mark.usefixtures("simulator")

INTS_OF_SYMBOL = 31
FLOATS_OF_SYMBOL = 52
BOOLS = {
    "trade_allowed", "trade_expert", "fifo_close", "community_account", "community_connection", "connected",
    "dlls_allowed", "tradeapi_disabled", "email_enabled", "ftp_enabled", "notifications_enabled", "mqid", "custom",
    "select", "visible", "spread_float", "margin_hedged_use_leg",
}  # fmt: skip

KINDS = {
    "Tick": "ifffiiif",
    "AccountInfo": "iiiiibbiib" + "f" * 14 + "ssss",
    "TerminalInfo": "b" * 10 + "iiii" + "ff" + "s" * 6,
    "SymbolInfo": None,
    "TradePosition": "i" * 9 + "f" * 7 + "sss",
    "TradeOrder": "i" * 14 + "f" * 7 + "sss",
    "TradeDeal": "i" * 9 + "f" * 6 + "sss",
    "TradeRequest": "iiisfffffiiiiisii",
    "OrderSendResult": "iiiffffsii",
    "OrderCheckResult": "iffffffs",
}
TYPES = {"i": int, "f": float, "s": str, "b": bool}


def recorded() -> dict[str, Any]:
    """One result of each type, as a terminal answers it."""
    sent = send(market(sl=3990.0, comment="told"))
    mt5.order_send(market(action=mt5.TRADE_ACTION_PENDING, type=2, type_filling=2, price=3900.0))
    return {
        "Tick": mt5.symbol_info_tick(GOLD), "AccountInfo": mt5.account_info(), "TerminalInfo": mt5.terminal_info(),
        "SymbolInfo": mt5.symbol_info(GOLD), "TradePosition": mt5.positions_get()[0],
        "TradeOrder": mt5.orders_get()[0], "TradeDeal": mt5.history_deals_get(0, FOREVER)[1],
        "TradeRequest": sent.request, "OrderSendResult": sent, "OrderCheckResult": mt5.order_check(market()),
    }  # fmt: skip


def test_that_every_field_has_its_python_type() -> None:
    for name, result in recorded().items():
        kinds = KINDS[name]
        if kinds is None:
            texts = len(result) - INTS_OF_SYMBOL - FLOATS_OF_SYMBOL
            kinds = "i" * INTS_OF_SYMBOL + "f" * FLOATS_OF_SYMBOL + "s" * texts
        for field, value, kind in zip(type(result).__match_args__, result, kinds, strict=False):
            wanted = bool if name == "SymbolInfo" and field in BOOLS else TYPES[kind]
            assert type(value) is wanted, (name, field, value)


def test_that_the_echo_of_a_request_stays_a_result_in_the_dictionary() -> None:
    results = send(market())._asdict()
    assert isinstance(results["request"], mt5.TradeRequest)
    assert results["request"].symbol == GOLD


@pytest.mark.parametrize(("name", "count"), [("Tick", 8), ("AccountInfo", 28), ("TerminalInfo", 22), ("SymbolInfo", 96),
    ("TradePosition", 19), ("TradeOrder", 24), ("TradeDeal", 18), ("TradeRequest", 17), ("OrderSendResult", 11),
    ("OrderCheckResult", 9), ("BookInfo", 4)])  # fmt: skip
def test_that_a_result_is_a_tuple_with_names_and_nothing_else(name: str, count: int) -> None:
    kind = getattr(mt5, name)
    made = kind(tuple(range(count)))
    assert made == tuple(range(count))
    assert made.n_fields == len(kind.__match_args__) == count
    assert list(made._asdict().values()) == list(range(count))
    assert repr(made).startswith(f"{name}({kind.__match_args__[0]}=0, ")
    assert copy.copy(made) == made
    assert not [name for name in ("_fields", "_replace", "_make") if hasattr(made, name)]
    with pytest.raises(TypeError):
        kind(tuple(range(count + 1)))
    with pytest.raises(AttributeError):
        setattr(made, kind.__match_args__[0], 1)


def test_that_no_result_crosses_a_process_boundary() -> None:
    with pytest.raises(pickle.PicklingError, match="attribute lookup BookInfo on builtins failed"):
        pickle.dumps(mt5.BookInfo((1, 2.0, 3, 4.0)))


def test_that_tables_are_packed_and_have_the_packages_columns() -> None:
    rates = mt5.copy_rates_from_pos(GOLD, mt5.TIMEFRAME_M1, 0, 5)
    ticks = mt5.copy_ticks_from(GOLD, 0, 5, mt5.COPY_TICKS_ALL)
    assert rates.dtype.itemsize == ticks.dtype.itemsize == 60
    assert rates.dtype.names == (
        "time", "open", "high", "low", "close", "tick_volume", "spread", "real_volume",
    )  # fmt: skip
    assert [rates.dtype[name].str for name in rates.dtype.names] == [
        "<i8", "<f8", "<f8", "<f8", "<f8", "<u8", "<i4", "<u8",
    ]  # fmt: skip
    assert [ticks.dtype[name].str for name in ticks.dtype.names] == [
        "<i8", "<f8", "<f8", "<f8", "<u8", "<i8", "<u4", "<f8",
    ]  # fmt: skip
    assert ticks.dtype.names == ("time", "bid", "ask", "last", "volume", "time_msc", "flags", "volume_real")
    assert np.all(np.diff(rates["time"]) > 0)


def test_that_the_module_shows_nothing_that_the_package_has_not() -> None:
    shown = {name for name in dir(mt5) if not name.startswith("_") and not isinstance(getattr(mt5, name), ModuleType)}
    assert len(shown) == 32 + 3 + 11 + 223
    assert {"Buy", "Sell", "Close", "initialize", "TradeDeal", "RES_S_OK"} <= shown
    assert not {"SYMBOL_FILLING_FOK", "TRADE_RETCODE_HEDGE_PROHIBITED"} & shown
    assert mt5.__version__.startswith("5.0.")
    assert mt5.__author__


def test_that_the_shortcuts_trade_without_a_stop(simulator: SimulatorClient) -> None:
    assert mt5.Buy(GOLD, 0.1, comment="short").retcode == 10009
    assert mt5.Sell(GOLD, 0.1).retcode == 10009
    assert mt5.Close(GOLD).retcode == 10009
    assert simulator.positions() == []
