"""The paper broker: takes requests over a simulated wire and executes them on the market's own quotes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from config.desk import PaperSettings
from engine.adapters.paper.account import PaperAccount
from engine.adapters.paper.faults import MARKET_CLOSED, MARKET_LEFT, NO_FAULT, Fault, FaultPlan, NoFaults
from engine.adapters.paper.fills import Fills
from engine.adapters.paper.request_handler import RequestHandler
from engine.adapters.paper.state import AccountState
from engine.clock import Clock
from engine.domain.contract import Contract
from engine.domain.market import Candle, Quote
from engine.domain.messages.broker import (
    AccountChanged,
    BrokerEvent,
    BrokerRequest,
    BrokerState,
    ChangeStops,
    ClosePosition,
    ConnectionChanged,
    QueryState,
    SubmitOrder,
)
from engine.domain.orders import Account, Deal, Position, WorkingOrder
from engine.fills.minutes import closing_quote, opening_quote
from engine.market.state import MarketState
from engine.trading.broker import BrokerListener

MAX_WAIT: Final = timedelta(minutes=2)
"""How long a request waits for a quote of its symbol before the market counts as closed."""


class _Pending(msgspec.Struct, frozen=True):
    """A request on the wire, on its way since `sent_at` plus whatever a fault delays it."""

    request: BrokerRequest
    fault: Fault
    sent_at: datetime


class PaperBroker:
    """A `Broker` that lives on the quotes of `market`: call `on_quote` with each before the desk decides on it.

    Market orders are filled at the first quote of their symbol that arrives after the latency. Where only open and
    close of each minute are played (`is_worst`), they are filled at the next of these whatever the latency: to wait for
    a later one would let the future choose the price.
    """

    def __init__(
        self,
        contracts: Mapping[str, Contract],
        settings: PaperSettings,
        clock: Clock,
        market: MarketState,
        faults: FaultPlan | None = None,
        *,
        is_worst: bool = False,
        account: PaperAccount | None = None,
    ) -> None:
        """Goes on with `account`, or begins one of its own."""
        self.market = market
        self._clock = clock
        self._faults = faults or NoFaults()
        self._latency = timedelta(0) if is_worst else timedelta(milliseconds=settings.latency_ms)
        self._minutes: dict[str, Candle] = {}
        self._wire: list[_Pending] = []
        self._account = account or PaperAccount(contracts, settings.starting_balance, settings.commission_per_lot)
        self._fills = Fills(self._account, contracts, market, settings)
        self._handler = RequestHandler(self._fills, self._publish, self._publish_with_account)
        self._listener: BrokerListener | None = None

    @property
    def account(self) -> Account:
        """The account at the latest quotes."""
        return self._fills.account(self._clock.now())

    @property
    def positions(self) -> tuple[Position, ...]:
        """The true book: every open position, reported or not."""
        return self._account.all_positions()

    @property
    def deals(self) -> tuple[Deal, ...]:
        """Every deal ever made, reported or not, oldest first."""
        return self._account.all_deals()

    # -- the port -----------------------------------------------------------------------------------------------

    def connect(self, listener: BrokerListener) -> None:
        self._listener = listener
        self._publish(
            ConnectionChanged(
                is_connected=True, may_trade=True, reason="", round_trip=self._latency, at=self._clock.now()
            )
        )

    def send(self, request: BrokerRequest) -> None:
        fault = self._faults.next(request)
        self._wire.append(_Pending(request, fault, self._clock.now() + fault.delay))

    def withhold(self, reason: str, tokens: Collection[str] | None = None) -> None:
        """Nothing waits here: what was sent is on its way to the market."""

    # -- the market ---------------------------------------------------------------------------------------------

    def foresee(self, candle: Candle) -> None:
        """The next quote of the symbol is the last one of this candle, and what came before it was left out."""
        self._minutes[candle.symbol] = candle

    def on_quote(self, quote: Quote) -> None:
        """Executes what is due, and takes positions to their stops and targets."""
        symbol = quote.symbol
        foreseen = self._minutes.pop(symbol, None) if self._minutes else None
        if not self._wire and not self._account.on(symbol):
            return
        self._account.seen_until[symbol], self._account.seen_spreads[symbol] = quote.at, quote.spread
        self._change_stops(quote.at, quote)
        if foreseen is not None:
            for closed in self._fills.trigger_within(foreseen, quote):
                self._publish_with_account(closed)
        for closed in self._fills.trigger(quote):
            self._publish_with_account(closed)
        self._serve(quote.at, quote)

    def on_missed(self, candle: Candle) -> None:
        """Takes positions to their stops and targets in a minute whose quotes never came, the stop before the target;
        requests wait for a quote that comes.

        Only the close of the minute counts for a position that was opened in it, once quotes came again: the candle
        reached its other prices before. A candle without a spread has the wider one of the last quote and of the
        average: the stops of a SELL lie in the ask.
        """
        if not self._account.on(candle.symbol):
            return
        if not candle.spread:
            candle = msgspec.structs.replace(candle, spread=self._usual_spread(candle.symbol))
        opening, closing = opening_quote(candle), closing_quote(candle)
        self._account.seen_until[candle.symbol] = closing.at
        for closed in (
            *self._fills.trigger(opening, opened_by=opening.at),
            *self._fills.trigger_within(candle, closing, opened_by=opening.at),
            *self._fills.trigger(closing),
        ):
            self._publish_with_account(closed)

    def _usual_spread(self, symbol: str) -> float:
        return max(self._account.seen_spreads.get(symbol, 0.0), self.market.spread_mean(symbol) or 0.0)

    def on_time(self) -> None:
        """Answers what needs no quote, and refuses what has waited for one too long."""
        if self._wire:
            now = self._clock.now()
            self._change_stops(now, None)
            self._serve(now, None)

    def end(self) -> None:
        """Nothing is executed from now on: the history shows orders that still waited as rejected."""
        now, wire, self._wire = self._clock.now(), self._wire, []
        for pending in wire:
            if isinstance(pending.request, SubmitOrder):
                self._fills.reject(pending.request.order, pending.fault, now)

    def leave(self) -> None:
        """The market is left: orders that still wait are refused, and every position is closed at its newest quote."""
        now, wire, self._wire = self._clock.now(), self._wire, []
        for pending in wire:
            if isinstance(pending.request, SubmitOrder):
                self._handler.turn_away(pending.request, pending.fault, MARKET_LEFT, now)
        for position in self._account.all_positions():
            if (quote := self.market.quotes.get(position.symbol)) is not None:
                closing = ClosePosition(
                    ticket=position.ticket,
                    symbol=position.symbol,
                    side=position.side,
                    volume_lots=position.volume_lots,
                    token=position.token,
                )
                self._handler.close(closing, NO_FAULT, quote)

    @property
    def state(self) -> AccountState:
        """The account without its history, for a market that goes on elsewhere."""
        state = self._account.state(self._clock.now())
        return msgspec.structs.replace(state, deals=[], ended=[], seen_until={})

    def depends_on(self, symbol: str) -> bool:
        """Whether anything here waits for the prices of that symbol."""
        return bool(self._wire) or bool(self._account.on(symbol))

    # -- the wire -----------------------------------------------------------------------------------------------

    def _change_stops(self, now: datetime, newest: Quote | None) -> None:
        """Changes of stops are judged by the market they arrive in: before the `newest` quote, where one has come."""
        wire, self._wire = self._wire, []
        for pending in wire:
            if isinstance(pending.request, ChangeStops) and self._has_arrived(pending, now):
                symbol = pending.request.symbol
                is_moved = newest is not None and newest.symbol == symbol
                quote = self.market.before if is_moved else self.market.quotes.get(symbol)
                self._handler.change(pending.request, pending.fault, quote, now)
            else:
                self._wire.append(pending)

    def _serve(self, now: datetime, quote: Quote | None) -> None:
        wire, self._wire = self._wire, []
        while wire:
            pending = wire.pop(0)
            if isinstance(pending.request, ChangeStops) or not self._has_arrived(pending, now):
                self._wire.append(pending)
            elif isinstance(pending.request, QueryState):
                self._publish(self._state(pending.request, now, [*self._wire, *wire]))
            else:
                self._serve_trade(pending, now, quote)

    def _serve_trade(self, pending: _Pending, now: datetime, quote: Quote | None) -> None:
        request = pending.request
        has_waited = now - pending.sent_at > MAX_WAIT
        is_here = quote is not None and quote.symbol == _symbol(request)
        if isinstance(request, SubmitOrder) and (has_waited or (is_here and pending.fault.refusal)):
            self._handler.turn_away(request, pending.fault, pending.fault.refusal or MARKET_CLOSED, now)
        elif isinstance(request, SubmitOrder) and is_here and quote is not None:
            self._handler.order(request, pending.fault, quote)
        elif isinstance(request, ClosePosition) and is_here and quote is not None:
            self._handler.close(request, pending.fault, quote)
        elif isinstance(request, ClosePosition) and has_waited:
            self._handler.refuse(request, MARKET_CLOSED, now)
        else:
            self._wire.append(pending)

    def _has_arrived(self, pending: _Pending, now: datetime) -> bool:
        return now >= pending.sent_at + self._latency

    # -- events -------------------------------------------------------------------------------------------------

    def _state(self, request: QueryState, now: datetime, waiting: list[_Pending]) -> BrokerState:
        orders = (pending.request.order for pending in waiting if isinstance(pending.request, SubmitOrder))
        return BrokerState(
            number=request.number,
            positions=self._account.positions(now),
            working=tuple(
                WorkingOrder(
                    symbol=order.symbol, side=order.side, volume_lots=order.volume_lots, at=now, token=order.token
                )
                for order in orders
            ),
            deals=self._account.deals(request.since, now),
            account=self._fills.account(now),
            at=now,
            ended=self._account.ended(request.since, now),
        )

    def _publish_with_account(self, event: BrokerEvent) -> None:
        self._publish(event)
        self._publish(AccountChanged(account=self._fills.account(self._clock.now())))

    def _publish(self, event: BrokerEvent) -> None:
        if self._listener is not None:
            self._listener(event)


def _symbol(request: BrokerRequest) -> str | None:
    return request.order.symbol if isinstance(request, SubmitOrder) else getattr(request, "symbol", None)
