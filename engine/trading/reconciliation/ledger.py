"""Orders whose outcome is open: sent and awaiting the answer, or in doubt because the answer was lost."""

from __future__ import annotations

from collections.abc import Iterable, Set
from datetime import datetime

import msgspec

from engine.domain.orders import Order, OrderTrace
from engine.domain.plan import AUTO, Permit
from engine.errors import EntryBlocked


class KnownOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order that the store remembers.

    `ticket` is that of its position, None where the store does not know the outcome of the order.
    """

    order: Order
    sent_at: datetime
    ticket: int | None = None


class UnresolvedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order on its way. `is_doubtful` once only the broker's state can show its outcome.

    `open_since` is the instant from which on it can be missed: it may have been carried out until its answer was lost.
    `stood_before` are positions that cannot have come of it: they were there when it was sent. `number` and `attempts`
    are those of `OrderUncertain`, 0 attempts where the number is unknown. `trace` is what the broker showed
    last, `answer` is empty until a doubt is announced. `is_automatic` if it needed no approval.
    """

    order: Order
    sent_at: datetime
    open_since: datetime
    is_doubtful: bool = False
    ticket: int | None = None
    number: int | None = None
    attempts: int = 1
    answer: str = ""
    trace: OrderTrace = OrderTrace.NOT_ASKED
    stood_before: frozenset[int] = frozenset()
    is_automatic: bool = False


class OrderLedger:
    """Sole keeper of the orders on their way; no token is ever taken twice."""

    def __init__(self) -> None:
        self._unresolved: dict[str, UnresolvedOrder] = {}
        self._failed: dict[str, UnresolvedOrder] = {}
        self._tokens: set[str] = set()
        self._ended_tickets: set[int] = set()
        self._merged: dict[int, tuple[Order, ...]] = {}

    @property
    def unresolved(self) -> tuple[UnresolvedOrder, ...]:
        """Orders without an outcome, oldest first."""
        return tuple(self._unresolved.values())

    @property
    def is_empty(self) -> bool:
        return not self._unresolved

    @property
    def doubtful(self) -> tuple[UnresolvedOrder, ...]:
        return tuple(entry for entry in self._unresolved.values() if entry.is_doubtful)

    @property
    def tokens(self) -> Set[str]:
        """All names that were ever here, however their orders ended."""
        return self._tokens

    def require_new(self, order: Order) -> None:
        """Raises `EntryBlocked` if an order of this name has been here."""
        if order.token in self._tokens:
            raise EntryBlocked(f"order {order.token} of plan {order.plan_id} was sent before; it is never sent twice")

    def record(self, order: Order, at: datetime, permit: Permit, standing: Iterable[int] = ()) -> None:
        """Notes an order that is about to leave by this permit, while the positions `standing` are open."""
        self.require_new(order)
        self._tokens.add(order.token)
        self._unresolved[order.token] = UnresolvedOrder(
            order=order,
            sent_at=at,
            open_since=at,
            stood_before=frozenset(standing),
            is_automatic=permit.approved_by == AUTO,
        )

    def restore(self, known: Iterable[KnownOrder]) -> None:
        """Notes what the store remembers: all of it is doubtful until the broker has reported."""
        for one in known:
            self._tokens.add(one.order.token)
            self._unresolved[one.order.token] = UnresolvedOrder(
                order=one.order,
                sent_at=one.sent_at,
                open_since=one.sent_at,
                is_doubtful=True,
                ticket=one.ticket,
                attempts=0,
            )

    def remember(self, ended: Iterable[KnownOrder]) -> None:
        """Notes orders of earlier runs that came to their end: what the broker shows of them belongs to no other."""
        for one in ended:
            self._tokens.add(one.order.token)
            if one.ticket is not None:
                self._ended_tickets.add(one.ticket)
                if one.order.may_merge:
                    self._merged[one.ticket] = (*self._merged.get(one.ticket, ()), one.order)
            else:
                self._failed[one.order.token] = UnresolvedOrder(
                    order=one.order, sent_at=one.sent_at, open_since=one.sent_at
                )

    @property
    def tickets(self) -> Set[int]:
        """Positions of orders of earlier runs, ended or not."""
        return self._ended_tickets | {entry.ticket for entry in self.unresolved if entry.ticket is not None}

    def merged_into(self, order: Order, ticket: int) -> tuple[Order, ...]:
        """Orders of earlier runs that were merged into the position that came of `order`."""
        return tuple(each for each in self._merged.get(ticket, ()) if each.token != order.token)

    @property
    def ended_tickets(self) -> Set[int]:
        """Positions of orders that came to their end in earlier runs."""
        return self._ended_tickets

    def doubt(
        self, token: str, now: datetime, answer: str, *, number: int | None = None, attempts: int = 1
    ) -> UnresolvedOrder | None:
        """Marks an order as doubtful; None if it has its outcome or was doubtful before."""
        entry = self._unresolved.get(token)
        if entry is None:
            return None
        if entry.is_doubtful:
            self._put(entry, number=number or entry.number, attempts=max(attempts, entry.attempts))
            return None
        return self._put(entry, is_doubtful=True, open_since=now, answer=answer, number=number, attempts=attempts)

    def admit_doubt(self, token: str, answer: str) -> UnresolvedOrder:
        """Notes that the doubt about a restored order is announced, with these words for its answer."""
        return self._put(self._unresolved[token], answer=answer)

    def reopen(self, now: datetime) -> None:
        """What the broker shows is only as fresh as the way to it: nothing is missing before a while after `now`."""
        for entry in self.unresolved:
            self._put(entry, open_since=now)

    def trace(self, token: str, trace: OrderTrace, at: datetime) -> None:
        """Notes what the broker showed of the order; one seen working counts as missing only a while after that."""
        if (entry := self._unresolved.get(token)) is not None:
            is_working = trace is OrderTrace.WORKING
            self._put(entry, trace=trace, open_since=at if is_working else entry.open_since)

    def settle(self, token: str) -> UnresolvedOrder | None:
        """Takes an order out because its outcome is known; None if it was known before."""
        return self._unresolved.pop(token, None)

    def fail(self, token: str) -> UnresolvedOrder | None:
        """Takes out an order that opened no position; if it shows as filled later, it is recognised."""
        entry = self.settle(token)
        if entry is not None:
            self._failed[token] = entry
        return entry

    def failed(self, token: str) -> Order | None:
        """The order of that name if it counts as failed."""
        entry = self._failed.get(token)
        return None if entry is None else entry.order

    @property
    def failures(self) -> tuple[UnresolvedOrder, ...]:
        """Orders that count as failed."""
        return tuple(self._failed.values())

    def _put(self, entry: UnresolvedOrder, **changes: bool | int | str | datetime | None) -> UnresolvedOrder:
        changed = msgspec.structs.replace(entry, **changes)
        self._unresolved[entry.order.token] = changed
        return changed
