"""The broker behind a MetaTrader terminal: requests through the link, answers by looking at what the server shows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from engine.adapters.mt5.calls import Priority
from engine.adapters.mt5.conditions import LinkState
from engine.adapters.mt5.market.symbols import SymbolResolver
from engine.adapters.mt5.market.terms import Fields, SymbolTerms
from engine.adapters.mt5.port import LinkReport, TerminalLink
from engine.adapters.mt5.trade.account_lane import AccountLane
from engine.adapters.mt5.trade.confirmations import Confirmations
from engine.adapters.mt5.trade.dealer import Dealer, is_near
from engine.adapters.mt5.trade.last_look import LastLook
from engine.adapters.mt5.trade.outcome import Outcome, refused, unclear
from engine.adapters.mt5.trade.requests import closing_request, entry_request, levels_request
from engine.adapters.mt5.trade.restraint import Restraint
from engine.adapters.mt5.trade.terminal_book import BrokerSilent, TerminalBook
from engine.adapters.mt5.trade.treatments import Treatment
from engine.clock import Clock
from engine.domain.broker_messages import (
    AccountChanged,
    BookMoved,
    BrokerEvent,
    BrokerRequest,
    ChangeStops,
    ChangeUncertain,
    ClosePosition,
    CloseRefused,
    ConnectionChanged,
    OrderFilled,
    OrderRefused,
    OrderUncertain,
    QueryFailed,
    QueryState,
    StopsChanged,
    StopsRefused,
    SubmitOrder,
)
from engine.domain.orders import Order, Position, WorkingOrder
from engine.trading.broker import BrokerListener

_log = logging.getLogger(__name__)

_ENTRY_LIFE: Final = timedelta(seconds=5)

_DONE: Final = (Treatment.DONE, Treatment.PARTIAL)


class TerminalBroker:
    """A `Broker` (see `engine.trading.broker`). `run` carries out what was sent, until it is cancelled."""

    def __init__(
        self,
        link: TerminalLink,
        book: TerminalBook,
        terms: Mapping[str, SymbolTerms],
        clock: Clock,
        look_every: timedelta,
        account: Callable[[], str] | None = None,
    ) -> None:
        """`account` returns the account whose requests are sent; by default the one the terminal is logged in to."""
        self._link = link
        self._account = account or (lambda: str(link.report.account))
        self._lane = AccountLane(link)
        self._serving: set[asyncio.Task[None]] = set()
        self._book = book
        self._terms = terms
        self._clock = clock
        self._look_every_s = look_every.total_seconds()
        self._resolver = SymbolResolver(link)
        self._dealer = Dealer(self._lane)
        self._restraint = Restraint(link, clock)
        self._confirmations = Confirmations(book, clock)
        self._requests: asyncio.Queue[tuple[BrokerRequest, datetime]] = asyncio.Queue()
        self._listener: BrokerListener | None = None
        self._stop_listening: Callable[[], None] | None = None
        self._last_look = LastLook()
        self._counted: dict[str, frozenset[int]] = {}
        """By token of an order on its way: what the desk counted against its limits as it let the order go."""
        self._sent: set[str] = set()
        self._waiting: dict[str, str] = {}
        """By token of an order without an outcome: why it is not to be sent any more, empty where it is."""

    # -- the port -----------------------------------------------------------------------------------------------

    def connect(self, listener: BrokerListener) -> None:
        """On another account than before, requests under way are dropped: the desk on their account learns their
        outcome when it trades there again."""
        if self._lane.account != (account := self._account()):
            self._lane.account = account
            self._drop_requests()
        if self._stop_listening is not None:
            self._stop_listening()
        self._listener = listener
        self._stop_listening = self._link.listen(self._tell_link)

    def send(self, request: BrokerRequest) -> None:
        if isinstance(request, SubmitOrder):
            self._counted[request.order.token] = self._last_look.counted
            self._sent.add(request.order.token)
            self._waiting[request.order.token] = ""
        self._requests.put_nowait((request, self._clock.now()))

    def withhold(self, reason: str, tokens: Collection[str] | None = None) -> None:
        meant = self._waiting.keys() if tokens is None else tokens
        self._waiting |= {token: self._waiting[token] or reason for token in meant if token in self._waiting}

    async def run(self) -> None:
        """Serves requests in the order in which they came, each at its own pace, and watches the positions."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch_positions())
            while True:
                serving = tasks.create_task(self._serve(*await self._requests.get()))
                self._serving.add(serving)
                serving.add_done_callback(self._serving.discard)

    def _drop_requests(self) -> None:
        while not self._requests.empty():
            self._requests.get_nowait()
        self._waiting.clear()
        for serving in self._serving:
            serving.cancel()
        self._last_look = LastLook()

    async def _serve(self, request: BrokerRequest, sent_at: datetime) -> None:
        """A fault of ours must not leave a request without an answer: its outcome is unknown then."""
        try:
            await self._carry_out(request, sent_at)
        except Exception as error:
            _log.exception("a request could not be carried out: %s", request)
            self._tell(unclear(request, f"the desk failed at it: {error}", self._clock.now()))

    async def _carry_out(self, request: BrokerRequest, sent_at: datetime) -> None:
        match request:
            case SubmitOrder(order=order):
                await self._submit(order, sent_at)
            case ClosePosition():
                await self._close(request)
            case ChangeStops():
                await self._change_stops(request)
            case QueryState():
                await self._tell_state(request)

    # -- requests -----------------------------------------------------------------------------------------------

    async def _submit(self, order: Order, sent_at: datetime) -> None:
        order = msgspec.structs.replace(order, magic=self._book.magic)
        counted = self._counted.pop(order.token, frozenset())
        try:
            outcome = self._objection(order) or await self._uncounted(counted) or await self._enter(order, sent_at)
        finally:
            self._waiting.pop(order.token, None)
        if outcome.treatment in _DONE:
            await self._confirm_fill(order, outcome)
        elif outcome.is_open:
            self._tell(self._uncertain(order, outcome, outcome.words))
        else:
            self._tell(OrderRefused(token=order.token, refusal=outcome.refusal, at=self._clock.now()))

    def _objection(self, order: Order) -> Outcome | None:
        terms = self._terms.get(order.symbol)
        if terms is None or not terms.may_enter(order.side):
            return refused(
                f"the broker does not allow opening a {order.side} of {order.symbol}", Treatment.SIDE_DISABLED
            )
        return self._restraint.objection(order.symbol, order.side)

    def _objection_at(self, tick: Fields, order: Order, sent_at: datetime) -> str:
        """The last look before each attempt: the computer may have slept since the order was let through, or the user
        may have ordered a halt."""
        if withheld := self._waiting.get(order.token):
            return withheld
        if self._clock.now() - sent_at > _ENTRY_LIFE:
            return "the order waited too long to be sent"
        return "" if is_near(order, tick) else "the price has moved away"

    async def _uncounted(self, counted: frozenset[int]) -> Outcome | None:
        """Why the entry may not be sent: the account has a position or order that the limits did not count.

        Another desk or the user may have traded since the desk last looked. Own orders on their way are counted.
        """
        try:
            shown: tuple[Position | WorkingOrder, ...]
            shown = (*await self._book.working(Priority.OPEN), *await self._book.positions(Priority.OPEN))
        except BrokerSilent as error:
            return refused(f"the terminal does not show positions and orders: {error}", Treatment.BACK_OFF)
        if all(each.ticket in counted or each.token in self._sent for each in shown):
            return None
        self._tell(BookMoved(at=self._clock.now()))
        return refused("the account has a new position or order that the limits do not count yet", Treatment.BACK_OFF)

    async def _enter(self, order: Order, sent_at: datetime) -> Outcome:
        terms = self._terms[order.symbol]
        outcome = await self._dealer.deal(
            terms,
            Priority.OPEN,
            lambda tick, filling: entry_request(order, terms, tick, filling),
            lambda tick: self._objection_at(tick, order, sent_at),
        )
        self._restraint.heed(order.symbol, outcome, order.side)
        return outcome

    def _uncertain(self, order: Order, outcome: Outcome, reason: str) -> OrderUncertain:
        number = int(outcome.result.get("order", 0)) or None
        return OrderUncertain(
            token=order.token, reason=reason, at=self._clock.now(), number=number, attempts=outcome.attempts
        )

    async def _confirm_fill(self, order: Order, outcome: Outcome) -> None:
        result = outcome.result
        position = await self._confirmations.position_of(order, int(result["order"]))
        now = self._clock.now()
        if position is None:
            self._tell(self._uncertain(order, outcome, "the server executed it but does not show the position yet"))
            return
        self._last_look.expect(position)
        self._tell(
            OrderFilled(
                token=order.token,
                volume_lots=position.volume_lots,
                price=float(result["price"]) or position.entry,
                position=position,
                at=now,
            )
        )

    async def _close(self, request: ClosePosition) -> None:
        terms = await self._terms_of(request.symbol)
        if isinstance(terms, str):
            outcome = refused(terms, Treatment.BACK_OFF)
        else:
            outcome = await self._dealer.deal(
                terms,
                Priority.CLOSE,
                lambda tick, filling: closing_request(request, terms, tick, filling, self._book.magic),
            )
        self._restraint.heed(request.symbol, outcome)
        ticket = request.ticket
        if outcome.treatment in _DONE:
            identifier = self._last_look.identifier(ticket)
            closing = await self._confirmations.closing_of(request, identifier, outcome.result)
            reason = "the server closed it and does not show the deal yet"
            self._tell(closing or ChangeUncertain(ticket=ticket, reason=reason, at=self._clock.now()))
        elif outcome.is_open:
            self._tell(ChangeUncertain(ticket=ticket, reason=outcome.words, at=self._clock.now()))
        else:
            self._tell(CloseRefused(ticket=ticket, refusal=outcome.refusal, at=self._clock.now()))

    async def _change_stops(self, request: ChangeStops) -> None:
        terms, ticket = await self._terms_of(request.symbol), request.ticket
        if isinstance(terms, str):
            refusal = refused(terms, Treatment.BACK_OFF).refusal
            self._tell(StopsRefused(ticket=ticket, refusal=refusal, at=self._clock.now()))
            return
        asked = levels_request(request, terms, self._book.magic)
        asked, outcome = await self._dealer.change_levels(asked, terms)
        self._restraint.heed(request.symbol, outcome)
        now = self._clock.now()
        if outcome.treatment in _DONE:
            await self._confirm_levels(ticket, asked["sl"], asked["tp"])
        elif outcome.is_open:
            self._tell(ChangeUncertain(ticket=ticket, reason=outcome.words, at=now))
        else:
            self._tell(StopsRefused(ticket=ticket, refusal=outcome.refusal, at=now))

    async def _terms_of(self, symbol: str) -> SymbolTerms | str:
        """Of a position whose symbol came while the desk ran, or is not known yet: it must be possible to leave it."""
        return self._terms.get(symbol) or await self._resolver.exact(symbol)

    async def _confirm_levels(self, ticket: int, stop_loss: float, take_profit: float) -> None:
        """A stop that is only said to be there protects nobody."""
        is_there = await self._confirmations.has_levels(ticket, stop_loss, take_profit)
        now = self._clock.now()
        if is_there:
            stop, target = stop_loss or None, take_profit or None
            self._tell(StopsChanged(ticket=ticket, stop_loss=stop, take_profit=target, at=now))
        else:
            self._tell(ChangeUncertain(ticket=ticket, reason="the server does not show the levels it took", at=now))

    async def _tell_state(self, request: QueryState) -> None:
        try:
            state = await self._book.state(request.number, request.since)
            if not self._lane.is_open:
                raise BrokerSilent("the terminal is logged in to another account")
        except BrokerSilent as error:
            self._tell(QueryFailed(number=request.number, reason=str(error), at=self._clock.now()))
            return
        self._last_look.take(state.positions, state.working)
        self._last_look.count(state.positions, state.working)
        self._tell(msgspec.structs.replace(state, positions=tuple(map(self._as_managed, state.positions))))

    def _as_managed(self, position: Position) -> Position:
        """One with our token is ours whatever its terms. Without a token, and without terms, another program of this
        magic opened it while this desk ran."""
        if position.token or position.symbol in self._terms:
            return position
        return msgspec.structs.replace(position, is_ours=False)

    # -- what moves by itself -----------------------------------------------------------------------------------

    async def _watch_positions(self) -> None:
        while True:
            await asyncio.sleep(self._look_every_s)
            if self._link.report.may_read and self._listener is not None:
                await self._look()

    async def _look(self) -> None:
        """Stops and targets are the server's, and the user may trade beside the desk: both show here first."""
        try:
            working, positions = await self._book.working(), await self._book.positions()
            account = await self._book.account()
        except BrokerSilent:
            return
        if not self._lane.is_open:
            return
        has_moved = self._last_look.take(positions, working)
        if has_moved:
            self._restraint.make_room()
        if self._restraint.has_paused() or has_moved:
            self._tell(BookMoved(at=self._clock.now()))
        self._tell(AccountChanged(account=account))
        self._tell_link(self._link.report)

    def _tell_link(self, report: LinkReport) -> None:
        is_ours = self._lane.is_open
        reason = "" if report.may_trade else report.condition.sentence
        self._tell(
            ConnectionChanged(
                is_connected=is_ours and report.may_read and report.state is not LinkState.BROKER_DISCONNECTED,
                may_trade=is_ours and report.may_trade,
                reason=reason if is_ours else "the terminal is logged in to another account",
                round_trip=report.round_trip,
                at=self._clock.now(),
            )
        )

    def _tell(self, event: BrokerEvent) -> None:
        if self._listener is not None:
            self._listener(event)
