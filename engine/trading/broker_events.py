"""Follows what the broker tells: each event changes the desk's own state first and is announced then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from engine.clock import Clock
from engine.domain.broker_messages import (
    AccountChanged,
    BookMoved,
    BrokerEvent,
    BrokerState,
    ChangeUncertain,
    CloseRefused,
    ConnectionChanged,
    OrderFilled,
    OrderRefused,
    OrderUncertain,
    PositionClosed,
    PositionSeen,
    QueryFailed,
    StopsChanged,
    StopsRefused,
)
from engine.domain.execution_events import (
    AccountUpdated,
    BrokerLinkChanged,
    ExecutionEvent,
    OrderFailed,
    OrderUnknown,
    UnknownOrder,
    UnknownOrdersChanged,
)
from engine.domain.orders import Account, Order, OrderTrace, Position, Refusal, RefusalPolicy
from engine.domain.trades import OpenTrade, StopKind
from engine.errors import NotUnknown
from engine.trading.orders.ledger import OrderLedger, UnresolvedOrder
from engine.trading.positions.exits import ExitDesk
from engine.trading.positions.portfolio import VOLUME_TOLERANCE, Portfolio
from engine.trading.positions.stops import StopKeeper
from engine.trading.positions.trade_keeper import TradeKeeper
from engine.trading.reconciliation.reconciler import Reconciler

_SETTLED: Final = "settled by the user: it opened no position"
_SETTLES_ITSELF: Final = (OrderTrace.WORKING, OrderTrace.EXECUTED)
"""The broker shows that the order is at work or was filled: the user cannot settle it otherwise."""


class Answers:
    """The one listener of the broker."""

    def __init__(
        self,
        clock: Clock,
        ledger: OrderLedger,
        portfolio: Portfolio,
        keeper: TradeKeeper,
        exits: ExitDesk,
        stops: StopKeeper,
        reconciler: Reconciler,
        announce: Callable[[ExecutionEvent], None],
    ) -> None:
        self._clock = clock
        self._ledger = ledger
        self._portfolio = portfolio
        self._keeper = keeper
        self._exits = exits
        self._stops = stops
        self._reconciler = reconciler
        self._announce = announce
        self.account: Account | None = None
        self.link: ConnectionChanged | None = None
        self._unknown: tuple[UnknownOrder, ...] = ()

    def hear(self, event: BrokerEvent) -> None:
        now = self._clock.now()
        self._follow(event, now)
        self._announce_unknown(now)

    def _follow(self, event: BrokerEvent, now: datetime) -> None:
        match event:
            case OrderFilled():
                self._filled(event, now)
            case OrderRefused(token=token, refusal=refusal):
                self._refused(token, refusal, now)
            case OrderUncertain(token=token, reason=reason, number=number, attempts=attempts):
                self._doubt(self._ledger.doubt(token, now, reason, number=number, attempts=attempts), now)
            case PositionClosed():
                self._closed(event, now)
            case StopsChanged(ticket=ticket, stop_loss=stop_loss, take_profit=take_profit):
                self._stops_changed(ticket, stop_loss, take_profit, now)
            case StopsRefused(ticket=ticket, refusal=refusal):
                self._stops_refused(ticket, refusal, now)
            case CloseRefused(ticket=ticket, refusal=refusal):
                self._close_refused(ticket, refusal, now)
            case ChangeUncertain(ticket=ticket):
                self.await_state(ticket, now)
            case PositionSeen(position=position):
                self._seen(position, now)
            case BookMoved():
                self._reconciler.ask(now)
            case BrokerState():
                self._take_account(event.account)
                self._reconciler.settle(event, now)
            case AccountChanged(account=account):
                self._take_account(account)
            case ConnectionChanged():
                self._link_changed(event, now)
            case QueryFailed():
                pass  # the question is asked again when its time has come

    def doubt(self, token: str, reason: str, now: datetime) -> None:
        """The outcome of the order is unknown until the broker's state shows it, or the user settles it."""
        self._doubt(self._ledger.doubt(token, now, reason), now)
        self._announce_unknown(now)

    def settle_unknown(self, token: str, now: datetime) -> None:
        """The user settles the order as having opened no position. Raises `NotUnknown` if it cannot be settled."""
        entry = next((each for each in self._ledger.doubtful if each.order.token == token), None)
        if entry is None:
            raise NotUnknown(f"the outcome of order {token} is not unknown")
        if not _may_be_settled(entry):
            raise NotUnknown(f"the broker shows order {token} at work or filled: the broker settles that itself")
        self._ledger.fail(token)
        self._announce(OrderFailed(order=entry.order, refusal=None, reason=_SETTLED, at=now))
        self._announce_unknown(now)

    def _doubt(self, entry: UnresolvedOrder | None, now: datetime) -> None:
        if entry is not None:
            self._announce(OrderUnknown(order=entry.order, reason=entry.answer, at=now))
            self._reconciler.ask(now)

    def _announce_unknown(self, now: datetime) -> None:
        unknown = tuple(_unknown(entry) for entry in self._ledger.doubtful if entry.answer)
        if unknown != self._unknown:
            self._unknown = unknown
            self._announce(UnknownOrdersChanged(orders=unknown, at=now))

    def await_state(self, ticket: int, now: datetime) -> None:
        """What became of a request about the position is unknown until the broker's state has told it."""
        number = self._reconciler.ask(now)
        self._exits.awaits_state(ticket, number)
        self._stops.awaits_state(ticket, number)

    # -- orders -------------------------------------------------------------------------------------------------

    def _filled(self, event: OrderFilled, now: datetime) -> None:
        entry = self._ledger.settle(event.token)
        position = event.position
        if entry is None:
            if position.identifier not in self._keeper.finished and self._portfolio.find(position.identifier) is None:
                self._keeper.adopt(position, self._ledger.failed(event.token), now)
        elif position.volume_lots <= 0.0:
            self._fail(entry.order, None, "the order was netted against an opposite position", now)
        else:
            self._keeper.open(entry, position, now)

    def _refused(self, token: str, refusal: Refusal, now: datetime) -> None:
        if (entry := self._ledger.fail(token)) is not None:
            self._fail(entry.order, refusal, refusal.reason, now)

    def _fail(self, order: Order, refusal: Refusal | None, reason: str, now: datetime) -> None:
        self._announce(OrderFailed(order=order, refusal=refusal, reason=reason, at=now))

    # -- positions ----------------------------------------------------------------------------------------------

    def _closed(self, event: PositionClosed, now: datetime) -> None:
        if not self._keeper.close(event, now) and event.identifier not in self._keeper.finished:
            self._reconciler.ask(now)

    def _close_refused(self, ticket: int, refusal: Refusal, now: datetime) -> None:
        if refusal.policy is RefusalPolicy.POSITION_GONE:
            self.await_state(ticket, now)
        elif (trade := self._portfolio.get(ticket)) is not None:
            self._exits.was_refused(trade, refusal, now)

    def _stops_changed(self, ticket: int, stop_loss: float | None, take_profit: float | None, now: datetime) -> None:
        if (trade := self._portfolio.get(ticket)) is None:
            return
        wanted = self._stops.wanted(ticket)
        kind = wanted.kind if wanted else StopKind.BY_HAND
        if stop_loss == trade.position.stop_loss:
            kind = trade.stop_kind  # the target alone has moved
        trade = self._keeper.move_levels(trade, stop_loss, take_profit, kind, now)
        self._stops.was_changed(trade, now)
        self._keeper.guard(trade, now)

    def _stops_refused(self, ticket: int, refusal: Refusal, now: datetime) -> None:
        wanted = self._stops.wanted(ticket)
        if refusal.policy is RefusalPolicy.NO_CHANGE and wanted is not None:
            self._stops_changed(ticket, wanted.stop_loss, wanted.take_profit, now)
        elif refusal.policy is RefusalPolicy.POSITION_GONE:
            self.await_state(ticket, now)
        elif (trade := self._portfolio.get(ticket)) is not None:
            self._stops.was_refused(trade, refusal, now)
            self._keeper.guard(trade, now)

    def _seen(self, position: Position, now: datetime) -> None:
        trade = self._portfolio.find(position.identifier) if position.is_ours else None
        if trade is None or _has_other_volume(trade, position):
            self._reconciler.ask(now)
        if trade is not None:
            trade = self._keeper.follow(trade, position, self._stops.kind_seen(trade, position), now)
            self._keeper.guard(trade, now)

    # -- account and link ---------------------------------------------------------------------------------------

    def _take_account(self, account: Account) -> None:
        if account != self.account:
            self.account = account
            self._announce(AccountUpdated(account=account))

    def _link_changed(self, link: ConnectionChanged, now: datetime) -> None:
        before, self.link = self.link, link
        if before is None or _standing(before) != _standing(link):
            self._announce(
                BrokerLinkChanged(is_connected=link.is_connected, may_trade=link.may_trade, reason=link.reason, at=now)
            )
        if not link.is_connected:
            self._lose_link(link.reason, now)
        elif before is None or not before.is_connected:
            self._await_states(self._reconciler.restart("the broker is connected", now))

    def _lose_link(self, reason: str, now: datetime) -> None:
        """Answers under way are lost with the link."""
        self._reconciler.lose()
        for entry in self._ledger.unresolved:
            doubted = self._ledger.doubt(entry.order.token, now, f"the link was lost: {reason}")
            if doubted is not None:
                self._announce(OrderUnknown(order=doubted.order, reason=doubted.answer, at=now))

    def _await_states(self, number: int) -> None:
        for trade in self._portfolio.open_trades:
            self._exits.awaits_state(trade.ticket, number)
            self._stops.awaits_state(trade.ticket, number)


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


def _standing(link: ConnectionChanged) -> tuple[bool, bool, str]:
    return link.is_connected, link.may_trade, link.reason


def _has_other_volume(trade: OpenTrade, position: Position) -> bool:
    return abs(trade.position.volume_lots - position.volume_lots) > VOLUME_TOLERANCE
