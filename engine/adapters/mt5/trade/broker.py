"""The broker behind a MetaTrader terminal: sends requests, and confirms them by what the server shows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta

import msgspec

from engine.adapters.mt5.calls import Priority
from engine.adapters.mt5.conditions import LinkState
from engine.adapters.mt5.market.symbols import SymbolResolver
from engine.adapters.mt5.market.terms import SymbolTerms
from engine.adapters.mt5.port import LinkReport, TerminalLink
from engine.adapters.mt5.trade.confirmations import Confirmations
from engine.adapters.mt5.trade.dealer import AccountLane, Dealer
from engine.adapters.mt5.trade.entry_gate import UNCOUNTED, EntryGate
from engine.adapters.mt5.trade.last_look import LastLook
from engine.adapters.mt5.trade.outcome import Outcome, event_of, refused
from engine.adapters.mt5.trade.requests import closing_request, entry_request, levels_request
from engine.adapters.mt5.trade.restraint import Restraint
from engine.adapters.mt5.trade.terminal_records import BrokerSilent, TerminalRecords
from engine.adapters.mt5.trade.treatments import Treatment
from engine.clock import Clock
from engine.domain.messages.broker import (
    AccountChanged,
    BrokerEvent,
    BrokerRequest,
    ChangeStops,
    ClosePosition,
    ConnectionChanged,
    OrderFilled,
    PositionsChanged,
    QueryFailed,
    QueryState,
    StopsChanged,
    SubmitOrder,
)
from engine.domain.orders import Order, Position
from engine.trading.broker import BrokerListener

_log = logging.getLogger(__name__)


class TerminalBroker:
    """A `Broker` (see `engine.trading.broker`). `run` carries out what was sent, until it is cancelled."""

    def __init__(
        self,
        link: TerminalLink,
        records: TerminalRecords,
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
        self._records = records
        self._terms = terms
        self._clock = clock
        self._look_every_s = look_every.total_seconds()
        self._resolver = SymbolResolver(link)
        self._dealer = Dealer(self._lane)
        self._restraint = Restraint(link, clock)
        self._gate = EntryGate(records, terms, self._restraint, clock)
        self._confirmations = Confirmations(records, clock)
        self._requests: asyncio.Queue[BrokerRequest] = asyncio.Queue()
        self._listener: BrokerListener | None = None
        self._stop_listening: Callable[[], None] | None = None
        self._last_look = LastLook()

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
        self._stop_listening = self._link.listen(self._on_link_report)

    def send(self, request: BrokerRequest) -> None:
        if isinstance(request, SubmitOrder):
            self._gate.expect(request.order.token, self._last_look.counted)
        self._requests.put_nowait(request)

    def withhold(self, reason: str, tokens: Collection[str] | None = None) -> None:
        self._gate.withhold(reason, tokens)

    async def run(self) -> None:
        """Serves requests in the order in which they came, each at its own pace, and watches the positions."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch_positions())
            while True:
                serving = tasks.create_task(self._serve(await self._requests.get()))
                self._serving.add(serving)
                serving.add_done_callback(self._serving.discard)

    def _drop_requests(self) -> None:
        while not self._requests.empty():
            self._requests.get_nowait()
        self._gate.clear()
        for serving in self._serving:
            serving.cancel()
        self._last_look = LastLook()

    async def _serve(self, request: BrokerRequest) -> None:
        """An internal error must not leave a request without an answer: its outcome is unknown then."""
        try:
            self._publish(await self._carried_out(request))
        except Exception as error:
            _log.exception("a request could not be carried out: %s", request)
            failed = Outcome(treatment=Treatment.UNKNOWN, words=f"the desk failed at it: {error}")
            self._publish(event_of(request, failed, self._clock.now()))

    async def _carried_out(self, request: BrokerRequest) -> BrokerEvent:
        match request:
            case SubmitOrder():
                return await self._submit(request)
            case ClosePosition():
                return await self._close(request)
            case ChangeStops():
                return await self._change_stops(request)
            case QueryState():
                return await self._state(request)

    # -- requests -----------------------------------------------------------------------------------------------

    async def _submit(self, request: SubmitOrder) -> BrokerEvent:
        order = msgspec.structs.replace(request.order, magic=self._records.magic)
        try:
            outcome = await self._gate.objection(order) or await self._enter(order)
        finally:
            self._gate.dismiss(order.token)
        if outcome is UNCOUNTED:
            self._publish(PositionsChanged(at=self._clock.now()))
        position = None
        if outcome.is_done:
            position = await self._confirmations.position_of(order, outcome.result)
            outcome = outcome.unseen("the server executed it but does not show the position yet")
        if position is None:
            return event_of(request, outcome, self._clock.now())
        self._last_look.expect(position)
        return OrderFilled(
            token=order.token,
            volume_lots=position.volume_lots,
            price=float(outcome.result["price"]) or position.entry,
            position=position,
            at=self._clock.now(),
        )

    async def _enter(self, order: Order) -> Outcome:
        terms = self._terms[order.symbol]
        outcome = await self._dealer.deal(
            terms,
            Priority.OPEN,
            lambda tick, filling: entry_request(order, terms, tick, filling),
            lambda tick: self._gate.objection_at(tick, order),
        )
        self._restraint.on_outcome(order.symbol, outcome, order.side)
        return outcome

    async def _close(self, request: ClosePosition) -> BrokerEvent:
        terms = await self._terms_of(request.symbol)
        if isinstance(terms, str):
            outcome = refused(terms, Treatment.BACK_OFF)
        else:
            outcome = await self._dealer.deal(
                terms,
                Priority.CLOSE,
                lambda tick, filling: closing_request(request, terms, tick, filling, self._records.magic),
            )
        self._restraint.on_outcome(request.symbol, outcome)
        if outcome.is_done:
            identifier = self._last_look.identifier(request.ticket)
            if closing := await self._confirmations.closing_of(request, identifier, outcome.result):
                return closing
            outcome = outcome.unseen("the server closed it and does not show the deal yet")
        return event_of(request, outcome, self._clock.now())

    async def _change_stops(self, request: ChangeStops) -> BrokerEvent:
        """A reported stop that the server does not show protects nothing."""
        terms = await self._terms_of(request.symbol)
        if isinstance(terms, str):
            return event_of(request, refused(terms, Treatment.BACK_OFF), self._clock.now())
        asked = levels_request(request, terms, self._records.magic)
        asked, outcome = await self._dealer.change_levels(asked, terms)
        self._restraint.on_outcome(request.symbol, outcome)
        if outcome.is_done:
            stop, target = asked["sl"], asked["tp"]
            if await self._confirmations.has_levels(request.ticket, stop, target):
                return StopsChanged(
                    ticket=request.ticket, stop_loss=stop or None, take_profit=target or None, at=self._clock.now()
                )
            outcome = outcome.unseen("the server does not show the levels it took")
        return event_of(request, outcome, self._clock.now())

    async def _terms_of(self, symbol: str) -> SymbolTerms | str:
        """Terms also for a symbol that is new or not known yet: its position must be closable."""
        return self._terms.get(symbol) or await self._resolver.exact(symbol)

    async def _state(self, request: QueryState) -> BrokerEvent:
        try:
            state = await self._records.state(request.number, request.since)
            if not self._lane.is_open:
                raise BrokerSilent("the terminal is logged in to another account")
        except BrokerSilent as error:
            return QueryFailed(number=request.number, reason=str(error), at=self._clock.now())
        self._last_look.update(state.positions, state.working)
        self._last_look.count(state.positions, state.working)
        return msgspec.structs.replace(state, positions=tuple(map(self._as_managed, state.positions)))

    def _as_managed(self, position: Position) -> Position:
        """One with our token is ours, even without terms. Without a token, and without terms, another program of this
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
            working, positions = await self._records.working(), await self._records.positions()
            account = await self._records.account()
        except BrokerSilent:
            return
        if not self._lane.is_open:
            return
        has_moved = self._last_look.update(positions, working)
        if has_moved:
            self._restraint.on_positions_changed()
        if self._restraint.has_paused() or has_moved:
            self._publish(PositionsChanged(at=self._clock.now()))
        self._publish(AccountChanged(account=account))
        self._on_link_report(self._link.report)

    def _on_link_report(self, report: LinkReport) -> None:
        is_ours = self._lane.is_open
        reason = "" if report.may_trade else report.condition.sentence
        self._publish(
            ConnectionChanged(
                is_connected=is_ours and report.may_read and report.state is not LinkState.BROKER_DISCONNECTED,
                may_trade=is_ours and report.may_trade,
                reason=reason if is_ours else "the terminal is logged in to another account",
                round_trip=report.round_trip,
                at=self._clock.now(),
            )
        )

    def _publish(self, event: BrokerEvent) -> None:
        if self._listener is not None:
            self._listener(event)
