"""The broker's symbols, as the terminal lists them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from string import ascii_uppercase
from typing import Any, Final

from config.words import capitalised
from engine.adapters.mt5.calls import Answered, TerminalCall
from engine.adapters.mt5.codes import SymbolTradeMode
from engine.adapters.mt5.market.symbols import SymbolResolver
from engine.adapters.mt5.port import TerminalLink
from engine.errors import SymbolsUnavailable
from engine.market.symbol_list import OfferedSymbol

FIELDS: Final = ("name", "description", "digits", "visible", "trade_mode")
GROUPS: Final = (
    *(f"{letter}*" for letter in ascii_uppercase),
    ",".join(("*", *(f"!{letter}*" for letter in ascii_uppercase))),
)
"""Brokers have thousands of symbols: they are asked for in parts, between which an order gets its turn."""
_PATIENCE: Final = timedelta(seconds=20)
_NOTES: Final[Mapping[int, str]] = {
    SymbolTradeMode.DISABLED: "not tradable",
    SymbolTradeMode.LONG_ONLY: "BUY only",
    SymbolTradeMode.SHORT_ONLY: "SELL only",
    SymbolTradeMode.CLOSE_ONLY: "close only",
}


class TerminalSymbols:
    """A `SymbolList` behind the link to a terminal."""

    def __init__(self, link: TerminalLink) -> None:
        self._link = link

    async def offered(self) -> tuple[OfferedSymbol, ...]:
        """By name. Symbols that the terminal's Market Watch does not show are not selected."""
        self._check_link()
        found: dict[str, OfferedSymbol] = {}
        for group in GROUPS:
            found |= {symbol.name: symbol for symbol in _symbols(await self._ask(group))}
        if not found:
            raise SymbolsUnavailable("The terminal lists no symbols: wait until it is connected to the broker.")
        return tuple(sorted(found.values(), key=lambda symbol: symbol.name.casefold()))

    async def select(self, name: str) -> str:
        """Adds it to Market Watch and reads its contract terms; returns what of them is not known yet."""
        self._check_link()
        terms = await SymbolResolver(self._link).exact(name)
        if isinstance(terms, str):
            raise SymbolsUnavailable(f"{capitalised(terms)}.")
        return terms.doubt

    async def _ask(self, group: str) -> list[Any]:
        call = TerminalCall(function="symbols_get", keywords={"group": group}, fields=FIELDS, begin_within=_PATIENCE)
        answer = await self._link.call(call)
        if not isinstance(answer, Answered):
            raise SymbolsUnavailable(f"The terminal did not list its symbols: {answer.words}.")
        return answer.value if isinstance(answer.value, list) else []

    def _check_link(self) -> None:
        report = self._link.report
        if not report.may_read:
            condition = report.condition
            raise SymbolsUnavailable(f"{condition.sentence} {condition.way_out}".strip())


def _symbols(answer: list[Any]) -> Iterator[OfferedSymbol]:
    """Rows that are no symbols are left out: the terminal may be of another version."""
    for row in answer:
        if not isinstance(row, dict) or not (name := row.get("name")):
            continue
        digits, mode = row.get("digits"), row.get("trade_mode")
        yield OfferedSymbol(
            name=str(name),
            description=str(row.get("description") or ""),
            digits=digits if isinstance(digits, int) and 0 <= digits <= 20 else None,
            is_selected=bool(row.get("visible")),
            note=_NOTES.get(mode, "") if isinstance(mode, int) else "",
        )
