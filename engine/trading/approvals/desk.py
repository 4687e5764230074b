"""Holds proposals until the user decides: each gets exactly one answer, however often or late it is clicked."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from engine.domain.judgement import Setup
from engine.domain.plan import TradePlan
from engine.domain.risk import OrderProposal

REMEMBERED_VERDICTS: Final = 1_000
"""Answered proposals that are remembered to explain a later click."""


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal awaiting approval since `asked_at`; it can be answered before `proposal.ends_at`.

    `spread` is what it was when the proposal was made, in price units.
    """

    plan: TradePlan
    proposal: OrderProposal
    setup: Setup
    spread: float
    asked_at: datetime
    is_edited: bool = False
    """Whether the user changed the levels or the volume that were proposed."""

    def seconds_left(self, at: datetime) -> float:
        """The time left; never negative."""
        return max(0.0, (self.proposal.ends_at - at).total_seconds())


class Verdict(StrEnum):
    """How a proposal ended."""

    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class ClickRefusal(StrEnum):
    """Why a click changed nothing, in words for the user."""

    ALREADY_APPROVED = "it was approved already"
    ALREADY_REJECTED = "it was rejected already"
    TOO_LATE = "the time is over"
    WITHDRAWN = "it was withdrawn"
    NEVER_ASKED = "it is not awaiting approval"


_REFUSAL_AFTER: Final = {
    Verdict.APPROVED: ClickRefusal.ALREADY_APPROVED,
    Verdict.REJECTED: ClickRefusal.ALREADY_REJECTED,
    Verdict.EXPIRED: ClickRefusal.TOO_LATE,
    Verdict.WITHDRAWN: ClickRefusal.WITHDRAWN,
}


class ApprovalDesk:
    """Holds proposals until the user answers or their time is over; receives the time, never reads a clock.

    `approve` hands out each `Waiting` only once: it leaves the desk at once.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, Waiting] = {}
        self._verdicts: OrderedDict[str, Verdict] = OrderedDict()

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """Proposals awaiting approval, oldest first."""
        return tuple(self._waiting.values())

    def find(self, plan_id: str) -> Waiting | None:
        """The proposal of a plan; None if it is not awaiting approval."""
        return self._waiting.get(plan_id)

    def ask(self, waiting: Waiting) -> bool:
        """Adds a proposal; False if it was added or answered before."""
        plan_id = waiting.plan.plan_id
        if plan_id in self._waiting or plan_id in self._verdicts:
            return False
        self._waiting[plan_id] = waiting
        return True

    def edit(self, waiting: Waiting) -> None:
        """The user changed a proposal: it waits with other levels or another volume from now on."""
        self._waiting[waiting.plan.plan_id] = waiting

    def approve(self, plan_id: str, at: datetime) -> Waiting | ClickRefusal:
        """Approves: the proposal, to be checked again and carried out now; or why the click does nothing."""
        return self._answer(plan_id, at, Verdict.APPROVED)

    def reject(self, plan_id: str, at: datetime) -> Waiting | ClickRefusal:
        """Rejects: the rejected proposal; or why the click does nothing."""
        return self._answer(plan_id, at, Verdict.REJECTED)

    def expire(self, at: datetime) -> tuple[Waiting, ...]:
        """Removes and returns expired proposals, each once."""
        over = [waiting for waiting in self._waiting.values() if at >= waiting.proposal.ends_at]
        for waiting in over:
            self._leave(waiting.plan.plan_id, Verdict.EXPIRED)
        return tuple(over)

    def withdraw(self, plan_id: str) -> Waiting | None:
        """Withdraws a proposal because its plan has ended otherwise; None if it is not awaiting approval."""
        return self._leave(plan_id, Verdict.WITHDRAWN) if plan_id in self._waiting else None

    def _answer(self, plan_id: str, at: datetime, verdict: Verdict) -> Waiting | ClickRefusal:
        waiting = self._waiting.get(plan_id)
        if waiting is None:
            former = self._verdicts.get(plan_id)
            return ClickRefusal.NEVER_ASKED if former is None else _REFUSAL_AFTER[former]
        if at >= waiting.proposal.ends_at:
            return ClickRefusal.TOO_LATE  # it stays until `expire` has taken it away
        return self._leave(plan_id, verdict)

    def _leave(self, plan_id: str, verdict: Verdict) -> Waiting:
        self._verdicts[plan_id] = verdict
        if len(self._verdicts) > REMEMBERED_VERDICTS:
            self._verdicts.popitem(last=False)
        return self._waiting.pop(plan_id)
