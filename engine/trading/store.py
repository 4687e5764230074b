"""The state that survives a run: plans, locks, modes, exits and journal; and how a new run resumes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from engine.domain.account import PAPER_ACCOUNT
from engine.domain.journal import JournalRecord
from engine.domain.orders import ExitReason
from engine.domain.plan import PlanStatus, TradePlan
from engine.domain.risk import Lock
from engine.domain.trades import ClosedTrade
from engine.trading.exit_orders import ExitOrders
from engine.trading.notes import Notes
from engine.trading.plans.store import PlanStore
from engine.trading.plans.table import PlanChange, PlanTable
from engine.trading.plans.validation import TermsFor
from engine.trading.positions.portfolio import COUNTED_FOR, Portfolio
from engine.trading.reconciliation.account_records import AccountRecords
from engine.trading.reconciliation.ledger import KnownOrder
from engine.trading.risk.auto_permits import AutoPermits
from engine.trading.risk.locks import Locks
from engine.trading.risk.modes import ModeSwitch
from engine.trading.risk.other_desks import OtherDesks

_HAS_SENT = (PlanStatus.EXECUTING, PlanStatus.OPEN)

PRACTICE_OVER = "the paper account ended with the desk"


class PracticePast(NamedTuple):
    """What a practice session did before: its trades and the times of its orders, whichever day of the market they are
    of; the locks that hold at the place where it goes on; and those of the trades that nobody has announced yet."""

    trades: tuple[ClosedTrade, ...] = ()
    entries: tuple[datetime, ...] = ()
    locks: tuple[Lock, ...] = ()
    unannounced: tuple[ClosedTrade, ...] = ()


class ResumedOrders(NamedTuple):
    """Orders of earlier runs: those whose end only the broker knows, and those that ended recently; recent trades."""

    known: tuple[KnownOrder, ...] = ()
    ended: tuple[KnownOrder, ...] = ()
    trades: tuple[ClosedTrade, ...] = ()
    lost: tuple[TradePlan, ...] = ()
    """Plans with orders or positions on a paper account that is gone."""


class TradingStore:
    """The durable side of a desk on `account`: what is written down about another one touches nothing here.

    A `practice` run plays a market whose time was before and will be again: its positions end with it, and `scope`
    sets its signals apart from those of other runs; what the session did before, its `past`, counts against the limits.
    Any other run goes on where the last one stopped.
    """

    def __init__(
        self,
        table: PlanTable,
        locks: Locks,
        modes: ModeSwitch,
        permits: AutoPermits,
        exits: ExitOrders,
        other_desks: OtherDesks,
        journal: Callable[[JournalRecord], None],
        life: timedelta,
        practice: str = "",
        account: str = PAPER_ACCOUNT,
        past: PracticePast | None = None,
    ) -> None:
        self._table = table
        self._past = past or PracticePast()
        self.account = account
        self._life = life
        self.locks = locks
        self.modes = modes
        self.permits = permits
        self.exits = exits
        self.other_desks = other_desks
        self._journal = journal
        self.scope = practice
        self.records = AccountRecords()
        self.notes = Notes(table)

    def journal(self, record: JournalRecord) -> None:
        """Notes a record about the account of this desk."""
        self._journal(msgspec.structs.replace(record, account=self.account))

    def put_on_record(self, record: JournalRecord) -> None:
        """Writes a decision of the user about the account down; raises `UnusableStore`."""
        of_account = msgspec.structs.replace(record, account=self.account)
        self._table.commit(PlanChange(plan=None, was=None, record=of_account))

    def has_sent(self, token: str) -> bool:
        """Whether the intent of an order of this token is kept, of whichever run."""
        return self._table.has_intent(token)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What of the store trading depends on and cannot be read, as sentences."""
        return tuple(each.sentence for each in self._table.doubts)

    def settle_doubts(self) -> None:
        """The user lets the desk go on without what cannot be read."""
        self._table.settle_doubts()

    def plans_for(self, terms_for: TermsFor) -> PlanStore:
        """The sole owner of plan state in this run; `terms_for` is what plans must keep to."""
        return PlanStore(self._table, terms_for, self._life, run=self.scope, account=self.account)

    def resume(self, plans: PlanStore, portfolio: Portfolio, now: datetime) -> ResumedOrders:
        """Counts what belongs to this day, and names the orders whose end only the broker knows."""
        if self.scope:
            lost = tuple(plan for plan in plans.unfinished if plan.status in _HAS_SENT)
            for plan in lost:
                self._end(plans, plan, now)
            portfolio.recall(self._past.trades, self._past.entries)
            self.locks.recall(self._past.locks, now)
            return ResumedOrders(lost=lost, trades=self._past.unannounced)
        table, tickets = self._table, dict[str, int]()
        since = now - COUNTED_FOR
        on_record = table.on_record(since, self.account)
        self.records.recall(on_record)
        self.records.miss(self.locks.recall(on_record.locks, now))
        trades = self.records.compare(on_record, table.closed_trades(since, self.account))
        for trade in trades:
            portfolio.record(trade)
            tickets[trade.plan_id] = trade.ticket
        known: list[KnownOrder] = []
        ended: list[KnownOrder] = []
        intents = table.intents(since, self.account)
        for at in self.records.compare_entries(on_record, {intent.order.plan_id for intent in intents}):
            portfolio.count_entry(at)
        for intent in intents:
            if not intent.is_unsent:
                portfolio.count_entry(intent.at)
            ticket = tickets.get(intent.order.plan_id, intent.ticket)  # a failed plan may have been filled after all
            order = KnownOrder(order=intent.order, sent_at=intent.at, ticket=ticket)
            (ended if intent.is_over else known).append(order)
        found = {each.order.plan_id for each in (*known, *ended)}
        for plan in plans.unfinished:
            if plan.status in _HAS_SENT and plan.plan_id not in found:
                table.miss_intent(plan.plan_id)
        return ResumedOrders(tuple(known), tuple(ended), trades)

    def _end(self, plans: PlanStore, plan: TradePlan, now: datetime) -> None:
        """Ends what an earlier practice run left executing or open."""
        if plan.status is PlanStatus.EXECUTING:
            plans.fail(plan.plan_id, now, reason=PRACTICE_OVER)
        else:
            plans.closed(_abandoned(plan, now), now)


def _abandoned(plan: TradePlan, now: datetime) -> ClosedTrade:
    """A trade of a paper account that is gone: it ends where it began, without a result."""
    entered_at = plan.executed_at or plan.created_at
    return ClosedTrade(
        plan_id=plan.plan_id,
        token="",
        ticket=plan.ticket or 0,
        symbol=plan.symbol,
        side=plan.direction,
        volume_lots=plan.volume,
        entered_at=entered_at,
        entry=plan.entry_price,
        stop_loss=plan.stop_loss,
        take_profit=plan.take_profit,
        exited_at=now,
        exit=plan.entry_price,
        reason=ExitReason.PAPER_ENDED,
        profit=0.0,
        commission=0.0,
        swap=0.0,
        r=None,
        trading_day=now.date(),
    )
