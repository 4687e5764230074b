"""Whether a quote takes a position out at its stop or target, and at which price: pure."""

from __future__ import annotations

import msgspec

from engine.domain.market import Candle, Quote, Side
from engine.domain.orders import DealReason, Position, exit_price


class Corner(msgspec.Struct, frozen=True, kw_only=True):
    """A quote that stands for a corner of a recorded candle: what lay between it and the one before is a guess."""

    candle: Candle
    is_opening: bool


class Trigger(msgspec.Struct, frozen=True, kw_only=True):
    """A position leaves at `price`; `target_price` is what the target would have paid where both were possible."""

    reason: DealReason
    price: float
    target_price: float | None = None


def trigger(position: Position, quote: Quote, corner: Corner | None) -> Trigger | None:
    """The exit that `quote` brings, BUY positions by bid and SELL positions by ask; None if it brings none.

    Gaps are filled at the gap. Between the corners of a recorded candle price passed through every level, so that
    there levels are filled at their own price; and where that candle holds stop and target, the stop counts first.
    """
    price = exit_price(position.side, quote)
    stop, target = position.stop_loss, position.take_profit
    is_stopped = stop is not None and _reaches_stop(position.side, price, stop)
    is_paid = target is not None and _reaches_target(position.side, price, target)
    if not is_stopped and not is_paid:
        return None
    is_gap = corner is None or corner.is_opening
    if stop is None or target is None or corner is None:
        return _single(is_stopped, price, stop if is_stopped else target, is_gap)
    if not _holds_both(position.side, stop, target, corner.candle, quote.spread):
        return _single(is_stopped, price, stop if is_stopped else target, is_gap)
    if is_stopped and is_gap:
        return Trigger(reason=DealReason.STOP_LOSS, price=price)
    target_price = price if is_paid and is_gap else target
    return Trigger(reason=DealReason.STOP_LOSS, price=stop, target_price=target_price)


def _single(is_stopped: bool, price: float, level: float | None, is_gap: bool) -> Trigger:
    reason = DealReason.STOP_LOSS if is_stopped else DealReason.TAKE_PROFIT
    return Trigger(reason=reason, price=price if is_gap or level is None else level)


def _reaches_stop(side: Side, price: float, stop: float) -> bool:
    return price <= stop if side is Side.BUY else price >= stop


def _reaches_target(side: Side, price: float, target: float) -> bool:
    return price >= target if side is Side.BUY else price <= target


def _holds_both(side: Side, stop: float, target: float, candle: Candle, spread: float) -> bool:
    if side is Side.BUY:
        return candle.low <= stop and candle.high >= target
    return candle.high + spread >= stop and candle.low + spread <= target
