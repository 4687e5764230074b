"""The three functions that the package has in Python: no stop, no magic, no choice of filling. The desk uses none."""

from __future__ import annotations

from typing import Any

from tests.fake_metatrader5 import _constants as mt5
from tests.fake_metatrader5._market import symbol_info_tick
from tests.fake_metatrader5._trading import order_send, positions_get

_TRIES = 10
_DEVIATION_POINTS = 10
_AGAIN = (mt5.TRADE_RETCODE_REQUOTE, mt5.TRADE_RETCODE_PRICE_CHANGED, mt5.TRADE_RETCODE_PRICE_OFF)


def Buy(  # noqa: N802
    symbol: str, volume: float, price: float | None = None, *, comment: str | None = None, ticket: int | None = None
) -> Any:
    return _deal(mt5.ORDER_TYPE_BUY, symbol, volume, price, comment, ticket)


def Sell(  # noqa: N802
    symbol: str, volume: float, price: float | None = None, *, comment: str | None = None, ticket: int | None = None
) -> Any:
    return _deal(mt5.ORDER_TYPE_SELL, symbol, volume, price, comment, ticket)


def Close(symbol: str, *, comment: str | None = None, ticket: int | None = None) -> Any:  # noqa: N802
    """Closes positions opened manually or by others too."""
    result = None
    for position in positions_get(symbol=symbol):
        if ticket is None or position.ticket == ticket:
            kind = mt5.ORDER_TYPE_SELL if position.type == mt5.POSITION_TYPE_BUY else mt5.ORDER_TYPE_BUY
            result = _deal(kind, symbol, position.volume, None, comment, position.ticket)
    return result


def _deal(kind: int, symbol: str, volume: float, price: float | None, comment: str | None, ticket: int | None) -> Any:
    result = None
    for _ in range(_TRIES):
        tick = symbol_info_tick(symbol)
        request = {
            "action": mt5.TRADE_ACTION_DEAL,
            "symbol": symbol,
            "volume": volume,
            "type": kind,
            "price": price or (tick.ask if kind == mt5.ORDER_TYPE_BUY else tick.bid),
            "deviation": _DEVIATION_POINTS,
        }
        chosen = {"comment": comment, "position": ticket}
        result = order_send(request | {name: value for name, value in chosen.items() if value is not None})
        if result is None or result.retcode not in _AGAIN:
            return result
    return result
