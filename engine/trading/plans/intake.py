"""Takes in plans that other programs insert into the table: validated like every plan, or marked with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from config.plans import OutsideRows
from engine.clock import fine_s
from engine.domain.facts import PlanAccepted, PlanChangedOutside, PlanTurnedAway
from engine.domain.messages.proposals import RESERVED_AUTHORS, outside_author
from engine.domain.plan import PlanStatus, TradePlan
from engine.domain.records import record_of
from engine.trading.plans.table import Answer, Noted, PlanTable, Row, plan_record
from engine.trading.plans.validation import Examination, TermsFor, examine, is_micro_scalp, read_plan

SHOWN_ID = 80
"""Characters of an impossible plan id that are shown."""

LOOK_S = 0.005
"""As long as one look may take: a part of a frame."""
WINDOW = 200
"""Rows that are asked for at a time."""
MIN_ROWS = 20
"""Rows that every look gets through, however slow the machine is."""

NEW: Final = (PlanStatus.PENDING.value, PlanStatus.PROPOSED.value)
"""Statuses of rows that are examined; one with any other is no new plan, and is left alone."""
_NOT_PROPOSED: Final = (
    "status is 'proposed': only the desk proposes plans; insert it as 'pending', and plans.outside_rows decides"
)

_STATUSES = frozenset(status.value for status in PlanStatus)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class RefusedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row from outside that was marked `rejected`; `plan` where it could be read at all."""

    plan_id: str
    reason: str
    plan: TradePlan | None


class ExternalChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What other programs did: plans taken in, rows refused, and plans of the desk that they changed, as cancelling.

    `ignored` are rows that were left alone, as the settings say.
    """

    accepted: tuple[TradePlan, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    changed: tuple[TradePlan, ...] = ()
    ignored: tuple[TradePlan, ...] = ()


_NO_NEWS = ExternalChanges()


class Intake:
    """Examines what other programs have written: a little at a time, however much there is."""

    def __init__(self, table: PlanTable, terms_for: TermsFor, life: timedelta, account: str) -> None:
        """What is taken in belongs to `account` from then on."""
        self._table = table
        self._account = account
        self._terms_for = terms_for
        self._life = life
        self._outside_rows: OutsideRows = "as_given"
        self._seen: int | None = None
        self._place = 0
        self.has_more = False
        """Whether the last look ended before all was looked at."""

    def use(self, life: timedelta, outside_rows: OutsideRows) -> None:
        """Sets how long plans without an expiry live, and what is made of rows from now on."""
        self._life, self._outside_rows = life, outside_rows

    @property
    def has_news(self) -> bool:
        """Whether another program has written since the last look, or that one left something."""
        return self.has_more or self._table.version_of_others() != self._seen

    def look(self, known: Mapping[str, TradePlan], at: datetime, *, is_forced: bool) -> ExternalChanges:
        """News since the last look, as far as `LOOK_S` lets it see; `known` are the unfinished plans of the desk."""
        version = self._table.version_of_others()
        if version == self._seen and not self.has_more and not is_forced:
            return _NO_NEWS
        answers: list[Answer] = []
        changed: list[TradePlan] = []
        ignored: list[TradePlan] = []
        places: list[int] = []
        place = self._place
        has_more = False
        for each in self._noted():
            if each is None:
                has_more = True
                break
            place = each.place
            if each.row is not None and self._is_of_another_account(each):
                continue  # it stays noted for the desk on that account
            places.append(each.place)
            if each.row is None:
                continue
            if (plan := known.get(str(each.row.fields["plan_id"]))) is not None:
                changed += self._changed(plan, each.row, at)
            elif not each.is_accepted and each.row.fields["status"] in NEW:
                if self._outside_rows == "ignore":
                    ignored += self._ignored(each.row)
                else:
                    answers += self._answer(each.row, at)
        holds = self._table.answer(answers, places) if places else []
        self._place, self._seen, self.has_more = place, version, has_more  # only now: a look that failed is repeated
        held = [answer for answer, is_held in zip(answers, holds, strict=True) if is_held]
        return ExternalChanges(
            accepted=tuple(each.plan for each in held if each.plan is not None and not each.reason),
            refused=tuple(_refused(each) for each in held if each.reason),
            changed=tuple(changed),
            ignored=tuple(ignored),
        )

    def _noted(self) -> Iterator[Noted | None]:
        """What was written since the last look, oldest first; None where the time is over before the end of it."""
        place, count, ends_at = self._place, 0, fine_s() + LOOK_S
        while True:
            window = self._table.noted(place, WINDOW)
            for each in window:
                if count >= MIN_ROWS and fine_s() >= ends_at:
                    yield None
                    return
                count += 1
                yield each
            if len(window) < WINDOW:
                return
            place = window[-1].place

    def _is_of_another_account(self, noted: Noted) -> bool:
        """Whether a new row names an account, and not this one."""
        named = None if noted.row is None else noted.row.fields["account"]
        return not noted.is_accepted and named not in (None, "", self._account)

    def _changed(self, plan: TradePlan, row: Row, at: datetime) -> Iterator[TradePlan]:
        if self._table.status_of(plan.plan_id) in (plan.status, None):
            return
        if (changed := plan_of(row)) is not None:
            fact = PlanChangedOutside(changed, plan.status, changed.status, changed.close_reason)
            self._table.note(plan_record(fact, at))
            yield changed

    def _answer(self, row: Row, at: datetime) -> Iterator[Answer]:
        if not is_micro_scalp(row.fields):
            return
        found = examine(row.fields, self._terms_for, at, self._life)
        plan = found.plan and self._ours(found.plan)
        is_claimed = row.fields["status"] == PlanStatus.PROPOSED.value
        reason = "; ".join((_NOT_PROPOSED,) if is_claimed else found.faults)
        if plan is not None and not reason:
            yield Answer(row=row, record=plan_record(PlanAccepted(plan), at), plan=plan)
            return
        record = record_of(PlanTurnedAway(_shown_id(row), reason), at)
        rejected = plan and _rejected(plan, at, reason)
        yield Answer(row=row, record=record, plan=rejected, reason=reason)

    def _ours(self, plan: TradePlan) -> TradePlan:
        """The plan as the desk keeps it; its author may not pass for one of the desk's own."""
        status = PlanStatus.PROPOSED if self._outside_rows == "propose" else plan.status
        is_reserved = plan.created_by.casefold() in RESERVED_AUTHORS
        author = outside_author(plan.created_by) if is_reserved else plan.created_by
        return msgspec.structs.replace(plan, account=self._account, status=status, created_by=author)

    def _ignored(self, row: Row) -> Iterator[TradePlan]:
        if is_micro_scalp(row.fields) and (plan := plan_of(row)) is not None:
            yield plan


def _rejected(plan: TradePlan, at: datetime, reason: str) -> TradePlan:
    pending = msgspec.structs.replace(plan, status=PlanStatus.PENDING)
    return pending.moved_to(PlanStatus.REJECTED, close_time=at, close_reason=reason)


def _shown_id(row: Row) -> str:
    return str(row.fields["plan_id"])[:SHOWN_ID]


def _refused(answer: Answer) -> RefusedRow:
    return RefusedRow(plan_id=_shown_id(answer.row), reason=answer.reason, plan=answer.plan)


def plan_of(row: Row) -> TradePlan | None:
    """The plan that a row holds, None where it holds none that can be read; what is odd beside it is left out."""
    return examination_of(row).plan


def examination_of(row: Row) -> Examination:
    """The plan that a row holds, and what is wrong with it; none where its status is no plan's."""
    reading = read_plan(row.fields, _EPOCH, timedelta())
    status = row.fields["status"]
    if status not in _STATUSES:
        return Examination(None, (*reading.faults, f"status {str(status)[:SHOWN_ID]} is no plan's"))
    return reading
