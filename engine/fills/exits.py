"""The exit rules on plain prices: the desk, its paper broker and the lab decide by these functions and no others.

`way` is 1.0 for a BUY and -1.0 for a SELL, so that one comparison serves both. `price` is what closing the position is
paid: the bid for a BUY, the ask for a SELL. `risk` is 1 R in price units, None where it is not known.
"""

from __future__ import annotations

from typing import Any, Final

from engine.domain.contract import Contract
from engine.domain.market import Side
from engine.domain.orders import DealReason
from engine.domain.trades import StopKind

_LEVEL_TOLERANCE: Final = 1e-6
"""Share of a tick by which a level may miss the broker's least distance."""


def way_of(side: Side) -> float:
    """1.0 for a BUY, which gains where prices rise, and -1.0 for a SELL."""
    return 1.0 if side is Side.BUY else -1.0


# -- what the broker does ---------------------------------------------------------------------------------------------


def reaches_stop(way: float, price: Any, stop: float | None) -> Any:
    """Whether the price is at the stop or past it; of an array of prices, which of them are."""
    return stop is not None and way * price <= way * stop


def reaches_target(way: float, price: Any, target: float | None) -> Any:
    """Whether the price is at the target or past it; of an array of prices, which of them are."""
    return target is not None and way * price >= way * target


def reached(way: float, price: float, stop: float | None, target: float | None) -> DealReason | None:
    """The level that a price reaches, the stop before the target; None where it reaches neither."""
    if reaches_stop(way, price, stop):
        return DealReason.STOP_LOSS
    return DealReason.TAKE_PROFIT if reaches_target(way, price, target) else None


def may_stand(way: float, price: float, stop: float | None, target: float | None, contract: Contract) -> bool:
    """Whether the broker takes these levels now: each on its side of the market by the least distance."""
    nearest = contract.min_distance - contract.tick_size * _LEVEL_TOLERANCE
    is_stop_behind = stop is None or way * (price - stop) >= nearest
    return is_stop_behind and (target is None or way * (target - price) >= nearest)


# -- what the desk does -----------------------------------------------------------------------------------------------


def has_gained(way: float, entry: float, price: Any, risk: float | None, wanted_r: float) -> Any:
    """Whether the price is `wanted_r` beyond the entry; of an array of prices, which of them are."""
    return risk is not None and way * (price - entry) >= wanted_r * risk


def closes_against(way: float, entry: float, opening: float, close: float) -> bool:
    """Whether a candle closed against the position, and on its losing side."""
    return way * close < way * opening and way * close < way * entry


def trailing_level(
    way: float, price: float, best: float, behind: float, stop: float, contract: Contract
) -> float | None:
    """A stop that distance `behind` the best price; None where that would not tighten the stop."""
    level = no_nearer(way, price, best - way * behind, contract.min_distance, contract)
    return level if way * level > way * stop else None


def break_even_level(way: float, price: float, entry: float, stop: float | None, contract: Contract) -> float | None:
    """The entry as a stop; None where that would not tighten the stop or the market is too near for it."""
    level = contract.round_price(entry)
    is_tighter = stop is None or way * level > way * stop
    return level if is_tighter and may_stand(way, price, level, None, contract) else None


def tighter_of(way: float, trailing: float | None, break_even: float | None) -> tuple[float, StopKind] | None:
    """The tighter of the stops that two rules ask for, with its rule; None where neither asks for one."""
    if break_even is None or (trailing is not None and way * trailing > way * break_even):
        return None if trailing is None else (trailing, StopKind.TRAILING)
    return break_even, StopKind.BREAK_EVEN


def no_nearer(way: float, price: float, level: float, distance: float, contract: Contract) -> float:
    """`level` or, if the market is nearer to it than `distance`, the next price that keeps it; rounded away from it."""
    nearest = price - way * distance
    if way > 0.0:
        return contract.floor_price(min(level, nearest))
    return contract.ceil_price(max(level, nearest))
