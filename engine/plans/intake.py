"""What other programs put into the table of plans: examined like every plan, taken in, or marked with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from engine.domain.journal import JournalRecord
from engine.domain.plan import PlanStatus, TradePlan
from engine.plans.table import PlanTable, Row, plan_record
from engine.plans.validation import Examination, TermsFor, examine, is_micro_scalp, read_plan

SHOWN_ID = 80
"""Characters of an impossible plan id that are shown."""

_STATUSES = frozenset(status.value for status in PlanStatus)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class RefusedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row from outside that was marked `rejected`; `plan` where it could be read at all."""

    plan_id: str
    reason: str
    plan: TradePlan | None


class NewsFromOutside(msgspec.Struct, frozen=True, kw_only=True):
    """What other programs did: plans taken in, rows refused, and plans of the desk that they changed, as cancelling."""

    accepted: tuple[TradePlan, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    changed: tuple[TradePlan, ...] = ()


_NO_NEWS = NewsFromOutside()


class Intake:
    """Looks into the table when another program has written, and answers for what it finds there."""

    def __init__(self, table: PlanTable, terms_for: TermsFor, life: timedelta) -> None:
        self._table = table
        self._terms_for = terms_for
        self._life = life
        self._seen: int | None = None

    def use(self, life: timedelta) -> None:
        """From now on plans without an end of their own live that long."""
        self._life = life

    @property
    def has_news(self) -> bool:
        """Whether another program has written since the last look."""
        return self._table.version_of_others() != self._seen

    def look(self, known: Iterable[TradePlan], at: datetime, *, is_forced: bool) -> NewsFromOutside:
        """News since the last look; `known` are the unfinished plans as the desk has them."""
        version = self._table.version_of_others()
        if version == self._seen and not is_forced:
            return _NO_NEWS
        changed = tuple(self._changed(known, at))
        found = [one for row in self._table.newcomers() if (one := self._take(row, at)) is not None]
        self._seen = version  # only now: a look that failed is repeated
        return NewsFromOutside(
            accepted=tuple(one for one in found if isinstance(one, TradePlan)),
            refused=tuple(one for one in found if isinstance(one, RefusedRow)),
            changed=changed,
        )

    def _changed(self, known: Iterable[TradePlan], at: datetime) -> Iterator[TradePlan]:
        for plan in known:
            if self._table.status_of(plan.plan_id) in (plan.status, None):
                continue
            row = self._table.get(plan.plan_id)
            if row is not None and (changed := plan_of(row)) is not None:
                told = {"was": plan.status, "now": changed.status, "reason": changed.close_reason}
                self._table.note(plan_record(at, "plan_changed_outside", changed, told))
                yield changed

    def _take(self, row: Row, at: datetime) -> TradePlan | RefusedRow | None:
        if not is_micro_scalp(row.fields):
            return None
        found = examine(row.fields, self._terms_for, at, self._life)
        if found.plan is None or found.faults:
            return self._refuse(row, found, at)
        plan = found.plan
        record = plan_record(at, "plan_accepted", plan, {"plan": plan})
        return plan if self._table.accept(row.number, plan, record) else None

    def _refuse(self, row: Row, found: Examination, at: datetime) -> RefusedRow | None:
        reason = "; ".join(found.faults)
        plan_id = str(row.fields["plan_id"])[:SHOWN_ID]
        record = JournalRecord(at=at, kind="plan_refused", plan_id=plan_id, payload={"reason": reason})
        if not self._table.refuse(row.number, reason, at, record):
            return None
        plan = found.plan and found.plan.moved_to(PlanStatus.REJECTED, close_time=at, close_reason=reason)
        return RefusedRow(plan_id=plan_id, reason=reason, plan=plan)


def plan_of(row: Row) -> TradePlan | None:
    """The plan that a row holds, None where it holds none that can be read; what is odd beside it is left out."""
    return reading_of(row).plan


def reading_of(row: Row) -> Examination:
    """The plan that a row holds, and what is wrong with it; none where its status is no plan's."""
    reading = read_plan(row.fields, _EPOCH, timedelta())
    status = row.fields["status"]
    if status not in _STATUSES:
        return Examination(None, (*reading.faults, f"status {str(status)[:SHOWN_ID]} is no plan's"))
    return reading
