"""Converts the terminal's symbol info to contract terms of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from config.symbol_names import meaning_of
from engine.adapters.mt5.codes import OrderFilling, SymbolFilling, SymbolTradeMode, TradeExecution
from engine.domain.contract import Contract
from engine.domain.market import DayRoll, Instrument, Side
from engine.market.instruments import day_roll_of

Fields = Mapping[str, Any]
"""A result of the terminal, by the names of its fields."""

_WHILE_LOADING: Final = {"trade_contract_size": 1.0, "volume_min": 0.01, "volume_max": 1e6, "volume_step": 0.01}
"""Values used until the terminal has loaded them. An exit only needs a maximum volume that does not cut it."""

_SHARES: Final = (32, 38)
"""How the profit of shares is calculated, at exchanges and at Moscow's."""


class SymbolTerms(msgspec.Struct, frozen=True, kw_only=True):
    """One symbol as its broker trades it.

    `point` is the unit of spreads and deviations, in price units; `fillings` are in order of taste. `doubt` says in a
    sentence what is wrong with the money in these terms.
    """

    instrument: Instrument
    contract: Contract
    point: float
    fillings: tuple[OrderFilling, ...]
    execution: TradeExecution
    trade_mode: SymbolTradeMode
    doubt: str = ""

    @property
    def symbol(self) -> str:
        return self.contract.symbol

    def may_enter(self, side: Side) -> bool:
        """Whether the broker lets a position of this side be opened at all."""
        only = SymbolTradeMode.LONG_ONLY if side is Side.BUY else SymbolTradeMode.SHORT_ONLY
        return self.trade_mode in (SymbolTradeMode.FULL, only)

    def in_points(self, price_distance: float) -> int:
        """A distance in price units as whole points, none below zero."""
        return max(0, round(price_distance / self.point))


def exit_terms(info: Fields, currency: str) -> SymbolTerms:
    """Terms to follow and close a position, even if parts of the `SymbolInfo` are not loaded yet.

    They allow no entries, since their tick value is not known.
    """
    point = 10.0 ** -int(info["digits"])
    fallbacks = {**_WHILE_LOADING, "point": point}
    missing = {field: value for field, value in fallbacks.items() if not float(info[field]) > 0.0}
    return symbol_terms({**info, **missing}, currency, 0.0, is_money_known=False)


def symbol_terms(info: Fields, currency: str, margin_rate: float, *, is_money_known: bool = True) -> SymbolTerms:
    """The terms in a `SymbolInfo`; money in the account's `currency`.

    `margin_rate` is the share of a position's value that is held as margin. Raises `InvalidOrder` if these are no
    terms that can be traded.
    """
    name, point = str(info["name"]), float(info["point"])
    tick_size = float(info["trade_tick_size"]) or point
    digits = int(info["digits"])
    meaning = meaning_in(info)
    rolls = day_roll_of(name, meaning, str(info.get("path", "")))
    return SymbolTerms(
        instrument=Instrument(symbol=name, digits=digits, tick_size=tick_size, day_roll=rolls, stands_for=meaning),
        contract=Contract(
            symbol=name,
            digits=digits,
            tick_size=tick_size,
            tick_value=_tick_value(info) if is_money_known else 0.0,
            contract_size=float(info["trade_contract_size"]),
            volume_min=float(info["volume_min"]),
            volume_max=_max_lots(info),
            volume_step=float(info["volume_step"]),
            stops_level=int(info["trade_stops_level"]) * point,
            freeze_level=int(info["trade_freeze_level"]) * point,
            margin_rate=margin_rate,
            currency=currency,
            stands_for=meaning,
            is_money_known=is_money_known,
            is_round_the_clock=rolls is DayRoll.UTC_MIDNIGHT,
        ),
        point=point,
        fillings=_fillings(int(info["filling_mode"]), TradeExecution(info["trade_exemode"])),
        execution=TradeExecution(info["trade_exemode"]),
        trade_mode=SymbolTradeMode(info["trade_mode"]),
    )


def meaning_in(info: Fields) -> str:
    """The instrument behind the broker's symbol, by its name and the other fields of its `SymbolInfo`."""
    return meaning_of(
        str(info["name"]),
        base=str(info.get("currency_base", "")),
        profit=str(info.get("currency_profit", "")),
        path=str(info.get("path", "")),
        is_share=info.get("trade_calc_mode") in _SHARES,
    )


def margin_rate(margin_of_one_lot: float, price: float, info: Fields) -> float:
    """Share of its value that one lot at `price` holds as margin; 0.0 where that is unknown."""
    tick_size = float(info["trade_tick_size"]) or float(info["point"])
    value = price / tick_size * _tick_value(info)
    return margin_of_one_lot / value if value > 0.0 else 0.0


def _tick_value(info: Fields) -> float:
    """The value of a losing tick where the broker states it separately: limits count losses."""
    return float(info["trade_tick_value_loss"]) or float(info["trade_tick_value"])


def _max_lots(info: Fields) -> float:
    maximum, all_in_one_direction = float(info["volume_max"]), float(info["volume_limit"])
    return min(maximum, all_in_one_direction) if all_in_one_direction > 0.0 else maximum


def _fillings(mask: int, execution: TradeExecution) -> tuple[OrderFilling, ...]:
    """The ways a market order may be filled here, those first that fill it whole or not at all."""
    if execution in (TradeExecution.REQUEST, TradeExecution.INSTANT):
        return (OrderFilling.FOK, OrderFilling.IOC, OrderFilling.RETURN)
    by_mask = ((SymbolFilling.FOK, OrderFilling.FOK), (SymbolFilling.IOC, OrderFilling.IOC))
    allowed = tuple(filling for bit, filling in by_mask if mask & bit)
    if execution is TradeExecution.EXCHANGE:
        return (*allowed, OrderFilling.RETURN)
    return allowed or (OrderFilling.FOK, OrderFilling.IOC)
