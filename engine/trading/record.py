"""What the broker told goes on record, in the order in which it happened."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable

from engine.clock import Clock
from engine.domain.execution_events import ExecutionEvent, OrderFailed, TradeClosed, TradeOpened
from engine.domain.journal import JournalRecord
from engine.domain.plan import PlanStatus, TradePlan
from engine.errors import IllegalTransition, PlanConflict
from engine.trading.plans.store import PlanStore
from engine.trading.store import Office

_CAPITAL = re.compile(r"(?<!^)([A-Z])")


class TradeRecord:
    """Brings plans, results, locks and journal up to what the broker told; `tell` hears of each plan that moved on.

    What the store cannot take now is kept, and written before anything newer as soon as it can be.
    """

    def __init__(self, clock: Clock, office: Office, plans: PlanStore, tell: Callable[[TradePlan], None]) -> None:
        self._clock = clock
        self._office = office
        self._plans = plans
        self._tell = tell
        self._unwritten: deque[ExecutionEvent] = deque()

    @property
    def is_behind(self) -> bool:
        """Whether something waits to be written."""
        return bool(self._unwritten)

    def write(self, event: ExecutionEvent) -> None:
        """Puts `event` on record; raises `UnusableStore` where that has to wait."""
        self._unwritten.append(event)
        self.catch_up()

    def catch_up(self) -> None:
        """Writes what has had to wait; raises `UnusableStore` where it still has to."""
        while self._unwritten:
            event = self._unwritten[0]
            try:
                plan = self._written(event)
            except (IllegalTransition, PlanConflict) as error:
                self._note(event, conflict=str(error))  # another program ended the plan; what happened is kept
                plan = None
            self._unwritten.popleft()
            if plan is not None:
                self._tell(plan)

    def _written(self, event: ExecutionEvent) -> TradePlan | None:
        now, locks = self._clock.now(), self._office.locks
        match event:
            case TradeOpened(trade=trade) if self._is_executing(trade.plan_id):
                begun = locks.after_entry(trade.symbol, now)
                return self._plans.opened(trade.plan_id, now, ticket=trade.ticket, locks=begun)
            case OrderFailed(order=order, reason=reason) if self._is_executing(order.plan_id):
                return self._plans.fail(order.plan_id, now, reason=reason)
            case TradeClosed(trade=trade):
                return self._plans.closed(trade, now, locks=locks.after_exit(trade.symbol, now))
        self._note(event)
        return None

    def _note(self, event: ExecutionEvent, **beside: str) -> None:
        about = getattr(event, "trade", None) or getattr(event, "order", None)
        self._office.journal(
            JournalRecord(
                at=self._clock.now(),
                kind=kind_of(type(event)),
                symbol=getattr(about or event, "symbol", None),
                plan_id=None if about is None else about.plan_id or None,
                payload={"event": event, **beside} if beside else event,
            )
        )

    def _is_executing(self, plan_id: str) -> bool:
        plan = self._plans.get(plan_id) if plan_id else None
        return plan is not None and plan.status is PlanStatus.EXECUTING


def kind_of(event: type[ExecutionEvent]) -> str:
    """The journal's name of an event: `StopMoved` is told as `stop_moved`."""
    return _CAPITAL.sub(r"_\1", event.__name__).lower()
