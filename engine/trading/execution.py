"""The life of orders and positions: one face for the engine, one listener for the broker.

The desk's own state follows first, then the event is announced. Nothing here waits: requests leave, answers come.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta

from msgspec import UnsetType

from config.trading import ExecutionSettings
from engine.clock import Clock
from engine.domain.broker_messages import BrokerState, ConnectionChanged, SubmitOrder
from engine.domain.execution_events import ExecutionEvent, OrderSent
from engine.domain.market import Candle, Quote
from engine.domain.orders import Account, ExitReason, Order
from engine.domain.tokens import PAPER_INSTALLATION
from engine.domain.trades import ExitOrder, FlattenRest, OpenTrade
from engine.errors import EntryBlocked, InvalidOrder, NotOurPosition
from engine.market.state import MarketState
from engine.trading.broker import ANSWER_WITHIN, Broker
from engine.trading.broker_events import Answers
from engine.trading.orders.ledger import KnownOrder, OrderLedger
from engine.trading.positions.exits import ExitDesk
from engine.trading.positions.manager import CloseAfter, Leader
from engine.trading.positions.portfolio import Portfolio
from engine.trading.positions.stops import StopKeeper
from engine.trading.positions.trade_keeper import TradeKeeper
from engine.trading.reconciliation.ownership import Ownership
from engine.trading.reconciliation.reconciler import Reconciler


class ExecutionManager:
    """Sends orders, leads positions and keeps both true to the broker.

    `intend(order)` returns only where the intent is durable; if it raises, nothing is sent. `announce` hears
    every `ExecutionEvent` in order. Exits come before entries: call `on_quote` and `on_candle` before anything new.
    """

    def __init__(
        self,
        broker: Broker,
        clock: Clock,
        market: MarketState,
        settings: ExecutionSettings,
        portfolio: Portfolio,
        intend: Callable[[Order], None],
        announce: Callable[[ExecutionEvent], None],
        installation: str = PAPER_INSTALLATION,
        is_stored: Callable[[str], bool] = lambda _: False,
        audit: Callable[[BrokerState], None] = lambda _: None,
        close_after: CloseAfter = lambda *_: None,
    ) -> None:
        """`installation` is that of the desk's own tokens; `is_stored` tells whether the intent of a token is kept.

        `audit` sees what the broker shows each time that the desk comes to agree with it, before that is announced.
        """
        self._broker = broker
        self._clock = clock
        self._intend = intend
        self._announce = announce
        self._market = market
        self._missed: list[Candle] = []
        """Candles that closed after the desk stood still, before the broker sent the state of its positions."""
        self._ledger = OrderLedger()
        self._exits = ExitDesk(broker.send, announce)
        self._stops = StopKeeper(broker.send, announce)
        self._keeper = TradeKeeper(portfolio, self._exits, self._stops, market, announce)
        self._leader = Leader(
            *(clock, settings, portfolio, self._keeper, self._exits, self._stops, market, announce),
            close_after,
        )
        self._reconciler = Reconciler(
            *(broker.send, self._ledger, portfolio, self._keeper, self._exits, self._stops),
            *(Ownership(installation, self._ledger, portfolio, is_stored), announce, audit),
        )
        self._answers = Answers(
            clock, self._ledger, portfolio, self._keeper, self._exits, self._stops, self._reconciler, announce
        )
        self.portfolio = portfolio
        self.installation = installation

    # -- life ---------------------------------------------------------------------------------------------------

    def start(
        self,
        known: Iterable[KnownOrder] = (),
        ended: Iterable[KnownOrder] = (),
        exits: Iterable[ExitOrder] = (),
    ) -> None:
        """Connects with what the store remembers of orders and positions, and compares it with the broker.

        `known` are orders that have not come to their end, `ended` those that lately have, `exits` positions that were
        to be left.
        """
        self._exits.restore(exits)
        self._ledger.remember(ended)
        self._ledger.restore(known)
        self._broker.connect(self._answers.hear)

    def reconcile(self, reason: str) -> None:
        """Compares everything with the broker anew; no entry until that is done."""
        self._reconciler.restart(reason, self._clock.now())

    def wake(self, stood_still: timedelta) -> None:
        """Compares everything with the broker before anything else is done: the desk stood still for so long.

        Until the broker has sent its state nothing is entered, and no position is managed on old figures; what the user
        orders is carried out at once.
        """
        self._reconciler.wake(stood_still, self._clock.now())

    def use(self, settings: ExecutionSettings) -> None:
        """Leads positions by other settings from now on."""
        self._leader.use(settings)

    @property
    def is_reconciled(self) -> bool:
        return self._reconciler.is_reconciled

    @property
    def account(self) -> Account | None:
        """The account's money as last told; None before the broker has."""
        return self._answers.account

    @property
    def link(self) -> ConnectionChanged | None:
        """The link to the broker, with the latest round trip; None before the first."""
        return self._answers.link

    # -- entries ------------------------------------------------------------------------------------------------

    def entry_block(self, symbol: str) -> str | None:
        """Why no order of `symbol` may be sent now, in words for the user; None if one may."""
        link = self.link
        if link is None or not link.is_connected or not link.may_trade:
            return f"the broker cannot trade: {link.reason if link else 'not connected'}"
        if self._exits.is_flattening:
            return "every position is being closed"
        if not self._reconciler.is_reconciled:
            return "positions and orders are not yet reconciled with the broker's"
        if (doubt := self.doubt(symbol)) is not None:
            return doubt
        if self.account is not None and not self.account.is_hedging and self._has_any(symbol):
            return f"the account nets positions and {symbol} has one already"
        return None

    def doubt(self, symbol: str) -> str | None:
        """What nobody knows of an order or a position of `symbol`, in words for the user; None if all is known."""
        for entry in self._ledger.doubtful:
            if entry.order.symbol == symbol:
                return f"the outcome of order {entry.order.token} of {symbol} is unknown"
        if self._reconciler.vanished_on(symbol):
            return f"a position of {symbol} is gone, and the broker does not show why"
        return None

    def in_flight(self, symbol: str | None = None) -> int:
        """Orders on their way, of one symbol or of all: each may become a position."""
        return sum(symbol in (None, entry.order.symbol) for entry in self._ledger.unresolved)

    def require_possible(self, order: Order) -> None:
        """Raises `EntryBlocked` or `InvalidOrder` where `submit` would."""
        if (block := self.entry_block(order.symbol)) is not None:
            raise EntryBlocked(block)
        self._ledger.require_new(order)
        contract = self.portfolio.contract(order.symbol)
        if contract is None or not contract.is_tradable(order.volume_lots):
            raise InvalidOrder(f"order {order.token}: {order.symbol} is not traded in {order.volume_lots} lots")

    def submit(self, order: Order) -> None:
        """Sends an order whose intent is durable, once and for all.

        Raises `EntryBlocked` or `InvalidOrder`, and whatever `intend` raises; then nothing was sent.
        """
        self.require_possible(order)
        self._intend(order)
        now = self._clock.now()
        self._ledger.record(order, now, (trade.position.identifier for trade in self.portfolio.open_trades))
        self._broker.send(SubmitOrder(order=order))
        self._announce(OrderSent(order=order, at=now))

    def withhold(self, reason: str, tokens: Collection[str] | None = None) -> None:
        """Keeps orders from leaving that wait for their way to the broker; what it may have is not taken back."""
        if not self._ledger.is_empty:
            self._broker.withhold(reason, tokens)

    def is_on_way(self, token: str) -> bool:
        """Whether the order of that token has no outcome yet."""
        return any(entry.order.token == token for entry in self._ledger.unresolved)

    # -- the market ---------------------------------------------------------------------------------------------

    def on_quote(self, quote: Quote) -> None:
        """Leads the open trades of the quote's symbol, then sees to answers that are overdue."""
        if self.portfolio.is_flat and self._ledger.is_empty and not self._reconciler.is_pending:
            return
        self._manage(self.portfolio.on(quote.symbol))

    def on_candle(self, candle: Candle) -> None:
        """Leaves positions the closed candle speaks against."""
        if self._reconciler.is_blind:
            self._missed.append(candle)
        else:
            self._act_on_missed()
            self._leader.on_candle(candle)

    def on_time(self) -> None:
        """Does what is due without a quote: time stops, repeated requests, missing answers. A few times a second."""
        self._manage(self.portfolio.open_trades)

    def _manage(self, trades: Iterable[OpenTrade]) -> None:
        """Manages `trades` by their newest quotes. After the desk stood still, only what the user ordered goes on until
        the broker has sent its state."""
        now, is_blind = self._clock.now(), self._reconciler.is_blind
        if not is_blind:
            self._act_on_missed()
        for trade in trades:
            quote = self._market.quotes.get(trade.symbol)
            if quote is not None and not is_blind:
                self._leader.lead(trade, quote, now)
            elif self._exits.is_ordered(trade.ticket) or (self._exits.is_leaving(trade.ticket) and not is_blind):
                self._exits.retry_if_due(trade, now)
        self._attend(now)

    def _act_on_missed(self) -> None:
        missed, self._missed = self._missed, []
        for candle in missed:
            self._leader.on_candle(candle)

    # -- commands -----------------------------------------------------------------------------------------------

    def close(self, ticket: int, reason: ExitReason = ExitReason.MANUAL) -> None:
        """Closes a position of ours; one that is gone is left alone.

        Where the broker refused to close it and the next attempt waits for its time, it is made at once.
        Raises `NotOurPosition` for that of the user or of another program.
        """
        if (trade := self._own(ticket)) is not None:
            self._exits.ask_at_once(trade, reason, self._clock.now())

    def flatten(self) -> None:
        """Closes every position of ours, and whatever orders on their way turn into, until `end_flatten`.

        No entry meanwhile. A refused close that waits for its time is asked for at once.
        """
        self._exits.is_flattening = True
        for trade in self.portfolio.open_trades:
            self._exits.ask_at_once(trade, ExitReason.FLATTEN, self._clock.now())

    def end_flatten(self) -> None:
        """Everything is closed, or the user cancelled: closes that wait for their time are dropped."""
        self._exits.end_flatten()

    @property
    def rest(self) -> FlattenRest:
        """What is left to close."""
        retry_at, reason = self._exits.next_attempt or (None, "")
        return FlattenRest(
            positions=len(self.portfolio.open_trades),
            orders=self.in_flight(),
            retry_at=retry_at,
            reason=reason,
            is_certain=self._reconciler.is_reconciled,
        )

    def settle_unknown(self, token: str) -> None:
        """The user settles an order of unknown outcome as having opened no position; raises `NotUnknown`.

        If the broker shows one later, it is taken over like any position of ours.
        """
        self._answers.settle_unknown(token, self._clock.now())

    def break_even(self, ticket: int) -> None:
        """Moves the stop to the entry; refused while the market is not beyond it. Raises like `close`."""
        if (trade := self._own(ticket)) is not None:
            self._leader.break_even(trade)

    def change_stops(self, ticket: int, stop_loss: float | UnsetType, take_profit: float | UnsetType | None) -> None:
        """Asks the broker for the user's levels, rounded to the tick; one that is not named stays as it is, or as it
        was asked for last. Raises like `close`."""
        if (trade := self._own(ticket)) is not None:
            self._leader.change_stops(trade, stop_loss, take_profit)

    # -- parts --------------------------------------------------------------------------------------------------

    def _attend(self, now: datetime) -> None:
        self._reconciler.ask_again_if_due(now)
        for entry in self._ledger.unresolved:
            if not entry.is_doubtful and now - entry.sent_at >= ANSWER_WITHIN:
                self._answers.doubt(entry.order.token, "no answer came", now)
        for trade in self.portfolio.open_trades:
            if self._exits.is_flattening:
                self._exits.ask(trade, ExitReason.FLATTEN, now)
            if self._exits.is_overdue(trade.ticket, now) or self._stops.is_overdue(trade.ticket, now):
                self._answers.await_state(trade.ticket, now)

    def _own(self, ticket: int) -> OpenTrade | None:
        if any(position.ticket == ticket for position in self.portfolio.others):
            raise NotOurPosition(f"position {ticket} was opened by the user or another program: the desk leaves it")
        return self.portfolio.get(ticket)

    def _has_any(self, symbol: str) -> bool:
        others = any(each.symbol == symbol for each in self.portfolio.foreign)
        return others or bool(self.portfolio.on(symbol)) or self.in_flight(symbol) > 0
