"""Requests as the desk writes them, and worlds to send them to."""

from __future__ import annotations

from typing import Any

import tests.fake_metatrader5 as mt5
from tests.fake_metatrader5.simulator import Clock, SimulatorClient, World

GOLD = "XAUUSDm"
BITCOIN = "BTCUSDm"
FOREVER = 2**31 - 1


def market(side: int = mt5.ORDER_TYPE_BUY, volume: float = 0.1, **fields: Any) -> dict[str, Any]:
    return {"action": mt5.TRADE_ACTION_DEAL, "symbol": GOLD, "volume": volume, "type": side} | fields


def closing(position: int, volume: float = 0.1, side: int = mt5.ORDER_TYPE_SELL, **fields: Any) -> dict[str, Any]:
    return market(side, volume, position=position, **fields)


def levels(position: int, **fields: Any) -> dict[str, Any]:
    return {"action": mt5.TRADE_ACTION_SLTP, "symbol": GOLD, "position": position} | fields


def send(request: dict[str, Any]) -> Any:
    result = mt5.order_send(request)
    assert result is not None, mt5.last_error()
    return result


def opened(**fields: Any) -> int:
    """The ticket of a new position."""
    result = send(market(**fields))
    assert result.retcode == mt5.TRADE_RETCODE_DONE, result
    return int(result.order)


def begin(simulator: SimulatorClient, *symbols: Any, **parts: Any) -> None:
    """A world of these symbols, moved by the test, with the module attached to it."""
    simulator.reset(World(symbols=symbols, **({"clock": Clock(is_manual=True)} | parts)))
    assert mt5.initialize(), mt5.last_error()
