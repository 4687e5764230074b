"""Access to plans for another program, such as the command line: add, read, cancel."""

from __future__ import annotations

from datetime import datetime

from engine.domain.facts import PlanPut, PlanTakenBack
from engine.domain.plan import PlanStatus, TradePlan
from engine.domain.records import record_of
from engine.errors import BrokenConstraint, IllegalTransition, PlanConflict
from engine.persistence.database import Database
from engine.persistence.journal import Journal
from engine.persistence.plan_table import SqlitePlanTable
from engine.persistence.rows import insert, plan_values, stamp
from engine.trading.plans.table import Row


class PlanVisitor:
    """Plans seen from outside: what is added here is taken in by the desk, at once if it runs, or when it starts."""

    def __init__(self, database: Database) -> None:
        self._journal = Journal(database)
        self._table = SqlitePlanTable(database, self._journal)

    def add(self, plan: TradePlan, at: datetime) -> None:
        """Puts a plan that has been examined into the table; raises `PlanConflict` where its id has been used."""
        record = record_of(PlanPut(plan), at)
        try:
            with self._journal.recorded(record) as sql:
                insert(sql, "trade_plans", plan_values(plan))
        except BrokenConstraint as error:
            raise PlanConflict(f"plan {plan.plan_id} exists already") from error

    def cancel(self, plan_id: str, at: datetime, *, by: str) -> None:
        """Takes a plan back; raises `IllegalTransition` where there is none, or where its order may have been sent."""
        record = record_of(PlanTakenBack(plan_id, by), at)
        with self._journal.recorded(record) as sql:
            cursor = sql.execute(
                "UPDATE trade_plans SET status = 'cancelled', close_time = ?, close_reason = ? "
                "WHERE plan_id = ? AND status IN ('proposed', 'pending', 'awaiting_approval')",
                (stamp(at), f"cancelled by {by}", plan_id),
            )
            if cursor.rowcount != 1:
                raise IllegalTransition(self._why_not(plan_id))

    def recent(self, count: int) -> list[Row]:
        """The newest rows of all programs, newest first."""
        return self._table.recent(count)

    def get(self, plan_id: str) -> Row | None:
        return self._table.get(plan_id)

    def _why_not(self, plan_id: str) -> str:
        if self._table.get(plan_id) is None:
            return f"there is no plan {plan_id}"
        status = self._table.status_of(plan_id)
        return f"plan {plan_id} is {status or 'unreadable'}: it cannot become {PlanStatus.CANCELLED.value}"
