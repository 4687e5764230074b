"""Last checks just before an entry is sent: price, age and account may have changed since it was approved."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from engine.adapters.mt5.calls import Priority
from engine.adapters.mt5.market.terms import Fields, SymbolTerms
from engine.adapters.mt5.trade.outcome import Outcome, refused
from engine.adapters.mt5.trade.restraint import Restraint
from engine.adapters.mt5.trade.terminal_records import BrokerSilent, TerminalRecords
from engine.adapters.mt5.trade.treatments import Treatment
from engine.clock import Clock
from engine.domain.market import Side
from engine.domain.orders import Order, Position, WorkingOrder, is_beyond, signed

_ENTRY_LIFE: Final = timedelta(seconds=5)


@dataclass(slots=True)
class _Entry:
    """An order without an outcome; `withheld` says why it is not to be sent any more, empty where it is."""

    sent_at: datetime
    counted: frozenset[int]
    withheld: str = ""


class EntryGate:
    """Knows the entries that have no outcome yet, by their tokens, and every token that was ever sent."""

    def __init__(
        self, records: TerminalRecords, terms: Mapping[str, SymbolTerms], restraint: Restraint, clock: Clock
    ) -> None:
        self._records = records
        self._terms = terms
        self._restraint = restraint
        self._clock = clock
        self._sent: set[str] = set()
        self._waiting: dict[str, _Entry] = {}

    def expect(self, token: str, counted: frozenset[int]) -> None:
        """An entry is on its way; `counted` are the tickets that the desk's limits knew of as it was let go."""
        self._sent.add(token)
        self._waiting[token] = _Entry(self._clock.now(), counted)

    def withhold(self, reason: str, tokens: Collection[str] | None = None) -> None:
        """Lets none of these be sent any more, or none at all; the first reason counts."""
        for token, entry in self._waiting.items():
            if tokens is None or token in tokens:
                entry.withheld = entry.withheld or reason

    def dismiss(self, token: str) -> None:
        """The entry has an outcome."""
        self._waiting.pop(token, None)

    def clear(self) -> None:
        """Drops the waiting entries."""
        self._waiting.clear()

    async def objection(self, order: Order) -> Outcome | None:
        """Why the entry is not worth a price; None where it is. As the last thing the account is looked at: it may
        have a position or order that the limits did not count."""
        terms = self._terms.get(order.symbol)
        if terms is None or not terms.may_enter(order.side):
            reason = f"the broker does not allow opening a {order.side} of {order.symbol}"
            return refused(reason, Treatment.SIDE_DISABLED)
        return self._restraint.objection(order.symbol, order.side) or await self._uncounted(order.token)

    async def _uncounted(self, token: str) -> Outcome | None:
        """Another desk or the user may have traded since the desk last looked. Own orders on their way are counted."""
        entry = self._waiting.get(token)
        counted = entry.counted if entry is not None else frozenset()
        try:
            shown: tuple[Position | WorkingOrder, ...]
            shown = (*await self._records.working(Priority.OPEN), *await self._records.positions(Priority.OPEN))
        except BrokerSilent as error:
            return refused(f"the terminal does not show positions and orders: {error}", Treatment.BACK_OFF)
        if all(each.ticket in counted or each.token in self._sent for each in shown):
            return None
        return UNCOUNTED

    def objection_at(self, tick: Fields, order: Order) -> str:
        """The last look before each attempt, "" where nothing speaks against it: the computer may have slept since the
        order was let through, or the user may have ordered a halt."""
        entry = self._waiting.get(order.token)
        if entry is None:
            return "nobody waits for it any more"
        if entry.withheld:
            return entry.withheld
        if self._clock.now() - entry.sent_at > _ENTRY_LIFE:
            return "the order waited too long to be sent"
        return "" if _is_near(order, tick) else "the price has moved away"


UNCOUNTED: Final = refused(
    "the account has a new position or order that the limits do not count yet", Treatment.BACK_OFF
)
"""The caller should read the account again."""


def _is_near(order: Order, tick: Fields) -> bool:
    """Whether the order is still valid: price between its levels, and not much worse."""
    price = float(tick["ask"] if order.side is Side.BUY else tick["bid"])
    is_between = is_beyond(order.side, price, order.stop_loss) and is_beyond(order.side, order.take_profit, price)
    worse = signed(order.side, price - order.reference_price)
    return is_between and (order.max_deviation is None or worse <= order.max_deviation)
