"""The sole owner of plan state: every transition is legal, durable before it is published, and made at most once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import msgspec

from config.plans import OutsideRows
from engine.domain.account import PAPER_ACCOUNT
from engine.domain.facts import PlanAdded, PlanMoved, TradeFinished
from engine.domain.orders import Order
from engine.domain.plan import MERGED, Permit, PlanStatus, TradePlan
from engine.domain.records import record_of
from engine.domain.risk import Denial, Lock
from engine.domain.trade_facts import EntryGrounds
from engine.domain.trades import ClosedTrade
from engine.errors import DeskError, IllegalTransition, PlanConflict, UnusableStore
from engine.trading.plans.intake import ExternalChanges, Intake, plan_of
from engine.trading.plans.table import Intent, PlanChange, PlanTable, move_of, plan_record
from engine.trading.plans.unfinished import UnfinishedPlans
from engine.trading.plans.validation import TermsFor

MAX_EXPIRED = 200
"""Plans that are ended together because their time is over: some milliseconds."""
_EXPIRED: Final = {
    PlanStatus.PENDING: "no setup triggered it in time",
    PlanStatus.PROPOSED: "it was not armed in time",
}
_RUN_OVER = "the practice session ended before it was armed"
_FORGED = "another program armed it: only the user arms a proposed plan"
_UNANSWERED = "not answered before the desk stopped"


class PlanStore:
    """Keeps the unfinished plans of `account` in memory and every plan in the table; the table has the last word.

    Each move raises `IllegalTransition` where the table of legal moves forbids it, `PlanConflict` where another
    program was faster, and `UnusableStore` where it cannot be written: in each case nothing has happened.
    """

    def __init__(
        self, table: PlanTable, terms_for: TermsFor, life: timedelta, run: str = "", account: str = PAPER_ACCOUNT
    ) -> None:
        """`run` names the practice run that trades belong to, empty where they are no practice."""
        self._table = table
        self._run = run
        self._account = account
        self._intake = Intake(table, terms_for, life, account)
        self._unfinished = UnfinishedPlans(table, account)
        self._armed: set[str] = set()
        """Proposed plans that the user armed in this run."""

    def listen(self, failing: Callable[[UnusableStore], None]) -> None:
        """`failing` hears each time that the store cannot be written for long: nothing is lost, all is tried again."""
        self._table.listen(self._follow, failing)

    def use(self, life: timedelta, outside_rows: OutsideRows) -> None:
        """Sets how long plans of other programs without an expiry live, and what is made of them."""
        self._intake.use(life, outside_rows)

    # -- reading ------------------------------------------------------------------------------------------------

    @property
    def unfinished(self) -> tuple[TradePlan, ...]:
        """Plans that have not come to their end, oldest first."""
        return self._unfinished.all

    @property
    def has_unfinished(self) -> bool:
        return bool(self._unfinished)

    def pending_for(self, symbol: str) -> tuple[TradePlan, ...]:
        """Plans of `symbol` that wait for a setup, oldest first."""
        return tuple(
            plan for plan in self._unfinished.settled if plan.symbol == symbol and plan.status is PlanStatus.PENDING
        )

    @property
    def proposed(self) -> tuple[TradePlan, ...]:
        """Plans that wait for the user to arm them, oldest first."""
        return tuple(plan for plan in self._unfinished.settled if plan.status is PlanStatus.PROPOSED)

    def get(self, plan_id: str) -> TradePlan | None:
        """The plan in any state; None where none can be read."""
        return self._unfinished.find(plan_id)

    def recent(self, count: int) -> tuple[TradePlan, ...]:
        """The newest plans of the desk in any state, newest first, as far as they can be read."""
        plans = (plan_of(row) for row in self._table.examined(count))
        return tuple(plan for plan in plans if plan is not None)

    def is_signal_used(self, signal_id: str, plan_id: str = "") -> bool:
        """Whether another plan than `plan_id` has claimed the signal."""
        return self._table.signal_owner(signal_id) not in (None, plan_id)

    # -- the start, and what others write -----------------------------------------------------------------------

    def begin(self, at: datetime) -> tuple[TradePlan, ...]:
        """Reads what an earlier desk left; unanswered and expired plans are ended and returned.

        Plans that are executing or open stay as they are: only the broker knows their outcome.
        """
        self._unfinished.begin()
        waiting = [plan for plan in self._unfinished.all if plan.status is PlanStatus.AWAITING_APPROVAL]
        ended = self._move_all(waiting, PlanStatus.REJECTED, at, _UNANSWERED, "desk")
        if self._run:  # the market of a practice run may begin anywhere, and a proposal is for one of its instants
            ended += self._move_all(self.proposed, PlanStatus.EXPIRED, at, _RUN_OVER, "desk")
        return ended + self.expire(at)

    @property
    def has_news(self) -> bool:
        """Whether another program has written since `read_external` looked last."""
        return self._intake.has_news or self._unfinished.has_overtaken

    @property
    def has_more(self) -> bool:
        """Whether the last `read_external` ended before it had looked at everything."""
        return self._intake.has_more

    def read_external(self, at: datetime, *, is_forced: bool = False) -> ExternalChanges:
        """Examines what other programs have put into the table; asks the table only whether there is news if not."""
        settled = {plan.plan_id: plan for plan in self._unfinished.settled}
        news = self._intake.look(settled, at, is_forced=is_forced)
        for plan in (*news.accepted, *news.changed):
            self._unfinished.remember(plan)
        overtaken = self._unfinished.pop_overtaken()
        changed = self._without_forged((*news.changed, *overtaken), at)
        return msgspec.structs.replace(news, changed=changed) if changed else news

    def _without_forged(self, changed: tuple[TradePlan, ...], at: datetime) -> tuple[TradePlan, ...]:
        """Only arming leads to pending, and only the user arms: a plan that another program made pending ends."""
        forged = [plan for plan in changed if plan.status is PlanStatus.PENDING and plan.plan_id not in self._armed]
        ended = {plan.plan_id: plan for plan in self._move_all(forged, PlanStatus.CANCELLED, at, _FORGED, "desk")}
        return tuple(ended.get(plan.plan_id, plan) for plan in changed)

    # -- the life of a plan -------------------------------------------------------------------------------------

    def add(self, plan: TradePlan, at: datetime, *, signal_id: str | None = None, inputs: Any = None) -> TradePlan:
        """Keeps a new plan that is pending or awaits approval; `signal_id` is the signal it was made of.

        Raises `PlanConflict` where its id or its signal has been used, in this run or in any before.
        """
        if plan.status not in (PlanStatus.PENDING, PlanStatus.AWAITING_APPROVAL):
            raise IllegalTransition(f"plan {plan.plan_id} cannot begin as {plan.status.value}")
        return self._begin(plan, at, signal_id, inputs)

    def propose(self, plan: TradePlan, at: datetime) -> TradePlan:
        """Keeps a new plan that trades only once the user has armed it. Raises `PlanConflict` where its id is used."""
        if plan.status is not PlanStatus.PROPOSED:
            raise IllegalTransition(f"plan {plan.plan_id} cannot be proposed as {plan.status.value}")
        return self._begin(plan, at, None, None)

    def arm(self, plan_id: str, at: datetime, *, by: str, expires_at: datetime) -> TradePlan:
        """The user armed a proposed plan: it waits for a setup until then."""
        self._armed.add(plan_id)
        return self._move(
            plan_id, PlanStatus.PENDING, at, "", {"by": by}, facts={"expires_at": expires_at}, armed_by=by
        )

    def _begin(self, plan: TradePlan, at: datetime, signal_id: str | None, inputs: Any) -> TradePlan:
        plan = msgspec.structs.replace(plan, account=self._account)
        record = plan_record(PlanAdded(plan, signal_id, inputs), at)
        self._table.commit(PlanChange(plan=plan, was=None, record=record, signal_id=signal_id))
        self._unfinished.remember(plan)
        return plan

    def await_approval(self, plan_id: str, at: datetime, *, signal_id: str, inputs: Any = None) -> TradePlan:
        """A setup triggered the plan, and the user is to decide."""
        return self._move(plan_id, PlanStatus.AWAITING_APPROVAL, at, "", inputs, signal_id=signal_id)

    def intend(
        self,
        order: Order,
        at: datetime,
        *,
        approved_by: str,
        then: Callable[[Permit | DeskError], None],
        signal_id: str | None = None,
        inputs: Any = None,
        grounds: EntryGrounds | None = None,
        locks: tuple[Lock, ...] = (),
    ) -> None:
        """Lets the order of a plan go: once the intent is on the disk `then` hears its permit.

        Until then the plan stays as it is, and cannot change otherwise. `then` hears `PlanConflict` where the
        plan or its signal has sent an order before or another program was faster, and `UnusableStore`: then nothing
        has happened. A practice run, whose account ends with it, does not wait for the disk.
        `grounds` are kept with the intent, `locks` begin with it.
        """
        intent = Intent(order=order, at=at, approved_by=approved_by, grounds=grounds)
        details = {"order": order, "approved_by": approved_by, "grounds": grounds, "inputs": inputs}
        plan = self._unfinished.movable(order.plan_id, PlanStatus.EXECUTING)
        change = move_of(
            *(plan, PlanStatus.EXECUTING, at, "", details, {}), signal_id=signal_id, intent=intent, locks=locks
        )
        self._unfinished.leaving.add(order.plan_id)
        try:
            self._table.commit(change, None if self._run else partial(self._intended, change, then))
        except DeskError as error:
            if order.plan_id not in self._unfinished.leaving:
                raise  # it is of what `then` did
            self._intended(change, then, error)
        else:
            if self._run:
                self._intended(change, then, None)

    def _intended(
        self, change: PlanChange, then: Callable[[Permit | DeskError], None], error: DeskError | None
    ) -> None:
        plan, intent = change.plan, change.intent
        assert plan is not None, "an intent has its plan"
        assert intent is not None, "it was written as one"
        self._unfinished.leaving.discard(plan.plan_id)
        if error is None:
            self._unfinished.remember(plan)
        elif isinstance(error, PlanConflict):
            self._unfinished.read_again(plan.plan_id, change.record.at)
        then(Permit(token=intent.order.token, approved_by=intent.approved_by, plan=plan) if error is None else error)

    def is_leaving(self, plan_id: str) -> bool:
        """Whether the intent of the plan's order is on its way to the disk."""
        return plan_id in self._unfinished.leaving

    def end_unsent(self, order: Order, at: datetime, to: PlanStatus, *, reason: str, details: Any = None) -> TradePlan:
        """Ends the plan of an order that was intended and is known never to have left, as denied or cancelled.

        May be called while the intent is on its way to the disk: its end follows it there.
        """
        executing = self._unfinished.get(order.plan_id)
        assert executing is not None, "its order was intended"
        if order.plan_id in self._unfinished.leaving:
            executing = executing.moved_to(PlanStatus.EXECUTING)
        ended = executing.ended_unsent(to, close_time=at, close_reason=reason)
        record = plan_record(PlanMoved(ended, executing.status, to, reason, details), at)
        self._table.commit(PlanChange(plan=ended, was=executing.status, record=record, unsent=order.token))
        self._unfinished.remember(ended)
        return ended

    def opened(self, plan_id: str, at: datetime, *, ticket: int, locks: tuple[Lock, ...] = ()) -> TradePlan:
        """The order was filled; `locks` begin with it."""
        facts = {"executed_at": at, "ticket": ticket}
        return self._move(plan_id, PlanStatus.OPEN, at, "", None, facts=facts, locks=locks)

    def merged(self, plan_id: str, at: datetime) -> TradePlan:
        """The order was filled into the position of another plan, whose result is that of both."""
        return self._move(plan_id, PlanStatus.CLOSED, at, MERGED, None)

    def closed(self, trade: ClosedTrade, at: datetime, *, locks: tuple[Lock, ...] = ()) -> TradePlan | None:
        """Writes a trade's result, its figures and the `locks` that begin with it; None where no plan was behind it.

        A result that was written before is not written again.
        """
        plan = self.get(trade.plan_id) if trade.plan_id else None
        if plan is not None and plan.status is PlanStatus.EXECUTING:
            plan = self.opened(plan.plan_id, trade.entered_at, ticket=trade.ticket)
        written: dict[str, Any] = {"trade": trade, "run": self._run, "account": self._account, "locks": locks}
        if plan is None or plan.status is not PlanStatus.OPEN:
            if not self._table.has_trade(trade, self._account):
                record = record_of(TradeFinished(trade, locks), at, self._account)
                self._table.commit(PlanChange(plan=None, was=None, record=record, **written))
            return plan
        facts = {"profit_loss": trade.net_profit, "exit_price": trade.exit, "close_time": trade.exited_at}
        details = {"trade": trade}
        return self._move(plan.plan_id, PlanStatus.CLOSED, at, trade.reason.value, details, facts=facts, **written)

    def fail(self, plan_id: str, at: datetime, *, reason: str, inputs: Any = None) -> TradePlan:
        """The broker refused the order, or has never heard of it."""
        return self._move(plan_id, PlanStatus.FAILED, at, reason, inputs)

    def deny(
        self, plan_id: str, at: datetime, *, denial: Denial, signal_id: str | None = None, inputs: Any = None
    ) -> TradePlan:
        """Denies the plan: the risk check failed."""
        details = {"denial": denial, "inputs": inputs}
        reason = f"{denial.name.value}: {denial.sentence}"
        return self._move(plan_id, PlanStatus.DENIED, at, reason, details, signal_id=signal_id)

    def reject(self, plan_id: str, at: datetime, *, by: str, reason: str) -> TradePlan:
        """The user said no, or nothing in time."""
        return self._move(plan_id, PlanStatus.REJECTED, at, reason, {"by": by})

    def cancel(self, plan_id: str, at: datetime, *, by: str, reason: str) -> TradePlan:
        """The plan is taken back before any order was sent."""
        return self._move(plan_id, PlanStatus.CANCELLED, at, reason, {"by": by})

    def cancel_pending(self, at: datetime, *, by: str, reason: str, made_until: datetime) -> tuple[TradePlan, ...]:
        """Takes back what was made until then and has sent no order: what a halt does."""
        waiting = [
            plan
            for plan in self._unfinished.settled
            if plan.status.may_become(PlanStatus.CANCELLED) and plan.created_at <= made_until
        ]
        return self._move_all(waiting, PlanStatus.CANCELLED, at, reason, by)

    def expire(self, at: datetime) -> tuple[TradePlan, ...]:
        """Ends plans whose time is over before a setup came or the user armed them, at most `MAX_EXPIRED` at a time."""
        due = [plan for plan in self._unfinished.settled if plan.status in _EXPIRED and plan.expires_at <= at]
        ended: tuple[TradePlan, ...] = ()
        for status, reason in _EXPIRED.items():
            of_status = [plan for plan in due[:MAX_EXPIRED] if plan.status is status]
            ended += self._move_all(of_status, PlanStatus.EXPIRED, at, reason, "desk")
        return ended

    # -- one move -----------------------------------------------------------------------------------------------

    def _move_all(
        self, plans: Sequence[TradePlan], to: PlanStatus, at: datetime, reason: str, by: str
    ) -> tuple[TradePlan, ...]:
        """Ends plans together; leaves out those that another program changed first, which `read_external` returns."""
        changes = [move_of(plan, to, at, reason, {"by": by}, {}) for plan in plans]
        ended = tuple(change.plan for change in self._table.commit_all(changes) if change.plan is not None)
        for plan in ended:
            self._unfinished.remember(plan)
        return ended

    def _move(
        self,
        plan_id: str,
        to: PlanStatus,
        at: datetime,
        reason: str,
        details: Any,
        *,
        facts: dict[str, Any] | None = None,
        **written: Any,
    ) -> TradePlan:
        change = move_of(self._unfinished.movable(plan_id, to), to, at, reason, details, facts or {}, **written)
        self._table.commit(change)
        assert change.plan is not None
        self._unfinished.remember(change.plan)
        return change.plan

    def _follow(self, change: PlanChange, error: DeskError) -> None:
        """The store says otherwise, and has the last word; what happened at the broker is kept all the same."""
        kept = change.overtaken(str(error))
        if kept.trade is None and not kept.locks:
            self._table.note(kept.record)
        else:
            self._table.commit(kept)
        if change.plan is not None:
            self._unfinished.read_again(change.plan.plan_id, change.record.at)
