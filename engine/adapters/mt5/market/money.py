"""Checks the tick value: some brokers report one that their own profit calculation contradicts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec

from engine.adapters.mt5.codes import OrderType
from engine.adapters.mt5.market.terms import Fields

Ask = Callable[..., Awaitable[Any]]
"""Asks the terminal to call a function with arguments; gives None if it does not answer."""

_MOVE: Final = 0.01
"""Share of the price over which profit is calculated: far more than the cent to which money is rounded."""
_MAX_LOTS: Final = 10_000.0
_TOLERANCE: Final = 0.02
"""Relative difference up to which two values agree: exchange rates move between two calls."""
_CENT: Final = 0.01
"""The terminal rounds calculated money to this."""
_ABSURD: Final = 100.0
"""Factor by which two values may differ before neither is trusted."""


class TickMoney(msgspec.Struct, frozen=True, kw_only=True):
    """Money, in the account's currency, that one lot loses and gains per tick; of two values the less favourable one.

    `doubt` is a sentence if the terminal contradicts itself, else empty.
    """

    loss: float
    gain: float
    doubt: str = ""


async def tick_money(ask: Ask, info: Fields, currency: str) -> TickMoney | str:
    """The tick value of a `SymbolInfo`, compared with what `order_calc_profit` gives for a move against both sides.

    Returns a sentence instead if it is not known, or if both are so far apart that neither can be trusted: then no
    trade may be sized by it.
    """
    name = str(info["name"])
    stated = _positive(info, "trade_tick_value_loss") or _positive(info, "trade_tick_value")
    if stated is None:
        return f"the terminal reports no tick value for {name} yet: no entries until it does"
    calculated = await _calculated(ask, info)
    if calculated is None:
        return f"the terminal cannot calculate the profit of {name} yet: no entries until it can"
    *losses, rounding = calculated
    gains = [value for field in ("trade_tick_value_profit", "trade_tick_value") if (value := _positive(info, field))]
    worst, best = max(stated, *losses), min(stated, *losses)
    if not best * _ABSURD >= worst:
        return (
            f"the broker reports a tick value of {stated:g} {currency} a lot for {name}, but calculates {losses[0]:g} "
            f"for a buy and {losses[1]:g} for a sell: no trade can be sized by this; ask the broker"
        )
    doubt = ""
    if worst > best * (1.0 + _TOLERANCE) + rounding:
        doubt = (
            f"the broker reports a tick value of {stated:g} {currency} a lot for {name}, but calculates {losses[0]:g} "
            f"for a buy and {losses[1]:g} for a sell: trades are sized by {worst:g}"
        )
    return TickMoney(loss=worst, gain=min(best, *gains), doubt=doubt)


async def _calculated(ask: Ask, info: Fields) -> tuple[float, float, float] | None:
    """What a lot loses per tick, bought and sold, and how much of that may be rounding; None if the terminal cannot
    calculate it."""
    name, tick_size = str(info["name"]), float(info["trade_tick_size"]) or float(info["point"])
    bid, sold = float(info["bid"]), float(info["ask"])
    if not (tick_size > 0.0 and 0.0 < bid <= sold):
        return None
    ticks = max(1, round(_MOVE * bid / tick_size))
    lots, move = min(_MAX_LOTS, float(info["volume_max"])), ticks * tick_size
    of_buy = await ask("order_calc_profit", int(OrderType.BUY), name, lots, sold, sold - move)
    of_sell = await ask("order_calc_profit", int(OrderType.SELL), name, lots, bid, bid + move)
    if not isinstance(of_buy, float) or not isinstance(of_sell, float):
        return None
    buy, sell = (-money / lots / ticks for money in (of_buy, of_sell))
    return (buy, sell, _CENT / lots / ticks) if buy > 0.0 and sell > 0.0 else None


def _positive(info: Fields, field: str) -> float | None:
    value = float(info.get(field, 0.0))
    return value if 0.0 < value < float("inf") else None
