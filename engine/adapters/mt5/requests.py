"""Trade requests in the exact form that the terminal takes: plain floats, ints and texts, no key that says nothing."""

from __future__ import annotations

from typing import Any

from engine.adapters.mt5.codes import OrderFilling, OrderTime, OrderType, TradeAction
from engine.adapters.mt5.terms import Fields, SymbolTerms
from engine.domain.broker_messages import ChangeStops, ClosePosition
from engine.domain.market import Side
from engine.domain.orders import Order

Request = dict[str, Any]


def entry_request(
    order: Order, terms: SymbolTerms, tick: Fields, filling: OrderFilling, deviation_points: int
) -> Request:
    """Enter the market with stop and target inside."""
    contract = terms.contract
    return {
        **_deal(terms, order.side, order.volume_lots, tick, filling),
        "sl": float(contract.round_price(order.stop_loss)),
        "tp": float(contract.round_price(order.take_profit)),
        "deviation": terms.deviation_points(order.max_deviation, deviation_points),
        "magic": int(order.magic),
        "comment": order.token,
    }


def closing_request(
    closing: ClosePosition,
    terms: SymbolTerms,
    tick: Fields,
    filling: OrderFilling,
    deviation_points: int,
    magic: int,
) -> Request:
    """Close a position by its ticket; what is above the largest volume stays for another request."""
    volume = min(closing.volume_lots, terms.contract.volume_max)
    return {
        **_deal(terms, closing.side.opposite, volume, tick, filling),
        "position": int(closing.ticket),
        "deviation": int(deviation_points),
        "magic": int(magic),
        "comment": closing.token,
    }


def levels_request(change: ChangeStops, terms: SymbolTerms, magic: int) -> Request:
    """Both levels, always: one that is left out would be taken away."""
    contract = terms.contract
    return {
        "action": int(TradeAction.SLTP),
        "symbol": change.symbol,
        "position": int(change.ticket),
        "sl": 0.0 if change.stop_loss is None else float(contract.round_price(change.stop_loss)),
        "tp": 0.0 if change.take_profit is None else float(contract.round_price(change.take_profit)),
        "magic": int(magic),
    }


def _deal(terms: SymbolTerms, side: Side, volume_lots: float, tick: Fields, filling: OrderFilling) -> Request:
    is_buy = side is Side.BUY
    return {
        "action": int(TradeAction.DEAL),
        "symbol": terms.symbol,
        "volume": float(volume_lots),
        "type": int(OrderType.BUY if is_buy else OrderType.SELL),
        "price": float(tick["ask"] if is_buy else tick["bid"]),
        "type_time": int(OrderTime.GTC),
        "type_filling": int(filling),
    }
