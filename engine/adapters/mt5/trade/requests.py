"""Trade requests in the exact format of the terminal: plain floats, ints and strings, without unused keys."""

from __future__ import annotations

from typing import Any, Final

from engine.adapters.mt5.codes import OrderFilling, OrderTime, OrderType, PositionType, TradeAction
from engine.adapters.mt5.market.terms import Fields, SymbolTerms
from engine.domain.contract import Contract
from engine.domain.market import Side
from engine.domain.messages.broker import ChangeStops, ClosePosition
from engine.domain.orders import Order, is_beyond, signed

Request = dict[str, Any]

_ANY_PRICE: Final = 0.005
"""Share of the price by which a request may slip that has to be carried out: more than a market moves meanwhile."""


def entry_request(order: Order, terms: SymbolTerms, tick: Fields, filling: OrderFilling) -> Request:
    """Enter the market with stop and target inside, and with what the price has left of the order's deviation."""
    contract = terms.contract
    deal = _deal(terms, order.side, order.volume_lots, tick, filling)
    if order.max_deviation is None:
        distance = _ANY_PRICE * deal["price"]
    else:
        distance = order.max_deviation - signed(order.side, deal["price"] - order.reference_price)
    return {
        **deal,
        "sl": float(contract.round_price(order.stop_loss)),
        "tp": float(contract.round_price(order.take_profit)),
        "deviation": terms.in_points(distance),
        "magic": int(order.magic),
        "comment": order.token,
    }


def closing_request(
    closing: ClosePosition, terms: SymbolTerms, tick: Fields, filling: OrderFilling, magic: int
) -> Request:
    """Close a position by its ticket, at market; what is above the largest volume stays for another
    request."""
    deal = _deal(terms, closing.side.opposite, min(closing.volume_lots, terms.contract.volume_max), tick, filling)
    return {
        **deal,
        "position": int(closing.ticket),
        "deviation": terms.in_points(_ANY_PRICE * deal["price"]),
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


def with_fresh_stop(request: Request, held: Fields, info: Fields, tick: Fields, contract: Contract) -> Request | None:
    """A refused change of levels with its stop moved as far off the market as the broker wants it now.

    None where that would loosen the stop that the position `held` has, and where there was none to be moved. The
    target stays: it is where the user or a plan wants to be paid.
    """
    if not request["sl"]:
        return None
    is_buy = held["type"] == PositionType.BUY
    minimum = _min_distance(info, tick)
    if is_buy:
        stop = min(request["sl"], contract.floor_price(float(tick["bid"]) - minimum))
    else:
        stop = max(request["sl"], contract.ceil_price(float(tick["ask"]) + minimum))
    side = Side.BUY if is_buy else Side.SELL
    is_tighter = not held["sl"] or is_beyond(side, stop, float(held["sl"]))
    return request | {"sl": float(stop)} if is_tighter else None


def is_far_enough(request: Request, info: Fields, tick: Fields) -> bool:
    """Whether the levels of an entry are as far off the market as the broker wants them now."""
    sign, price = (1, tick["bid"]) if request["type"] == OrderType.BUY else (-1, tick["ask"])
    minimum = _min_distance(info, tick)
    return bool(min(sign * (price - request["sl"]), sign * (request["tp"] - price)) >= minimum)


def _min_distance(info: Fields, tick: Fields) -> float:
    """The symbol's current minimum distance, but at least the spread, which brokers expect anyway."""
    return max(float(info["trade_stops_level"]) * float(info["point"]), float(tick["ask"]) - float(tick["bid"]))


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
