"""Converts an event to a record of the journal: the only function that does."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from engine.domain.facts import Fact
from engine.domain.journal import JournalRecord
from engine.domain.messages.trading import CommandRefused
from engine.domain.well_formed import fault_in

_SUBJECTS = ("plan", "trade", "order", "alert")
_CAPITAL = re.compile(r"(?<!^)([A-Z])")


def record_of(event: object, at: datetime, account: str | None = None) -> JournalRecord:
    """The record of an event that happened at `at` (aware UTC), about that account or about none.

    Symbol and plan are those of the event, or of the plan, trade, order or alert that it is about.
    """
    about = next((found for name in _SUBJECTS if (found := getattr(event, name, None))), event)
    return JournalRecord(
        at=at,
        kind=_own_kind(event) or kind_of(type(event)),
        symbol=getattr(about, "symbol", None) or None,
        plan_id=getattr(about, "plan_id", None) or None,
        payload=_payload(event),
        account=account,
    )


def _own_kind(event: object) -> str:
    return getattr(event, "kind", "") if isinstance(event, Fact) else ""


def _payload(event: object) -> Any:
    match event:
        case Fact():
            return event.payload
        case CommandRefused(command, reason):
            asked = None if fault_in(command) else command  # what cannot be written down is not
            return {"command": type(command).__name__, "asked": asked, "reason": reason}
    return event


def kind_of(event: type[object]) -> str:
    """The journal's name of an event: `StopMoved` is kept as `stop_moved`."""
    return _CAPITAL.sub(r"_\1", event.__name__).lower()
