"""Writes the broker's events to the journal in the order in which they happened, then publishes them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime

import msgspec

from engine.clock import Clock
from engine.domain.messages.broker import BrokerState
from engine.domain.messages.execution import ExecutionEvent, OrderFailed, OrderMerged, TradeClosed, TradeOpened
from engine.domain.messages.trading import DayFiguresChanged, PlanChanged, TradingEvent
from engine.domain.plan import PlanStatus, TradePlan
from engine.domain.records import record_of
from engine.errors import IllegalTransition, PlanConflict
from engine.market.account_day import AccountDay
from engine.trading.plans.store import PlanStore
from engine.trading.positions.portfolio import Portfolio
from engine.trading.store import TradingStore


class BrokerRecord:
    """Brings plans, results, locks and figures up to what the broker reported.

    What moves a plan is written by the store of plans, in one piece with what follows from it; the journal hears the
    rest on the bus. What the store cannot take now is kept, and written before anything newer as soon as it can be.
    """

    def __init__(
        self,
        clock: Clock,
        store: TradingStore,
        plans: PlanStore,
        portfolio: Portfolio,
        day: AccountDay,
        publish: Callable[[TradingEvent], None],
    ) -> None:
        self._clock = clock
        self._store = store
        self._plans = plans
        self._portfolio = portfolio
        self._day = day
        self._publish = publish
        self._unwritten: deque[TradeOpened | OrderMerged | OrderFailed | TradeClosed] = deque()
        self._desks_before = store.other_desks.seen
        self._is_audited = False

    @property
    def is_behind(self) -> bool:
        """Whether something waits to be written."""
        return bool(self._unwritten)

    def write(self, event: ExecutionEvent) -> None:
        """Moves the plan that `event` is about, if any; raises `UnusableStore` where that has to wait."""
        if isinstance(event, TradeOpened | OrderMerged | OrderFailed | TradeClosed):
            self._unwritten.append(event)
            self.catch_up()

    def catch_up(self) -> None:
        """Writes what is waiting; raises `UnusableStore` if it still has to wait."""
        while self._unwritten:
            event = self._unwritten[0]
            try:
                plan = self._written(event)
            except (IllegalTransition, PlanConflict) as error:
                self._note(event, conflict=str(error))  # another program ended the plan; what happened is kept
                plan = None
            self._unwritten.popleft()
            if plan is not None:
                self._publish(PlanChanged(plan))

    def follow(self, event: ExecutionEvent) -> None:
        """What the desk remembers of an event that was announced."""
        self._store.exits.note(event)
        if isinstance(event, TradeClosed):
            self._store.records.note(event.trade)
            self.announce_figures(event.trade.exited_at)

    def _written(self, event: TradeOpened | OrderMerged | OrderFailed | TradeClosed) -> TradePlan | None:
        now, locks = self._clock.now(), self._store.locks
        match event:
            case TradeOpened(trade=trade) if self._is_executing(trade.plan_id):
                begun = locks.after_entry(trade.symbol, now)
                return self._plans.opened(trade.plan_id, now, ticket=trade.ticket, locks=begun)
            case OrderMerged(order=order, ticket=ticket) if self._has_sent(order.plan_id):
                if self._is_executing(order.plan_id):
                    begun = locks.after_entry(order.symbol, now)
                    self._plans.opened(order.plan_id, now, ticket=ticket, locks=begun)
                return self._plans.merged(order.plan_id, now)
            case OrderFailed(order=order, reason=reason) if self._is_executing(order.plan_id):
                locks.entry_failed(order.symbol)
                return self._plans.fail(order.plan_id, now, reason=reason)
            case TradeClosed(trade=trade):
                return self._plans.closed(trade, now, locks=locks.after_exit(trade.symbol, now))
        self._note(event)
        return None

    def _note(self, event: ExecutionEvent, **beside: str) -> None:
        record = record_of(event, self._clock.now())
        self._store.journal(msgspec.structs.replace(record, payload={"event": event, **beside}) if beside else record)

    def _is_executing(self, plan_id: str) -> bool:
        plan = self._plans.get(plan_id) if plan_id else None
        return plan is not None and plan.status is PlanStatus.EXECUTING

    def _has_sent(self, plan_id: str) -> bool:
        plan = self._plans.get(plan_id) if plan_id else None
        return plan is not None and plan.status in (PlanStatus.EXECUTING, PlanStatus.OPEN)

    # -- the account's day --------------------------------------------------------------------------------------

    def use_day(self, day: AccountDay) -> None:
        """Counts for another day of the account from now on."""
        if day == self._day:
            return
        self._day = day
        self._portfolio.use_day(day.day_of)
        self.announce_figures(self._clock.now())

    def announce_figures(self, at: datetime) -> None:
        """Publishes the results of the account's day at that instant."""
        day = self._day.day_of(at)
        self._publish(DayFiguresChanged(day, self._portfolio.figures(day)))

    def audit(self, state: BrokerState) -> bool:
        """Counts trades of the account's day that the broker shows and this store lacks: the store may be a new one.

        Whether there are differences that were not there before.
        """
        if self._store.scope or self._is_audited:
            return False  # a practice run begins with its paper account; later on the desk has seen everything itself
        self._is_audited = True
        now, records, portfolio = self._clock.now(), self._store.records, self._portfolio
        day = self._day.day_of(now)
        known = {trade.position.identifier for trade in portfolio.open_trades if trade.order is not None}
        before = records.differences
        results, entries = records.unrecorded(
            *(state.deals, (day, self._day.begins(day)), known, self._store.has_sent, self._desks_before)
        )
        for at in entries:
            portfolio.count_entry(at)
        for trade in results:
            portfolio.record(trade)
        if results:
            self.announce_figures(now)
        return records.differences != before
