"""Whether a quote triggers a position's stop or target, and at which price: pure functions."""

from __future__ import annotations

import msgspec

from engine.domain.market import Candle, Quote, Side
from engine.domain.orders import DealReason, Position, exit_price
from engine.fills.exits import reached, reaches_stop, reaches_target, way_of


class Trigger(msgspec.Struct, frozen=True, kw_only=True):
    """A position leaves at `price`."""

    reason: DealReason
    price: float


def trigger(position: Position, quote: Quote) -> Trigger | None:
    """The exit that a quote brings, BUY positions by bid and SELL positions by ask, at the price of the quote itself;
    None if it brings none."""
    price = exit_price(position.side, quote)
    reason = reached(way_of(position.side), price, position.stop_loss, position.take_profit)
    return None if reason is None else Trigger(reason=reason, price=price)


def trigger_within(position: Position, candle: Candle, spread: float) -> Trigger | None:
    """The exit at its own price that lies between the open and the close of a candle of which nothing else is known:
    the stop before the target."""
    low, high = candle.low, candle.high
    if position.side is Side.SELL:
        low, high = low + spread, high + spread
    way = way_of(position.side)
    worst, best = (low, high) if position.side is Side.BUY else (high, low)
    stop, target = position.stop_loss, position.take_profit
    if stop is not None and reaches_stop(way, worst, stop):
        return Trigger(reason=DealReason.STOP_LOSS, price=stop)
    if target is not None and reaches_target(way, best, target):
        return Trigger(reason=DealReason.TAKE_PROFIT, price=target)
    return None
