"""Natives of orders, positions, deals and requests."""

from __future__ import annotations

from typing import Any

from tests.fake_metatrader5._arguments import counted, keyword, real, refuse, stamp, text, trade_request, whole
from tests.fake_metatrader5._masks import fits
from tests.fake_metatrader5._native import Keywords, Takes, native
from tests.fake_metatrader5._results import (
    OrderCheckResult,
    OrderSendResult,
    TradeDeal,
    TradeOrder,
    TradePosition,
    TradeRequest,
    _Result,
)
from tests.fake_metatrader5._session import SESSION


@native(Takes.NOTHING)
def orders_total(_: tuple[Any, ...], __: Keywords) -> Any:
    """orders_total() -> int"""
    return SESSION.ask("orders_total")


@native(Takes.NOTHING)
def positions_total(_: tuple[Any, ...], __: Keywords) -> Any:
    """positions_total() -> int"""
    return SESSION.ask("positions_total")


@native(Takes.POSITIONS_OR_KEYWORDS)
def orders_get(arguments: tuple[Any, ...], keywords: Keywords) -> Any:
    """orders_get([ticket=] [symbol=] [group=]) -> tuple of TradeOrder"""
    return _current("orders_get", TradeOrder, arguments, keywords)


@native(Takes.POSITIONS_OR_KEYWORDS)
def positions_get(arguments: tuple[Any, ...], keywords: Keywords) -> Any:
    """positions_get([ticket=] [symbol=] [group=]) -> tuple of TradePosition"""
    return _current("positions_get", TradePosition, arguments, keywords)


@native(Takes.POSITIONS)
def history_orders_total(arguments: tuple[Any, ...], _: Keywords) -> Any:
    """history_orders_total(date_from, date_to) -> int"""
    return SESSION.ask("history_orders_total", *map(stamp, counted(arguments, 2)))


@native(Takes.POSITIONS)
def history_deals_total(arguments: tuple[Any, ...], _: Keywords) -> Any:
    """history_deals_total(date_from, date_to) -> int"""
    return SESSION.ask("history_deals_total", *map(stamp, counted(arguments, 2)))


@native(Takes.POSITIONS_OR_KEYWORDS)
def history_orders_get(arguments: tuple[Any, ...], keywords: Keywords) -> Any:
    """history_orders_get(date_from, date_to[, group=]) or (ticket=) or (position=) -> tuple of TradeOrder"""
    return _past("history_orders_get", TradeOrder, arguments, keywords)


@native(Takes.POSITIONS_OR_KEYWORDS)
def history_deals_get(arguments: tuple[Any, ...], keywords: Keywords) -> Any:
    """history_deals_get(date_from, date_to[, group=]) or (ticket=) or (position=) -> tuple of TradeDeal"""
    return _past("history_deals_get", TradeDeal, arguments, keywords)


@native(Takes.POSITIONS)
def order_calc_margin(arguments: tuple[Any, ...], _: Keywords) -> Any:
    """order_calc_margin(action, symbol, volume, price) -> float"""
    action, symbol, *numbers = counted(arguments, 4)
    return SESSION.ask("order_calc_margin", whole(action), text(symbol), *map(real, numbers))


@native(Takes.POSITIONS)
def order_calc_profit(arguments: tuple[Any, ...], _: Keywords) -> Any:
    """order_calc_profit(action, symbol, volume, price_open, price_close) -> float"""
    action, symbol, *numbers = counted(arguments, 5)
    return SESSION.ask("order_calc_profit", whole(action), text(symbol), *map(real, numbers))


@native(Takes.POSITIONS_OR_KEYWORDS)
def order_check(arguments: tuple[Any, ...], keywords: Keywords) -> Any:
    """order_check(request) -> OrderCheckResult"""
    request = trade_request(arguments, keywords)
    return OrderCheckResult((*SESSION.ask("order_check", request), TradeRequest(request.values())))


@native(Takes.POSITIONS_OR_KEYWORDS)
def order_send(arguments: tuple[Any, ...], keywords: Keywords) -> Any:
    """order_send(request) -> OrderSendResult"""
    request = trade_request(arguments, keywords)
    return OrderSendResult((*SESSION.ask("order_send", request), TradeRequest(request.values())))


def _current(function: str, kind: type[_Result], arguments: tuple[Any, ...], keywords: Keywords) -> tuple[Any, ...]:
    if arguments:
        raise refuse("Unnamed arguments not allowed")
    ticket = keyword(keywords, "ticket", int)
    symbol = keyword(keywords, "symbol", str) if ticket is None else None
    group = keyword(keywords, "group", str)
    found = tuple(map(kind, SESSION.ask(function, ticket, symbol)))
    is_filtered = group is not None and ticket is None and symbol is None
    return tuple(each for each in found if fits(each.symbol, group)) if is_filtered else found


def _past(function: str, kind: type[_Result], arguments: tuple[Any, ...], keywords: Keywords) -> tuple[Any, ...]:
    if arguments:
        since, until = map(stamp, counted(arguments, 2))
        group = keyword(keywords, "group", str)
        found = map(kind, SESSION.ask(function, since, until, None, None))
        return tuple(each for each in found if group is None or fits(each.symbol, group))
    ticket, position = keyword(keywords, "ticket", int), keyword(keywords, "position", int)
    if ticket is None and position is None:
        raise refuse()
    return tuple(map(kind, SESSION.ask(function, 0, 0, ticket, None if ticket is not None else position)))
