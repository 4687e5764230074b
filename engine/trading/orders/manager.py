"""Orders on their way: the only sender of entries, and what the broker answered about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from engine.clock import Clock
from engine.domain.market import Side
from engine.domain.messages.broker import ConnectionChanged, OrderUncertain, SubmitOrder
from engine.domain.messages.execution import (
    ExecutionEvent,
    OrderFailed,
    OrderSent,
    OrderUnknown,
    UnknownOrder,
    UnknownOrdersChanged,
)
from engine.domain.orders import Account, Order, OrderTrace, Refusal
from engine.domain.plan import Permit
from engine.domain.trades import OpenTrade
from engine.errors import EntryBlocked, InvalidOrder, NotUnknown
from engine.trading.broker import ANSWER_WITHIN, Broker
from engine.trading.positions.manager import PositionManager
from engine.trading.reconciliation.ledger import OrderLedger, UnresolvedOrder
from engine.trading.reconciliation.reconciler import Reconciler

_SETTLED: Final = "settled by the user: it opened no position"
_SETTLES_ITSELF: Final = (OrderTrace.WORKING, OrderTrace.EXECUTED)
"""The broker shows that the order is at work or was filled: the user cannot settle it otherwise."""


class OrderManager:
    """Sends each order once, with its permit, and knows of it until its outcome is known."""

    def __init__(
        self,
        broker: Broker,
        clock: Clock,
        ledger: OrderLedger,
        positions: PositionManager,
        reconciler: Reconciler,
        announce: Callable[[ExecutionEvent], None],
    ) -> None:
        self._broker = broker
        self._clock = clock
        self._ledger = ledger
        self._positions = positions
        self._reconciler = reconciler
        self._announce = announce
        self._unknown: tuple[UnknownOrder, ...] = ()
        self.account: Account | None = None
        """The account's money as last reported; None before that."""
        self.link: ConnectionChanged | None = None
        """The link to the broker, with the latest round trip; None before the first."""

    # -- entries ------------------------------------------------------------------------------------------------

    def submit(self, order: Order, permit: Permit) -> None:
        """Sends an order whose intent is durable, as the permit says, exactly once.

        Raises `EntryBlocked` or `InvalidOrder`; then nothing was sent.
        """
        if permit.token != order.token:
            raise EntryBlocked(f"order {order.token} has no durable intent: the permit is for {permit.token}")
        self.require_possible(order)
        now, standing = self._clock.now(), self._positions.portfolio.open_trades
        self._ledger.record(order, now, permit, (trade.position.identifier for trade in standing))
        self._broker.send(SubmitOrder(order=order))
        self._announce(OrderSent(order=order, at=now))

    def require_possible(self, order: Order) -> None:
        """Raises `EntryBlocked` or `InvalidOrder` where `submit` would."""
        if (block := self.entry_block(order.symbol, order)) is not None:
            raise EntryBlocked(block)
        self._ledger.require_new(order)
        contract = self._positions.portfolio.contract(order.symbol)
        if contract is None or not contract.is_tradable(order.volume_lots):
            raise InvalidOrder(f"order {order.token}: {order.symbol} is not traded in {order.volume_lots} lots")

    def entry_block(self, symbol: str, order: Order | None = None) -> str | None:
        """Why no order of `symbol` may be sent now, or not this one, in words for the user; None if one may."""
        link = self.link
        if link is None or not link.is_connected or not link.may_trade:
            return f"the broker cannot trade: {link.reason if link else 'not connected'}"
        if self._positions.exits.is_flattening:
            return "every position is being closed"
        if not self._reconciler.is_reconciled:
            return "positions and orders are not yet reconciled with the broker's"
        if (doubt := self.doubt(symbol)) is not None:
            return doubt
        if not self._is_netting or not self._has_any(symbol):
            return None
        if order is not None and order.may_merge and self.grown_by(symbol, order.side) is not None:
            return None
        return f"the account nets positions and {symbol} has one already"

    @property
    def _is_netting(self) -> bool:
        return self.account is not None and not self.account.is_hedging

    def grown_by(self, symbol: str, side: Side) -> OpenTrade | None:
        """The position of ours that an order of the user would add to, since the account nets positions.

        None where it opens its own, and where it must not be sent: beside a position that is not the desk's, that is
        being closed, that has no stop or is of the other side, of which a part was closed, or beside an order on its
        way.
        """
        trade = self._standing(symbol, side)
        return None if trade is None or self._is_reduced(trade) else trade

    def is_rest(self, symbol: str, side: Side) -> bool:
        """Whether an order would add to a position of which a part was or is being closed: the entry price of both
        would not say what the closed part risked, and R would be wrong."""
        trade = self._standing(symbol, side)
        return trade is not None and self._is_reduced(trade)

    def may_be_reduced(self, ticket: int) -> bool:
        """False while an order is on its way that adds to the position: it must not find a part of it closed."""
        trade = self._positions.portfolio.get(ticket)
        if trade is None or not self._is_netting:
            return True
        return all(entry.is_doubtful or entry.order.symbol != trade.symbol for entry in self._ledger.unresolved)

    def _is_reduced(self, trade: OpenTrade) -> bool:
        return bool(trade.realised.volume_lots) or self._positions.exits.is_reducing(trade.ticket)

    def _standing(self, symbol: str, side: Side) -> OpenTrade | None:
        portfolio = self._positions.portfolio
        standing = portfolio.on(symbol)
        is_alone = len(standing) == 1 and not self.in_flight(symbol)
        if not self._is_netting or not is_alone or any(each.symbol == symbol for each in portfolio.foreign):
            return None
        (trade,) = standing
        is_sound = trade.position.stop_loss is not None and not self._positions.exits.is_leaving(trade.ticket)
        return trade if trade.side is side and is_sound and trade.order is not None else None

    def doubt(self, symbol: str) -> str | None:
        """What is unknown about an order or a position of `symbol`, in words for the user; None if all is known."""
        for entry in self._ledger.doubtful:
            if entry.order.symbol == symbol:
                return f"the outcome of order {entry.order.token} of {symbol} is unknown"
        if self._reconciler.vanished_on(symbol):
            return f"a position of {symbol} is gone, and the broker does not show why"
        return None

    def in_flight(self, symbol: str | None = None) -> int:
        """Orders on their way, of one symbol or of all: each may become a position."""
        return sum(symbol in (None, entry.order.symbol) for entry in self._ledger.unresolved)

    def _has_any(self, symbol: str) -> bool:
        portfolio = self._positions.portfolio
        others = any(each.symbol == symbol for each in portfolio.foreign)
        return others or bool(portfolio.on(symbol)) or self.in_flight(symbol) > 0

    # -- held back ----------------------------------------------------------------------------------------------

    def withhold(self, reason: str) -> None:
        """Withholds orders not yet sent to the broker; those that it may have are not recalled."""
        if not self._ledger.is_empty:
            self._broker.withhold(reason)

    def withhold_automatic(self, reason: str, is_auto: Callable[[str], bool]) -> None:
        """Withholds unapproved orders in symbols that are no longer automatic."""
        tokens = {
            entry.order.token
            for entry in self._ledger.unresolved
            if entry.is_automatic and not is_auto(entry.order.symbol)
        }
        if tokens:
            self._broker.withhold(reason, tokens)

    # -- what the broker answers --------------------------------------------------------------------------------

    def on_refused(self, token: str, refusal: Refusal, now: datetime) -> None:
        """The order opened no position."""
        if (entry := self._ledger.fail(token)) is not None:
            self.fail(entry.order, refusal, refusal.reason, now)

    def on_uncertain(self, event: OrderUncertain, now: datetime) -> None:
        """Handles a lost answer."""
        entry = self._ledger.doubt(event.token, now, event.reason, number=event.number, attempts=event.attempts)
        self._announce_doubt(entry, now)

    def on_link_lost(self, reason: str, now: datetime) -> None:
        """Answers under way are lost with the link."""
        for entry in self._ledger.unresolved:
            doubted = self._ledger.doubt(entry.order.token, now, f"the link was lost: {reason}")
            if doubted is not None:
                self._announce(OrderUnknown(order=doubted.order, reason=doubted.answer, at=now))

    def doubt_overdue(self, now: datetime) -> None:
        """The outcome of an order without any answer for far too long is unknown."""
        for entry in self._ledger.unresolved:
            if not entry.is_doubtful and now - entry.sent_at >= ANSWER_WITHIN:
                self._announce_doubt(self._ledger.doubt(entry.order.token, now, "no answer came"), now)
                self.announce_unknown(now)

    def fail(self, order: Order, refusal: Refusal | None, reason: str, now: datetime) -> None:
        """Publishes that an order opened no position."""
        self._announce(OrderFailed(order=order, refusal=refusal, reason=reason, at=now))

    def _announce_doubt(self, entry: UnresolvedOrder | None, now: datetime) -> None:
        """Until the broker's state shows the outcome, or the user settles it."""
        if entry is not None:
            self._announce(OrderUnknown(order=entry.order, reason=entry.answer, at=now))
            self._reconciler.ask(now)

    # -- unknown outcomes ---------------------------------------------------------------------------------------

    def settle_unknown(self, token: str) -> None:
        """The user settles the order as having opened no position. Raises `NotUnknown` if it cannot be settled.

        If the broker shows one later, it is taken over like any position of ours.
        """
        now = self._clock.now()
        entry = next((each for each in self._ledger.doubtful if each.order.token == token), None)
        if entry is None:
            raise NotUnknown(f"the outcome of order {token} is not unknown")
        if not _may_be_settled(entry):
            raise NotUnknown(f"the broker shows order {token} at work or filled: the broker settles that itself")
        self._ledger.fail(token)
        self.fail(entry.order, None, _SETTLED, now)
        self.announce_unknown(now)

    def announce_unknown(self, now: datetime) -> None:
        """Publishes all unknown outcomes if they have changed."""
        unknown = tuple(_unknown(entry) for entry in self._ledger.doubtful if entry.answer)
        if unknown != self._unknown:
            self._unknown = unknown
            self._announce(UnknownOrdersChanged(orders=unknown, at=now))


def _may_be_settled(entry: UnresolvedOrder) -> bool:
    return entry.ticket is None and entry.trace not in _SETTLES_ITSELF


def _unknown(entry: UnresolvedOrder) -> UnknownOrder:
    return UnknownOrder(
        order=entry.order,
        sent_at=entry.sent_at,
        answer=entry.answer,
        trace=entry.trace,
        may_be_settled=_may_be_settled(entry),
    )
