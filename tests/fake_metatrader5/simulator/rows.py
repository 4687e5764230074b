"""Results as rows of the package's fields: what the terminal reports of itself, its account and its symbols."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.fake_metatrader5 import _results as results
from tests.fake_metatrader5.simulator.exchange import Exchange
from tests.fake_metatrader5.simulator.ledger import Ledger, Record
from tests.fake_metatrader5.simulator.market import Market
from tests.fake_metatrader5.simulator.world import Terminal

Row = tuple[Any, ...]
_INTS_OF_SYMBOL = 31
_FLOATS_UNTIL = 83
_EVERY_EXPIRATION = 15
_EVERY_ORDER_BUT_STOP_LIMIT_AND_CLOSE_BY = 55
_CFD_LEVERAGE = 4


def rows(kind: type[results._Result], records: Iterable[Record]) -> list[Row]:
    return [tuple(each[name] for name in kind.__match_args__) for each in records]


def terminal_row(terminal: Terminal) -> Row:
    fields = {
        "community_account": False, "community_connection": False, "connected": terminal.connected,
        "dlls_allowed": False, "trade_allowed": terminal.trade_allowed,
        "tradeapi_disabled": terminal.tradeapi_disabled, "email_enabled": False, "ftp_enabled": False,
        "notifications_enabled": False, "mqid": False, "build": terminal.build, "maxbars": terminal.maxbars,
        "codepage": 1252, "ping_last": terminal.ping_us, "community_balance": 0.0, "retransmission": 0.0,
        "company": terminal.company, "name": terminal.name, "language": "English", "path": terminal.path,
        "data_path": terminal.path, "commondata_path": terminal.path,
    }  # fmt: skip
    return rows(results.TerminalInfo, [fields])[0]


def account_row(exchange: Exchange, ledger: Ledger) -> Row:
    account = ledger.account
    used, equity = exchange.margin_used(ledger), exchange.equity(ledger)
    fields = {
        "login": account.login, "trade_mode": account.kind, "leverage": account.leverage,
        "limit_orders": account.limit_orders, "margin_so_mode": 0, "trade_allowed": account.trade_allowed,
        "trade_expert": account.trade_expert, "margin_mode": account.margin_mode, "currency_digits": 2,
        "fifo_close": account.fifo_close, "balance": ledger.balance, "credit": 0.0,
        "profit": round(equity - ledger.balance, 2),
        "equity": equity, "margin": used, "margin_free": round(equity - used, 2),
        "margin_level": exchange.margin_level(ledger), "margin_so_call": account.margin_call_percent,
        "margin_so_so": account.stop_out_percent, "margin_initial": 0.0, "margin_maintenance": 0.0, "assets": 0.0,
        "liabilities": 0.0, "commission_blocked": 0.0, "name": account.name, "server": account.server,
        "currency": account.currency, "company": account.company,
    }  # fmt: skip
    return rows(results.AccountInfo, [fields])[0]


def symbol_row(market: Market, currency: str) -> Row:
    terms, tick = market.symbol, market.tick
    high, low = market.range_of_today()
    point = {"point": terms.point, "trade_tick_size": terms.point}
    values = dict.fromkeys(
        ("trade_tick_value", "trade_tick_value_profit", "trade_tick_value_loss"), terms.value_of_tick
    )
    quoted = {} if tick is None else {"time": tick.stamp_ms // 1000, "bid": tick.bid, "ask": tick.ask}
    spread = {} if tick is None else {"spread": round((tick.ask - tick.bid) / terms.point)}
    fields = {
        "select": market.is_selected, "visible": market.is_selected, "digits": terms.digits, "spread_float": True,
        "trade_calc_mode": _CFD_LEVERAGE, "trade_mode": terms.trade_mode, "trade_stops_level": terms.stops_level,
        "trade_freeze_level": terms.freeze_level, "trade_exemode": terms.execution, "swap_mode": 1,
        "swap_rollover3days": 3, "expiration_mode": _EVERY_EXPIRATION, "filling_mode": terms.filling_mask,
        "order_mode": _EVERY_ORDER_BUT_STOP_LIMIT_AND_CLOSE_BY, "bidhigh": high, "bidlow": low, "askhigh": high,
        "asklow": low, "trade_contract_size": terms.contract_size, "volume_min": terms.volume_min,
        "volume_max": terms.volume_max, "volume_step": terms.volume_step, "volume_limit": terms.volume_limit,
        "swap_long": terms.swap_long, "swap_short": terms.swap_short, "currency_base": terms.base,
        "currency_profit": terms.profit_currency, "currency_margin": currency, "description": terms.description,
        "name": terms.name, "path": terms.path or f"Fake\\{terms.name}",
    }  # fmt: skip
    return rows(results.SymbolInfo, [_BLANK_SYMBOL | fields | point | values | quoted | spread])[0]


def _blank_symbol() -> Record:
    names = results.SymbolInfo.__match_args__
    kinds = [0] * _INTS_OF_SYMBOL + [0.0] * (_FLOATS_UNTIL - _INTS_OF_SYMBOL) + [""] * (len(names) - _FLOATS_UNTIL)
    bools = dict.fromkeys(("custom", "margin_hedged_use_leg"), False)
    return dict(zip(names, kinds, strict=True)) | bools


_BLANK_SYMBOL = _blank_symbol()
