"""Changes on their way to the store, which already count: newer than what is read there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from engine.domain.account import NO_ACCOUNT
from engine.domain.plan import TradePlan
from engine.domain.risk import Lock, LockName
from engine.domain.trade_facts import Annotation
from engine.domain.trades import ClosedTrade
from engine.trading.plans.table import Intent, PlanChange


class Accepted(NamedTuple):
    """A row from outside that was taken in as `plan`."""

    plan: TradePlan


class LockKey(NamedTuple):
    """What there is one lock for; as a subject: that lock is to be removed."""

    name: LockName
    symbol: str
    account: str


def key_of(lock: Lock) -> LockKey:
    return LockKey(lock.name, lock.symbol, lock.account)


class Unwritten:
    """The subjects of changes that are not on the disk yet, oldest first; see `Journal.unwritten`.

    Ask for these first and read the store then: what is written meanwhile is read twice, never not at all.
    """

    def __init__(self, subjects: Sequence[object]) -> None:
        self._subjects = subjects
        self.changes = [each for each in subjects if isinstance(each, PlanChange)]

    @property
    def plans(self) -> dict[str, TradePlan]:
        """The newest state of every plan whose row says something else yet."""
        plans = (each.plan for each in self._subjects if isinstance(each, PlanChange | Accepted) and each.plan)
        return {plan.plan_id: plan for plan in plans}

    def plan(self, plan_id: str) -> TradePlan | None:
        return self.plans.get(plan_id) if self._subjects else None

    def signal_owner(self, signal_id: str) -> str | None:
        owners = (each.plan for each in self.changes if each.signal_id == signal_id)
        return next((plan.plan_id for plan in owners if plan is not None), None)

    def intents(self, account: str) -> list[Intent]:
        """Orders that may be sent on the account."""
        ours = (each for each in self.changes if each.plan is not None and each.plan.account == account)
        return [each.intent for each in ours if each.intent is not None]

    def has_intent(self, token: str) -> bool:
        return any(each.intent is not None and each.intent.order.token == token for each in self.changes)

    def outcome_of(self, intent: Intent) -> Intent:
        """The intent with the state of its plan."""
        if any(each.unsent == intent.order.token for each in self.changes):
            intent = msgspec.structs.replace(intent, is_unsent=True)
        plan = self.plans.get(intent.order.plan_id)
        return intent if plan is None else msgspec.structs.replace(intent, ticket=plan.ticket, is_over=plan.is_final)

    def trades(self, account: str) -> list[ClosedTrade]:
        return [each.trade for each in self.changes if each.trade is not None and each.account == account]

    def locks(self, account: str) -> list[Lock]:
        """Locks that begin on the account or on all, apart from those that go with a plan."""
        locks = (each for each in self._subjects if isinstance(each, Lock))
        return [lock for lock in locks if lock.account in (NO_ACCOUNT, account)]

    @property
    def lifted(self) -> set[LockKey]:
        """Locks to remove."""
        return {each for each in self._subjects if isinstance(each, LockKey)}

    def annotation(self, trade_id: str) -> Annotation | None:
        found = (each for each in reversed(self._subjects) if isinstance(each, Annotation))
        return next((each for each in found if each.trade_id == trade_id), None)

    def apply_to(self, locks: Sequence[Lock]) -> tuple[Lock, ...]:
        """The locks that the store holds as they are once everything is written."""
        held = {key_of(lock): lock for lock in locks}
        for subject in self._subjects:
            match subject:
                case Lock():
                    held[key_of(subject)] = subject
                case PlanChange():
                    held |= {key_of(lock): lock for lock in subject.locks}
                case LockKey():
                    held.pop(subject, None)
        return tuple(held.values())


def trade_key(trade: ClosedTrade) -> tuple[int, datetime, str]:
    return trade.ticket, trade.entered_at, trade.plan_id
