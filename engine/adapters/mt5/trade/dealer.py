"""Sends trade requests to the terminal: a definite refusal may be retried once, an unclear answer never."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final

import msgspec

from engine.adapters.mt5.calls import ORDER_SEND, Answer, Priority, TerminalCall, value_of
from engine.adapters.mt5.codes import OrderFilling, TradeAction
from engine.adapters.mt5.market.terms import Fields, SymbolTerms
from engine.adapters.mt5.port import TerminalLink, not_sent
from engine.adapters.mt5.trade.outcome import Outcome, outcome_of, refused
from engine.adapters.mt5.trade.requests import Request, is_far_enough, with_fresh_stop
from engine.adapters.mt5.trade.treatments import Treatment

_log = logging.getLogger(__name__)

_MAX_ATTEMPTS: Final = 3

MakeRequest = Callable[[Fields, OrderFilling], Request]
"""A request at a fresh tick, with a filling mode."""


class AccountLane:
    """Open while the terminal is logged in to `account`; waiting requests are not carried over."""

    def __init__(self, link: TerminalLink) -> None:
        self._link = link
        self.account = ""
        """The account whose requests are let through; set again for each account that is traded."""

    @property
    def is_open(self) -> bool:
        """Whether the terminal is logged in to the account."""
        return str(self._link.report.account) == self.account

    def call(self, call: TerminalCall) -> asyncio.Future[Answer]:
        """Like `TerminalLink.call`."""
        if self.is_open:
            return self._link.call(call)
        return not_sent(f"the terminal is not logged in to the {self.account}")


class Dealer:
    """Keeps, by symbol, the filling mode that the broker turned out to take."""

    def __init__(self, lane: AccountLane) -> None:
        self._lane = lane
        self._refused_fillings: dict[str, set[OrderFilling]] = {}
        self._closed_at: dict[str, int] = {}
        """Stamp of the tick at which the market of a symbol turned out to be closed."""

    async def deal(
        self,
        terms: SymbolTerms,
        priority: Priority,
        make: MakeRequest,
        objection: Callable[[Fields], str] = lambda _: "",
    ) -> Outcome:
        """Sends a market request; again only after a No that leaves nothing behind.

        A fresh tick goes into each attempt; `objection` says what speaks against it, "" where nothing does.
        """
        symbol, outcome = terms.symbol, refused("there is no price", Treatment.MARKET_CLOSED)
        for attempt in range(1, _MAX_ATTEMPTS + 1):
            tick = await self._tick(symbol, priority)
            if tick is None:
                return outcome
            if tick["time_msc"] == self._closed_at.get(symbol):
                return refused("the market is closed, and no price has come since", Treatment.MARKET_CLOSED)
            if reason := objection(tick):
                return refused(reason, Treatment.PRICE_MOVED)
            before, request = outcome, make(tick, self._filling(terms))
            outcome = msgspec.structs.replace(await self._send(request, TradeAction.DEAL, priority), attempts=attempt)
            if outcome.treatment is Treatment.MARKET_CLOSED:
                self._closed_at[symbol] = tick["time_msc"]
            if not await self._is_worth_more(request, terms, outcome, before):
                return outcome
        return outcome

    async def change_levels(self, request: Request, terms: SymbolTerms) -> tuple[Request, Outcome]:
        """Puts stop and target of a position where the request says, or the stop as near to it as the broker takes it.

        Gives the request that was sent last with what came of it.
        """
        outcome = await self._send(request, TradeAction.SLTP, Priority.PROTECT)
        if (
            outcome.treatment is Treatment.FRESH_LEVELS
            and (fresh := await self._recomputed(request, terms)) is not None
        ):
            request, outcome = fresh, await self._send(fresh, TradeAction.SLTP, Priority.PROTECT)
        return request, outcome

    async def _is_worth_more(self, request: Request, terms: SymbolTerms, outcome: Outcome, before: Outcome) -> bool:
        """Whether a No to the request may be followed by another try; `before` is the answer that came before it."""
        match outcome.treatment:
            case Treatment.PRICE_MOVED:
                return True
            case Treatment.NEXT_FILLING:
                return self._has_another_than(OrderFilling(request["type_filling"]), terms)
            case Treatment.FRESH_LEVELS if before.treatment is not Treatment.FRESH_LEVELS:
                return "sl" not in request or await self._is_far_enough(request)
        return False

    async def _is_far_enough(self, request: Request) -> bool:
        """The levels of an entry were let through by the user or the gate: they are sent again, never moved."""
        symbol = request["symbol"]
        info, tick = await self._ask("symbol_info", symbol), await self._tick(symbol, Priority.OPEN)
        return info is not None and tick is not None and is_far_enough(request, info, tick)

    async def _recomputed(self, request: Request, terms: SymbolTerms) -> Request | None:
        info, tick = await self._ask("symbol_info", terms.symbol), await self._tick(terms.symbol, Priority.PROTECT)
        held = await self._ask("positions_get", ticket=request["position"])
        if info is None or tick is None or not held:
            return None
        return with_fresh_stop(request, held[0], info, tick, terms.contract)

    async def _ask(self, function: str, *arguments: object, **keywords: object) -> Any:
        call = TerminalCall(function=function, arguments=arguments, keywords=keywords, priority=Priority.PROTECT)
        return value_of(await self._lane.call(call))

    def _filling(self, terms: SymbolTerms) -> OrderFilling:
        refused = self._refused_fillings.get(terms.symbol, set())
        return next((each for each in terms.fillings if each not in refused), terms.fillings[0])

    def _has_another_than(self, refused: OrderFilling, terms: SymbolTerms) -> bool:
        """Remembers the refusal. Where every mode was refused all of them count again: no position may be left
        without a way out of it."""
        known = self._refused_fillings.setdefault(terms.symbol, set())
        known.add(refused)
        if known.issuperset(terms.fillings):
            known.clear()
        return bool(known)

    async def _tick(self, symbol: str, priority: Priority) -> Fields | None:
        call = TerminalCall(
            function="symbol_info_tick", arguments=(symbol,), priority=priority, begin_within=priority.patience
        )
        tick = value_of(await self._lane.call(call))
        return tick if tick is not None and tick["bid"] > 0.0 else None

    async def _send(self, request: Request, action: TradeAction, priority: Priority) -> Outcome:
        call = TerminalCall(
            function=ORDER_SEND, arguments=(request,), priority=priority, begin_within=priority.patience
        )
        outcome = outcome_of(await self._lane.call(call), action)
        if outcome.treatment is Treatment.REFUSED:
            _log.error("the terminal refused %s: %s", request, outcome.words)
        return outcome
