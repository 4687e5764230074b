"""A strict stand-in for MetaTrader's Python package: import it by this name where the package would be imported.

It has the package's 32 natives, its three shortcuts, 11 result types and 223 constants, and nothing else. Calls are
refused as the package refuses them, down to the error codes; what it answers comes from a simulator in another process,
found by the environment variable `FAKE_METATRADER5` or by an address given to `initialize` as the path. How a test
runs and drives that process is described in `tests.fake_metatrader5.simulator`.
"""

# ruff: noqa: F401

from tests.fake_metatrader5._constants import *  # noqa: F403
from tests.fake_metatrader5._market import (
    copy_rates_from,
    copy_rates_from_pos,
    copy_rates_range,
    copy_ticks_from,
    copy_ticks_range,
    market_book_add,
    market_book_get,
    market_book_release,
    symbol_info,
    symbol_info_tick,
    symbol_select,
    symbols_get,
    symbols_total,
)
from tests.fake_metatrader5._results import (
    AccountInfo,
    BookInfo,
    OrderCheckResult,
    OrderSendResult,
    SymbolInfo,
    TerminalInfo,
    Tick,
    TradeDeal,
    TradeOrder,
    TradePosition,
    TradeRequest,
)
from tests.fake_metatrader5._shortcuts import Buy, Close, Sell
from tests.fake_metatrader5._terminal import (
    account_info,
    initialize,
    last_error,
    login,
    shutdown,
    terminal_info,
    version,
)
from tests.fake_metatrader5._trading import (
    history_deals_get,
    history_deals_total,
    history_orders_get,
    history_orders_total,
    order_calc_margin,
    order_calc_profit,
    order_check,
    order_send,
    orders_get,
    orders_total,
    positions_get,
    positions_total,
)

__version__ = "5.0.6231"
__author__ = "MetaQuotes Ltd."
