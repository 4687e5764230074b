"""The desk's unfinished plans, as the store has them."""

from __future__ import annotations

from datetime import datetime

from engine.domain.account import NO_ACCOUNT
from engine.domain.facts import PlanChangedOutside
from engine.domain.plan import PlanStatus, TradePlan
from engine.errors import IllegalTransition
from engine.trading.plans.intake import examination_of, plan_of
from engine.trading.plans.table import PlanTable, Row, plan_record


class UnfinishedPlans:
    """Remembers the unfinished plans of `account`, and which of them are about to send their order.

    The store has the last word: changes by another program are kept for `read_external`.
    """

    def __init__(self, table: PlanTable, account: str) -> None:
        self._table = table
        self._account = account
        self._plans: dict[str, TradePlan] = {}
        self._overtaken: list[TradePlan] = []
        self.leaving: set[str] = set()
        """Plans whose intent is on its way to the disk: they cannot change otherwise meanwhile."""

    def begin(self) -> None:
        """Reads what an earlier desk left; what cannot be read is counted, and never traded."""
        self._plans = {plan.plan_id: plan for row in self._table.unfinished(self._account) if (plan := self._left(row))}

    def _left(self, row: Row) -> TradePlan | None:
        examination = examination_of(row)
        if examination.plan is None:
            self._table.leave_out(row, "; ".join(examination.faults))
        return examination.plan

    # -- reading ------------------------------------------------------------------------------------------------

    def __bool__(self) -> bool:
        return bool(self._plans)

    @property
    def all(self) -> tuple[TradePlan, ...]:
        """Oldest first."""
        return tuple(self._plans.values())

    @property
    def settled(self) -> list[TradePlan]:
        """Those without an intent on its way to the disk."""
        return [plan for plan in self._plans.values() if plan.plan_id not in self.leaving]

    def get(self, plan_id: str) -> TradePlan | None:
        """The unfinished plan of that id."""
        return self._plans.get(plan_id)

    def find(self, plan_id: str) -> TradePlan | None:
        """The plan in any state; None where none can be read."""
        return self._plans.get(plan_id) or self._stored(plan_id)

    def _stored(self, plan_id: str) -> TradePlan | None:
        row = self._table.get(plan_id)
        return None if row is None else plan_of(row)

    def movable(self, plan_id: str, to: PlanStatus) -> TradePlan:
        """The plan, which can become something else now; raises `IllegalTransition` where it cannot."""
        plan = self._plans.get(plan_id)
        if plan is None or plan_id in self.leaving:
            raise self._unmovable(plan_id, to)
        return plan

    def _unmovable(self, plan_id: str, to: PlanStatus) -> Exception:
        plan = self.find(plan_id)
        if plan is not None and plan.account not in (NO_ACCOUNT, self._account):
            return IllegalTransition(f"plan {plan_id} belongs to the {plan.account}: only the desk on it can change it")
        state = "unknown here" if plan is None else plan.status.value
        if plan_id in self.leaving:
            state = "about to send its order"
        return IllegalTransition(f"plan {plan_id} is {state}: it cannot become {to.value}")

    # -- changes ------------------------------------------------------------------------------------------------

    def remember(self, plan: TradePlan) -> None:
        """The plan as it is now; forgotten at its end."""
        if plan.is_final:
            self._plans.pop(plan.plan_id, None)
        else:
            self._plans[plan.plan_id] = plan

    def read_again(self, plan_id: str, at: datetime) -> None:
        """Another program was faster: what the store says of the plan counts from now on."""
        known, stored = self._plans.get(plan_id), self._stored(plan_id)
        if stored is None:
            self._plans.pop(plan_id, None)
        elif known is None or known.status is not stored.status:
            was = None if known is None else known.status
            fact = PlanChangedOutside(stored, was, stored.status, stored.close_reason)
            self._table.note(plan_record(fact, at))
            self.remember(stored)
            self._overtaken.append(stored)

    @property
    def has_overtaken(self) -> bool:
        """Whether another program was faster since `pop_overtaken`."""
        return bool(self._overtaken)

    def pop_overtaken(self) -> tuple[TradePlan, ...]:
        """Plans in which another program was faster, each once."""
        overtaken, self._overtaken = tuple(self._overtaken), []
        return overtaken
