"""Keeps orders and positions consistent with the broker: the one listener of its events, and the work due per quote.

The desk's own state follows first, then the event is announced. Nothing here waits: requests leave, answers come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from config.trading import ExecutionSettings
from engine.clock import Clock
from engine.domain.exit_rules import KeptRules
from engine.domain.market import Candle, Quote
from engine.domain.messages.broker import (
    AccountChanged,
    BrokerEvent,
    BrokerState,
    ChangeUncertain,
    CloseRefused,
    ConnectionChanged,
    OrderFilled,
    OrderRefused,
    OrderUncertain,
    PositionClosed,
    PositionsChanged,
    PositionSeen,
    QueryFailed,
    StopsChanged,
    StopsRefused,
)
from engine.domain.messages.execution import AccountUpdated, BrokerLinkChanged, ExecutionEvent
from engine.domain.orders import Account, ExitReason
from engine.domain.tokens import PAPER_INSTALLATION
from engine.domain.trades import ExitOrder, FlattenRest, OpenTrade
from engine.market.state import MarketState
from engine.trading.broker import Broker
from engine.trading.orders.manager import OrderManager
from engine.trading.positions.manager import CloseAfter, PositionManager
from engine.trading.positions.portfolio import Portfolio
from engine.trading.reconciliation.ledger import KnownOrder, OrderLedger
from engine.trading.reconciliation.ownership import Ownership
from engine.trading.reconciliation.reconciler import Reconciler


class Execution:
    """Orders, positions and their reconciliation on one broker.

    `announce` hears every `ExecutionEvent` in order. Exits come before entries: call `on_quote` and `on_candle` before
    anything new.
    """

    def __init__(
        self,
        broker: Broker,
        clock: Clock,
        market: MarketState,
        settings: ExecutionSettings,
        portfolio: Portfolio,
        announce: Callable[[ExecutionEvent], None],
        installation: str = PAPER_INSTALLATION,
        is_stored: Callable[[str], bool] = lambda _: False,
        audit: Callable[[BrokerState], None] = lambda _: None,
        close_after: CloseAfter = lambda *_: None,
    ) -> None:
        """`installation` is that of the desk's own tokens; `is_stored` says whether the intent of a token is kept.

        `audit` sees what the broker shows each time that the desk comes to agree with it, before that is announced.
        """
        self._broker = broker
        self._clock = clock
        self._market = market
        self._announce = announce
        self._missed: list[Candle] = []
        """Candles that closed after the desk stood still, before the broker sent the state of its positions."""
        self._ledger = OrderLedger()
        self.positions = PositionManager(broker.send, clock, market, settings, portfolio, announce, close_after)
        ownership = Ownership(installation, self._ledger, portfolio, is_stored, announce)
        self.reconciler = Reconciler(broker.send, self._ledger, self.positions, ownership, announce, audit)
        self.orders = OrderManager(broker, clock, self._ledger, self.positions, self.reconciler, announce)
        self.installation = installation

    # -- life ---------------------------------------------------------------------------------------------------

    def start(
        self,
        known: Iterable[KnownOrder] = (),
        ended: Iterable[KnownOrder] = (),
        exits: Iterable[ExitOrder] = (),
        rules: Iterable[KeptRules] = (),
    ) -> None:
        """Connects with what the store remembers of orders and positions, and compares it with the broker.

        `known` are orders that have not come to their end, `ended` those that recently have, `exits` positions that
        were to be left, `rules` exit rules that the user switched.
        """
        self.positions.keeper.restore_rules(rules)
        self.positions.exits.restore(exits)
        self._ledger.remember(ended)
        self._ledger.restore(known)
        self._broker.connect(self.on_event)

    def reconcile(self, reason: str) -> None:
        """Compares everything with the broker again; no entry until that is done."""
        self.reconciler.restart(reason, self._clock.now())

    def wake(self, stood_still: timedelta) -> None:
        """Compares everything with the broker before anything else is done: the desk stood still for so long.

        Until the broker has sent its state nothing is entered, and no position is managed on old figures; what the user
        orders is carried out at once.
        """
        self.reconciler.wake(stood_still, self._clock.now())

    @property
    def rest(self) -> FlattenRest:
        """What is left to close."""
        retry_at, reason = self.positions.exits.next_attempt or (None, "")
        return FlattenRest(
            positions=len(self.positions.portfolio.open_trades),
            orders=self.orders.in_flight(),
            retry_at=retry_at,
            reason=reason,
            is_certain=self.reconciler.is_reconciled,
        )

    # -- the market ---------------------------------------------------------------------------------------------

    def on_quote(self, quote: Quote) -> None:
        """Manages the open trades of the quote's symbol, then sees to answers that are overdue."""
        portfolio = self.positions.portfolio
        if portfolio.is_flat and self._ledger.is_empty and not self.reconciler.is_pending:
            return
        self._manage(portfolio.on(quote.symbol))

    def on_candle(self, candle: Candle) -> None:
        """Closes positions against which the candle closed."""
        if self.reconciler.is_blind:
            self._missed.append(candle)
        else:
            self._act_on_missed()
            self.positions.on_candle(candle)

    def on_time(self) -> None:
        """Work due without a quote: time stops, repeated requests, missing answers. A few times a second."""
        self._manage(self.positions.portfolio.open_trades)

    def _manage(self, trades: Iterable[OpenTrade]) -> None:
        """Manages `trades` by their newest quotes. After the desk stood still, only what the user ordered goes on until
        the broker has sent its state."""
        now, is_blind, exits = self._clock.now(), self.reconciler.is_blind, self.positions.exits
        if not is_blind:
            self._act_on_missed()
        for trade in trades:
            quote = self._market.quotes.get(trade.symbol)
            if quote is not None and not is_blind:
                self.positions.manage(trade, quote, now)
            elif exits.is_ordered(trade.ticket) or (exits.is_leaving(trade.ticket) and not is_blind):
                exits.retry_if_due(trade, now)
        self._see_to_answers(now)

    def _act_on_missed(self) -> None:
        missed, self._missed = self._missed, []
        for candle in missed:
            self.positions.on_candle(candle)

    def _see_to_answers(self, now: datetime) -> None:
        self.reconciler.ask_again_if_due(now)
        self.orders.doubt_overdue(now)
        for trade in self.positions.portfolio.open_trades:
            if self.positions.exits.is_flattening:
                self.positions.exits.ask(trade, ExitReason.FLATTEN, now)
            if self.positions.is_overdue(trade.ticket, now):
                self._await_state(trade.ticket, now)

    # -- events of the broker ----------------------------------------------------------------------------------

    def on_event(self, event: BrokerEvent) -> None:
        """The broker's events come here, and only here."""
        now = self._clock.now()
        self._follow(event, now)
        self.orders.announce_unknown(now)

    def _follow(self, event: BrokerEvent, now: datetime) -> None:
        keeper = self.positions.keeper
        match event:
            case OrderFilled():
                self._on_filled(event, now)
            case OrderRefused(token=token, refusal=refusal):
                self.orders.on_refused(token, refusal, now)
            case OrderUncertain():
                self.orders.on_uncertain(event, now)
            case PositionClosed():
                if not keeper.close(event, now) and event.identifier not in keeper.finished:
                    self.reconciler.ask(now)
            case StopsChanged(ticket=ticket, stop_loss=stop_loss, take_profit=take_profit):
                keeper.on_stops_changed(ticket, stop_loss, take_profit, now)
            case StopsRefused(ticket=ticket, refusal=refusal):
                if keeper.on_stops_refused(ticket, refusal, now):
                    self._await_state(ticket, now)
            case CloseRefused(ticket=ticket, refusal=refusal):
                if keeper.on_close_refused(ticket, refusal, now):
                    self._await_state(ticket, now)
            case ChangeUncertain(ticket=ticket):
                self._await_state(ticket, now)
            case PositionSeen(position=position):
                if not keeper.is_as_known(position):
                    self.reconciler.ask(now)
                keeper.on_seen(position, now)
            case PositionsChanged():
                self.reconciler.ask(now)
            case BrokerState():
                self._on_account(event.account)
                self.reconciler.settle(event, now)
            case AccountChanged(account=account):
                self._on_account(account)
            case ConnectionChanged():
                self._on_link(event, now)
            case QueryFailed():
                pass  # the question is asked again when its time has come

    def _on_filled(self, event: OrderFilled, now: datetime) -> None:
        entry, position, keeper = self._ledger.settle(event.token), event.position, self.positions.keeper
        if entry is None:
            is_known = self.positions.portfolio.find(position.identifier) is not None
            if position.identifier not in keeper.finished and not is_known:
                keeper.adopt(position, self._ledger.failed(event.token), now)
        elif position.volume_lots <= 0.0:
            self.orders.fail(entry.order, None, "the order was netted against an opposite position", now)
        elif keeper.is_merged(entry.order, position):
            keeper.merge(entry.order, position, now)
        else:
            keeper.open(entry.order, position, now, is_resumed=entry.ticket is not None)

    def _on_account(self, account: Account) -> None:
        if account != self.orders.account:
            self.orders.account = account
            self._announce(AccountUpdated(account=account))

    def _on_link(self, link: ConnectionChanged, now: datetime) -> None:
        before, self.orders.link = self.orders.link, link
        if before is None or _standing(before) != _standing(link):
            self._announce(
                BrokerLinkChanged(is_connected=link.is_connected, may_trade=link.may_trade, reason=link.reason, at=now)
            )
        if not link.is_connected:
            self.reconciler.lose()
            self.orders.on_link_lost(link.reason, now)
        elif before is None or not before.is_connected:
            number = self.reconciler.restart("the broker is connected", now)
            for trade in self.positions.portfolio.open_trades:
                self.positions.keeper.await_state(trade.ticket, number)

    def _await_state(self, ticket: int, now: datetime) -> None:
        """The outcome of a request about the position is unknown until the broker's state shows it."""
        self.positions.keeper.await_state(ticket, self.reconciler.ask(now))


def _standing(link: ConnectionChanged) -> tuple[bool, bool, str]:
    return link.is_connected, link.may_trade, link.reason
