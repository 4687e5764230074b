"""Keeps the broker's symbols current: asks for missing ones until they appear, and for all terms once an hour."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Final, Protocol

from engine.adapters.mt5.market.symbols import SymbolResolver
from engine.adapters.mt5.market.terms import SymbolTerms
from engine.adapters.mt5.port import TerminalLink
from engine.clock import Clock
from engine.domain.contract import Contract

LOOK_S: Final = 1.0
_MAX_PAUSE_S: Final = 30.0
"""Missing symbols are asked for less and less often, down to this interval; where a position is open, at every look."""
_BETWEEN_LOOKS_S: Final = 0.1
CHECKED_EVERY: Final = timedelta(hours=1)


class SymbolListener(Protocol):
    """Receives symbols that cannot be found, and implausible terms."""

    def miss(self, reason: str) -> None: ...

    def found(self, reason: str) -> None:
        """What was missed for this `reason` is there now."""

    def doubt(self, symbol: str, sentence: str) -> None:
        """What is wrong with the terms of a symbol; empty where nothing is any more."""


class SymbolKeeper:
    """The terms of the symbols that `names` mean, and of those in which the desk has positions, which come first.

    `held` returns the latter, None while not known. `terms` and `contracts` are shared with others: their values
    change while the desk runs, only `find` adds symbols. `has_news`: `find` would change them.
    """

    def __init__(
        self,
        link: TerminalLink,
        clock: Clock,
        names: Sequence[str],
        held: Callable[[], Awaitable[Sequence[str] | None]],
        listener: SymbolListener,
    ) -> None:
        self._link = link
        self._clock = clock
        self._names = tuple(names)
        self._held = held
        self._listener = listener
        self._resolver = SymbolResolver(link)
        self._found: dict[str, str] = {}
        self._missed: dict[str, str] = {}
        self._doubts: dict[str, str] = {}
        self._checked_at = clock.now()
        self._pause_s = self._left_s = LOOK_S
        self.terms: dict[str, SymbolTerms] = {}
        self.contracts: dict[str, Contract] = {}
        self._news: list[SymbolTerms] = []

    @property
    def has_news(self) -> bool:
        return bool(self._news)

    async def find(self) -> None:
        """Waits until at least one symbol is known; a symbol that the terminal does not report now keeps its terms."""
        for terms in self._news:
            self._put(terms)
        self._news.clear()
        while True:
            held = await self._known_held()
            for terms in await self._ask([*held, *self._names], held):
                self._put(terms)
            if self.terms:
                break
            await asyncio.sleep(LOOK_S)
        self._pause_s = self._left_s = LOOK_S
        self._checked_at = self._clock.now()

    async def run(self) -> None:
        """Ends only by cancellation."""
        while True:
            await asyncio.sleep(LOOK_S)
            if self._link.report.may_read:
                await self.look()

    async def look(self) -> None:
        """Asks for what is missing or in doubt, and once an hour for everything."""
        held = await self._held() or ()
        now = self._clock.now()
        due = self._due(held)
        if abs(now - self._checked_at) >= CHECKED_EVERY:
            self._checked_at = now
            due = list(dict.fromkeys((*due, *self.terms)))
        for terms in await self._ask(due, held):
            known = self.terms.get(terms.symbol)
            if known is None or known.instrument != terms.instrument:
                self._news.append(terms)
            else:
                self._put(terms)

    async def _known_held(self) -> Sequence[str]:
        """Waits until they are known: a position must not be left without its prices."""
        while (held := await self._held()) is None:
            await asyncio.sleep(_BETWEEN_LOOKS_S)
        return held

    def _due(self, held: Sequence[str]) -> list[str]:
        """What is not wholly known and has to be asked for at this look."""
        missing = [name for name in dict.fromkeys((*held, *self._names)) if not self._is_whole(name)]
        if not missing:
            self._pause_s = self._left_s = LOOK_S
            return []
        self._left_s -= LOOK_S
        if self._left_s > 0.0:
            return [name for name in missing if name in held]
        self._pause_s = self._left_s = min(2.0 * self._pause_s, _MAX_PAUSE_S)
        return missing

    def _is_whole(self, name: str) -> bool:
        contract = self.contracts.get(self._found.get(name, name))
        return contract is not None and contract.is_money_known

    async def _ask(self, names: Sequence[str], held: Sequence[str]) -> list[SymbolTerms]:
        """A symbol that was found, or of an open position, stays the same even if the broker has similar ones."""
        found: dict[str, SymbolTerms] = {}
        for name in dict.fromkeys(names):
            symbol = name if name in held or name in self.terms else self._found.get(name)
            terms = await (self._resolver.find(name) if symbol is None else self._resolver.exact(symbol))
            if not isinstance(terms, str):
                self._found[name] = terms.symbol
                found[terms.symbol] = terms
            self._report_missing(name, terms if isinstance(terms, str) else "")
        return list(found.values())

    def _put(self, terms: SymbolTerms) -> None:
        self.terms[terms.symbol], self.contracts[terms.symbol] = terms, terms.contract
        if terms.doubt != self._doubts.get(terms.symbol, ""):
            self._doubts[terms.symbol] = terms.doubt
            self._listener.doubt(terms.symbol, terms.doubt)

    def _report_missing(self, name: str, problem: str) -> None:
        """A known symbol is not reported as missing if the terminal does not answer for it for a moment."""
        before = self._missed.get(name, "")
        if problem == before or (problem and self._found.get(name, name) in self.terms):
            return
        self._missed[name] = problem
        if before and before not in self._missed.values():
            self._listener.found(before)
        if problem:
            self._listener.miss(problem)
