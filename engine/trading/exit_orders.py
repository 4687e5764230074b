"""What was decided about positions, remembered until they are gone: that they are closed, and by which exit rules."""

from __future__ import annotations

from datetime import datetime
from typing import Final, TypeVar

import msgspec

from engine.clock import Clock
from engine.domain.account import PAPER_ACCOUNT
from engine.domain.exit_rules import ExitRules, KeptRules
from engine.domain.facts import ExitsOrdered
from engine.domain.manual_facts import ExitRulesKept
from engine.domain.messages.execution import (
    ExecutionEvent,
    ExitRulesChanged,
    ExitSent,
    PositionAdopted,
    TradeClosed,
    TradeOpened,
)
from engine.domain.orders import ExitReason
from engine.domain.records import record_of
from engine.domain.trades import ExitOrder
from engine.trading.risk.modes import ModeMemory

MEMORY: Final = "exits"
"""Name under which closes are remembered."""
RULES: Final = "exit_rules"
"""Name under which exit rules are remembered."""


_T = TypeVar("_T", ExitOrder, KeptRules)


class ExitOrders:
    """Follows the events of execution. Without a `memory` (an account that ends with the desk) nothing is kept.

    Closes by Flatten are not in here: the Flatten itself is remembered.
    """

    def __init__(self, clock: Clock, memory: ModeMemory | None, account: str = PAPER_ACCOUNT) -> None:
        self._clock = clock
        self._memory = memory
        self._account = account
        self._name, self._rules_name = (
            name if account == PAPER_ACCOUNT else f"{name} of {account}" for name in (MEMORY, RULES)
        )
        ordered = () if memory is None else _decoded(memory.remembered(self._name), tuple[ExitOrder, ...])
        kept = () if memory is None else _decoded(memory.remembered(self._rules_name), tuple[KeptRules, ...])
        self._ordered = {one.identifier: one for one in ordered}
        self._rules = {one.identifier: one for one in kept}
        self._identifiers: dict[int, int] = {}

    @property
    def ordered(self) -> tuple[ExitOrder, ...]:
        """What is still to be left."""
        return tuple(self._ordered.values())

    @property
    def rules(self) -> tuple[KeptRules, ...]:
        """The exit rules that the user switched for single positions."""
        return tuple(self._rules.values())

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
            case ExitRulesChanged(trade=trade):
                self._keep_rules(trade.position.identifier, trade.position.opened_at, trade.rules)
            case TradeClosed(trade=closed):
                # A closed position will not be found again: the next write leaves it out.
                identifier = self._identifiers.pop(closed.ticket, closed.ticket)
                self._ordered.pop(identifier, None)
                self._rules.pop(identifier, None)

    def _keep_rules(self, identifier: int, opened_at: datetime, rules: ExitRules) -> None:
        self._rules[identifier] = KeptRules(identifier=identifier, opened_at=opened_at, rules=rules)
        if self._memory is not None:
            record = record_of(ExitRulesKept(self.rules), self._clock.now(), self._account)
            self._memory.tighten(self._rules_name, msgspec.json.encode(self.rules).decode(), record)

    def _write(self) -> None:
        if self._memory is not None:
            record = record_of(ExitsOrdered(self.ordered), self._clock.now(), self._account)
            self._memory.tighten(self._name, msgspec.json.encode(self.ordered).decode(), record)


def _decoded(remembered: str | None, kind: type[tuple[_T, ...]]) -> tuple[_T, ...]:
    """Empty if the value cannot be read: closing a position on a guess would be worse, and so would be letting one run
    without its exit rules."""
    if remembered is None:
        return ()
    try:
        kept = msgspec.json.decode(remembered, type=kind)
    except (msgspec.DecodeError, ValueError):
        return ()
    return tuple(one for one in kept if one.opened_at.tzinfo is not None)
