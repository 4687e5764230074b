"""Reconciles the desk's records with the broker's: at the start, after a loss, and on demand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from engine.domain.contract import MONEY_DECIMALS
from engine.domain.messages.broker import BrokerRequest, BrokerState
from engine.domain.messages.execution import (
    ExecutionEvent,
    OrderFailed,
    OrderUnknown,
    PositionVanished,
    Reconciled,
    ReconciliationStarted,
)
from engine.domain.orders import OrderTrace, Position
from engine.domain.trades import OpenTrade
from engine.trading.positions.manager import PositionManager
from engine.trading.positions.portfolio import VOLUME_TOLERANCE
from engine.trading.reconciliation.ledger import OrderLedger, UnresolvedOrder
from engine.trading.reconciliation.matching import (
    FILLED_BEFORE,
    SETTLE_AFTER,
    Filled,
    NotFilled,
    closings_of,
    entered_positions,
    fits,
    judge,
    with_volume,
)
from engine.trading.reconciliation.ownership import Ownership
from engine.trading.reconciliation.queries import StateQueries

_OF_EARLIER_RUN: Final = "the desk was restarted before the answer came"

_HISTORY: Final = timedelta(hours=1)
_FIRST_HISTORY: Final = timedelta(days=3)
"""How far back the broker's deals are requested if nothing older is open; at first far enough to find what other
desks traded recently, over a weekend as well."""


class Reconciler:
    """Asks for the broker's state and settles open questions by it; entries wait for `is_reconciled`."""

    def __init__(
        self,
        send: Callable[[BrokerRequest], None],
        ledger: OrderLedger,
        positions: PositionManager,
        ownership: Ownership,
        announce: Callable[[ExecutionEvent], None],
        audit: Callable[[BrokerState], None],
    ) -> None:
        """`audit` sees each state by which the desk comes to agree with its broker, with the deals of other desks."""
        self._ownership = ownership
        self._audit = audit
        self._queries = StateQueries(send)
        self._ledger = ledger
        self._portfolio, self._keeper = positions.portfolio, positions.keeper
        self._announce = announce
        self._missed_since: dict[int, datetime] = {}
        self._vanished: set[int] = set()
        self._was_lost = self._has_looked = False
        self._first_number = 0
        self.is_reconciled = False
        self.is_blind = False
        """Old figures may not be acted on: the desk stood still, and the broker has not sent its state since."""

    @property
    def is_pending(self) -> bool:
        return self._queries.is_pending

    def vanished_on(self, symbol: str) -> bool:
        """Whether a position of `symbol` is gone without the history telling how."""
        return any(trade.ticket in self._missed_since for trade in self._portfolio.on(symbol))

    def lose(self) -> None:
        """What the broker shows cannot be known now."""
        self.is_reconciled = False
        self._was_lost = True

    def restart(self, reason: str, now: datetime) -> int:
        """Compares everything again; no entry until that is done. The number of the question."""
        self.is_reconciled = False
        if self._was_lost:
            self._was_lost = False
            self._ledger.reopen(now)
        self._announce(ReconciliationStarted(reason=reason, at=now))
        self._first_number = self.ask(now)
        return self._first_number

    def wake(self, stood_still: timedelta, now: datetime) -> None:
        """Compares everything again after the desk stood still for this long."""
        self.is_blind = True
        self.lose()
        seconds = stood_still.total_seconds()
        self.restart(f"the desk stood still for {seconds:,.0f} s: the computer slept, or the program was stopped", now)

    def ask(self, now: datetime) -> int:
        """Asks for the broker's state at once; the number of the question."""
        return self._queries.ask(self._since(now), now)

    def ask_again_if_due(self, now: datetime) -> None:
        self._queries.ask_again_if_due(self._since(now), now)

    def settle(self, state: BrokerState, now: datetime) -> None:
        """Compares the state with everything that is believed, and follows it."""
        is_news = self._queries.accept(state.number)
        if not is_news or state.number < self._first_number:  # an answer to an earlier question is out of date
            return
        self.is_blind, self._has_looked = False, True
        shown, state = state, self._ownership.sort(state, now)
        traces = self._settle_orders(state, now)
        is_whole = self._follow_trades(state, now)
        self._recover(state, now)
        is_whole = self._adopt(state, now) and is_whole
        self._ownership.show_others(state, now)
        if traces or not is_whole:
            self._queries.keep_asking(now)
        if not self.is_reconciled and OrderTrace.TOO_EARLY not in traces:
            self.is_reconciled = True
            self._audit(shown)
            self._admit_doubts(now)
            unknown = tuple(entry.order.token for entry in self._ledger.doubtful)
            self._announce(Reconciled(open_trades=len(self._portfolio.open_trades), unknown=unknown, at=now))

    # -- orders -------------------------------------------------------------------------------------------------

    def _settle_orders(self, state: BrokerState, now: datetime) -> list[OrderTrace]:
        """Settles every order that the state proves; returns what it shows of the doubtful ones that remain."""
        while any(self._settle_order(entry, state, now) for entry in self._ledger.unresolved):
            pass
        return [self._trace(entry, state) for entry in self._ledger.doubtful]

    def _settle_order(self, entry: UnresolvedOrder, state: BrokerState, now: datetime) -> bool:
        verdict = self._judge(entry, state)
        token = entry.order.token
        if isinstance(verdict, Filled):
            # An order whose answer is still on its way is only recognised by its name.
            if not entry.is_doubtful and verdict.position.token != token:
                return False
            self._ledger.settle(token)
            self._open(entry, verdict, now)
            return True
        if isinstance(verdict, NotFilled) and entry.is_doubtful and entry.ticket is None:
            self._ledger.fail(token)
            reason = f"the broker's history shows it {verdict.end.value}, nothing was filled"
            self._announce(OrderFailed(order=entry.order, refusal=None, reason=reason, at=now))
            return True
        return False

    def _open(self, entry: UnresolvedOrder, filled: Filled, now: datetime) -> None:
        order, position = entry.order, filled.position
        has_ended = entry.ticket is None and position.identifier in self._ledger.ended_tickets
        if self._keeper.is_merged(order, position) or (order.may_merge and has_ended):
            known = self._portfolio.find(position.identifier)
            closed_lots = 0.0 if known is None else known.realised.volume_lots
            self._keeper.merge(order, with_volume(position, position.volume_lots - closed_lots), now)
            return
        added = self._ledger.merged_into(order, position.identifier)
        self._keeper.open(order, position, now, filled.closings, is_resumed=entry.ticket is not None, added=added)

    def _trace(self, entry: UnresolvedOrder, state: BrokerState) -> OrderTrace:
        verdict = self._judge(entry, state)
        trace = verdict if isinstance(verdict, OrderTrace) else OrderTrace.WORKING
        self._ledger.trace(entry.order.token, trace, state.at)
        return trace

    def _admit_doubts(self, now: datetime) -> None:
        """Orders of an earlier run count as unknown once the broker was asked and does not settle them."""
        for entry in self._ledger.doubtful:
            if not entry.answer:
                admitted = self._ledger.admit_doubt(entry.order.token, _OF_EARLIER_RUN)
                self._announce(OrderUnknown(order=admitted.order, reason=admitted.answer, at=now))

    def _judge(self, entry: UnresolvedOrder, state: BrokerState) -> Filled | NotFilled | OrderTrace:
        rivals = [other for other in self._ledger.unresolved if other is not entry]
        claimed = {trade.position.identifier for trade in self._portfolio.open_trades if trade.order is not None}
        claimed |= self._keeper.finished | self._ledger.ended_tickets
        return judge(entry, state, rivals, claimed, self._ledger.tokens)

    # -- positions ----------------------------------------------------------------------------------------------

    def _follow_trades(self, state: BrokerState, now: datetime) -> bool:
        """Follows every open trade; False if one is gone and the history does not show why."""
        shown = {position.identifier: position for position in state.positions}
        for known in self._portfolio.open_trades:
            trade = self._grown(known, state, now)
            self._count_closings(trade, state, now)
            if self._portfolio.get(trade.ticket) is None:
                self._missed_since.pop(trade.ticket, None)
            elif (position := shown.get(trade.position.identifier)) is None:
                self._miss(trade, now)
            else:
                self._find(trade.ticket, now)
                self._keeper.on_seen(position, now, state.number)
        return not self._missed_since

    def _grown(self, trade: OpenTrade, state: BrokerState, now: datetime) -> OpenTrade:
        """With all that was filled of it: an order may be filled in pieces, and the first was reported."""
        entries = [deal for deal in state.deals if deal.position_id == trade.position.identifier and deal.is_entry]
        lots = sum(deal.volume_lots for deal in entries)
        if lots <= trade.position.volume_lots + trade.realised.volume_lots + VOLUME_TOLERANCE:
            return trade
        entry = round(sum(deal.price * deal.volume_lots for deal in entries) / lots, MONEY_DECIMALS)
        position = msgspec.structs.replace(with_volume(trade.position, lots - trade.realised.volume_lots), entry=entry)
        return self._keeper.amend(msgspec.structs.replace(trade, position=position), now)

    def _count_closings(self, trade: OpenTrade, state: BrokerState, now: datetime) -> None:
        known_lots = trade.realised.volume_lots
        whole = with_volume(trade.position, trade.position.volume_lots + known_lots)
        for closing in closings_of(whole, state.deals, known_lots):
            self._keeper.close(closing, now)

    def _miss(self, trade: OpenTrade, now: datetime) -> None:
        missed_since = self._missed_since.setdefault(trade.ticket, now)
        if now - missed_since >= SETTLE_AFTER and trade.ticket not in self._vanished:
            self._vanished.add(trade.ticket)
            self._announce(PositionVanished(trade=trade, at=now))

    def _find(self, ticket: int, now: datetime) -> None:
        """The position is shown; if it was announced as vanished it has to be announced again."""
        self._missed_since.pop(ticket, None)
        trade = self._portfolio.get(ticket)
        if ticket in self._vanished and trade is not None:
            self._vanished.discard(ticket)
            self._keeper.amend(trade, now)

    def _recover(self, state: BrokerState, now: datetime) -> None:
        """Takes over the position of an order that counted as failed, even if it is closed already."""
        for position in entered_positions(state):
            order = self._ledger.failed(position.token)
            is_known = self._portfolio.find(position.identifier) is not None
            if order is None or is_known or position.identifier in self._keeper.finished:
                continue
            self._keeper.adopt(position, order, now, closings_of(position, state.deals))

    def _adopt(self, state: BrokerState, now: datetime) -> bool:
        """Takes over positions of ours that nothing accounts for; False if one is shown that has long been closed."""
        is_current = True
        for position in state.positions:
            if not position.is_ours or self._portfolio.find(position.identifier) is not None:
                continue
            if position.identifier in self._keeper.finished:
                is_current = False
            elif not self._is_on_its_way(position):
                self._keeper.adopt(position, None, now)
        return is_current

    def _is_on_its_way(self, position: Position) -> bool:
        waiting = (entry for entry in self._ledger.unresolved if not entry.is_doubtful)
        return any(fits(entry, position, self._ledger.tokens) for entry in waiting)

    def _since(self, now: datetime) -> datetime:
        instants = [entry.sent_at for entry in self._ledger.unresolved]
        instants += [trade.position.opened_at for trade in self._portfolio.open_trades]
        history = _HISTORY if self._has_looked else _FIRST_HISTORY
        return min([now - history, *instants]) - FILLED_BEFORE
