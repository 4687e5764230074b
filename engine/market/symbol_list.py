"""The symbols that a source of prices offers, of which the desk watches some."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import msgspec


class OfferedSymbol(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A symbol as its source writes it. `digits` are the decimals of its prices, None where they are not known.

    `is_selected`: whether the source sends its prices already, as a terminal does for the symbols in Market Watch.
    `note` is what to know before trading it, in words; empty if there is nothing. `recording` is the path of a
    recording that has to be opened for its prices; empty if there is no need to.
    """

    name: str
    description: str = ""
    digits: int | None = None
    is_selected: bool = True
    note: str = ""
    recording: str = ""


class SymbolList(Protocol):
    """Lists and selects symbols. Both methods raise `SymbolsUnavailable` with a sentence for the user."""

    async def offered(self) -> tuple[OfferedSymbol, ...]:
        """Every symbol, in the order of its source."""

    async def select(self, name: str) -> str:
        """Lets the source send the prices of a symbol; returns what to know of it in a sentence, or nothing."""


class KnownSymbols:
    """A `SymbolList` of symbols that are known beforehand and whose prices come anyway."""

    def __init__(self, symbols: Iterable[OfferedSymbol]) -> None:
        self._symbols = tuple(symbols)

    async def offered(self) -> tuple[OfferedSymbol, ...]:
        return self._symbols

    async def select(self, name: str) -> str:  # noqa: ARG002
        return ""
