"""Which positions and orders are the desk's own: another desk may use the same magic number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from datetime import datetime

import msgspec

from engine.domain.messages.broker import BrokerState
from engine.domain.messages.execution import ExecutionEvent, OtherDeskSeen, OtherPositionsChanged, OtherTradeSeen
from engine.domain.orders import Deal, EndedOrder, Position, WorkingOrder
from engine.domain.tokens import installation_of
from engine.trading.positions.portfolio import Portfolio
from engine.trading.reconciliation.ledger import OrderLedger
from engine.trading.reconciliation.matching import fits


class Ownership:
    """Marks what other installations sent, and announces what others have on the account.

    A token of our own stored intents is ours, even if it names another installation.
    A token of this installation that the store does not have is ours only if it was there at the first look: then the
    store was lost. One that appears later was sent by a copy of this desk. A position without a token is ours, unless
    another desk was seen and no order of ours fits it. What the desk manages already stays its own: on a netting
    account another desk may have opened the position that an order of ours went into.
    """

    def __init__(
        self,
        installation: str,
        ledger: OrderLedger,
        portfolio: Portfolio,
        is_stored: Callable[[str], bool],
        announce: Callable[[ExecutionEvent], None],
    ) -> None:
        self._installation = installation
        self._ledger = ledger
        self._portfolio = portfolio
        self._is_stored = is_stored
        self._announce = announce
        self._seen_others: set[tuple[bool, int]] = set()
        self._unstored: set[str] = set()
        self._found: frozenset[str] | None = None
        self._desks: set[str] = set()

    def sort(self, state: BrokerState, now: datetime) -> BrokerState:
        """The state with everything of other desks marked as theirs; announces each desk that is seen first now."""
        before = set(self._desks)
        state = self._sorted(state)
        for installation in sorted(self._desks - before):
            self._announce(OtherDeskSeen(installation=installation, at=now))
        return state

    def show_others(self, state: BrokerState, now: datetime) -> None:
        """Keeps what is not ours, and announces it where it has changed."""
        positions = tuple(position for position in state.positions if not position.is_ours)
        orders = tuple(order for order in state.working if not order.is_ours)
        if (positions, orders) == (self._portfolio.others, self._portfolio.other_orders):
            return
        self._portfolio.others, self._portfolio.other_orders = positions, orders
        self._announce(OtherPositionsChanged(positions=positions, orders=orders, at=now))
        for each in self._portfolio.foreign:
            self._announce_once(each, now)

    def _announce_once(self, other: Position | WorkingOrder, now: datetime) -> None:
        is_working = isinstance(other, WorkingOrder)
        if (key := (is_working, other.ticket)) in self._seen_others:
            return
        self._seen_others.add(key)
        self._announce(
            OtherTradeSeen(
                ticket=other.ticket,
                symbol=other.symbol,
                side=other.side,
                volume_lots=other.volume_lots,
                is_working=is_working,
                is_other_desk=other.is_other_desk,
                at=now,
            )
        )

    def _sorted(self, state: BrokerState) -> BrokerState:
        if self._found is None:
            groups: tuple[Iterable[Position | WorkingOrder | EndedOrder | Deal], ...] = (
                *(state.positions, state.working, state.ended, state.deals),
            )
            self._found = frozenset(each.token for group in groups for each in group)
        positions = tuple(self._position(each) for each in state.positions)
        theirs = {each.identifier for each in positions if each.is_other_desk}
        theirs |= {each.position_id for each in state.deals if each.is_ours and self._is_elsewhere(each.token)}
        theirs -= {trade.position.identifier for trade in self._portfolio.open_trades}
        return msgspec.structs.replace(
            state,
            positions=positions,
            working=tuple(self._working(each) for each in state.working),
            deals=tuple(_deal(each, theirs) for each in state.deals),
            ended=tuple(self._ended(each) for each in state.ended),
        )

    def _position(self, position: Position) -> Position:
        if not position.is_ours:
            return position
        is_theirs = self._is_elsewhere(position.token) or (not position.token and self._is_strange(position))
        is_theirs = is_theirs and self._portfolio.find(position.identifier) is None
        return msgspec.structs.replace(position, is_ours=False, is_other_desk=True) if is_theirs else position

    def _working(self, order: WorkingOrder) -> WorkingOrder:
        if not order.is_ours or not self._is_elsewhere(order.token):
            return order
        return msgspec.structs.replace(order, is_ours=False, is_other_desk=True)

    def _ended(self, order: EndedOrder) -> EndedOrder:
        if not order.is_ours or not self._is_elsewhere(order.token):
            return order
        return msgspec.structs.replace(order, is_ours=False)

    def _is_elsewhere(self, token: str) -> bool:
        """Whether another installation sent what carries this token; remembers which."""
        installation = installation_of(token)
        if installation is None or self._is_known(token):
            return False
        if installation == self._installation and token in (self._found or ()):
            return False
        self._desks.add(installation)
        return True

    def _is_known(self, token: str) -> bool:
        if token in self._ledger.tokens:
            return True
        if token in self._unstored:
            return False
        if self._is_stored(token):
            return True
        self._unstored.add(token)
        return False

    def _is_strange(self, position: Position) -> bool:
        if not self._desks or position.identifier in self._ledger.tickets:
            return False
        known = self._ledger.tokens
        return not any(fits(entry, position, known) for entry in (*self._ledger.unresolved, *self._ledger.failures))


def _deal(deal: Deal, theirs: Set[int]) -> Deal:
    return msgspec.structs.replace(deal, is_ours=False) if deal.position_id in theirs else deal
