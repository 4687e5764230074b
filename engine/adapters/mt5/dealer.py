"""Sends trade requests through the terminal: what is refused for good may be tried once more, what is unclear never."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from engine.adapters.mt5.codes import OrderFilling, TradeAction
from engine.adapters.mt5.link import ORDER_SEND, Answered, Priority, TerminalCall, TerminalLink
from engine.adapters.mt5.outcome import Outcome, outcome_of, refused
from engine.adapters.mt5.requests import Request
from engine.adapters.mt5.terms import Fields, SymbolTerms
from engine.adapters.mt5.treatments import Treatment
from engine.domain.market import Side
from engine.domain.orders import Order, is_beyond, signed

_log = logging.getLogger(__name__)

_MOST_ATTEMPTS: Final = 3
_ENTRY_PATIENCE: Final = timedelta(seconds=1)
_EXIT_PATIENCE: Final = timedelta(seconds=20)
"""An entry that has to wait for its turn has missed its moment; an exit is worth waiting for."""

MakeRequest = Callable[[Fields, OrderFilling], Request]
"""A request at a fresh tick, with a filling mode."""


class Dealer:
    """Keeps, by symbol, the filling mode that the broker turned out to take."""

    def __init__(self, link: TerminalLink, terms: Mapping[str, SymbolTerms]) -> None:
        self._link = link
        self._terms = terms
        self._refused_fillings: dict[str, set[OrderFilling]] = {}

    async def deal(
        self,
        symbol: str,
        priority: Priority,
        make: MakeRequest,
        is_good: Callable[[Fields], bool] = lambda _: True,
    ) -> Outcome:
        """Sends a market request; again only after a No that leaves nothing behind.

        A fresh tick goes into each attempt, and `is_good` has to agree to its price.
        """
        outcome = refused("there is no price", Treatment.MARKET_CLOSED)
        for _ in range(_MOST_ATTEMPTS):
            tick = await self._tick(symbol, priority)
            if tick is None:
                return outcome
            if not is_good(tick):
                return refused("the price has moved away", Treatment.PRICE_MOVED)
            filling = self._filling(symbol)
            outcome = await self._send(make(tick, filling), TradeAction.DEAL, priority)
            is_worth_more = outcome.treatment is Treatment.PRICE_MOVED
            if outcome.treatment is Treatment.NEXT_FILLING:
                is_worth_more = self._has_another_than(filling, symbol)
            if not is_worth_more:
                return outcome
        return outcome

    async def change_levels(self, request: Request) -> Outcome:
        """Puts stop and target of a position where the request says."""
        return await self._send(request, TradeAction.SLTP, Priority.PROTECT)

    def _filling(self, symbol: str) -> OrderFilling:
        refused = self._refused_fillings.get(symbol, set())
        return next(each for each in self._terms[symbol].fillings if each not in refused)

    def _has_another_than(self, refused: OrderFilling, symbol: str) -> bool:
        """Remembers the refusal. Where every mode was refused all of them count again: no position may be left
        without a way out of it."""
        known = self._refused_fillings.setdefault(symbol, set())
        known.add(refused)
        if known.issuperset(self._terms[symbol].fillings):
            known.clear()
        return bool(known)

    async def _tick(self, symbol: str, priority: Priority) -> Fields | None:
        call = TerminalCall(
            function="symbol_info_tick", arguments=(symbol,), priority=priority, begin_within=_patience(priority)
        )
        answer = await self._link.call(call)
        return answer.value if isinstance(answer, Answered) and answer.value["bid"] > 0.0 else None

    async def _send(self, request: Request, action: TradeAction, priority: Priority) -> Outcome:
        call = TerminalCall(
            function=ORDER_SEND, arguments=(request,), priority=priority, begin_within=_patience(priority)
        )
        outcome = outcome_of(await self._link.call(call), action)
        if outcome.treatment is Treatment.REFUSED:
            _log.error("the terminal refused %s: %s", request, outcome.words)
        return outcome


def _patience(priority: Priority) -> timedelta:
    return _ENTRY_PATIENCE if priority is Priority.OPEN else _EXIT_PATIENCE


def is_near(order: Order, tick: Fields) -> bool:
    """Whether the order would still be the one that was let through: between its levels, and not much dearer."""
    price = float(tick["ask"] if order.side is Side.BUY else tick["bid"])
    is_between = is_beyond(order.side, price, order.stop_loss) and is_beyond(order.side, order.take_profit, price)
    worse = signed(order.side, price - order.reference_price)
    return is_between and (order.max_deviation is None or worse <= order.max_deviation)
