"""Finds the broker's names of the symbols that the user configured, and their contract terms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from config.symbol_names import DOLLARS, names_of, pair_in
from engine.adapters.mt5.calls import TerminalCall, value_of
from engine.adapters.mt5.codes import OrderType, SymbolTradeMode
from engine.adapters.mt5.market.money import tick_money
from engine.adapters.mt5.market.terms import Fields, SymbolTerms, exit_terms, margin_rate, meaning_in, symbol_terms
from engine.adapters.mt5.port import TerminalLink
from engine.errors import InvalidOrder

_CORE: Final = re.compile(r"[A-Z]{6}|[A-Z]{3,5}")
_DOLLARS: Final = (*DOLLARS, "USC")
_MAX_SHOWN: Final = 8


class ResolvedSymbols(msgspec.Struct, frozen=True, kw_only=True):
    """The terms of what was found, and a sentence for each name that was not."""

    terms: tuple[SymbolTerms, ...]
    problems: tuple[str, ...]


class SymbolResolver:
    """Takes a name as the broker writes it, or the only one of the broker's names that can be meant."""

    def __init__(self, link: TerminalLink) -> None:
        self._link = link

    async def resolve(self, names: Sequence[str]) -> ResolvedSymbols:
        """Looks every name up and selects what is found."""
        terms: dict[str, SymbolTerms] = {}
        problems = []
        for name in names:
            found = await self.find(name)
            if isinstance(found, str):
                problems.append(found)
            else:
                terms[found.symbol] = found
        return ResolvedSymbols(terms=tuple(terms.values()), problems=tuple(problems))

    async def find(self, name: str) -> SymbolTerms | str:
        """Finds the broker's symbol for a name and selects it; returns a sentence if that is not possible now."""
        info = await self._info(name)
        if info is None:
            meant = await self._meant(name)
            if len(meant) != 1:
                return _problem(name, meant)
            info = meant[0]
        return await self.exact(str(info["name"]))

    async def exact(self, symbol: str) -> SymbolTerms | str:
        """Selects the broker's symbol with exactly this name; returns a sentence if that is not possible now."""
        if not await self._ask("symbol_select", symbol, True):
            return f"{symbol} cannot be added to the terminal's Market Watch: add it there manually"
        return await self._terms(symbol)

    async def _terms(self, name: str) -> SymbolTerms | str:
        """Read again once it is selected: only then are its prices and money kept up to date."""
        info = await self._info(name)
        account = self._link.report.account
        if info is None or account is None:
            return f"the terminal does not report the contract terms of {name}"
        try:
            terms = await self._with_money(info, account.currency)
            if isinstance(terms, str):
                return msgspec.structs.replace(exit_terms(info, account.currency), doubt=terms)
            return terms
        except (InvalidOrder, ValueError, TypeError, KeyError, OverflowError) as error:
            return f"the contract terms of {name} cannot be used: {error}"

    async def _with_money(self, info: Fields, currency: str) -> SymbolTerms | str:
        """Terms to trade by, or a sentence that says which of them is not known yet."""
        money = await tick_money(self._ask, info, currency)
        if isinstance(money, str):
            return money
        name, price = str(info["name"]), float(info["ask"])
        margin = await self._ask("order_calc_margin", int(OrderType.BUY), name, 1.0, price)
        if margin is None:
            return f"the terminal cannot calculate the margin of {name} yet: no entries until it can"
        info = {**info, "trade_tick_value_loss": money.loss}
        try:
            terms = symbol_terms(info, currency, margin_rate(float(margin), price, info))
        except InvalidOrder:
            return f"the terminal reports no volume limits for {name} yet: no entries until it does"
        contract = msgspec.structs.replace(terms.contract, gain_tick_value=money.gain)
        return msgspec.structs.replace(terms, contract=contract, doubt=money.doubt)

    async def _info(self, name: str) -> Fields | None:
        info = await self._ask("symbol_info", name)
        return info if isinstance(info, dict) else None

    async def _meant(self, name: str) -> list[Fields]:
        """Fully tradable symbols of the same thing in the same currency."""
        if (pair := pair_in(name)) is not None:
            masks = [f"*{spelling}*" for spelling in names_of(pair.base)]
            quote = pair.quote or DOLLARS[0]
            return [each for each in await self._offered(masks) if _stands_for(each, pair.base, quote)]
        core = _CORE.match(name.upper())
        return (
            []
            if core is None
            else [each for each in await self._offered([f"*{core[0]}*"]) if _is_meant(each, core[0][:3])]
        )

    async def _offered(self, masks: Sequence[str]) -> list[Fields]:
        info = await self._ask("symbols_get", keywords={"group": ",".join(masks)}) or ()
        return [each for each in info if each["trade_mode"] == SymbolTradeMode.FULL]

    async def _ask(self, function: str, *arguments: object, keywords: dict[str, object] | None = None) -> Any:
        call = TerminalCall(function=function, arguments=arguments, keywords=keywords or {})
        return value_of(await self._link.call(call))


def _stands_for(info: Fields, base: str, quote: str) -> bool:
    """Dollar coins and cents count as dollars."""
    found = pair_in(meaning_in(info))
    return found is not None and found.base == base and (found.quote == quote or {found.quote, quote} <= set(DOLLARS))


def _is_meant(info: Fields, base: str) -> bool:
    """Whether a symbol whose name says nothing of a pair may be the one that was asked for."""
    return info["currency_base"] in (base, "") and info["currency_profit"] in _DOLLARS


def _problem(name: str, meant: Sequence[Fields]) -> str:
    if not meant:
        return f"the broker has no {name} to trade: write it under Symbols as the terminal's Market Watch shows it"
    offered = ", ".join(str(each["name"]) for each in meant[:_MAX_SHOWN])
    return f"the broker has no symbol {name}, but {offered}: choose one under Symbols in the settings"
