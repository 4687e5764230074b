"""Every kind of journal record: its sentence, its group, and whether it is a warning."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from engine.domain.account import PAPER_ACCOUNT
from engine.domain.fills import FillModel
from engine.domain.journal import JournalEntry
from engine.reporting.alert_records import ALERT_RECORDS
from engine.reporting.desk_records import DESK_RECORDS
from engine.reporting.order_records import ORDER_RECORDS, closed_trade
from engine.reporting.plan_records import PLAN_RECORDS
from engine.reporting.record_kinds import GROUPS, RecordKind
from engine.reporting.record_subject import unwrapped
from engine.reporting.words import fills_in_words, spoken

RECORD_KINDS: Final[Mapping[str, RecordKind]] = {**PLAN_RECORDS, **ORDER_RECORDS, **DESK_RECORDS, **ALERT_RECORDS}

ALL_KINDS: Final[Mapping[str, frozenset[str]]] = {
    group: frozenset(kind for kind, each in RECORD_KINDS.items() if each.group == group) for group in GROUPS
}
"""The kinds of records in the groups that the user can choose."""

WARNINGS: Final = frozenset(kind for kind, each in RECORD_KINDS.items() if each.is_warning)


def sentence(entry: JournalEntry) -> str:
    """What happened, for the user; what a later desk wrote, or wrote otherwise, is shown by its kind."""
    kind = RECORD_KINDS.get(entry.kind)
    if kind is not None:
        with suppress(LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
            return kind.sentence(unwrapped(entry.payload)) + _fills(entry)
    return spoken(entry.kind).capitalize()


def _fills(entry: JournalEntry) -> str:
    """How the orders of a simulated result were filled; on paper there was only one way before results named it."""
    if entry.kind not in ("plan_closed", "trade_closed"):
        return ""
    trade = closed_trade(unwrapped(entry.payload))
    is_older = "fill_model" not in trade and entry.account == PAPER_ACCOUNT
    name = FillModel.FOUR_CORNER if is_older else trade.get("fill_model")
    return fills_in_words(None if name is None else FillModel(name))
