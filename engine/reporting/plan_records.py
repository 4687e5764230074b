"""Sentences for records of plans and setups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from engine.conditions.catalogue import TITLES
from engine.domain.messages.proposals import author_words
from engine.reporting.record_kinds import ORDERS, PLANS, RecordKind, order_words, plan_words, who
from engine.reporting.record_subject import Payload
from engine.reporting.words import spoken


def _added(payload: Payload) -> str:
    setup = payload.get("inputs")
    if not isinstance(setup, dict):
        return _saved(payload)
    words = "A+ setup" if setup["is_a_plus"] else "Setup"
    return f"{words} of score {setup['score']:g}: {plan_words(payload)}; {_signals(setup)}"


def _saved(payload: Payload) -> str:
    plan = payload["plan"]
    if plan.get("status") == "proposed":
        return f"Plan proposed by {author_words(plan['created_by'])}, not armed: {plan_words(payload)}"
    return f"Plan saved: {plan_words(payload)}"


def _accepted(payload: Payload) -> str:
    plan = payload["plan"]
    words = "proposed, not armed" if plan.get("status") == "proposed" else "accepted"
    return f"Plan of {author_words(plan['created_by'])} {words}: {plan_words(payload)}"


def _armed(payload: Payload) -> str:
    by = payload["told"]["by"]
    return f"Plan armed by {who(by)}: it waits for a setup"


def _author(payload: Payload) -> str:
    return f"New author of plans in the table, {author_words(payload['author'])}: {OUTSIDE_WORDS[payload['treatment']]}"


OUTSIDE_WORDS: Final = {
    "as_given": "its plans are watched; at AUTO they trade without approval",
    "propose": "its plans are proposed; you arm each of them",
    "ignore": "its plans are left alone",
}
"""What is made of plans of other programs."""


def _signals(setup: Payload) -> str:
    return ", ".join(TITLES.get(name, spoken(name)) for name in setup["signals"])


def _awaiting(payload: Payload) -> str:
    setup = payload.get("told")
    if not isinstance(setup, dict):
        return "A setup triggered the plan: awaiting approval"
    return f"Awaiting approval: {setup['side']} {setup['symbol']}, score {setup['score']:g}, {_signals(setup)}"


def _executing(payload: Payload) -> str:
    order, by = payload["told"]["order"], payload["told"]["approved_by"]
    words = "without approval" if by == "auto" else f"approved by {who(by)}"
    return f"Order for {order_words(order)} released, {words}"


def _ended(words: str) -> Callable[[Payload], str]:
    def words_of(payload: Payload) -> str:
        name, parted, reason = payload["reason"].partition(": ")
        why = reason if parted and "_" in name else payload["reason"]
        return f"{words}: {spoken(why)}" if why else words

    return words_of


def _changed_outside(payload: Payload) -> str:
    reason = f": {payload['reason']}" if payload["reason"] else ""
    return f"Another program made the plan {spoken(payload['now'])}, it was {spoken(payload['was'])}{reason}"


def _edited(payload: Payload) -> str:
    levels = f"stop {payload['stop_loss']:.10g}, target {payload['take_profit']:.10g}, {payload['volume']:g} lots"
    return f"Proposal edited by {who(payload['by'])}: {levels}"


PLAN_RECORDS: Final[Mapping[str, RecordKind]] = {
    "plan_put": RecordKind(PLANS, "Plan added by another program: {plan}"),
    "plan_added": RecordKind(PLANS, _added),
    "plan_accepted": RecordKind(PLANS, _accepted),
    "plan_refused": RecordKind(PLANS, _ended("Plan refused"), is_warning=True),
    "plan_taken_back": RecordKind(PLANS, "Plan cancelled by {by}"),
    "plan_changed_outside": RecordKind(PLANS, _changed_outside),
    "plan_pending": RecordKind(PLANS, _armed),
    "outside_author_seen": RecordKind(PLANS, _author, is_warning=True),
    "plan_conflict": RecordKind(PLANS, _ended("Another program was faster"), is_warning=True),
    "plan_awaiting_approval": RecordKind(PLANS, _awaiting),
    "proposal_edited": RecordKind(PLANS, _edited),
    "plan_executing": RecordKind(ORDERS, _executing),
    "plan_open": RecordKind(ORDERS, "The order of the plan was filled"),
    "plan_expired": RecordKind(PLANS, _ended("Plan expired")),
    "plan_cancelled": RecordKind(PLANS, _ended("Plan cancelled")),
    "plan_rejected": RecordKind(PLANS, _ended("Plan rejected")),
    "plan_denied": RecordKind(PLANS, _ended("Risk check failed")),
    "plan_failed": RecordKind(ORDERS, _ended("The order of the plan failed"), is_warning=True),
}
