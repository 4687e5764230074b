"""Positions that the user or the desk has decided to close: remembered until they are gone."""

from __future__ import annotations

from typing import Final

import msgspec

from engine.clock import Clock
from engine.domain.account import PAPER_ACCOUNT
from engine.domain.execution_events import ExecutionEvent, ExitSent, PositionAdopted, TradeClosed, TradeOpened
from engine.domain.facts import ExitsOrdered
from engine.domain.orders import ExitReason
from engine.domain.records import record_of
from engine.domain.trades import ExitOrder
from engine.trading.risk.modes import ModeMemory

MEMORY: Final = "exits"
"""Name under which they are remembered."""


class ExitOrders:
    """Follows the events of execution. Without a `memory` (an account that ends with the desk) nothing is kept.

    Closes by Flatten are not in here: the Flatten itself is remembered.
    """

    def __init__(self, clock: Clock, memory: ModeMemory | None, account: str = PAPER_ACCOUNT) -> None:
        self._clock = clock
        self._memory = memory
        self._account = account
        self._name = MEMORY if account == PAPER_ACCOUNT else f"{MEMORY} of {account}"
        self._ordered = (
            {} if memory is None else {one.identifier: one for one in _decoded(memory.remembered(self._name))}
        )
        self._identifiers: dict[int, int] = {}

    @property
    def ordered(self) -> tuple[ExitOrder, ...]:
        """What is still to be left."""
        return tuple(self._ordered.values())

    def note(self, event: ExecutionEvent) -> None:
        """Remembers what the desk asks to be closed, and forgets what is gone."""
        match event:
            case TradeOpened(trade=trade) | PositionAdopted(trade=trade):
                self._identifiers[trade.ticket] = trade.position.identifier
            case ExitSent(trade=trade, reason=reason) if reason is not ExitReason.FLATTEN:
                position = trade.position
                self._identifiers[trade.ticket] = position.identifier
                if position.identifier in self._ordered:
                    return  # asked for again, or taken up from an earlier run
                self._ordered[position.identifier] = ExitOrder(
                    identifier=position.identifier,
                    symbol=position.symbol,
                    side=position.side,
                    opened_at=position.opened_at,
                    reason=reason,
                )
                self._write()
            case TradeClosed(trade=closed):
                # A closed position will not be found again: the next write leaves it out.
                self._ordered.pop(self._identifiers.pop(closed.ticket, closed.ticket), None)

    def _write(self) -> None:
        if self._memory is not None:
            record = record_of(ExitsOrdered(self.ordered), self._clock.now(), self._account)
            self._memory.tighten(self._name, msgspec.json.encode(self.ordered).decode(), record)


def _decoded(remembered: str | None) -> tuple[ExitOrder, ...]:
    """Empty if the value cannot be read: closing a position on a guess would be worse."""
    if remembered is None:
        return ()
    try:
        orders = msgspec.json.decode(remembered, type=tuple[ExitOrder, ...])
    except (msgspec.DecodeError, ValueError):
        return ()
    return tuple(order for order in orders if order.opened_at.tzinfo is not None)
